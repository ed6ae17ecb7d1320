// Stands in for an app under test: gets a token with what the sandbox has written, and reads a user.
import { readFileSync } from 'node:fs';

const { tenantId, apps, users } = JSON.parse(readFileSync(process.env.READY_FILE, 'utf8'));
const server = process.env.GRAPH_BASE_URL;
const issued = await fetch(`${server}/${tenantId}/oauth2/v2.0/token`, {
  method: 'POST',
  body: new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: apps.reader.clientId,
    client_secret: apps.reader.clientSecret,
    scope: 'https://graph.microsoft.com/.default',
  }),
});
if (!issued.ok) throw new Error(`The token request was refused: ${await issued.text()}`);
const { access_token: token } = await issued.json();
const answer = await fetch(`${server}/v1.0/users/${users.learner.id}`, {
  headers: { authorization: `Bearer ${token}` },
});
if (!answer.ok) throw new Error(`The request was refused: ${await answer.text()}`);
console.log((await answer.json()).userPrincipalName);

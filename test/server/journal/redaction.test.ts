import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  createTestClock,
  PORTAL_ID,
  PORTAL_URI,
  SCOPES,
  startAuthority,
  TENANT_NAME,
  WEBSITE_ID,
} from '../issuer/authority.ts';
import type { AuthorityServer } from '../issuer/authority.ts';
import { openControl } from '../../support/control.ts';
import type { Control } from '../../support/control.ts';
import { activity, ACTIVITIES } from './journal-server.ts';

let server: AuthorityServer;
let control: Control;
/** Everything that must not be found in what the journal keeps, by what it is. */
const secrets = new Map<string, string>();

beforeAll(async () => {
  server = await startAuthority({}, createTestClock());
  control = openControl(server);
  await useEverySecret();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Sends each kind of secret at least once, rightly and wrongly, and notes what comes back. */
async function useEverySecret(): Promise<void> {
  const path = `/${TENANT_NAME}/oauth2/v2.0`;
  const note = (name: string, value: string | null | undefined): string => {
    if (typeof value !== 'string' || value.length < 6) throw new Error(`No value for ${name}`);
    secrets.set(name, value);
    return value;
  };
  note('client secret', server.writerSecret);
  note('access token', await server.appToken('writer'));
  const password = note('password', server.passwords['learner']);
  const owner = {
    grant_type: 'password',
    client_id: PORTAL_ID,
    username: `learner@${TENANT_NAME}`,
    password,
    scope: SCOPES,
  };
  const { body: tokens } = await server.token(owner);
  note('user token', tokens.access_token);
  note('id token', tokens.id_token);
  const refresh = note('refresh token', tokens.refresh_token);
  await server.token({ grant_type: 'refresh_token', client_id: PORTAL_ID, refresh_token: refresh });
  const basic = note(
    'Basic credentials',
    Buffer.from(`${WEBSITE_ID}:${note('wrong secret', 'wrong-secret-of-the-site')}`).toString('base64'),
  );
  await server.post(`${path}/token`, { grant_type: 'client_credentials' }, { authorization: `Basic ${basic}` });

  const verifier = note('code verifier', randomBytes(32).toString('base64url'));
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const request = new URLSearchParams({
    client_id: PORTAL_ID,
    response_type: 'code',
    redirect_uri: PORTAL_URI,
    scope: SCOPES,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state: 'the-state',
  }).toString();
  for (const mode of ['query', 'fragment', 'form_post']) {
    const answer = await server.post(`/${TENANT_NAME}/login`, {
      request: `${request}&response_mode=${mode}`,
      user: `learner@${TENANT_NAME}`,
    });
    const code =
      /[?#&]code=([^&]+)/.exec(answer.headers['location'] ?? '')?.[1] ??
      /name="code" value="([^"]+)"/.exec(answer.text)?.[1];
    note(`code by ${mode}`, code);
    note(`session by ${mode}`, /=([^;]+)/.exec(answer.headers['set-cookie'] ?? '')?.[1]);
    await server.token({
      grant_type: 'authorization_code',
      client_id: PORTAL_ID,
      code: code ?? '',
      redirect_uri: PORTAL_URI,
      code_verifier: verifier,
    });
  }
  await server.call({
    path: `${path}/authorize?${request}&id_token_hint=${tokens.id_token}`,
    headers: { cookie: `vivarium-session=${secrets.get('session by query')}` },
  });
  const { body: device } = await server.post(`${path}/devicecode`, { client_id: PORTAL_ID, scope: SCOPES });
  note('device code', device.device_code);
  note('user code', device.user_code);
  await server.call({ path: `${path}/deviceauth?user_code=${device.user_code}` });
  await server.token({ grant_type: 'device_code', client_id: PORTAL_ID, device_code: device.device_code });
  const version1 = `/${TENANT_NAME}/oauth2`;
  const resource = 'https://graph.microsoft.com';
  const { body: older } = await server.post(`${version1}/devicecode`, { client_id: PORTAL_ID, resource });
  note('device code of version 1.0', older.device_code);
  note('user code of version 1.0', older.user_code);
  await server.post(`${version1}/token`, { grant_type: 'device_code', client_id: PORTAL_ID, code: older.device_code });

  // Where they do not belong.
  const token = await server.appToken('writer');
  const lost = note('lost secret', 'a-secret-in-a-strange-place');
  await server.call({ path: `${ACTIVITIES}?access_token=${token}&client_secret=${lost}` });
  await server.call({
    path: ACTIVITIES,
    headers: { authorization: `Bearer ${lost}`, 'x-api-key': lost, referer: `https://a.example/?code=${lost}` },
  });
  const items = [
    { id: '1', method: 'GET', url: `/me?access_token=${lost}`, headers: { Authorization: `Bearer ${lost}` } },
  ];
  await server.call({ method: 'POST', path: '/v1.0/$batch', token, json: { requests: items } });
  await server.call({
    method: 'POST',
    path: ACTIVITIES,
    token,
    json: activity({ notes: { contentType: 'text', content: token }, password: lost }),
  });
  await server.call({
    method: 'POST',
    path: ACTIVITIES,
    token,
    body: `{"filler":"${'x'.repeat(65_400)}","client_secret":"${lost}${lost}`,
    headers: { 'content-type': 'application/json' },
  });
  await server.call({ method: 'POST', path: `${path}/token`, json: { client_secret: lost } });
  await server.call({
    method: 'POST',
    path: `${path}/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `client%5Fsecret=${lost}&client_assertion=${token}`,
  });
  for (const body of [`client_secret=${lost}&x=y`, `{"client_secret":"${lost}"}`]) {
    await server.call({ method: 'POST', path: `${path}/token`, body: Buffer.from(body) });
  }
}

test('nothing that opens anything is kept: neither in entries, nor in exports', async () => {
  const page = await control('GET', '/journal?limit=1000');
  const ids: readonly number[] = page.body.value.map(({ id }: { id: number }) => id);
  expect(ids.length).toBeGreaterThan(20);
  const har = await control('GET', '/journal.har');
  const commands = await Promise.all(ids.map((id) => control('GET', `/journal/${id}/curl`)));
  const singles = await Promise.all(ids.map((id) => control('GET', `/journal/${id}`)));
  const texts = [page, har, ...commands, ...singles].map(({ text }) => text);
  for (const [name, secret] of secrets) {
    const places = texts.map((text) => text.slice(Math.max(0, text.indexOf(secret) - 100), text.indexOf(secret) + 1));
    expect(
      places.filter((_, index) => texts[index]?.includes(secret)),
      `the ${name} stands in the journal`,
    ).toEqual([]);
  }
});

test('what is not a secret is kept beside it', async () => {
  const { text } = await control('GET', '/journal?limit=1000');
  for (const kept of [
    'grant_type=refresh_token',
    'code_challenge_method=S256',
    'state=the-state',
    'client_secret=[redacted]',
    'Bearer [redacted]',
    'Basic [redacted]',
  ]) {
    expect(text).toContain(kept);
  }
});

/** MSAL4J sends a form without a Content-Type: each endpoint of the authority reads it as one. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../../support/server.ts';
import { GRAPH, PORTAL_ID, PORTAL_URI, SCOPES, startAuthority, TENANT_ID, WRITER_ID } from './authority.ts';
import type { AuthorityServer } from './authority.ts';
import { createPkce } from './person.ts';

let server: AuthorityServer;

beforeAll(async () => {
  server = await startAuthority();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Bytes, to which the client adds no type of its own. */
function send(path: string, form: Readonly<Record<string, string>>, headers: Record<string, string> = {}) {
  const body = Buffer.from(new URLSearchParams(form).toString());
  return server.call({ method: 'POST', path: `/${TENANT_ID}/${path}`, body, headers });
}

describe('A form without a Content-Type is read', () => {
  test('for a token, in one piece or in chunks', async () => {
    const form = {
      ...{ grant_type: 'client_credentials', client_id: WRITER_ID, client_secret: server.writerSecret },
      scope: `${GRAPH}/.default`,
    };
    const body = new URLSearchParams(form).toString();
    const path = `/${TENANT_ID}/oauth2/v2.0/token`;
    const chunked = await server.call({ method: 'POST', path, body: Buffer.from(body), isChunked: true });
    const version1 = await send('oauth2/token', { ...form, resource: GRAPH });
    for (const answer of [await send('oauth2/v2.0/token', form), chunked, version1]) {
      expect(decodeJwt(answer.body.access_token)).toMatchObject({ appid: WRITER_ID });
    }
  });

  test('for a device code, and by the page that lets the device in', async () => {
    const { status, body } = await send('oauth2/v2.0/devicecode', { client_id: PORTAL_ID, scope: SCOPES });
    expect([status, body.error_description]).toEqual([200, undefined]);
    const version1 = await send('oauth2/devicecode', { client_id: PORTAL_ID, resource: GRAPH });
    expect(version1.status).toBe(200);
    const form = { user_code: body.user_code, user: 'learner@contoso.onmicrosoft.com' };
    expect((await send('oauth2/v2.0/deviceauth', form)).text).toContain('Your device is signed in');
  });

  test('by the sign-in pages', async () => {
    const { challenge } = createPkce();
    const request = {
      ...{ client_id: PORTAL_ID, response_type: 'code', redirect_uri: PORTAL_URI, scope: SCOPES },
      ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    };
    for (const path of ['oauth2/v2.0/authorize', 'oauth2/authorize']) {
      expect((await send(path, request)).text).toContain('Lee Learner');
    }
    const form = { request: new URLSearchParams(request).toString(), user: 'learner@contoso.onmicrosoft.com' };
    expect(locationOf(await send('login', form))).toMatch(/^http:\/\/localhost:4711\/\?code=/);
    for (const path of ['oauth2/v2.0/logout', 'oauth2/logout']) {
      expect(locationOf(await send(path, { post_logout_redirect_uri: PORTAL_URI }))).toBe(`${PORTAL_URI}/`);
    }
  });

  test('but not one that calls itself something else', async () => {
    const form = { client_id: PORTAL_ID, scope: SCOPES };
    const { status, body } = await send('oauth2/v2.0/devicecode', form, { 'content-type': 'text/plain' });
    expect([status, body.error_codes]).toEqual([400, [900144]]);
  });
});

function locationOf({ headers }: Answer): string | undefined {
  return headers['location'];
}

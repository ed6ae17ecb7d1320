/** Kiota asks for `{scheme}://{host}/.default` where its client has another base URL and no scopes. */
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCalls } from '../../support/server.ts';
import type { Calls } from '../../support/server.ts';
import { GRAPH, PORTAL_ID, startAuthority, TENANT_ID, WRITER_ID } from './authority.ts';
import type { AuthorityServer } from './authority.ts';

const CONTENTS = '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38/learningContents';

let server: AuthorityServer;
let port: string;
let httpPort: string;

beforeAll(async () => {
  server = await startAuthority({ httpPort: 0 });
  port = new URL(server.origin).port;
  httpPort = new URL(server.app.httpUrl ?? '').port;
});
afterAll(() => server[Symbol.asyncDispose]());

function ask(scope: string) {
  const client = { client_id: WRITER_ID, client_secret: server.writerSecret };
  return server.token({ grant_type: 'client_credentials', ...client, scope });
}

/** `PORT` and `HTTP_PORT` are those that the server got. */
function fill(text: string): string {
  return text.replace('HTTP_PORT', httpPort).replace('PORT', port);
}

describe('The address of the server is a resource', () => {
  test.each([
    ['https://localhost:PORT', 'https://localhost:PORT'],
    ['https://localhost', 'https://localhost'],
    ['https://localhost:PORT/', 'https://localhost:PORT'],
    ['HTTPS://LocalHost', 'https://localhost'],
    ['https://127.0.0.1:PORT', 'https://127.0.0.1:PORT'],
    ['https://[::1]:PORT', 'https://[::1]:PORT'],
    ['http://localhost:HTTP_PORT', 'http://localhost:HTTP_PORT'],
  ])('%s: its tokens are for %s, and are taken', async (resource, audience) => {
    const { status, body } = await ask(`${fill(resource)}/.default`);
    expect([status, body.error_description]).toEqual([200, undefined]);
    expect(decodeJwt(body.access_token).aud).toBe(fill(audience));
    expect((await server.call({ path: CONTENTS, token: body.access_token })).status).toBe(200);
  });

  test('for users, with single permissions or all that are consented', async () => {
    const user = { username: 'learner@contoso.onmicrosoft.com', password: server.passwords['learner'] as string };
    for (const permission of ['LearningProvider.ReadWrite', '.default']) {
      const scope = `openid ${server.origin}/${permission}`;
      const { body } = await server.token({ grant_type: 'password', client_id: PORTAL_ID, ...user, scope });
      expect(decodeJwt(body.access_token)).toMatchObject({ aud: server.origin });
      expect(body.scope.split(' ')).toContain(`${server.origin}/LearningProvider.ReadWrite`);
      const path = '/v1.0/employeeExperience/learningProviders';
      expect((await server.call({ path, token: body.access_token })).status).toBe(200);
    }
  });

  test.each([
    'https://localhost:1',
    'https://graph.localhost',
    'https://another.example',
    'https://localhost/v1.0',
    'https://x@localhost',
    'https://localhost?',
    'ftp://localhost',
    'http://localhost:PORT',
    'localhost',
  ])('unlike %s', async (resource) => {
    const { status, body } = await ask(`${fill(resource)}/.default`);
    expect([status, body.error, body.error_codes]).toEqual([400, 'invalid_resource', [500011]]);
  });

  test('of its own, which no scope can mix with another', async () => {
    const user = { username: 'learner@contoso.onmicrosoft.com', password: server.passwords['learner'] as string };
    const scope = `${server.origin}/User.Read ${GRAPH}/User.Read`;
    const { body } = await server.token({ grant_type: 'password', client_id: PORTAL_ID, ...user, scope });
    expect(body.error_codes).toEqual([700022]);
  });
});

test('So is its public URL', async () => {
  await using open = await startAuthority({ publicUrl: 'https://learning.example:9443', sandbox: true, httpPort: 0 });
  const calls: Calls = openCalls(open.app.httpUrl ?? '', open.ca);
  const local = new URL(open.app.httpUrl ?? '').origin;
  for (const resource of ['https://learning.example:9443', 'https://learning.example', 'https://localhost', local]) {
    const form = {
      ...{ grant_type: 'client_credentials', client_id: WRITER_ID, client_secret: open.writerSecret },
      scope: `${resource}/.default`,
    };
    const { body } = await calls.call({
      method: 'POST',
      path: `/${TENANT_ID}/oauth2/v2.0/token`,
      body: Buffer.from(new URLSearchParams(form).toString()),
    });
    expect(decodeJwt(body.access_token).aud).toBe(resource);
    expect((await calls.call({ path: CONTENTS, token: body.access_token })).status).toBe(200);
  }
  await calls.close();
});

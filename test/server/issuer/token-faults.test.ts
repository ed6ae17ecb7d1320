/** Faults of the token endpoint, by hand and through @azure/identity and @azure/msal-node as they come. */
import { ClientSecretCredential } from '@azure/identity';
import { ConfidentialClientApplication } from '@azure/msal-node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { TOKEN_ERRORS } from '../../../src/model/token-errors.ts';
import type { TokenErrorName, TokenErrorRow } from '../../../src/model/token-errors.ts';
import { FAULT_PRESETS } from '../../../src/sandbox/faults/fault-presets.ts';
import { openControl } from '../../support/control.ts';
import type { Control } from '../../support/control.ts';
import type { Answer } from '../../support/server.ts';
import { GRAPH, PORTAL_ID, SCOPES, startAuthority, TENANT_ID, WRITER_ID } from './authority.ts';
import type { AuthorityServer } from './authority.ts';

const DEFAULT_SCOPE = `${GRAPH}/.default`;
const NOON = '2030-01-01T12:00:00Z';

let server: AuthorityServer;
let control: Control;

beforeAll(async () => {
  server = await startAuthority();
  control = openControl(server);
});
afterEach(() => control('POST', '/reset'));
afterAll(() => server[Symbol.asyncDispose]());

async function addFault(fault: object): Promise<string> {
  const { status, body } = await control('POST', '/faults', fault);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id as string;
}

function asApp(secret = server.writerSecret): Promise<Answer> {
  const client = { client_id: WRITER_ID, client_secret: secret };
  return server.token({ grant_type: 'client_credentials', ...client, scope: DEFAULT_SCOPE });
}

function asLearner(): Promise<Answer> {
  return server.token({
    ...{ grant_type: 'password', client_id: PORTAL_ID, scope: SCOPES },
    ...{ username: 'learner@contoso.onmicrosoft.com', password: server.passwords['learner'] as string },
  });
}

function renew(token: string): Promise<Answer> {
  return server.token({ grant_type: 'refresh_token', client_id: PORTAL_ID, refresh_token: token, scope: SCOPES });
}

async function counts(id: string): Promise<readonly [matched: number, hits: number]> {
  const { body } = await control('GET', `/faults/${id}`);
  return [body.matchedCalls, body.hits];
}

/** Of the newest entry of the authority. */
async function lastEntry(): Promise<unknown> {
  return (await control('GET', '/journal?kind=issuer&limit=1')).body.value[0];
}

const presetOf = (row: string): string => `token${row.slice(0, 1).toUpperCase()}${row.slice(1)}`;

describe('every error of the authority is a preset', () => {
  test.each(Object.entries(TOKEN_ERRORS) as [TokenErrorName, TokenErrorRow][])('%s', async (name, row) => {
    const preset = presetOf(name);
    await addFault({ preset });
    const { status, headers, body } = await asApp();
    expect([status, headers['x-vivarium-fault']]).toEqual([row.status, preset]);
    expect(body).toMatchObject({ error: row.error, error_codes: [row.number], trace_id: headers['x-ms-request-id'] });
    expect(body.error_description).toMatch(new RegExp(`^AADSTS${row.number}: .+ Trace ID: `));
    expect(body.error_description).not.toMatch(/\{\w+\}/);
    expect(body.suberror).toBe(row.suberror);
    expect(headers['retry-after']).toBe(row.status === 503 ? '1' : undefined);
    expect(await lastEntry()).toMatchObject({
      ...{ status, app: { id: WRITER_ID, name: 'writer' }, tenant: { id: TENANT_ID }, refusal: { row: name } },
      notes: [`fault ${preset}: error, on call 1`],
    });
  });

  test('looks as when it comes about', async () => {
    const seen = ({ status, headers, body }: Answer) => {
      const { error, error_codes, error_uri, suberror, error_description, ...ids } = body;
      const text = String(error_description).split(' Trace ID: ')[0];
      const rest = { error, error_codes, error_uri, suberror, ids: Object.keys(ids as object) };
      const named = ['content-type', 'cache-control', 'pragma', 'access-control-allow-origin', 'x-ms-request-id'];
      return { status, rest, text, headers: named.map((name) => [name, typeof headers[name]]) };
    };
    const truth = await asApp('wrong');
    await addFault({ preset: 'tokenClientSecretInvalid' });
    expect(seen(await asApp())).toEqual(seen(truth));
  });

  test('under a name of its own', () => {
    const names = FAULT_PRESETS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('is also found by its AADSTS number', async () => {
    const problemsOf = async (preset: string) => (await control('POST', '/faults', { preset })).body.problems;
    expect(await problemsOf('AADSTS7000222')).toEqual([
      'preset: AADSTS7000222 is the preset tokenClientSecretExpired.',
    ]);
    expect(await problemsOf('AADSTS65001')).toEqual([
      'preset: AADSTS65001 is the preset tokenConsentMissing or tokenConsentRequired.',
    ]);
  });
});

describe('rules are about token requests', () => {
  const effect = { kind: 'error', row: 'temporarilyUnavailable' };
  const isHit = async (answer: Promise<Answer>) => (await answer).headers['x-vivarium-fault'] !== undefined;

  test.each([
    ['all', {}, true, true],
    ['of a grant type', { grantType: 'client_credentials' }, true, false],
    ['of several grant types', { grantType: ['refresh_token', 'password'] }, false, true],
    ['of an app by name', { app: 'portal' }, false, true],
    ['of an app by id', { app: WRITER_ID.toUpperCase() }, true, false],
    ['of a tenant', { tenant: 'contoso.onmicrosoft.com' }, true, true],
    ['of another tenant', { tenant: 'fabrikam.example' }, false, false],
  ])('%s', async (_what, match, isAppHit, isLearnerHit) => {
    await addFault({ endpoint: 'token', match, effect });
    expect([await isHit(asApp()), await isHit(asLearner())]).toEqual([isAppHit, isLearnerHit]);
  });

  test('and not about those of the API, nor the other way round', async () => {
    const token = await server.appToken('writer');
    await addFault({ name: 'tokens', endpoint: 'token', effect });
    await addFault({ name: 'graph', effect: { kind: 'error', row: 'conflict' } });
    const graph = await server.call({ path: '/v1.0/employeeExperience', token });
    expect([graph.headers['x-vivarium-fault'], (await asApp()).headers['x-vivarium-fault']]).toEqual([
      'graph',
      'tokens',
    ]);
    expect([await counts('tokens'), await counts('graph')]).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  test('by number, and by the time of the clock', async () => {
    await addFault({ endpoint: 'token', calls: { nth: 2 }, effect });
    expect([await isHit(asApp()), await isHit(asApp()), await isHit(asApp())]).toEqual([false, true, false]);
    await control('DELETE', '/faults');
    await addFault({ endpoint: 'token', window: { from: NOON }, effect });
    expect(await isHit(asApp())).toBe(false);
    await control('PATCH', '/clock', { frozenAt: NOON });
    expect(await isHit(asApp())).toBe(true);
  });

  test('of either generation, by a device code under either of its names, and sent by HTTP Basic', async () => {
    await addFault({ endpoint: 'token', match: { grantType: 'device_code' }, effect });
    const form = { client_id: PORTAL_ID, device_code: 'none' };
    const long = 'urn:ietf:params:oauth:grant-type:device_code';
    expect(await isHit(server.token({ ...form, grant_type: 'device_code' }))).toBe(true);
    expect(await isHit(server.token({ ...form, grant_type: long }))).toBe(true);
    await control('DELETE', '/faults');
    await addFault({ endpoint: 'token', match: { app: 'writer' }, effect });
    const basic = Buffer.from(`${WRITER_ID}:${server.writerSecret}`).toString('base64');
    const headers = { authorization: `Basic ${basic}` };
    const path = `/${TENANT_ID}/oauth2/token`;
    expect(await isHit(server.post(path, { grant_type: 'client_credentials', resource: GRAPH }, headers))).toBe(true);
  });

  test('that are refused for other reasons as well: the fault comes first, and the clock of the sandbox dates it', async () => {
    await control('PATCH', '/clock', { frozenAt: NOON });
    await addFault({ endpoint: 'token', effect: { ...effect, retryAfterForm: 'date', retryAfterSeconds: 30 } });
    const { headers, body } = await server.token({ grant_type: 'nonsense' });
    expect([headers['retry-after'], body.error]).toEqual(['Tue, 01 Jan 2030 12:00:30 GMT', 'temporarily_unavailable']);
  });

  test('and go on from a snapshot', async () => {
    await addFault({ name: 'second', endpoint: 'token', calls: { nth: 2 }, effect });
    await asApp();
    await control('POST', '/snapshots', { name: 'one' });
    await control('DELETE', '/faults');
    await control('POST', '/snapshots/one/restore');
    expect(await isHit(asApp())).toBe(true);
    await control('DELETE', '/snapshots/one');
  });
});

describe('what a proxy or the network does to a token request', () => {
  test('an app that asks too often is answered as Microsoft Entra does', async () => {
    await addFault({ preset: 'tokenThrottled', effect: { retryAfterSeconds: 60 } });
    const { status, headers, text } = await asApp();
    expect([status, headers['content-type'], headers['retry-after'], text]).toEqual([
      ...[429, 'text/plain', '60', 'Too Many Requests'],
    ]);
    expect(await lastEntry()).toMatchObject({ status: 429, notes: ['fault tokenThrottled: gateway, on call 1'] });
  });

  test('presets of connections take the endpoint', async () => {
    await addFault({ preset: 'badGateway', endpoint: 'token' });
    const { status, headers, text } = await asApp();
    expect([status, headers['content-type']]).toEqual([502, 'text/html']);
    expect(text).toContain('<h1>502 Bad Gateway</h1>');
  });

  test('the connection breaks before, and nothing is issued', async () => {
    const { refresh_token } = (await asLearner()).body;
    await addFault({ preset: 'tokenReset' });
    await expect(renew(refresh_token)).rejects.toThrow('fetch failed');
    expect(await lastEntry()).toMatchObject({ delivery: 'none', notes: ['fault tokenReset: reset, on call 1'] });
    await control('DELETE', '/faults');
    expect((await renew(refresh_token)).status).toBe(200);
  });

  test('the connection breaks after, and a code is redeemed all the same', async () => {
    const start = await server.post(`/${TENANT_ID}/oauth2/v2.0/devicecode`, { client_id: PORTAL_ID, scope: SCOPES });
    const form = { grant_type: 'device_code', client_id: PORTAL_ID, device_code: start.body.device_code as string };
    const page = `/${TENANT_ID}/oauth2/v2.0/deviceauth`;
    const answer = { user_code: start.body.user_code as string, user: 'learner@contoso.onmicrosoft.com' };
    expect((await server.post(page, answer, { origin: server.origin })).status).toBe(200);
    await addFault({ preset: 'tokenResetAfterIssue', calls: { first: 1 } });
    await expect(server.token(form)).rejects.toThrow('fetch failed');
    expect((await server.token(form)).body.error_codes).toEqual([TOKEN_ERRORS.codeRedeemed.number]);
  });

  test('the answer is cut, halved, or slow', async () => {
    await addFault({ name: 'cut', endpoint: 'token', effect: { kind: 'truncate', bytes: 5 } });
    await expect(asApp()).rejects.toThrow();
    expect(await lastEntry()).toMatchObject({ delivery: 'cut', status: 200 });
    await control('DELETE', '/faults');
    await addFault({ endpoint: 'token', effect: { kind: 'malformed' } });
    const halved = await asApp();
    expect([halved.status, halved.body, halved.headers['cache-control']]).toEqual([
      200,
      undefined,
      'no-store, no-cache',
    ]);
    expect(halved.text).toMatch(/^\{"token_type":"Bearer"/);
    await control('DELETE', '/faults');
    await addFault({ endpoint: 'token', effect: { kind: 'slowBody', bytesPerSecond: 1_000_000 } });
    expect((await asApp()).body.access_token).toMatch(/^ey/);
  });

  test('what waits for its latency does not hold up a reset', async () => {
    await addFault({ preset: 'tokenTimeout' });
    const left = new AbortController();
    const path = `${server.origin}/${TENANT_ID}/oauth2/v2.0/token`;
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: WRITER_ID });
    const waiting = fetch(path, { method: 'POST', body: form, signal: left.signal }).catch(
      (error: Error) => error.name,
    );
    while ((await counts('tokenTimeout'))[1] === 0);
    const begin = performance.now();
    expect((await control('POST', '/reset')).status).toBe(204);
    expect(performance.now() - begin).toBeLessThan(10_000);
    left.abort();
    expect(await waiting).toBe('AbortError');
  });
});

describe('a rule is refused that is', () => {
  const effect = { kind: 'error', row: 'clientSecretExpired' };

  test.each([
    [
      'about what token requests lack',
      { endpoint: 'token', effect, match: { path: '/x', operation: 'listUsers', user: 'learner', inBatch: true } },
      ['path', 'operation', 'user', 'inBatch'].map(
        (member) => `match.${member}: token requests are matched by app, tenant and grantType.`,
      ),
    ],
    [
      'about a grant type that there is not',
      { endpoint: 'token', effect, match: { grantType: 'client_credential' } },
      ['match.grantType: there is no "client_credential". Did you mean "client_credentials"?'],
    ],
    [
      'about a grant type, and the API',
      { preset: 'conflict', match: { grantType: 'password' } },
      ['match.grantType is about token requests: give endpoint "token" as well.'],
    ],
    [
      'of an error of the other endpoint',
      { effect },
      ['effect.row: "clientSecretExpired" is an error of the endpoint "token": give that endpoint, or another row.'],
    ],
    [
      'of an error of the API, for token requests',
      { endpoint: 'token', preset: 'tooManyRequests' },
      ['effect.row: "tooManyRequests" is an error of the endpoint "graph": give that endpoint, or another row.'],
    ],
    [
      'of no error at all',
      { endpoint: 'token', effect: { kind: 'error', row: 'clientSecretExpird', fields: ['x'] } },
      [
        'effect.row: there is no "clientSecretExpird". Did you mean "clientSecretExpired"?',
        'effect.fields: token errors name no fields.',
      ],
    ],
    [
      'about stale reads of tokens',
      { endpoint: 'token', effect: { kind: 'stale' } },
      ['effect.kind: "stale" is about reads of the API, not about token requests.'],
    ],
    [
      'about another endpoint',
      { endpoint: 'graf', effect: { kind: 'error', row: 'conflict' } },
      ['endpoint must be equal to one of the allowed values: graph, token'],
    ],
  ])('%s', async (_what, fault, problems) => {
    const { status, body } = await control('POST', '/faults', fault);
    expect([status, body.problems]).toEqual([400, problems]);
  });
});

describe('@azure/identity', () => {
  const credential = () =>
    new ClientSecretCredential(TENANT_ID, WRITER_ID, server.writerSecret, {
      authorityHost: server.origin,
      disableInstanceDiscovery: true,
    });

  test.each([
    ['429 in plain text', { preset: 'tokenThrottled' }],
    ['503 with an AADSTS error', { preset: 'tokenTemporarilyUnavailable' }],
    ['a connection that breaks', { preset: 'tokenReset' }],
  ])('tries again by itself after %s', async (_what, fault) => {
    await addFault({ name: 'trouble', calls: { first: 1 }, ...fault });
    expect((await credential().getToken(DEFAULT_SCOPE)).token).toMatch(/^ey/);
    expect(await counts('trouble')).toEqual([2, 1]);
  });

  test('gives up on an expired secret at once, with the AADSTS error', async () => {
    const id = await addFault({ preset: 'tokenClientSecretExpired', match: { app: 'writer' } });
    const failed = credential().getToken(DEFAULT_SCOPE);
    await expect(failed).rejects.toMatchObject({ name: 'AuthenticationRequiredError' });
    await expect(failed).rejects.toThrow(/AADSTS7000222: The provided client secret keys/);
    expect(await counts(id)).toEqual([1, 1]);
  });
});

describe('@azure/msal-node', () => {
  const client = () =>
    new ConfidentialClientApplication({
      auth: {
        clientId: WRITER_ID,
        clientSecret: server.writerSecret,
        authority: server.authority(),
        knownAuthorities: [new URL(server.origin).host],
      },
    });
  const request = { scopes: [DEFAULT_SCOPE] };

  test('asks no more until Retry-After is over', async () => {
    const id = await addFault({ preset: 'tokenTemporarilyUnavailable', effect: { retryAfterSeconds: 60 } });
    const app = client();
    const failures = async () =>
      (app.acquireTokenByClientCredential(request) as Promise<unknown>).catch((error: Error) => error.message);
    expect(await failures()).toContain('AADSTS90033');
    expect(await failures()).toContain('AADSTS90033');
    expect((await counts(id))[0]).toBe(1);
  });

  test('names the error of an app that was disabled', async () => {
    await addFault({ preset: 'tokenApplicationDisabled' });
    const failed = client().acquireTokenByClientCredential(request);
    await expect(failed).rejects.toMatchObject({ errorCode: 'unauthorized_client' });
    await expect(failed).rejects.toThrow('AADSTS7000112');
  });
});

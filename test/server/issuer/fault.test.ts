/** A fault of the server itself: nothing of it is told to clients or people, and it is reported. */
import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { systemClock } from '../../../src/lib/clock.ts';
import { Exchange } from '../../../src/server/exchange.ts';
import { registerIssuerRoutes } from '../../../src/server/issuer-route.ts';
import type { IssuerContext } from '../../../src/issuer/issuer-context.ts';

const app = Fastify({ genReqId: () => randomUUID() });
const faults: unknown[] = [];
const breakDown = () => Promise.reject(new Error('disk on fire'));

/** Only what is asked for before the directory breaks down. */
const issuer = {
  directory: { findTenant: breakDown, listTenants: breakDown },
  clock: systemClock,
} as unknown as IssuerContext;

beforeAll(async () => {
  app.decorateRequest('exchange');
  app.addHook('onRequest', (request, reply, done) => {
    request.exchange = new Exchange(request.id, request.raw, reply.raw);
    done();
  });
  await app.register(registerIssuerRoutes, {
    issuer,
    findOrigin: () => 'http://localhost',
    findSender: () => 'loopback',
    isOwnOrigin: () => true,
    authenticate: breakDown,
    reportFault: (fault) => faults.push(fault),
  });
  app.post('/echo', (request) => request.body);
  await app.ready();
});
afterAll(() => app.close());

const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('a fault', () => {
  test.each([
    ['/any/oauth2/v2.0/token', 'grant_type=client_credentials&client_id=a&client_secret=b'],
    ['/any/oauth2/v2.0/devicecode', 'client_id=a'],
    ['/oidc/userinfo', ''],
  ] as const)('at %s is server_error', async (url, payload) => {
    faults.length = 0;
    const { statusCode, body } = await app.inject({ method: 'POST', url, payload, headers: form });
    expect(statusCode).toBe(500);
    expect(JSON.parse(body)).toMatchObject({ error: 'server_error', error_codes: [50000] });
    expect(body).not.toContain('disk on fire');
    expect(faults).toEqual([new Error('disk on fire')]);
  });

  test('at a page is a page', async () => {
    faults.length = 0;
    const { statusCode, headers, body } = await app.inject({ url: '/any/oauth2/v2.0/authorize?client_id=a' });
    expect(statusCode).toBe(500);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain('AADSTS50000');
    expect(body).not.toContain('disk on fire');
    expect(faults).toEqual([new Error('disk on fire')]);
  });
});

test('body parser and error shape are those of the issuer alone', async () => {
  const json = await app.inject({ method: 'POST', url: '/echo', payload: { a: 1 } });
  expect(json.json()).toEqual({ a: 1 });
  expect((await app.inject({ method: 'POST', url: '/echo', payload: 'a=1', headers: form })).statusCode).toBe(415);
});

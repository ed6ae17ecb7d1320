import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { systemClock } from '../../src/lib/clock.ts';
import { systemIds } from '../../src/lib/id-source.ts';
import { createHttpServer } from '../../src/server/server.ts';
import type { HttpServer } from '../../src/server/server.ts';
import { API_VERSIONS } from '../../src/model/versions.ts';
import { createEvents } from '../../src/telemetry/events.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { startTenantServer } from '../support/tenants.ts';
import type { TenantServer } from '../support/tenants.ts';
import { sendWire } from '../support/wire.ts';
import type { WireAnswer } from '../support/wire.ts';
import { writer } from '../conformance/callers.ts';
import { P1_ACTIVITIES } from '../conformance/setup.ts';
import { SLOW_ROWS, WIRE_ROWS } from '../conformance/wire.ts';
import type { WireRow } from '../conformance/wire.ts';
import { answeringServices } from '../support/answering-services.ts';

function expectRefusal({ status, headers, body }: WireAnswer, { refusal }: WireRow): void {
  expect({ status, type: headers['content-type'] }).toEqual({ status: refusal.status, type: 'application/json' });
  expect(JSON.parse(body)).toEqual({
    error: {
      code: refusal.code,
      message: refusal.message,
      innerError: {
        date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        'request-id': headers['request-id'],
        'client-request-id': headers['client-request-id'],
      },
    },
  });
}

describe.each(API_VERSIONS)('on the bare connection, %s', (version) => {
  let server: TenantServer;
  let authorization: string;

  beforeAll(async () => {
    server = await startTenantServer({
      seed: join(import.meta.dirname, '..', 'conformance', 'seed.yaml'),
      copies: 1,
      settings: { httpPort: 0 },
    });
    authorization = await server.takeTenant().authorize(writer);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.each(WIRE_ROWS.map((row) => [`${row.id}: ${row.rule}`, row] as const))('%s', async (_name, row) => {
    const { sends, isEnded = false } = row;
    const text = sends.replace('{path}', `/${version}${P1_ACTIVITIES}`).replace('Bearer {token}', authorization);
    expectRefusal(await sendWire(server.app.httpUrl ?? '', { text, isEnded }), row);
  });
});

describe('on a server that waits only for a moment', () => {
  const notReached = (): never => {
    throw new Error('No request is complete here.');
  };
  let server: HttpServer;
  let origin = '';

  beforeAll(async () => {
    server = createHttpServer({
      host: '127.0.0.1',
      port: 0,
      limits: { headersMs: 50, requestMs: 50 },
      origin: { isProxyTrusted: false },
      ids: systemIds(systemClock),
      instanceId: 'impatient',
      instance: 'test',
      events: createEvents(createLogger({ level: 'silent', isTerminal: false, hasColour: false })),
      services: answeringServices(notReached, {
        authenticator: { authenticate: notReached },
        errorStyle: { clock: systemClock, forbiddenCode: 'Forbidden' },
      }),
      readiness: notReached,
    });
    origin = (await server.listen())[0]?.origin ?? '';
  });
  afterAll(() => server.close());

  test.each(SLOW_ROWS.map((row) => [`${row.id}: ${row.rule}`, row] as const))('%s', async (_name, row) => {
    expectRefusal(await sendWire(origin, { text: row.sends }), row);
  });
});

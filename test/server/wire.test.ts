import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { systemClock } from '../../src/lib/clock.ts';
import { systemIds } from '../../src/lib/id-source.ts';
import { createHttpServer } from '../../src/server/server.ts';
import type { HttpServer } from '../../src/server/server.ts';
import { API_VERSIONS, V1 } from '../../src/model/versions.ts';
import type { ApiVersion } from '../../src/model/versions.ts';
import { createEvents } from '../../src/telemetry/events.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { startTenantServer } from '../support/tenants.ts';
import type { OwnTenant, TenantServer } from '../support/tenants.ts';
import { openClient } from '../../src/conformance/client.ts';
import { runWire } from '../../src/conformance/run-wire.ts';
import { SLOW_ROWS, WIRE_ROWS } from '../../src/conformance/wire.ts';
import { answeringServices } from '../support/answering-services.ts';

const client = openClient(undefined);
afterAll(() => client[Symbol.dispose]());

describe.each(API_VERSIONS)('on the bare connection, %s', (version) => {
  let server: TenantServer;
  let tenant: OwnTenant;

  beforeAll(async () => {
    server = await startTenantServer({
      seed: join(import.meta.dirname, '..', '..', 'seeds', 'conformance.yaml'),
      copies: 1,
      settings: { httpPort: 0 },
    });
    tenant = server.takeTenant();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test.each(WIRE_ROWS.map((row) => [`${row.id}: ${row.rule}`, row] as const))('%s', async (_name, row) => {
    const findRoot = (one: ApiVersion): string => `${server.app.httpUrl}/${one}`;
    const { authorize } = tenant;
    expect(await runWire(row, version, { findRoot, authorize, sendText: client.sendText })).toBeUndefined();
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
    const findRoot = (): string => `${origin}/${V1}`;
    const authorize = notReached;
    expect(await runWire(row, V1, { findRoot, authorize, sendText: client.sendText })).toBeUndefined();
  });
});

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { OPERATIONS } from '../../src/model/operations.ts';
import { startTenantServer } from '../support/tenants.ts';
import type { Caller, OwnTenant, TenantServer } from '../support/tenants.ts';
import { CELLS, PERMISSIONS } from './permissions.ts';
import type { Cell } from './permissions.ts';
import { PLACES } from './places.ts';

const KINDS = ['application', 'delegated'] as const;
type Kind = (typeof KINDS)[number];

const REFUSED = 403;
const NOT_FOUND = 404;
const NEEDS_USER = 400;

/** Every permission alone, and none at all. */
const HELD = ['none', ...PERMISSIONS] as const;

function expectedStatus(cell: Cell, kind: Kind, held: string): number {
  const holds = (permissions: readonly string[] = []): boolean => permissions.includes(held);
  if (kind === 'application' && cell.isPersonal === true) return NEEDS_USER;
  if (holds(cell[kind])) return cell.permitted;
  return holds(cell.hidden?.[kind]) ? NOT_FOUND : REFUSED;
}

function callerOf({ user }: Cell, kind: Kind, held: string): Caller {
  const permissions = held === 'none' ? [] : [held];
  return kind === 'application' ? { roles: permissions } : { user, scopes: permissions };
}

test('every operation has its cells', () => {
  expect(new Set(CELLS.map(({ operation }) => operation))).toEqual(new Set(OPERATIONS.map(({ id }) => id)));
});

describe.each(PLACES)('permissions in $version on $store.name', ({ version, store }) => {
  let server: TenantServer;
  let tenant: OwnTenant;

  beforeAll(async () => {
    const settings = { contentPost: true, rootActivityWrites: true };
    server = await startTenantServer({ seed: join(import.meta.dirname, 'seed.yaml'), copies: 1, settings, store });
    tenant = server.takeTenant();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const send = async ({ send, json, headers }: Cell, caller: Caller): Promise<number> => {
    const [method = '', path = ''] = send.split(' ');
    const authorization = await tenant.authorize(caller);
    const call = { method, path: `/${version}${path}`, headers: { authorization, ...headers } };
    return (await server.call(json === undefined ? call : { ...call, json })).status;
  };

  const rows = CELLS.flatMap((cell) =>
    KINDS.map((kind) => [`${cell.operation} of ${cell.type ?? 'anything'} with ${kind} tokens`, kind, cell] as const),
  );
  test.each(rows)('%s', async (_name, kind, cell) => {
    const statuses: [string, number][] = [];
    for (const held of HELD) statuses.push([held, await send(cell, callerOf(cell, kind, held))]);
    expect(Object.fromEntries(statuses)).toEqual(
      Object.fromEntries(HELD.map((held) => [held, expectedStatus(cell, kind, held)])),
    );
  });
});

/** The control API's paths that say how the sandbox is. */
import { Type } from 'typebox';

import { monotonicMs } from '../lib/clock.ts';
import type { Tenant } from '../model/directory.ts';
import type { SandboxClock } from './clock.ts';
import { describeSnapshot, SNAPSHOT } from './snapshots/snapshot-routes.ts';
import type { SnapshotParts } from './snapshots/snapshot-routes.ts';
import { CLOCK } from './clock-routes.ts';
import { controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';

export interface StatusRoutesOptions {
  readonly version: string;
  /** Of the monotonic clock. */
  readonly startedAt: number;
  readonly clock: SandboxClock;
  readonly database: 'sqlite' | 'postgres';
  readonly openSnapshots: SnapshotParts;
  /** How many there are. */
  readonly counts: { readonly faults: () => number; readonly limits: () => number; readonly journal: () => number };
  findBaseUrl(): string;
  listTenants(): Promise<readonly Tenant[]>;
  countOfTenant(tenant: Tenant): Promise<Readonly<Record<(typeof COUNTED)[number], number>>>;
}

const closed = { additionalProperties: false } as const;
const COUNTED = ['users', 'apps', 'providers', 'contents', 'activities'] as const;

const TENANT = Type.Object(
  {
    id: Type.String(),
    displayName: Type.String(),
    domainName: Type.String(),
    counts: Type.Object(Object.fromEntries(COUNTED.map((name) => [name, Type.Integer()])), closed),
  },
  closed,
);

const STATUS = Type.Object(
  {
    version: Type.String(),
    uptimeMs: Type.Integer(),
    baseUrl: Type.String(),
    database: Type.Object(
      {
        kind: Type.Enum(['sqlite', 'postgres']),
        schema: Type.String({ description: 'The last migration of the database.' }),
      },
      closed,
    ),
    tenants: Type.Array(TENANT),
    clock: CLOCK,
    faults: Type.Integer({ description: 'How many are switched on.' }),
    limits: Type.Integer({ description: 'How many there are.' }),
    journal: Type.Integer({ description: 'How many entries it has.' }),
    snapshots: Type.Array(SNAPSHOT),
  },
  closed,
);

const HEALTH = Type.Object({ status: Type.Enum(['ready']) }, closed);

export function statusRoutes(options: StatusRoutesOptions): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'getHealth',
      method: 'GET',
      path: '/health',
      isOpen: true,
      summary: 'Confirms that the control API is served.',
      answer: { status: 200, description: 'It is.', schema: HEALTH },
      run: () => ({ body: { status: 'ready' } }),
    }),
    controlRoute({
      id: 'getStatus',
      method: 'GET',
      path: '/status',
      summary: 'Shows the contents and the settings of the sandbox.',
      answer: { status: 200, description: 'The status.', schema: STATUS },
      run: async () => ({ body: await describeStatus(options) }),
    }),
  ];
}

async function describeStatus(options: StatusRoutesOptions): Promise<object> {
  const { version, startedAt, clock, database, counts } = options;
  const { snapshots, schemaName } = await options.openSnapshots();
  const tenants = await options.listTenants();
  return {
    version,
    uptimeMs: Math.round(monotonicMs() - startedAt),
    baseUrl: options.findBaseUrl(),
    database: { kind: database, schema: schemaName },
    tenants: await Promise.all(
      tenants.map(async (tenant) => {
        const { id, displayName, domainName } = tenant;
        return { id, displayName, domainName, counts: await options.countOfTenant(tenant) };
      }),
    ),
    clock: clock.describe(),
    faults: counts.faults(),
    limits: counts.limits(),
    journal: counts.journal(),
    snapshots: (await snapshots.list()).map((one) => describeSnapshot(one, snapshots)),
  };
}

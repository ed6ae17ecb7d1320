/** The control API's paths of resets, snapshots and the seed. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { formatUtcMilliseconds } from '../../lib/utc-text.ts';
import type { SnapshotRecord } from '../../store/snapshot-store.ts';
import { controlRoute } from '../../control/route.ts';
import type { ControlRoute } from '../../control/route.ts';
import { FILE_TYPE } from './snapshot-file.ts';
import type { Snapshots } from './snapshots.ts';
import type { Transfer } from './transfer.ts';

/** What the routes work on, opened when it is first asked for. */
export type SnapshotParts = () => Promise<{
  readonly snapshots: Snapshots;
  readonly transfer: Transfer;
  readonly schemaName: string;
}>;

const YAML_TYPE = 'application/yaml';
/** A string in V8 holds twice as much. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

const closed = { additionalProperties: false } as const;

const TENANT = Type.Optional(
  Type.String({ minLength: 1, description: 'Id or domain name of a tenant; all tenants when not given.' }),
);
const SCOPE = Type.Object({ tenant: TENANT }, closed);

const NAME = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
  description: 'Letters, digits, dots, underscores and hyphens.',
});
const BY_NAME = Type.Object({ name: NAME }, closed);

export const SNAPSHOT = Type.Object(
  {
    name: Type.String(),
    tenant: Type.Union([Type.String(), Type.Null()], { description: 'Null for all tenants.' }),
    createdAt: Type.String({ format: 'date-time' }),
    schema: Type.String({ description: 'The last migration of the database that it was taken of.' }),
    isUsable: Type.Boolean({ description: 'Whether the database still has that schema.' }),
  },
  { ...closed, description: 'A saved state of the sandbox.' },
);

const SNAPSHOTS = Type.Object({ value: Type.Array(SNAPSHOT) }, closed);

const DONE = { status: 204, description: 'Nothing.' } as const;

export function snapshotRoutes(open: SnapshotParts): readonly ControlRoute[] {
  return [...resetRoutes(open), ...keepingRoutes(open), ...fileRoutes(open)];
}

export function describeSnapshot(snapshot: SnapshotRecord, { isUsable }: Snapshots): Static<typeof SNAPSHOT> {
  const { name, tenantId, createdAt, schemaName } = snapshot;
  return {
    name,
    tenant: tenantId ?? null,
    createdAt: formatUtcMilliseconds(createdAt),
    schema: schemaName,
    isUsable: isUsable(snapshot),
  };
}

function resetRoutes(open: SnapshotParts): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'reset',
      method: 'POST',
      path: '/reset',
      summary: 'Resets to a fresh start: the seed, no faults, an empty journal, real time.',
      body: SCOPE,
      answer: DONE,
      run: async ({ body: { tenant } }) => {
        await (await open()).snapshots.reset(tenant);
        return {};
      },
    }),
    controlRoute({
      id: 'loadSeed',
      method: 'POST',
      path: '/seed',
      summary: 'Reads the seed file again, or the seed in the body, and resets to it, now and from then on.',
      body: SCOPE,
      bodyType: YAML_TYPE,
      bodyLimitBytes: MAX_FILE_BYTES,
      answer: DONE,
      run: async ({ body }) => {
        const order = typeof body === 'string' ? { text: body as string } : body;
        await (await open()).snapshots.reseed(order);
        return {};
      },
    }),
  ];
}

function keepingRoutes(open: SnapshotParts): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'listSnapshots',
      method: 'GET',
      path: '/snapshots',
      summary: 'Lists the snapshots, by name.',
      answer: { status: 200, description: 'The snapshots.', schema: SNAPSHOTS },
      run: async () => {
        const { snapshots } = await open();
        return { body: { value: (await snapshots.list()).map((one) => describeSnapshot(one, snapshots)) } };
      },
    }),
    controlRoute({
      id: 'createSnapshot',
      method: 'POST',
      path: '/snapshots',
      summary: 'Saves the state of the sandbox, or of one tenant, under a name.',
      body: Type.Object({ name: NAME, tenant: TENANT }, closed),
      answer: { status: 201, description: 'The snapshot.', schema: SNAPSHOT },
      run: async ({ body: { name, tenant } }) => {
        const { snapshots } = await open();
        return { body: describeSnapshot(await snapshots.create(name, tenant), snapshots) };
      },
    }),
    controlRoute({
      id: 'restoreSnapshot',
      method: 'POST',
      path: '/snapshots/{name}/restore',
      summary: 'Restores the saved state. Keys and the control token do not change.',
      params: BY_NAME,
      answer: DONE,
      run: async ({ params: { name } }) => {
        await (await open()).snapshots.restore(name);
        return {};
      },
    }),
    controlRoute({
      id: 'removeSnapshot',
      method: 'DELETE',
      path: '/snapshots/{name}',
      summary: 'Removes a snapshot.',
      params: BY_NAME,
      answer: DONE,
      run: async ({ params: { name } }) => {
        await (await open()).snapshots.remove(name);
        return {};
      },
    }),
  ];
}

function fileRoutes(open: SnapshotParts): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'exportSnapshot',
      method: 'GET',
      path: '/snapshots/{name}/file',
      summary: 'Exports a snapshot as a file, for this server or another one. It contains secrets.',
      params: BY_NAME,
      answer: { status: 200, description: 'Lines of JSON: a head, the rows, an end.', textType: FILE_TYPE },
      run: async ({ params: { name } }) => {
        const value = await (await open()).transfer.exportFile(name);
        return { text: { type: FILE_TYPE, value, fileName: `${name}.ndjson` } };
      },
    }),
    controlRoute({
      id: 'importSnapshot',
      method: 'PUT',
      path: '/snapshots/{name}/file',
      summary: 'Imports a file under the name; replaces a snapshot of that name.',
      params: BY_NAME,
      bodyType: FILE_TYPE,
      bodyLimitBytes: MAX_FILE_BYTES,
      answer: { status: 200, description: 'The snapshot.', schema: SNAPSHOT },
      run: async ({ params: { name }, body }) => {
        const { snapshots, transfer } = await open();
        return { body: describeSnapshot(await transfer.importFile(name, body as unknown as string), snapshots) };
      },
    }),
  ];
}

/** Sandboxes with two tenants on either database, which tests can look into from outside. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

import type { Clock } from '../../src/lib/clock.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Seed } from '../../src/seed/seed-schema.ts';
import type { SqlConnection } from '../../src/store/connection.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { SNAPSHOT_TABLES } from '../../src/store/tables.ts';
import { openControl } from './control.ts';
import type { Control } from './control.ts';
import { createOwnDatabase, findPostgresUrl, postgresOptions } from './postgres.ts';
import { requestAppToken, startTestServer } from './server.ts';
import type { TestServer } from './server.ts';
import type { DatabaseName } from './store.ts';

const DEFAULT_SEED = join(import.meta.dirname, '..', '..', 'seeds', 'default.yaml');
export const SECRET = 'made up for tests';

/** The tenant of the default seed, and one that has the same in it. */
export const OURS = '2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10';
export const THEIRS = '2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c11';

export const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
export const CONTENT = '57baf9dc-e020-11ec-9d64-0242ac120002';
export const LEARNER = '7ba2228a-e020-11ec-9d64-0242ac120002';
export const ACTIVITIES = `/v1.0/employeeExperience/learningProviders/${PROVIDER}/learningCourseActivities`;

/** Where a sandbox keeps its data, over any number of starts. */
export interface SandboxPlace extends AsyncDisposable {
  start(settings?: Readonly<Record<string, unknown>>, clock?: Clock): Promise<TestSandbox>;
  /** A connection of its own, to look at what is stored, or to change it behind the server's back. */
  connect(): SqlConnection;
}

export interface TestSandbox extends TestServer {
  readonly control: Control;
  /** A token of an app in one of the tenants. */
  tenantToken(tenantId: string, app?: string): Promise<string>;
}

export async function openSandboxPlace(database: DatabaseName): Promise<SandboxPlace> {
  await using opening = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-sandbox-'));
  opening.defer(() => rmSync(folder, { recursive: true, force: true }));
  const seed = join(folder, 'seed.yaml');
  writeFileSync(seed, twoTenants());
  const data = join(folder, 'data');
  const limits = { maxWaitMs: 10_000 };
  const own = database === 'sqlite' ? undefined : opening.use(await createOwnDatabase(await findPostgresUrl()));
  const place = own === undefined ? {} : { database: own.url, migrateAtStart: true };
  const open = opening.move();
  return {
    start: async (settings = {}, clock = systemClock) => {
      const flags = { ephemeral: false, sandbox: true, data, seed, ...place, ...settings };
      return toSandbox(await startTestServer(flags, clock));
    },
    connect: () =>
      own === undefined
        ? openSqlite({ path: join(data, 'vivarium.db'), ...limits, slowStatementMs: 60_000, onSlowStatement: () => {} })
        : openPostgres(postgresOptions(own.url, limits)),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function toSandbox(server: TestServer): TestSandbox {
  const appId = (app: string) => seedOf().tenants[0]?.apps[app]?.id ?? app;
  return {
    ...server,
    control: openControl(server),
    tenantToken: (tenantId, app = 'writer') =>
      requestAppToken(server.call, tenantId, { clientId: appId(app), clientSecret: SECRET }),
  };
}

function seedOf(): Seed {
  return parse(readFileSync(DEFAULT_SEED, 'utf8'), { schema: 'core' }) as Seed;
}

/** YAML, with secrets that are known: nobody would know those of the second tenant. */
export function twoTenants(): string {
  const [first, ...others] = seedOf().tenants;
  if (first === undefined) throw new Error('The seed has no tenant');
  const apps = Object.entries(first.apps).map(([name, app]) => [
    name,
    app.isPublicClient === true ? app : { ...app, clientSecret: SECRET },
  ]);
  const ours = { ...first, apps: Object.fromEntries(apps) as typeof first.apps };
  const theirs = { ...ours, id: THEIRS, displayName: 'Fabrikam', domainName: 'fabrikam.onmicrosoft.com' };
  return stringify({ tenants: [ours, theirs, ...others] });
}

/** Every row of every table of data, as texts that can be compared; those of one tenant when its key is given. */
export async function dumpData(connection: SqlConnection, tenantKey?: number): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const table of SNAPSHOT_TABLES) {
    const found = await connection.read({ name: `dump ${table}`, sql: `select * from ${table}` }, {});
    const chosen = found.filter((row) => tenantKey === undefined || row['tenant_id'] === tenantKey);
    rows.push(...chosen.map((row) => `${table} ${JSON.stringify(row, printBytes)}`));
  }
  return rows.toSorted();
}

function printBytes(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

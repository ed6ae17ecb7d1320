/** Data of the release before, and what becomes of it: whatever its rows hold, and when the process dies in the middle. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import type { CourseActivity } from '../../src/model/entity.ts';
import { createSchema } from '../../src/model/schema.ts';
import { V1 } from '../../src/model/versions.ts';
import { createActivityCodec } from '../../src/store/activity-codec.ts';
import { ACTIVITY_COLUMNS } from '../../src/store/columns.ts';
import type { Params, SqlConnection, Write } from '../../src/store/connection.ts';
import { createImportWrites } from '../../src/store/import-writes.ts';
import { openStores } from '../../src/store/learning-store.ts';
import { findSchemaProblem, migrate, MIGRATIONS } from '../../src/store/migrations/migrate.ts';
import { activities, PROVIDERS } from '../support/random-activities.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';
import * as fixture from '../support/stored-tenant.ts';

const NARROW = '0006-narrow-activities';
/** Of the release before. */
const BEFORE = MIGRATIONS.slice(
  0,
  MIGRATIONS.findIndex(({ name }) => name === NARROW),
);
const { tenant } = fixture.markedTenant(1, 'Contoso');
const schema = createSchema(V1, DEFAULT_BEHAVIOUR);

/** Columns as the release before wrote them, where this one writes them otherwise, as parameters of no column's name. */
const OLD_VALUES: ReadonlyMap<string, string> = new Map([
  ['provider_key', 'p.provider_key'],
  ['external_course_activity_id', ':external_id_text'],
  ['assigner_user_id', ':assigner_text'],
]);
const OLD_COLUMNS = ['tenant_id', 'provider_key', 'registration_id', ...ACTIVITY_COLUMNS];
const OLD_INSERT = {
  name: 'insert of the release before',
  sql: `insert into learning_course_activity (${OLD_COLUMNS.join(', ')})
    select ${OLD_COLUMNS.map((column) => OLD_VALUES.get(column) ?? `:${column}`).join(', ')}
    from learning_provider p where p.tenant_id = :tenant_id and p.registration_id = :registration_id`,
};

function insertBefore(activity: CourseActivity, { dialect }: SqlConnection): Write {
  const { externalcourseActivityId, assignerUserId = null } = activity as Readonly<Record<string, string | null>>;
  const row: Params = createActivityCodec(dialect).toRow(tenant, { activity, rowVersion: 1 });
  const texts = { external_id_text: externalcourseActivityId ?? '', assigner_text: assignerUserId };
  return { statement: OLD_INSERT, params: { ...row, ...texts }, mustChange: true };
}

const TENANT = {
  name: 'tenant of the release before',
  sql: `insert into tenant (tenant_id, tenant_guid, display_name, domain_name, has_service_plan)
    values (:tenant_id, :tenant_guid, 'Contoso', 'contoso.example', :has_service_plan)`,
};
const LOGOS = ['dark', 'light'].flatMap((theme) =>
  ['long', 'square'].map((form) => `${form}_logo_web_url_for_${theme}_theme`),
);
const PROVIDER = {
  name: 'provider of the release before',
  sql: `insert into learning_provider (tenant_id, registration_id, provider_key, display_name, row_version, ${LOGOS.join(', ')})
    values (:tenant_id, :registration_id, cast(:number as integer), 'Provider', 1, 'a', 'b', 'c', 'd')`,
};

/** With a tenant that has the providers of the activities, and these. By its own statements, as later releases have others. */
async function openBefore(database: TestDatabase, items: readonly CourseActivity[] = []): Promise<SqlConnection> {
  const connection = database.connect();
  await migrate(connection, { to: BEFORE.at(-1)?.name as string });
  const { guid, boolean } = connection.dialect.columns;
  const { key, id } = tenant;
  const params = { tenant_id: key, tenant_guid: guid.encode(id), has_service_plan: boolean.encode(true) };
  const result = await connection.write([
    { statement: TENANT, params },
    ...PROVIDERS.map((provider, number) => ({
      statement: PROVIDER,
      params: { tenant_id: key, registration_id: guid.encode(provider), number: number + 1 },
    })),
    ...items.map((item) => insertBefore(item, connection)),
  ]);
  expect(result).toEqual({ kind: 'done' });
  return connection;
}

const MANY = 100_000;

/** As many activities as take a while, by the database itself. */
async function fillBefore(connection: SqlConnection): Promise<void> {
  const isSqlite = connection.dialect.name === 'sqlite';
  const hex = isSqlite ? "printf('%08x', n.i)" : "lpad(to_hex(n.i), 8, '0')";
  const guid = (digits: string) => (isSqlite ? `unhex(${digits})` : `cast(${digits} as uuid)`);
  const no = isSqlite ? '0' : 'false';
  const values = {
    ...{ tenant_id: 'p.tenant_id', provider_key: 'p.provider_key', registration_id: 'p.registration_id' },
    learner_user_id: guid(`${hex} || '00004000800000000000000a'`),
    activity_guid: guid(`${hex} || '000070008000000000000000'`),
    learning_content_id: guid(`'00000000000040008000000000000000'`),
    external_course_activity_id: `${hex} || '-0000-4000-8000-00000000000e'`,
    assigner_user_id: `'a manager'`,
    ...{ has_bare_id: no, activity_type: '0', repeat_number: '0', row_version: '1' },
  };
  await connection.script(`
    insert into learning_course_activity (${Object.keys(values).join(', ')})
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${MANY})
    select ${Object.values(values).join(', ')} from n
    join learning_provider p on p.tenant_id = ${tenant.key} and p.provider_key = 1`);
}

const COUNT = { name: 'count', sql: 'select count(*) as activities from learning_course_activity' };
const REWRITING = {
  name: 'findRewriting',
  sql: `select pid from pg_stat_activity where state = 'active' and query like 'alter table learning_course_activity%'`,
};
/** More than the pages that SQLite keeps in memory before a transaction begins to write its log. */
const LOG_BYTES = 1_000_000;

/** Whether the other process is in the middle of writing rows again. */
async function isRewriting(connection: SqlConnection, place: string): Promise<boolean> {
  if (connection.dialect.name === 'postgres') return (await connection.read(REWRITING, {})).length > 0;
  return (statSync(`${place}-wal`, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES;
}

describe.each(STORE_DRIVERS)('on $name, data of the release before', ({ create }) => {
  test('is what it was, whatever its external ids and assigners look like', async () => {
    await fc.assert(
      fc.asyncProperty(activities, async (items) => {
        await using database = create();
        const connection = await openBefore(database, items);
        expect(await migrate(connection)).toContain(NARROW);
        const stores = openStores(connection);
        for (const activity of items) {
          const { id, type, learningProviderId, learnerUserId, externalcourseActivityId } = activity;
          const stored = await stores.activities.find(tenant, id);
          expect(stored).toEqual({ activity: expect.objectContaining(activity), rowVersion: 1 });
          if (externalcourseActivityId === null) continue;
          const search = { externalId: externalcourseActivityId, types: [type], registrationId: learningProviderId };
          expect(await stores.activities.findByExternalId(tenant, { ...search, learnerUserId } as never)).toEqual([
            stored,
          ]);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('keeps its claims on external ids, of the very spelling', async () => {
    await using database = create();
    const externalId = '7ba2228a-e020-11ec-9d64-0242ac120002';
    const activityOf = (number: number, text: string) => fixture.activityOf(schema, { number, externalId: text });
    const connection = await openBefore(database, [activityOf(1, externalId), activityOf(2, 'course 1')]);
    await migrate(connection);
    const { activity } = createImportWrites(connection.dialect);
    const store = async (number: number, text: string) =>
      (await connection.write([activity(tenant, activityOf(number, text))])).kind;
    expect(await store(3, externalId)).toBe('notUnique');
    expect(await store(4, 'course 1')).toBe('notUnique');
    expect(await store(5, externalId.toUpperCase())).toBe('done');
    expect(await store(6, externalId.replaceAll('-', ''))).toBe('done');
  });

  test('is refused by a server of that release once it is migrated', async () => {
    await using database = create();
    const connection = await openBefore(database);
    await migrate(connection);
    const sentence = `it is of a later release: since ${NARROW}, servers have to know ${NARROW}, and this one knows no later than 0005-employee-id`;
    expect(await findSchemaProblem(connection, BEFORE)).toBe(sentence);
  });

  test('is untouched when the process that migrates it is killed', { timeout: 60_000 }, async () => {
    await using database = create();
    const connection = await openBefore(database);
    await fillBefore(connection);
    const place = await database.findPlace();
    // SQLite empties its log into the file with the last connection.
    if (connection.dialect.name === 'sqlite') await connection[Symbol.asyncDispose]();
    const watching = connection.dialect.name === 'sqlite' ? connection : database.connect();
    const script = join(import.meta.dirname, '..', 'support', 'migrate-process.ts');
    const migrating = spawn(process.execPath, [script, place], { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = once(migrating, 'exit');
    await expect.poll(() => isRewriting(watching, place), { interval: 1, timeout: 30_000 }).toBe(true);
    migrating.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);

    const again = database.connect();
    expect(await findSchemaProblem(again, BEFORE)).toBeUndefined();
    expect(await again.read(COUNT, {})).toEqual([{ activities: MANY }]);
    expect(await migrate(again)).toContain(NARROW);
    expect(await again.read(COUNT, {})).toEqual([{ activities: MANY }]);
    const search = { registrationId: undefined, types: ['learningAssignment'], learnerUserId: undefined } as const;
    const externalId = '00000001-0000-4000-8000-00000000000e';
    expect(await openStores(again).activities.findByExternalId(tenant, { ...search, externalId })).toMatchObject([
      {
        activity: {
          externalcourseActivityId: externalId,
          learningProviderId: PROVIDERS[0],
          assignerUserId: 'a manager',
        },
      },
    ]);
  });
});

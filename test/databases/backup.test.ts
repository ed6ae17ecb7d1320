/** Backups of one database, restored into it or another one. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { backUp } from '../../src/app/commands/backup-database.ts';
import { copyDatabase } from '../../src/app/commands/copy-database.ts';
import { restoreBackup, verifyBackup } from '../../src/app/commands/restore-backup.ts';
import { loadSettings } from '../../src/config/load.ts';
import type { Settings } from '../../src/config/settings.ts';
import type { SqlConnection } from '../../src/store/connection.ts';
import { createImportWrites } from '../../src/store/import-writes.ts';
import { PACKAGE } from '../../src/lib/package.ts';
import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import { createSchema } from '../../src/model/schema.ts';
import { V1 } from '../../src/model/versions.ts';
import { createDirectoryWrites } from '../../src/store/directory-writes.ts';
import { findSchemaProblem, migrate, unfinishedCopy } from '../../src/store/migrations/migrate.ts';
import { openSnapshotStore } from '../../src/store/snapshot-store.ts';
import { SQLITE, STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';
import { activityOf, fillTenant, markedTenant } from '../support/stored-tenant.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vivarium-backup-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (name: string): string => join(folder, name);
const unseen = (): void => {};

async function settingsOf(database: TestDatabase): Promise<Settings> {
  return loadSettings({ flags: await database.serverSettings(), env: {}, directory: folder });
}

const schema = createSchema(V1, DEFAULT_BEHAVIOUR);
const ours = markedTenant(1, 'Ours');
/** Quotes, line feeds, a NUL of JSON, letters beyond 16 bits. */
const HARD_TEXT = `'";\n\\u0000 \u2028 é 🎓`;

/** Two tenants, activities of theirs, a snapshot. */
async function fill(connection: SqlConnection): Promise<void> {
  const theirs = markedTenant(2, 'Theirs');
  const learning = createImportWrites(connection.dialect);
  await fillTenant(connection, ours, [
    ...[1, 2, 3].map((number) =>
      learning.activity(ours.tenant, activityOf(schema, { number, externalId: `${HARD_TEXT} ${number}` })),
    ),
    learning.activity(
      ours.tenant,
      activityOf(schema, { number: 4, type: 'learningSelfInitiatedCourse', hasBareId: true }),
    ),
  ]);
  await fillTenant(connection, theirs, [learning.activity(theirs.tenant, activityOf(schema, { number: 1 }))]);
  const snapshots = await openSnapshotStore(connection);
  const record = { id: 1, name: 'kept', tenantId: undefined, schemaName: snapshots.schemaName, createdAt: 1000 };
  await connection.write([snapshots.record(record, { journal: [HARD_TEXT] }), ...snapshots.keep(1)]);
}

/** Adds an activity that no backup has. */
async function change(connection: SqlConnection): Promise<void> {
  const { activity } = createImportWrites(connection.dialect);
  await connection.write([activity(ours.tenant, activityOf(schema, { number: 9 }))]);
}

const ORDERED = 'from learning_course_activity order by external_course_activity_id';

describe.each(STORE_DRIVERS)('$name', ({ create }) => {
  test('a backup restores into another database, and back, and is the same each time', async () => {
    await using database = create();
    await fill(await database.open());
    const made = await backUp(await settingsOf(database), inFolder('first'), unseen);
    expect(made).toMatchObject({
      tables: { tenant: { rows: 2 }, learning_course_activity: { rows: 5 }, snapshot_of_tenant: { rows: 2 } },
    });
    await using other = SQLITE.create();
    const order = { isReplacing: false, onProgress: unseen };
    await restoreBackup(await settingsOf(other), { ...order, file: made.file });
    const second = await backUp(await settingsOf(other), inFolder('second'), unseen);
    expect(second.tables).toEqual(made.tables);
    await using third = create();
    await restoreBackup(await settingsOf(third), { ...order, file: second.file });
    expect((await backUp(await settingsOf(third), inFolder('third'), unseen)).tables).toEqual(made.tables);
    await using connection = await third.open();
    const [row] = await connection.read(
      { name: 'read', sql: `select guid_or_text(external_course_activity_id) as id ${ORDERED} desc limit 1` },
      {},
    );
    expect(connection.dialect.columns.guidOrText.decode(row?.['id'] as string)).toBe(`${HARD_TEXT} 3`);
  });

  test('progress is told by rows, up to all of them', async () => {
    await using database = create();
    await fill(await database.open());
    const told: (readonly [number, number])[] = [];
    const { rows } = await backUp(await settingsOf(database), inFolder('file'), (done, all) => told.push([done, all]));
    expect(told.at(-1)).toEqual([rows, rows]);
    expect(told.map(([done]) => done)).toEqual(told.map(([done]) => done).toSorted((left, right) => left - right));
  });

  test('data is replaced only when that is asked for, and then all of it', async () => {
    await using database = create();
    const connection = await database.open();
    await fill(connection);
    const settings = await settingsOf(database);
    const { file, tables } = await backUp(settings, inFolder('file'), unseen);
    await change(connection);
    const before = await backUp(settings, inFolder('before'), unseen);
    const refused = restoreBackup(settings, { file, isReplacing: false, onProgress: unseen });
    await expect(refused).rejects.toThrow(/holds data, and nothing was changed/);
    expect((await backUp(settings, inFolder('same'), unseen)).tables).toEqual(before.tables);
    await restoreBackup(settings, { file, isReplacing: true, onProgress: unseen });
    expect((await backUp(settings, inFolder('after'), unseen)).tables).toEqual(tables);
  });

  test(
    'a damaged file is refused at whatever byte, and leaves the database as it is',
    { timeout: 120_000 },
    async () => {
      await using database = create();
      await fill(await database.open());
      const settings = await settingsOf(database);
      const { file, tables } = await backUp(settings, inFolder('file'), unseen);
      const whole = readFileSync(file);
      const steps = Array.from({ length: 24 }, (_, step) => Math.floor((step / 24) * whole.length));
      for (const at of steps) {
        const damaged = Uint8Array.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ 0xff;
        for (const bytes of [damaged, whole.subarray(0, at)]) {
          writeFileSync(inFolder('damaged'), bytes);
          const restore = restoreBackup(settings, { file: inFolder('damaged'), isReplacing: true, onProgress: unseen });
          await expect(restore, `byte ${at}`).rejects.toThrow(/is damaged|is not a backup/);
          await expect(verifyBackup(inFolder('damaged'), unseen)).rejects.toThrow(/is damaged|is not a backup/);
        }
      }
      expect((await backUp(settings, inFolder('after'), unseen)).tables).toEqual(tables);
    },
  );

  test('a backup of an earlier release is migrated, and a later one is refused', async () => {
    await using earlier = SQLITE.create();
    const old = earlier.connect();
    await migrate(old, { to: '0003-several-nodes' });
    const { params } = createDirectoryWrites(old.dialect).tenant(ours.tenant);
    const columns = ['tenant_id', 'tenant_guid', 'display_name', 'domain_name', 'has_service_plan'];
    const sql = `insert into tenant (${columns.join(', ')}) values (${columns.map((name) => `:${name}`).join(', ')})`;
    await old.write([{ statement: { name: 'insertEarlierTenant', sql }, params }]);
    const { file, schema: oldSchema } = await backUp(await settingsOf(earlier), inFolder('old'), unseen);
    expect(oldSchema).toBe('0003-several-nodes');
    await using database = create();
    const settings = await settingsOf(database);
    await restoreBackup(settings, { file, isReplacing: false, onProgress: unseen });
    const now = await backUp(settings, inFolder('now'), unseen);
    expect(now.schema > oldSchema).toBe(true);
    expect(now.tables['tenant']).toMatchObject({ rows: 1 });
    await using connection = database.connect();
    await connection.script("insert into schema_migration (name) values ('9999-later')");
    const later = await backUp(settings, inFolder('later'), unseen);
    await expect(verifyBackup(later.file, unseen)).rejects.toThrow(/has the schema 9999-later, of a later release/);
  });

  test('a backup that was verified says what it holds', async () => {
    await using database = create();
    await fill(await database.open());
    const { sizeBytes: _, ...made } = await backUp(await settingsOf(database), inFolder('file'), unseen);
    const checked = await verifyBackup(made.file, unseen);
    expect(checked).toEqual({ ...made, database: database.connect().dialect.name, release: PACKAGE.version });
  });

  test('a file is never overwritten, is its owner’s only, and leaves no draft', async () => {
    await using database = create();
    await fill(await database.open());
    const settings = await settingsOf(database);
    writeFileSync(inFolder('taken'), 'mine');
    await expect(backUp(settings, inFolder('taken'), unseen)).rejects.toThrow(/is there already/);
    expect(readFileSync(inFolder('taken'), 'utf8')).toBe('mine');
    await expect(backUp(settings, inFolder('missing/file'), unseen)).rejects.toThrow(/cannot be written \(ENOENT\)/);
    const { file } = await backUp(settings, inFolder('file'), unseen);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect([existsSync(`${file}.new`), existsSync(inFolder('taken.new'))]).toEqual([false, false]);
  });
});

const placeOf = (settings: Settings): string => settings.database ?? settings.dataDir;

describe.each(STORE_DRIVERS)('copies between SQLite and $name', ({ create }) => {
  const copy = async (from: Settings, to: Settings, isReplacing = false) =>
    copyDatabase(from, { from: placeOf(from), to: placeOf(to), isReplacing, onCopied: unseen, onCompared: unseen });

  test('there and back is the same', async () => {
    await using first = SQLITE.create();
    await fill(await first.open());
    await using second = create();
    await using third = SQLITE.create();
    const [one, two, three] = [await settingsOf(first), await settingsOf(second), await settingsOf(third)];
    const { tables } = await copy(one, two);
    expect(tables).toMatchObject({ learning_course_activity: { rows: 5 }, snapshot_of_tenant: { rows: 2 } });
    expect((await copy(two, three)).tables).toEqual(tables);
    expect((await backUp(three, inFolder('third'), unseen)).tables).toEqual(tables);
  });

  test('one that was broken off is continued, and no server works on it before', async () => {
    await using first = SQLITE.create();
    const source = await first.open();
    await fill(source);
    await using second = create();
    const target = await second.open();
    const [one, two] = [await settingsOf(first), await settingsOf(second)];
    const { tables } = await copy(one, two);
    await target.write([{ statement: unfinishedCopy.begin, params: {} }]);
    await target.script(
      "delete from learning_course_activity where tenant_id = 1; update app_registration set name = 'other'",
    );
    expect(await findSchemaProblem(target)).toBe('a copy into it was not finished: run vivarium copy again');
    await expect(migrate(target)).rejects.toThrow(/was not finished/);
    expect(await copy(one, two)).toMatchObject({ isContinued: true, tables });
    expect(await findSchemaProblem(target)).toBeUndefined();
  });

  test('what the source has not any more is found out, and replaced when that is asked for', async () => {
    await using first = SQLITE.create();
    const source = await first.open();
    await fill(source);
    await using second = create();
    const target = await second.open();
    const [one, two] = [await settingsOf(first), await settingsOf(second)];
    await copy(one, two);
    await target.write([{ statement: unfinishedCopy.begin, params: {} }]);
    await source.script('delete from learning_course_activity where tenant_id = 2');
    await expect(copy(one, two)).rejects.toThrow(/differs in learning_course_activity \(4 rows there, 5 here\)/);
    expect(await findSchemaProblem(target)).toMatch(/was not finished/);
    expect(await copy(one, two, true)).toMatchObject({ tables: { learning_course_activity: { rows: 4 } } });
    expect(await findSchemaProblem(target)).toBeUndefined();
  });

  test('data is not overwritten unless that is asked for, and a database is not copied to itself', async () => {
    await using first = SQLITE.create();
    await fill(await first.open());
    await using second = create();
    const target = await second.open();
    await fillTenant(target, markedTenant(7, 'Kept'));
    const [one, two] = [await settingsOf(first), await settingsOf(second)];
    const before = await backUp(two, inFolder('before'), unseen);
    await expect(copy(one, two)).rejects.toThrow(/holds data, and nothing was changed/);
    expect((await backUp(two, inFolder('after'), unseen)).tables).toEqual(before.tables);
    await expect(copy(two, two, true)).rejects.toThrow(/needs two databases/);
  });
});

test('a file that is no backup is told apart from a damaged one', async () => {
  writeFileSync(inFolder('text'), 'nothing');
  await expect(verifyBackup(inFolder('text'), unseen)).rejects.toThrow(/is not a backup/);
  await expect(verifyBackup(inFolder('none'), unseen)).rejects.toThrow(/cannot be read \(ENOENT\)/);
  copyFileSync(join(import.meta.dirname, 'backup.test.ts'), inFolder('code'));
  await expect(verifyBackup(inFolder('code'), unseen)).rejects.toThrow(/is not a backup/);
});

/** Completed activities that are old enough go, and no others. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { backUp } from '../../src/app/commands/backup-database.ts';
import { backUpWhenDue, findWaitMs } from '../../src/app/commands/backup-schedule.ts';
import { verifyBackup } from '../../src/app/commands/restore-backup.ts';
import { loadSettings } from '../../src/config/load.ts';
import type { CourseActivity } from '../../src/model/entity.ts';
import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import { createSchema } from '../../src/model/schema.ts';
import { V1 } from '../../src/model/versions.ts';
import { readRetentionRules, runRetention } from '../../src/record/retention.ts';
import { CHANGE_KINDS } from '../../src/model/change-kinds.ts';
import { listLog } from '../../src/store/changes/list-log.ts';
import type { StoredRecord } from '../../src/store/changes/log-statements.ts';
import { readable } from '../../src/store/changes/record.ts';
import { verifyLog } from '../../src/store/changes/verify.ts';
import type { SqlConnection } from '../../src/store/connection.ts';
import { createImportWrites } from '../../src/store/import-writes.ts';
import { createRetentionStore } from '../../src/store/retention-store.ts';
import { startTestServer } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import { activityGuid, activityOf, fillTenant, LEARNER, markedTenant } from '../support/stored-tenant.ts';

const BY = () => ({ channel: 'server', operation: 'runRetention' }) as const;
const NOW = Date.parse('2026-03-01T00:00:00Z');
const schema = createSchema(V1, DEFAULT_BEHAVIOUR);
const [ours, theirs] = [markedTenant(1, 'Ours'), markedTenant(2, 'Theirs')];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vivarium-retention-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const completed = (number: number, completedDateTime: string | null, status = 'completed'): CourseActivity =>
  ({ ...activityOf(schema, { number }), status, completedDateTime }) as CourseActivity;

/** Of ours, so many old ones, and four that stay; of theirs, an old one. */
async function fill(connection: SqlConnection, oldCount: number): Promise<void> {
  const { activity } = createImportWrites(connection.dialect);
  const old = Array.from({ length: oldCount }, (_, number) => completed(100 + number, '2024-02-28T23:59:59.9999999'));
  const staying = [
    completed(1, '2024-02-29T00:00:00'),
    completed(2, '2026-01-01T00:00:00'),
    completed(3, null),
    completed(4, '2020-01-01T00:00:00', 'inProgress'),
  ];
  await fillTenant(
    connection,
    ours,
    [...old, ...staying].map((one) => activity(ours.tenant, one)),
  );
  await fillTenant(connection, theirs, [activity(theirs.tenant, completed(1, '2020-01-01T00:00:00'))]);
}

async function countOf(connection: SqlConnection): Promise<readonly number[]> {
  const sql = 'select count(*) as row_count from learning_course_activity group by tenant_id order by tenant_id';
  return (await connection.read({ name: 'count', sql }, {})).map((row) => Number(row['row_count']));
}

describe.each(STORE_DRIVERS)('$name', ({ create }) => {
  test('a dry run counts what a run deletes: what was completed before, to the tick, in one tenant', async () => {
    await using database = create();
    await using connection = await database.open();
    await fill(connection, 2500);
    const store = createRetentionStore(connection, BY);
    const run = { tenant: ours.tenant, days: 731, now: NOW };
    const expected = { before: '2024-02-29T00:00:00.000Z', activities: 2500 };
    expect(await runRetention(store, { ...run, isDryRun: true })).toEqual(expected);
    expect(await countOf(connection)).toEqual([2504, 1]);
    expect(await runRetention(store, { ...run, isDryRun: false })).toEqual(expected);
    expect(await countOf(connection)).toEqual([4, 1]);
    expect(await runRetention(store, { ...run, isDryRun: false })).toEqual({ ...expected, activities: 0 });
  });

  test('what changes between the look and the deletion stays', async () => {
    await using database = create();
    await using connection = await database.open();
    await fill(connection, 2);
    const store = createRetentionStore(connection, BY);
    const before = '2024-02-29T00:00:00';
    const { value: keys = [] } = await store.listCompletedBefore(ours.tenant, before).next();
    expect(keys).toHaveLength(2);
    await connection.script('update learning_course_activity set status = 1 where tenant_id = 1');
    await store.remove(ours.tenant, before, keys);
    expect(await countOf(connection)).toEqual([6, 1]);
  });

  test('each deletion is in the change log, without the values that were to end', async () => {
    await using database = create();
    await using connection = await database.open({ changeLog: { detail: 'full', key: undefined } });
    await fill(connection, 2500);
    const store = createRetentionStore(connection, BY);
    const scope = { tenantKey: ours.tenant.key, direction: 'older', cursor: undefined, from: -Infinity } as const;
    const list = () => listLog(connection, { ...scope, until: Infinity, limit: 5000, matches: () => true });
    await runRetention(store, { tenant: ours.tenant, days: 731, now: NOW, isDryRun: true });
    expect((await list()).records).toHaveLength(0);
    await runRetention(store, { tenant: ours.tenant, days: 731, now: NOW, isDryRun: false });
    const recorded = await list();
    const deleted = recorded.records.filter(({ kind }) => kind === CHANGE_KINDS.learningCourseActivity);
    expect(new Set(deleted.map(({ itemId }) => itemId)).size).toBe(2500);
    expect(readable(deleted[0] as StoredRecord)).toMatchObject({
      action: 'deleted',
      channel: 'server',
      operation: 'runRetention',
      before: { completedDateTime: '2024-02-28T23:59:59.9999999' },
      after: undefined,
    });
    expect(JSON.stringify(deleted)).not.toContain(LEARNER);
    expect((await verifyLog(connection, ours.tenant.key, { key: undefined })).problems).toEqual([]);
    // What has changed by then is not deleted, and not recorded.
    await connection.script('update learning_course_activity set status = 1 where tenant_id = 1');
    await store.remove(ours.tenant, '2030-01-01T00:00:00', [[LEARNER, activityGuid(1)]]);
    expect(await list()).toEqual(recorded);
  });

  test('a server takes backups and deletes as its settings say', { timeout: 60_000 }, async () => {
    await using database = create();
    const rules = { backupFolder: join(folder, 'backups'), retentionRule: ['contoso.onmicrosoft.com=9125'] };
    await using server = await startTestServer({ ...(await database.serverSettings()), ...rules });
    const { samples, users } = server.app.credentials;
    const token = await server.appToken('writer');
    const path = `/v1.0/employeeExperience/learningProviders/${samples['registrationId']}/learningCourseActivities`;
    const json = {
      '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
      externalcourseActivityId: 'long ago',
      learnerUserId: users['learner']?.id,
      learningContentId: samples['learningContentId'],
      status: 'completed',
      completedDateTime: '1990-01-01T00:00:00Z',
    };
    const { body } = await server.call({ method: 'POST', path, token, json });
    const find = async () => (await server.call({ path: `${path}/${body.id}`, token })).status;
    expect(await find()).toBe(200);
    await expect.poll(find, { timeout: 30_000 }).toBe(404);
    await expect.poll(() => existsSync(rules.backupFolder) && listFiles().length, { timeout: 30_000 }).toBe(1);
    const file = join(rules.backupFolder, listFiles()[0] ?? '');
    expect(await verifyBackup(file, () => {})).toMatchObject({ tables: { tenant: { rows: 1 } } });
  });

  test('a backup is taken when the newest is old enough, and the oldest beyond the number go', async () => {
    await using database = create();
    await fill(await database.open(), 1);
    const settings = loadSettings({ flags: await database.serverSettings(), env: {}, directory: folder });
    let now = NOW;
    const schedule = {
      folder: join(folder, 'backups'),
      everyMs: 3_600_000,
      keep: 2,
      clock: { now: () => now },
      backUp: (file: string) => backUp(settings, file, () => {}),
    };
    const made: (string | undefined)[] = [];
    for (const hours of [0, 0.5, 1, 2.5, 3]) {
      now = NOW + hours * 3_600_000;
      made.push(await backUpWhenDue(schedule));
    }
    expect(made.map((file) => file !== undefined)).toEqual([true, false, true, true, false]);
    expect(listFiles()).toEqual(['vivarium-2026-03-01T01-00-00Z.backup', 'vivarium-2026-03-01T02-30-00Z.backup']);
    expect(findWaitMs(schedule)).toBe(1_800_000);
  });
});

const listFiles = (): readonly string[] =>
  readdirSync(join(folder, 'backups'))
    .filter((name) => name.endsWith('.backup'))
    .toSorted();

test('every invalid rule is told', () => {
  expect(readRetentionRules(['contoso.example=30'])).toEqual([{ tenant: 'contoso.example', days: 30 }]);
  expect(() => readRetentionRules(['contoso', 'a=0', 'b=40000', 'c=7'])).toThrow(
    /contoso must be .*; a=0 must .*; b=40000 must/,
  );
});

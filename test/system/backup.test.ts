/** Backups that are taken while a server writes, and commands that are killed while they write. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { backUp } from '../../src/app/commands/backup-database.ts';
import { loadSettings } from '../../src/config/load.ts';
import { monotonicMs } from '../../src/lib/clock.ts';
import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import { createSchema } from '../../src/model/schema.ts';
import { V1 } from '../../src/model/versions.ts';
import { createImportWrites } from '../../src/store/import-writes.ts';
import { migrate } from '../../src/store/migrations/migrate.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { findGaps, startLoad } from '../support/backup-load.ts';
import { BIN, cleanEnvironment, runVivarium } from '../support/command.ts';
import { createPostgresPlace, createSqlitePlace } from '../support/crash-places.ts';
import { createOwnDatabase, findPostgresUrl } from '../support/postgres.ts';
import { randomNumbers, testSeed } from '../support/seed.ts';
import { requestToken, startServerProcess } from '../support/server-process.ts';
import { activityOf, fillTenant, markedTenant } from '../support/stored-tenant.ts';

/** BACKUP_LOAD_SECONDS makes it a long run. */
const LOAD_MS = Number(process.env['BACKUP_LOAD_SECONDS'] ?? '2') * 1000;
const LANES = 8;
const KILLS = 3;
const ACTIVITIES = 10_000;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vivarium-backup-system-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const PLACES = [
  { name: 'SQLite', create: createSqlitePlace },
  { name: 'PostgreSQL', create: createPostgresPlace },
] as const;

test.each(PLACES)(
  'a backup of $name under load holds what a prefix of the answered writes explains',
  { timeout: 300_000 },
  async ({ create }) => {
    await using place = await create();
    await using server = startServerProcess(place.folder, '--port', '0', ...place.flags);
    const ready = await server.ready;
    const token = await requestToken(ready, 'writer');
    const load = startLoad(ready, token, LANES);
    await pause(LOAD_MS / 2);
    const begun = load.tick();
    const made = await run('backup', 'under-load.backup', '--data', place.folder, ...place.flags.slice(0, 2));
    const done = load.tick();
    await pause(LOAD_MS / 2);
    await load.stop();
    expect(made.stderr).toBe('');
    expect(await run('backup', 'verify', 'under-load.backup')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await run('restore', 'under-load.backup', '--data', 'restored')).toMatchObject({ exitCode: 0, stderr: '' });
    const percentages = await readPercentages(join(directory, 'restored'));
    expect(findGaps(load, percentages)).toEqual([]);
    const answered = load.lanes.flat().filter(({ answeredAt }) => answeredAt < begun);
    const sent = load.lanes.flat().filter(({ sentAt }) => sentAt < done);
    const contained = [...percentages.values()].reduce((sum, percentage) => sum + percentage + 1, 0);
    expect(contained).toBeGreaterThanOrEqual(answered.length);
    expect(contained).toBeLessThanOrEqual(sent.length);
    expect(sent.length).toBeGreaterThan(answered.length);
    await using again = startServerProcess(join(directory, 'restored'), '--port', '0');
    expect((await again.ready).apps).toEqual(ready.apps);
  },
);

async function readPercentages(folder: string): Promise<ReadonlyMap<string, number>> {
  await using connection = openSqlite({ path: join(folder, 'vivarium.db'), ...LIMITS });
  const rows = await connection.read(
    {
      name: 'percentages',
      sql: "select external_course_activity_id as id, completion_percentage as percentage from learning_course_activity where external_course_activity_id like 'lane %'",
    },
    {},
  );
  return new Map(rows.map(({ id, percentage }) => [String(id), Number(percentage)]));
}

const LIMITS = { maxWaitMs: 10_000, slowStatementMs: 60_000, onSlowStatement: () => {} };

const run = (...args: readonly string[]) => runVivarium(args, { directory });

/** A data folder with so many activities that to write them takes a while. */
async function fillFolder(folder: string, mark: string): Promise<void> {
  mkdirSync(join(directory, folder), { mode: 0o700 });
  await using connection = openSqlite({ path: join(directory, folder, 'vivarium.db'), ...LIMITS });
  await migrate(connection);
  const ours = markedTenant(1, mark);
  const { activity } = createImportWrites(connection.dialect);
  const schema = createSchema(V1, DEFAULT_BEHAVIOUR);
  const activities = Array.from({ length: ACTIVITIES }, (_, number) =>
    activity(ours.tenant, activityOf(schema, { number, externalId: `${mark} ${number}` })),
  );
  await fillTenant(connection, ours, activities);
}

async function sumsOf(place: string, database?: string): Promise<unknown> {
  const flags = { data: place, ...(database !== undefined && { database }) };
  const file = join(directory, `sums-${monotonicMs()}`);
  return (await backUp(loadSettings({ flags, env: {}, directory }), file, () => {})).tables;
}

/** Kills a command at some time of its run, which takes about so long. */
async function killAt(ms: number, ...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [BIN, ...args], { cwd: directory, env: cleanEnvironment, stdio: 'ignore' });
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  await exited;
  clearTimeout(timer);
}

async function timeOf(work: () => Promise<{ readonly exitCode: unknown; readonly stderr: string }>): Promise<number> {
  const begun = monotonicMs();
  expect(await work()).toMatchObject({ exitCode: 0, stderr: '' });
  return monotonicMs() - begun;
}

describe(`killed at ${KILLS} moments, seed ${testSeed}`, () => {
  test.each(PLACES)('a restore into $name is whole or has changed nothing', { timeout: 300_000 }, async ({ name }) => {
    const random = randomNumbers(testSeed);
    await using own = name === 'SQLite' ? undefined : await createOwnDatabase(await findPostgresUrl());
    const flags = ['--data', 'target', ...(own === undefined ? [] : ['--database', own.url])];
    await fillFolder('before', 'Before');
    await fillFolder('after', 'After');
    await run('backup', 'before.backup', '--data', 'before');
    await run('backup', 'after.backup', '--data', 'after');
    const [before, after] = [await sumsOf('before'), await sumsOf('after')];
    const restore = (file: string) => ['restore', file, '--replace', ...flags];
    const ms = await timeOf(() => run(...restore('before.backup')));
    for (let kill = 0; kill < KILLS; kill += 1) {
      await killAt(ms * (0.3 + 0.7 * random()), ...restore('after.backup'));
      expect([before, after]).toContainEqual(await sumsOf('target', own?.url));
      expect(await run(...restore('before.backup'))).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await sumsOf('target', own?.url)).toEqual(before);
    }
  });

  test.each(PLACES)('a copy to $name is continued to its end', { timeout: 300_000 }, async ({ name }) => {
    const random = randomNumbers(testSeed);
    await using own = name === 'SQLite' ? undefined : await createOwnDatabase(await findPostgresUrl());
    const to = own?.url ?? 'target';
    await fillFolder('source', 'Source');
    const expected = await sumsOf('source');
    const copy = ['copy', '--from', 'source', '--to', to];
    const ms = await timeOf(() => run(...copy));
    for (let kill = 0; kill < KILLS; kill += 1) {
      await killAt(ms * (0.3 + 0.7 * random()), ...copy, '--replace');
      const ended = await run(...copy, ...(kill % 2 === 0 ? [] : ['--replace']));
      expect(ended.stderr).toMatch(/^$|holds data, and nothing was changed/);
      expect(await sumsOf(name === 'SQLite' ? 'target' : 'source', own?.url)).toEqual(expected);
    }
  });
});

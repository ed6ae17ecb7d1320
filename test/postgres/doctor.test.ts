/** What `vivarium doctor` says of a PostgreSQL database. */
import { expect, test } from 'vitest';

import { diagnose } from '../../src/app/commands/diagnose.ts';
import { testSettings } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { StoreDriver } from '../support/store.ts';

const { create } = STORE_DRIVERS[0] as StoreDriver;

test('one of this release is well, and so is the clock of its machine', async () => {
  await using database = create();
  const found = await diagnose(testSettings(await database.serverSettings()));
  expect(found.filter(({ status }) => status !== 'ok')).toEqual([]);
  expect(found.find(({ check }) => check === 'database')?.message).toContain('answers and takes writes');
});

test('one that is older has to be migrated by a command, unless a start does', async () => {
  await using database = create();
  const settings = await database.serverSettings();
  const connection = database.connect();
  await connection.script('delete from schema_migration where name = (select max(name) from schema_migration)');
  const find = async (more: Readonly<Record<string, unknown>>) =>
    (await diagnose(testSettings({ ...settings, ...more }))).find(({ check }) => check === 'schema');
  expect(await find({})).toEqual({
    check: 'schema',
    status: 'problem',
    message: 'It is older than this release.',
    remedy: 'Run vivarium migrate with the same --database.',
  });
  expect(await find({ migrateAtStart: true })).toMatchObject({ status: 'ok' });
});

test('one that takes no writes is a problem', async () => {
  await using database = create();
  const settings = await database.serverSettings();
  const url = new URL(settings['database'] as string);
  url.searchParams.set('options', '-c default_transaction_read_only=on');
  const found = await diagnose(testSettings({ ...settings, database: url.href }));
  expect(found.find(({ check }) => check === 'database')).toMatchObject({ status: 'problem' });
});

/** The database, its schema, and the clocks of both machines. */
import { existsSync, statSync } from 'node:fs';

import type { Settings } from '../../config/settings.ts';
import { systemClock } from '../../lib/clock.ts';
import type { DataFolder } from '../../lib/data-folder.ts';
import { formatUtcSeconds } from '../../lib/utc-text.ts';
import { Unavailable } from '../../lib/unavailable.ts';
import type { SqlConnection } from '../../store/connection.ts';
import { findSchemaProblem } from '../../store/migrations/migrate.ts';
import { openExisting } from '../open-existing.ts';
import { checkDatabaseFile, describeDatabase } from '../open-folder.ts';
import { ok, problem, failure, warning } from './diagnosis.ts';
import type { Finding } from './diagnosis.ts';

export interface DatabaseFindings {
  readonly database: Finding;
  readonly schema: Finding;
  readonly clock: Finding;
}

const RESTORE = 'Restore it from a backup, or choose another folder with --data.';
/** Larger files are not read page by page: it takes a second a gigabyte, and slows the server down. */
const CHECKED_BYTES = 1024 ** 3;
/** Clocks of machines on one network differ by less. */
const SKEW_MS = 5000;
/** Until then, a file that is newer than now is one that a clock of another machine has dated. */
const AHEAD_MS = 60_000;

export async function checkDatabase(settings: Settings, folder: DataFolder): Promise<DatabaseFindings> {
  const clock = checkFileTimes(folder);
  const nothing = ok('The first start makes it.');
  if (settings.ephemeral) return { database: ok('It is kept in memory.'), schema: nothing, clock };
  if (settings.database === undefined && !existsSync(folder.database)) {
    return { database: findMissing(settings, folder) ?? nothing, schema: nothing, clock };
  }
  await using opening = new AsyncDisposableStack();
  try {
    const { connection } = await openExisting(settings, opening, 'leave');
    const database = await checkUse(connection, describeDatabase(settings, folder));
    const schema = await checkSchema(settings, connection);
    return { database, schema, clock: clock.status === 'ok' ? await checkClocks(settings, connection) : clock };
  } catch (error) {
    const schema = warning('Not looked at: the database cannot be used.', 'Mend the database first.');
    return { database: failure(error, RESTORE), schema, clock };
  }
}

/** A file that should be there. */
function findMissing(settings: Settings, folder: DataFolder): Finding | undefined {
  if (!existsSync(folder.path)) return undefined;
  try {
    checkDatabaseFile(settings, folder);
    return undefined;
  } catch (error) {
    return failure(error, RESTORE);
  }
}

const QUICK_CHECK = { name: 'quickCheck', sql: 'pragma quick_check(1)' };

async function checkUse(connection: SqlConnection, name: string): Promise<Finding> {
  try {
    await connection.checkWritable();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return problem(
      `${name} takes no writes (${error.trouble}): ${error.message}`,
      'docs/reliability.md says what to do.',
    );
  }
  if (connection.dialect.name !== 'sqlite') return ok(`${name} answers and takes writes.`);
  if ((await connection.measureBytes()) > CHECKED_BYTES)
    return ok(`${name} takes writes; for its size, its pages were not checked.`);
  const [row] = await connection.read(QUICK_CHECK, {});
  const found = String(row?.['quick_check']);
  return found === 'ok' ? ok(`${name} is whole and takes writes.`) : problem(`${name} is damaged: ${found}.`, RESTORE);
}

async function checkSchema({ database, migrateAtStart }: Settings, connection: SqlConnection): Promise<Finding> {
  const found = await findSchemaProblem(connection);
  if (found === undefined) return ok('It is one that this release works with.');
  const isOlder = found.startsWith('it lacks');
  if (isOlder && (database === undefined || migrateAtStart)) return ok('It is older; the next start migrates it.');
  if (isOlder) return problem('It is older than this release.', 'Run vivarium migrate with the same --database.');
  return problem(`The schema does not suit: ${found}.`, 'Install the release that wrote it, or a later one.');
}

/** What a server here has written cannot be newer than now. */
function checkFileTimes({ database }: DataFolder): Finding {
  const now = systemClock.now();
  const writtenAt = statSync(database, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const shown = formatUtcSeconds(now);
  if (writtenAt - now <= AHEAD_MS) return ok(`It shows ${shown}.`);
  const written = formatUtcSeconds(writtenAt);
  return problem(`It shows ${shown}, but ${database} was written at ${written}.`, 'Set the clock of this machine.');
}

const DATABASE_TIME = { name: 'databaseTime', sql: 'select extract(epoch from clock_timestamp()) * 1000 as epoch_ms' };

async function checkClocks(settings: Settings, connection: SqlConnection): Promise<Finding> {
  const shown = ok(`It shows ${formatUtcSeconds(systemClock.now())}.`);
  if (connection.dialect.name === 'sqlite') return shown;
  const asked = systemClock.now();
  const [row] = await connection.read(DATABASE_TIME, {});
  const here = (asked + systemClock.now()) / 2;
  const differenceMs = Math.round(Math.abs(Number(row?.['epoch_ms']) - here));
  if (differenceMs <= SKEW_MS) return shown;
  const message = `It differs from that of the database by ${Math.round(differenceMs / 1000)} seconds.`;
  const remedy = 'Synchronise the clocks of both machines.';
  return differenceMs > settings.clockSkewSeconds * 1000 ? problem(message, remedy) : warning(message, remedy);
}

/** What a backup holds, tried out or put in the place of the database of the settings. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import type { Settings } from '../../config/settings.ts';
import { StartError } from '../../lib/start-error.ts';
import { Unavailable } from '../../lib/unavailable.ts';
import type { BackupHead } from '../../record/backup-file.ts';
import { readBackup } from '../../record/read-backup.ts';
import type { BackupReading } from '../../record/read-backup.ts';
import type { TableSum } from '../../record/table-sums.ts';
import { findCredentialsFile } from '../../seed/credentials.ts';
import { createCredentialsStore } from '../../store/credentials-store.ts';
import { findSchemaName, isKnownSchema, migrate, unfinishedCopy } from '../../store/migrations/migrate.ts';
import { openStore } from '../../store/open-store.ts';
import { openSnapshotTables } from '../../store/snapshot-tables.ts';
import {
  arrangeTables,
  emptyTables,
  listWholeTables,
  loadPages,
  makeWholeTables,
  readTables,
} from '../../store/whole-tables.ts';
import type { TablePage } from '../../store/whole-tables.ts';
import { describeDatabase } from '../open-folder.ts';
import { openTarget, refuseData } from '../open-target.ts';
import { withProgress } from './backup-database.ts';
import type { OnProgress } from './backup-database.ts';

export interface BackupChecked extends Pick<BackupHead, 'schema' | 'createdAt' | 'rows' | 'release' | 'database'> {
  readonly file: string;
  readonly tables: Readonly<Record<string, TableSum>>;
}

/**
 * Reads all of the file, and restores it into a database that is removed afterwards.
 * @throws StartError when the file is damaged, or could not be restored
 */
export async function verifyBackup(file: string, onProgress: OnProgress): Promise<BackupChecked> {
  const reading = await readBackup(file);
  await using staged = await stage(file, reading, onProgress);
  void staged;
  return describe(file, reading);
}

export interface Restored extends BackupChecked {
  /** The database, as messages name it. */
  readonly into: string;
  /** Whether secrets that were printed before are others now. */
  readonly hasStaleSecrets: boolean;
}

export interface RestoreOrder {
  readonly file: string;
  /** Whether data may be replaced. */
  readonly isReplacing: boolean;
  readonly onProgress: OnProgress;
}

/**
 * Puts what the file holds in the place of all data, as a whole or not at all. An older backup is migrated.
 * @throws StartError when the file is damaged or of a later release, when there is data that may not be replaced, or when
 * a server uses the data folder
 */
export async function restoreBackup(
  settings: Settings,
  { file, isReplacing, onProgress }: RestoreOrder,
): Promise<Restored> {
  await using opening = new AsyncDisposableStack();
  const reading = await readBackup(file);
  const target = await openTarget(settings, opening);
  const { folder, connection } = target;
  if (!isReplacing) await refuseData(settings, target);
  const before = (await createCredentialsStore(connection).find()) ?? findCredentialsFile(folder.credentials);
  const isOlder = reading.head.schema !== (await findSchemaName(connection));
  const source = isOlder ? opening.use(await stage(file, reading, onProgress)) : fromFile(reading, onProgress);
  const made = await makeWholeTables(connection, Object.keys(source.columns));
  const tables = await restoring(file, async () => arrangeTables(made, source.columns));
  const all = await listWholeTables(connection);
  await restoring(file, () =>
    connection.transact(async (transaction) => {
      await emptyTables(transaction, all, connection.dialect);
      await loadPages(transaction, { tables, pages: source.pages, dialect: connection.dialect });
      await transaction.run(unfinishedCopy.end, {});
    }),
  );
  const after = await createCredentialsStore(connection).find();
  const hasStaleSecrets = before !== undefined && !isDeepStrictEqual(before, after);
  return { ...describe(file, reading), into: describeDatabase(settings, folder), hasStaleSecrets };
}

function describe(file: string, { head, sumOf }: BackupReading): BackupChecked {
  const { release, schema, createdAt, database, rows } = head;
  const tables = Object.fromEntries(Object.keys(head.tables).map((name) => [name, sumOf(name)]));
  return { file, release, schema, createdAt, database, rows, tables };
}

interface PageSource {
  readonly columns: BackupHead['tables'];
  readonly pages: AsyncIterable<TablePage>;
}

function fromFile({ head, pages }: BackupReading, onProgress: OnProgress): PageSource {
  return { columns: head.tables, pages: withProgress(pages, head.rows, onProgress) };
}

/** Gives errors of the data the name of the file. */
async function restoring<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof StartError || cause instanceof Unavailable) throw cause;
    throw new StartError(`${file} cannot be restored: ${(cause as Error).message}.`, { cause });
  }
}

/**
 * A database of its own that holds what the file does, at the schema of this release.
 * @throws StartError when it cannot hold it
 */
async function stage(
  file: string,
  reading: BackupReading,
  onProgress: OnProgress,
): Promise<PageSource & AsyncDisposable> {
  const { schema } = reading.head;
  if (!isKnownSchema(schema)) {
    const hint = `Use the release that wrote it, ${reading.head.release}, or a later one.`;
    throw new StartError(`${file} has the schema ${schema}, of a later release.`, { hint });
  }
  await using opening = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-backup-'));
  opening.defer(() => rmSync(folder, { recursive: true, force: true }));
  const limits = { maxWaitMs: 0, slowStatementMs: Infinity, onSlowStatement: () => {} };
  const connection = opening.use(await openStore({ path: join(folder, 'staged.db'), ...limits }, 'leave'));
  await migrate(connection, { to: schema });
  const { columns, pages } = fromFile(reading, onProgress);
  const made = await makeWholeTables(connection, Object.keys(columns));
  const { dialect } = connection;
  await restoring(file, () =>
    connection.transact((transaction) =>
      loadPages(transaction, { tables: arrangeTables(made, columns), pages, dialect }),
    ),
  );
  await migrate(connection);
  // Those of an older schema are of no use, as after any migration.
  if (made.some(({ name }) => name === 'snapshot')) await openSnapshotTables(connection);
  const migrated = await listWholeTables(connection);
  const view = opening.use(await connection.openReadView());
  const open = opening.move();
  return {
    columns: Object.fromEntries(migrated.map(({ name, columns: all }) => [name, all.map((column) => column.name)])),
    pages: readTables(view, migrated, dialect),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

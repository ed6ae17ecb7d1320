/** The database of the settings, written to a file. */
import { statSync } from 'node:fs';

import type { Settings } from '../../config/settings.ts';
import { PACKAGE } from '../../lib/package.ts';
import { StartError } from '../../lib/start-error.ts';
import { systemClock } from '../../lib/clock.ts';
import { formatUtcSeconds } from '../../lib/utc-text.ts';
import { BACKUP_FORM, writeBackup } from '../../record/backup-file.ts';
import type { BackupHead } from '../../record/backup-file.ts';
import type { TableSum } from '../../record/table-sums.ts';
import type { ReadView, SqlConnection } from '../../store/connection.ts';
import { findSchemaName, NO_SCHEMA } from '../../store/migrations/migrate.ts';
import { countRows, listWholeTables, readTables } from '../../store/whole-tables.ts';
import type { TablePage } from '../../store/whole-tables.ts';
import { openExisting } from '../open-existing.ts';

/** Told of the rows that are done, of all. */
export type OnProgress = (done: number, all: number) => void;

export interface BackupMade extends Pick<BackupHead, 'schema' | 'createdAt' | 'rows'> {
  readonly file: string;
  readonly sizeBytes: number;
  readonly tables: Readonly<Record<string, TableSum>>;
}

/**
 * Writes all data as it is at one moment; servers go on writing meanwhile.
 * @throws StartError when there is no data, or the file is there already or cannot be written
 */
export async function backUp(settings: Settings, file: string, onProgress: OnProgress): Promise<BackupMade> {
  await using opening = new AsyncDisposableStack();
  const { connection } = await openExisting(settings, opening, 'leave');
  await using view = await connection.openReadView();
  const source = await describeSource(view, connection);
  const tables = await writeBackup(file, source.head, withProgress(source.pages, source.head.rows, onProgress));
  const { schema, createdAt, rows } = source.head;
  return { file, sizeBytes: statSync(file).size, schema, createdAt, rows, tables };
}

interface RecordSource {
  readonly head: BackupHead;
  readonly pages: AsyncGenerator<TablePage>;
}

/** What a view shows, as a backup has it. @throws StartError when the database has no schema */
export async function describeSource(view: ReadView, { dialect }: SqlConnection): Promise<RecordSource> {
  const catalogue = { dialect, read: view.read };
  const schema = await findSchemaName(catalogue);
  if (schema === NO_SCHEMA) throw new StartError('The database holds no data of Vivarium.');
  const tables = await listWholeTables(catalogue);
  const head: BackupHead = {
    vivariumBackup: BACKUP_FORM,
    release: PACKAGE.version,
    schema,
    createdAt: formatUtcSeconds(systemClock.now()),
    database: dialect.name,
    rows: await countRows(view, tables),
    tables: Object.fromEntries(tables.map(({ name, columns }) => [name, columns.map((column) => column.name)])),
  };
  return { head, pages: readTables(view, tables, dialect) };
}

export async function* withProgress(
  pages: AsyncIterable<TablePage>,
  all: number,
  onProgress: OnProgress,
): AsyncGenerator<TablePage> {
  let done = 0;
  for await (const page of pages) {
    yield page;
    done += page.rows.length;
    onProgress(done, all);
  }
}

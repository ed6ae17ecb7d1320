/**
 * All data of one database, copied to another one.
 *
 * States of the target. empty: before. unfinished: marked so in its schema, so that no server takes it for whole; another
 * run goes on, and stores what is not there yet. whole: equal to the source as the run saw it, and the mark is gone.
 */
import { resolve } from 'node:path';

import type { Settings } from '../../config/settings.ts';
import { findDataFolder } from '../../lib/data-folder.ts';
import { StartError } from '../../lib/start-error.ts';
import { createTableSums } from '../../record/table-sums.ts';
import type { TableSum, TableSums } from '../../record/table-sums.ts';
import type { SqlConnection } from '../../store/connection.ts';
import { findSchemaName, unfinishedCopy } from '../../store/migrations/migrate.ts';
import {
  arrangeTables,
  createPageWrites,
  emptyTables,
  hasKey,
  listWholeTables,
  makeWholeTables,
  readTables,
} from '../../store/whole-tables.ts';
import type { TablePage, WholeTable } from '../../store/whole-tables.ts';
import { openExisting } from '../open-existing.ts';
import { describeDatabase } from '../open-folder.ts';
import { openTarget, refuseData } from '../open-target.ts';
import { describeSource, withProgress } from './backup-database.ts';
import type { OnProgress } from './backup-database.ts';

export interface CopyOrder {
  /** A data folder or a postgres:// URL each. */
  readonly from: string;
  readonly to: string;
  /** Whether data may be replaced. */
  readonly isReplacing: boolean;
  readonly onCopied: OnProgress;
  readonly onCompared: OnProgress;
}

export interface Copied {
  /** As messages name them. */
  readonly from: string;
  readonly to: string;
  /** Whether an earlier copy was continued. */
  readonly isContinued: boolean;
  readonly rows: number;
  /** The same in both. */
  readonly tables: Readonly<Record<string, TableSum>>;
}

/**
 * Copies what the source holds at one moment, and compares both.
 * @throws StartError when the target has data that may not be replaced, when the schemas differ, or when the target of an
 * earlier copy has rows that the source has not any more
 */
export async function copyDatabase(settings: Settings, order: CopyOrder): Promise<Copied> {
  const { isReplacing, onCopied, onCompared } = order;
  const [fromSettings, toSettings] = [settingsOf(settings, order.from), settingsOf(settings, order.to)];
  const [from, to] = [fromSettings, toSettings].map((one) => describeDatabase(one, findDataFolder(one.dataDir))) as [
    string,
    string,
  ];
  if (from === to) throw new StartError(`Both are ${from}: a copy needs two databases.`);
  await using opening = new AsyncDisposableStack();
  const source = await openExisting(fromSettings, opening, 'leave');
  const view = opening.use(await source.connection.openReadView());
  const { head, pages } = await describeSource(view, source.connection);
  const target = await openTarget(toSettings, opening);
  const { connection } = target;
  await checkSchemas(head.schema, connection);
  const isUnfinished = (await connection.read(unfinishedCopy.find, {})).length > 0;
  if (!isUnfinished && !isReplacing) await refuseData(toSettings, target);
  const isContinued = isUnfinished && !isReplacing;
  const tables = arrangeTables(await makeWholeTables(connection, Object.keys(head.tables)), head.tables);
  await begin(connection, isContinued);
  const sums = createTableSums();
  const toWrite = createPageWrites(tables, connection.dialect, true);
  for await (const page of withProgress(pages, head.rows, onCopied)) {
    note(sums, page);
    await connection.write([toWrite(page)]);
  }
  await compare({ connection, tables, sums, onCompared, rows: head.rows });
  await connection.write([{ statement: unfinishedCopy.end, params: {} }]);
  const byName = tables.map(({ name }) => [name, sums.of(name)] as const);
  return { from, to, isContinued, rows: head.rows, tables: Object.fromEntries(byName) };
}

function settingsOf(settings: Settings, place: string): Settings {
  const isUrl = /^postgres(ql)?:\/\//.test(place);
  if (isUrl) return { ...settings, database: place };
  return { ...settings, database: undefined, dataDir: resolve(place) };
}

async function checkSchemas(schema: string, connection: SqlConnection): Promise<void> {
  const expected = await findSchemaName(connection);
  if (schema === expected) return;
  const hint = 'Start the source once with this release, or run vivarium migrate on it.';
  throw new StartError(`The source has the schema ${schema}, and the target ${expected}.`, { hint });
}

/** Marks the target, and empties it of what cannot be continued. */
async function begin(connection: SqlConnection, isContinued: boolean): Promise<void> {
  const all = await listWholeTables(connection);
  await connection.transact(async (transaction) => {
    await transaction.run(unfinishedCopy.begin, {});
    // Of rows without a key, nothing tells which are there already.
    const emptied = isContinued ? all.filter((table) => !hasKey(table)) : all;
    await emptyTables(transaction, emptied, connection.dialect);
  });
}

function note(sums: TableSums, { table, rows }: TablePage): void {
  for (const row of rows) sums.add(table, JSON.stringify(row));
}

interface Comparison {
  readonly connection: SqlConnection;
  readonly tables: readonly WholeTable[];
  /** Of the source. */
  readonly sums: TableSums;
  readonly rows: number;
  readonly onCompared: OnProgress;
}

async function compare({ connection, tables, sums, rows, onCompared }: Comparison): Promise<void> {
  await using view = await connection.openReadView();
  const found = createTableSums();
  const pages = readTables(view, tables, connection.dialect);
  for await (const page of withProgress(pages, rows, onCompared)) note(found, page);
  const different = tables.flatMap(({ name }) => {
    const [expected, actual] = [sums.of(name), found.of(name)];
    if (expected.sha256 === actual.sha256 && expected.rows === actual.rows) return [];
    return [`${name} (${expected.rows} rows there, ${actual.rows} here)`];
  });
  if (different.length === 0) return;
  const hint = 'Copy again with --replace.';
  throw new StartError(
    `The source has changed since the copy began, and the target differs in ${different.join(', ')}.`,
    { hint },
  );
}

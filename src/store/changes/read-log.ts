/** Readers of the change log. */
import type { Params, Row, Statement } from '../connection.ts';
import type { Dialect } from '../dialect.ts';
import { logStatements, readRecord } from './log-statements.ts';
import type { StoredRecord } from './log-statements.ts';

/** A connection, or a view of one state of the database. */
export interface LogReader {
  readonly dialect: Dialect;
  read(statement: Statement, params: Params): readonly Row[] | Promise<readonly Row[]>;
}

const PAGE_ROWS = 1000;

/** Tenants that have a log, by their keys; 0 is what belongs to no tenant. */
export async function listLoggedTenants({ read }: LogReader): Promise<readonly number[]> {
  return (await read(logStatements.tenants, {})).map((row) => Number(row['tenant_id']));
}

/** All records of a tenant, in the order of chains and places: the register comes first. */
export async function* readPages(
  { dialect, read }: LogReader,
  tenantKey: number,
): AsyncGenerator<readonly StoredRecord[]> {
  let [chain, place] = [0, 0];
  for (;;) {
    const rows = await read(logStatements.page, { tenant_id: tenantKey, chain, place, row_limit: PAGE_ROWS });
    const page = rows.map((row) => readRecord(row, dialect));
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS) return;
    ({ chain, place } = last);
  }
}

/** What became of an item, the oldest first. @param itemIds GUIDs that it may be logged by */
export async function readHistory(
  { dialect, read }: LogReader,
  tenantKey: number,
  itemIds: readonly string[],
): Promise<readonly StoredRecord[]> {
  const found: StoredRecord[] = [];
  for (const itemId of itemIds) {
    const params = { tenant_id: tenantKey, item_id: dialect.columns.guid.encode(itemId) };
    found.push(...(await read(logStatements.ofItem, params)).map((row) => readRecord(row, dialect)));
  }
  return found.toSorted(byTime);
}

function byTime(one: StoredRecord, other: StoredRecord): number {
  return one.changedAt - other.changedAt || one.chain - other.chain || one.place - other.place;
}

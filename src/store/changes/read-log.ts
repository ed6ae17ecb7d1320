/** Readers of the change log. */
import type { Params, Row, Statement } from '../connection.ts';
import type { Dialect } from '../dialect.ts';
import { logStatements, readRecord } from './log-statements.ts';
import type { StoredRecord } from './log-statements.ts';
import { REGISTER_OPERATIONS } from './register.ts';

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

/** What became of an item, the oldest first. */
export async function readHistory(
  { dialect, read }: LogReader,
  tenantKey: number,
  itemId: string,
): Promise<readonly StoredRecord[]> {
  const rows = await read(logStatements.ofItem, { tenant_id: tenantKey, item_id: dialect.columns.guid.encode(itemId) });
  return rows.map((row) => readRecord(row, dialect));
}

/** The newest records of a tenant, the oldest of them first; the register's own are left out. */
export async function readNewest(
  { dialect, read }: LogReader,
  tenantKey: number,
  limit: number,
): Promise<readonly StoredRecord[]> {
  const chains = await read(logStatements.chains, { tenant_id: tenantKey, operation: REGISTER_OPERATIONS.open });
  const newest: StoredRecord[] = [];
  for (const { chain = null } of chains) {
    const rows = await read(logStatements.newest, { tenant_id: tenantKey, chain, row_limit: limit });
    newest.push(...rows.map((row) => readRecord(row, dialect)));
  }
  return newest.toSorted(byTime).slice(-limit);
}

function byTime(one: StoredRecord, other: StoredRecord): number {
  return one.changedAt - other.changedAt || one.chain - other.chain || one.place - other.place;
}

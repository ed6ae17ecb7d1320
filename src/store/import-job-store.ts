/** Imports in the database: how far each has come. */
import type { Tenant } from '../model/directory.ts';
import type { Row, SqlConnection, Statement, Write } from './connection.ts';
import type { SqlValue } from './dialect.ts';

export const IMPORT_STATES = ['open', 'done', 'refused'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

export interface ImportJob {
  readonly id: string;
  /** Of what is imported and how: an import that was interrupted is found by it. */
  readonly fingerprint: string;
  /** open: rows may follow. done: all rows have come. refused: all or nothing was asked for, and it is nothing. */
  readonly state: ImportState;
  /** What it was begun with, as plain JSON. */
  readonly settings: unknown;
  readonly doneRows: number;
  /** Rows by what became of them. */
  readonly counts: Readonly<Record<string, number>>;
  /** What became of the rows of the part that was sent last, as plain JSON. */
  readonly tail: unknown;
  /** Epoch milliseconds, as is `changedAt`. */
  readonly createdAt: number;
  readonly changedAt: number;
}

export interface ImportJobStore {
  insert(tenant: Tenant, job: ImportJob): Promise<void>;
  find(tenant: Tenant, id: string): Promise<ImportJob | undefined>;
  findOpen(tenant: Tenant, fingerprint: string): Promise<ImportJob | undefined>;
  /** The newest first, at most so many. */
  list(tenant: Tenant, limit: number): Promise<readonly ImportJob[]>;
  /** Is refused where another process has moved the job on meanwhile. */
  move(tenant: Tenant, before: ImportJob, after: ImportJob): Write;
  remove(tenant: Tenant, id: string): Promise<boolean>;
}

const COLUMNS = [
  ...['import_id', 'fingerprint', 'state', 'settings', 'done_rows', 'counts', 'tail', 'created_at', 'changed_at'],
];
const SELECTED = COLUMNS.map((column) => (column === 'import_id' ? 'guid_text(import_id) as import_id' : column));
const ONE = 'where tenant_id = :tenant_id and import_id = :import_id';

const table = {
  insert: `insert into import_job (tenant_id, ${COLUMNS.join(', ')})
values (:tenant_id, ${COLUMNS.map((column) => `:${column}`).join(', ')})`,
  find: `select ${SELECTED.join(', ')} from import_job ${ONE}`,
  findOpen: `select ${SELECTED.join(', ')} from import_job
where tenant_id = :tenant_id and fingerprint = :fingerprint and state = 'open' order by created_at desc limit 1`,
  list: `select ${SELECTED.join(', ')} from import_job
where tenant_id = :tenant_id order by created_at desc, import_id limit :row_limit`,
  move: `update import_job
set state = :state, done_rows = :done_rows, counts = :counts, tail = :tail, changed_at = :changed_at
${ONE} and done_rows = :done_before and state = 'open'`,
  remove: `delete from import_job ${ONE}`,
} as const;

const texts = Object.fromEntries(
  Object.entries(table).map(([name, sql]) => [name, { name: `importJob ${name}`, sql }]),
) as Readonly<Record<keyof typeof table, Statement>>;

export function createImportJobStore(connection: SqlConnection): ImportJobStore {
  const { guid, json } = connection.dialect.columns;
  const ofJob = (tenant: Tenant, id: string) => ({ tenant_id: tenant.key, import_id: guid.encode(id) });
  const fromRow = (row: Row): ImportJob => ({
    id: String(guid.decode(row['import_id'] as SqlValue)),
    fingerprint: String(row['fingerprint']),
    state: row['state'] as ImportState,
    settings: json.decode(row['settings'] as SqlValue),
    doneRows: Number(row['done_rows']),
    counts: json.decode(row['counts'] as SqlValue) as ImportJob['counts'],
    tail: json.decode(row['tail'] as SqlValue),
    createdAt: Number(row['created_at']),
    changedAt: Number(row['changed_at']),
  });
  const toRow = (tenant: Tenant, job: ImportJob) => ({
    ...ofJob(tenant, job.id),
    fingerprint: job.fingerprint,
    state: job.state,
    settings: json.encode(job.settings),
    done_rows: job.doneRows,
    counts: json.encode(job.counts),
    tail: json.encode(job.tail),
    created_at: job.createdAt,
    changed_at: job.changedAt,
  });
  const readOne = async (statement: Statement, params: Readonly<Record<string, SqlValue>>) => {
    const [row] = await connection.read(statement, params);
    return row && fromRow(row);
  };
  return {
    insert: async (tenant, job) => {
      await connection.write([{ statement: texts.insert, params: toRow(tenant, job) }]);
    },
    find: (tenant, id) => readOne(texts.find, ofJob(tenant, id)),
    findOpen: (tenant, fingerprint) => readOne(texts.findOpen, { tenant_id: tenant.key, fingerprint }),
    list: async (tenant, limit) =>
      (await connection.read(texts.list, { tenant_id: tenant.key, row_limit: limit })).map(fromRow),
    move: (tenant, before, after) => ({
      statement: texts.move,
      params: { ...toRow(tenant, after), done_before: before.doneRows },
      mustChange: true,
    }),
    remove: async (tenant, id) => {
      const write = { statement: texts.remove, params: ofJob(tenant, id), mustChange: true };
      return (await connection.write([write])).kind === 'done';
    },
  };
}

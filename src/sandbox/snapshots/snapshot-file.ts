/**
 * A snapshot as a file of lines of JSON: a head, a line for each row, and an end with the number of rows and the SHA-256 of
 * all before it. A row is the name of its table and its values, in the order of the columns in the head; GUIDs are texts,
 * and a tenant is named by its GUID where tables have its number. So a file fits SQLite and PostgreSQL alike.
 */
import { createHash } from 'node:crypto';

import { findGuid } from '../../lib/ids.ts';
import type { TenantId } from '../../lib/ids.ts';
import type { PlainRow, SnapshotStore } from '../../store/snapshot-store.ts';
import type { TableColumn } from '../../store/catalogue.ts';
import type { SnapshotTable } from '../../store/snapshot-tables.ts';
import type { States } from '../states.ts';

export const FILE_TYPE = 'application/x-ndjson';

/** The first line. */
export interface FileHead {
  /** What the file is, and the form that it has. */
  readonly vivariumSnapshot: 1;
  /** The release that wrote it. */
  readonly release: string;
  /** The last migration of the schema that the rows are of. */
  readonly schema: string;
  readonly name: string;
  /** Null: all tenants. */
  readonly tenant: TenantId | null;
  readonly createdAt: number;
  /** Columns by table. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  readonly states: States;
}

/** One row of a table, its tenant by id. */
export interface FileRow {
  readonly table: string;
  readonly values: PlainRow;
}

interface FileEnd {
  readonly rows: number;
  readonly sha256: string;
}

const TENANT_COLUMN = 'tenant_id';

/** The lines, in pieces. */
export async function* printFile(head: FileHead, rows: AsyncIterable<readonly FileRow[]>): AsyncGenerator<string> {
  const digest = createHash('sha256');
  let count = 0;
  const piece = (lines: readonly unknown[]): string => {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    digest.update(text);
    return text;
  };
  yield piece([head]);
  for await (const page of rows) {
    count += page.length;
    yield piece(page.map(({ table, values }) => [table, values]));
  }
  const end: FileEnd = { rows: count, sha256: digest.digest('hex') };
  yield `${JSON.stringify(end)}\n`;
}

/** Rows of a snapshot as the file has them. `getId` names the tenant of a key. */
export async function* readKeptRows(
  store: SnapshotStore,
  id: number,
  getId: (key: number) => TenantId,
): AsyncGenerator<readonly FileRow[]> {
  for (const table of store.tables) {
    const place = tenantPlace(table);
    for await (const page of store.readRows(id, table.name)) {
      yield page.map((row) => ({
        table: table.name,
        values: row.map((value, at) => (at === place ? getId(Number(value)) : value)),
      }));
    }
  }
}

/** A row for the database, where the tenant has this key. */
export function toKeptRow(table: SnapshotTable, { values }: FileRow, getKey: (id: TenantId) => number): PlainRow {
  const place = tenantPlace(table);
  return values.map((value, at) => (at === place ? getKey(value as TenantId) : value));
}

function tenantPlace({ columns }: SnapshotTable): number {
  return columns.findIndex(({ name }) => name === TENANT_COLUMN);
}

export interface ReadFile {
  readonly head: FileHead | undefined;
  /** As they stand there; good only where there are no problems. */
  readonly rows: readonly FileRow[];
  readonly problems: readonly string[];
}

/** So many problems are told one by one. */
const MAX_TOLD = 20;

/** Reads a file for a database with these tables. All that is wrong with it is in `problems`. */
export function readFile(text: string, store: Pick<SnapshotStore, 'tables' | 'schemaName'>): ReadFile {
  const problems: string[] = [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const head = findHead(lines[0], problems);
  if (head === undefined) return { head, rows: [], problems };
  problems.push(...compareSchemas(head, store));
  const end = parse(lines.at(-1) ?? '') as Partial<FileEnd> | undefined;
  const rows = lines.slice(1, -1).map((line, index) => readRow(line, index + 2, { store, problems }));
  problems.push(...checkEnd(end, lines.slice(0, -1)));
  const more = problems.length - MAX_TOLD;
  const told = more > 0 ? [...problems.slice(0, MAX_TOLD), `and ${more} more`] : problems;
  return { head, rows: rows.filter((row) => row !== undefined), problems: told };
}

function findHead(line: string | undefined, problems: string[]): FileHead | undefined {
  const head = parse(line ?? '') as Partial<FileHead> | null | undefined;
  if (head?.vivariumSnapshot === undefined) {
    problems.push('line 1: the file does not begin as a snapshot does');
    return undefined;
  }
  if (head.vivariumSnapshot !== 1) {
    problems.push(
      `line 1: the file has the form ${String(head.vivariumSnapshot)}, of a later release; this one reads form 1`,
    );
    return undefined;
  }
  const { tenant, createdAt, tables, states } = head;
  const isTenant = tenant === null || (typeof tenant === 'string' && findGuid(tenant) !== undefined);
  if (!isTenant) problems.push('line 1: tenant has to be a GUID, or null for all');
  if (!Number.isSafeInteger(createdAt)) problems.push('line 1: createdAt has to be epoch milliseconds');
  if (!isObject(tables)) problems.push('line 1: tables has to list columns by table');
  if (!isObject(states)) problems.push('line 1: states has to be an object');
  return problems.length === 0 ? (head as FileHead) : undefined;
}

function compareSchemas(
  { schema, tables }: FileHead,
  store: Pick<SnapshotStore, 'tables' | 'schemaName'>,
): readonly string[] {
  if (schema !== store.schemaName)
    return [`line 1: the file is of the schema ${schema}, and the database has ${store.schemaName}`];
  return store.tables.flatMap(({ name, columns }) => {
    const expected = columns.map((column) => column.name).join(', ');
    const found = Array.isArray(tables[name]) ? tables[name].join(', ') : 'none';
    return found === expected ? [] : [`line 1: ${name} has the columns ${found}; they have to be ${expected}`];
  });
}

interface RowReading {
  readonly store: Pick<SnapshotStore, 'tables'>;
  readonly problems: string[];
}

function readRow(line: string, number: number, { store, problems }: RowReading): FileRow | undefined {
  const [name, values] = asArray(parse(line));
  const table = store.tables.find((one) => one.name === name);
  if (table === undefined || !Array.isArray(values) || values.length !== table.columns.length) {
    problems.push(`line ${number}: not the name of a table and a value for each of its columns`);
    return undefined;
  }
  const wrong = table.columns.filter(
    ({ name: column, kind }, at) => !isValue(values[at], column === TENANT_COLUMN ? 'guid' : kind),
  );
  problems.push(
    ...wrong.map((column) => `line ${number}: ${table.name}.${column.name} has a value that it cannot have`),
  );
  return { table: table.name, values: values as PlainRow };
}

function isValue(value: unknown, kind: TableColumn['kind']): boolean {
  if (value === null) return true;
  if (kind === undefined) return typeof value === 'string' || typeof value === 'number';
  return typeof value === 'string' && (kind === 'guidOrText' || findGuid(value) !== undefined);
}

function checkEnd(end: Partial<FileEnd> | undefined, before: readonly string[]): readonly string[] {
  if (end?.sha256 === undefined || end.rows === undefined) return ['the file has no end: it was cut'];
  if (end.rows !== before.length - 1) return [`the end tells of ${end.rows} rows, and there are ${before.length - 1}`];
  const sha256 = createHash('sha256')
    .update(`${before.join('\n')}\n`)
    .digest('hex');
  return sha256 === end.sha256 ? [] : ['the file was changed: its SHA-256 is not the one at its end'];
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

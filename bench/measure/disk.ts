/** What an activity takes on disk, its part of all indexes included. */
import { fillActivities, fillLearners } from '../data/fill.ts';
import { openData } from '../data/open.ts';
import type { VivariumOptions } from '../servers/vivarium.ts';

const ACTIVITIES = 100_000;

const SQLITE_SIZE = {
  name: 'size',
  sql: 'select page_count * page_size as bytes from pragma_page_count, pragma_page_size',
};
/** Of all tables, so that it does not matter which of them an activity is in. */
const POSTGRES_SIZE = {
  name: 'size',
  sql: `select sum(pg_total_relation_size(oid)) as bytes from pg_class
where relkind = 'r' and relnamespace = (select oid from pg_namespace where nspname = current_schema())`,
};

/** The table and each of its indexes. */
const SQLITE_PARTS = {
  name: 'parts',
  sql: `select name, sum(pgsize) as bytes from dbstat where name like '%learning_course_activity%' group by name order by name`,
};
const POSTGRES_PARTS = {
  name: 'parts',
  sql: `select relname as name, pg_table_size(oid) as bytes from pg_class
where relname like 'learning_course_activity%' order by relname`,
};

/** Bytes of an activity by table and index, once {@link measureDisk} has loaded them. */
export async function measureParts(
  options: VivariumOptions,
): Promise<readonly (readonly [name: string, bytes: number])[]> {
  await using connection = await openData(options);
  const parts = await connection.read(options.database === undefined ? SQLITE_PARTS : POSTGRES_PARTS, {});
  return parts.map(({ name, bytes }) => [String(name), Number(bytes) / ACTIVITIES]);
}

/** Bytes. The data has to be empty but for its seed. */
export async function measureDisk(options: VivariumOptions): Promise<number> {
  const span = { from: 0, to: ACTIVITIES };
  await fillLearners(options, span);
  const before = await readSize(options);
  await fillActivities(options, span);
  return ((await readSize(options)) - before) / ACTIVITIES;
}

async function readSize(options: VivariumOptions): Promise<number> {
  await using connection = await openData(options);
  const [row] = await connection.read(options.database === undefined ? SQLITE_SIZE : POSTGRES_SIZE, {});
  return Number(row?.['bytes']);
}

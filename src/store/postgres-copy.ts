/**
 * Many rows of a unit by COPY, in place of a statement for many: nothing is joined or looked for twice, and the rows travel as
 * text, which takes PostgreSQL two thirds of the time and this process half of it. What guards the statement is asked of all
 * rows at once, before, in the same transaction.
 */
import { Query } from 'pg';
import type { PoolClient } from 'pg';

import { ACTIVITY_COLUMNS } from './columns.ts';
import type { Params, Row, Statement } from './connection.ts';
import { watched } from './postgres-pool.ts';
import type { PostgresQuery } from './postgres-query.ts';
import { sendQuery, timed } from './postgres-send.ts';
import type { Sending } from './postgres-send.ts';
import type { StatementName } from './statements.ts';

interface CopyForm {
  /** Takes the values of all rows, as a statement for many does. */
  readonly guard: Statement;
  readonly copy: Statement;
  /** What the database is told of each row, by what the guard gave; `undefined` when it does not hold. */
  linesOf(rows: readonly Params[], guarded: readonly Row[]): readonly string[] | undefined;
}

const COLUMNS = ['tenant_id', 'provider_key', ...ACTIVITY_COLUMNS];

const insertActivity: CopyForm = {
  guard: {
    name: 'guardActivities',
    sql: `
select p.registration_id, p.provider_key,
  (select count(*) from unnest(:registration_id[], :learning_content_id[]) as i(registration_id, content_id)
   join learning_content c
     on c.tenant_id = :tenant_id and c.registration_id = i.registration_id and c.learning_content_id = i.content_id
  ) as content_count,
  (select count(*) from unnest(:learner_user_id[]) as i(user_id)
   join directory_user u
     on u.tenant_id = :tenant_id and u.user_id = i.user_id and u.licence = :required_licence
  ) as learner_count
from learning_provider p
where p.tenant_id = :tenant_id and p.is_course_activity_sync_enabled
  and p.registration_id in (select unnest(:registration_id[]))`,
  },
  copy: { name: 'copyActivities', sql: `copy learning_course_activity (${COLUMNS.join(', ')}) from stdin` },
  linesOf: (rows, guarded) => {
    const [{ content_count: contents, learner_count: learners } = {}] = guarded;
    if (contents !== rows.length || learners !== rows.length) return undefined;
    const keys = new Map(guarded.map((row) => [row['registration_id'], row['provider_key']]));
    const lines = rows.flatMap((row) => {
      const key = keys.get(row['registration_id']);
      return key === undefined ? [] : [lineOf({ ...row, provider_key: key }, COLUMNS)];
    });
    return lines.length === rows.length ? lines : undefined;
  },
};

/** By the name of the statement for one row. */
export const COPY_FORMS: ReadonlyMap<string, CopyForm> = new Map(
  Object.entries({ insertActivity } satisfies Partial<Record<StatementName, CopyForm>>),
);

const SPECIAL = /[\\\n\r\t]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function lineOf(row: Params, columns: readonly string[]): string {
  let line = '';
  for (const column of columns) {
    const value = row[column];
    if (value === undefined) throw new Error(`Parameter ${column} is missing`);
    const text = value === null ? String.raw`\N` : String(value);
    const isPlain = value === null || typeof value === 'number' || !SPECIAL.test(text);
    line += (isPlain ? text : text.replaceAll(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? '')) + '\t';
  }
  return line.slice(0, -1);
}

/** What a unit does in place of a statement for one row that is to be done for many. */
export interface CopyStep {
  readonly form: CopyForm;
  readonly guard: PostgresQuery;
  readonly rows: readonly Params[];
}

/** @returns how many rows are stored: all of them, or none when a guard did not hold */
export async function copyRows(client: PoolClient, { form, guard, rows }: CopyStep, sending: Sending): Promise<number> {
  const lines = form.linesOf(rows, (await sendQuery(client, guard, sending)).rows);
  if (lines === undefined) return 0;
  const { name, sql: text } = form.copy;
  await timed(name, sending, () =>
    watched(client, () => sendCopy(client, { text, lines, timeoutMs: guard.query_timeout })),
  );
  return rows.length;
}

interface Copy {
  readonly text: string;
  readonly lines: readonly string[];
  readonly timeoutMs: number;
}

function sendCopy(client: PoolClient, { text, lines, timeoutMs }: Copy): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = new CopyQuery(text, (error) => (error ? reject(error) : resolve()));
    query.lines = lines;
    query.query_timeout = timeoutMs;
    client.query(query);
  });
}

/** Of the driver's connection, what its types lack. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
}

class CopyQuery extends Query {
  lines: readonly string[] = [];
  /** The driver reads it. */
  query_timeout = 0;

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(Buffer.from(`${this.lines.join('\n')}\n`));
    connection.endCopyFrom();
  }
}

/** What is true of PostgreSQL alone: units side by side, restarts of the server, the way there, a start on it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { StartError } from '../../src/lib/start-error.ts';
import { Unavailable } from '../../src/lib/unavailable.ts';
import { runMigrations } from '../../src/app/commands/migrate-database.ts';
import { createCertificateAuthority, createServerCertificate } from '../../src/issuer/certificate.ts';
import type { SqlConnection, Write } from '../../src/store/connection.ts';
import { migrate } from '../../src/store/migrations/migrate.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { startPostgres } from '../support/postgres-server.ts';
import type { PostgresServer } from '../support/postgres-server.ts';
import { createOwnDatabase, postgresOptions, runOn } from '../support/postgres.ts';
import type { OwnDatabase } from '../support/postgres.ts';
import { startTestServer, testSettings } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const LIMITS = { maxWaitMs: 10_000 };
const INSERT = { name: 'insertNote', sql: 'insert into note (id, text) values (:id, :text)' };
const ANSWER = { name: 'insertAnswer', sql: 'insert into answer (id, note_id) values (:id, :note_id)' };
const LIST = { name: 'listNotes', sql: 'select id from note order by id' };
const NOTES = `
  create table note (id integer primary key, text text not null unique);
  create table answer (id integer primary key, note_id integer references note (id) deferrable initially deferred)`;

const insert = (id: number, text = `note ${id}`): Write => ({ statement: INSERT, params: { id, text } });

let server: PostgresServer;
let database: OwnDatabase;

beforeAll(async () => {
  server = await startPostgres({ isDurable: true });
});
afterAll(async () => server[Symbol.asyncDispose]());

async function openNotes(maxConnections = 5): Promise<SqlConnection> {
  database = await createOwnDatabase(server.url);
  const connection = openPostgres({ ...postgresOptions(database.url, LIMITS), maxConnections });
  await connection.script(NOTES);
  return connection;
}

async function listIds(connection: SqlConnection): Promise<readonly unknown[]> {
  return (await connection.read(LIST, {})).map(({ id }) => id);
}

describe('units of work side by side', () => {
  test.each([1, 2, 5])('are all stored, over at most %i connections', async (maxConnections) => {
    await using connection = await openNotes(maxConnections);
    const ids = Array.from({ length: 60 }, (_, index) => index);
    const units = ids.map((id) => connection.write(id % 2 === 0 ? [insert(id)] : [insert(id), insert(id + 100)]));
    expect(new Set((await Promise.all(units)).map(({ kind }) => kind))).toEqual(new Set(['done']));
    expect(await listIds(connection)).toHaveLength(90);
  });

  test('that take the same key are stored once', async () => {
    await using connection = await openNotes();
    const units = Array.from({ length: 10 }, (_, index) => connection.write([insert(7, `text ${index}`)]));
    const kinds = (await Promise.all(units)).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['done', ...Array.from({ length: 9 }, () => 'notUnique')]);
  });

  test('that lock each other out are both stored in the end', async () => {
    await using connection = await openNotes();
    await connection.write([insert(1), insert(2)]);
    const touch = (id: number): Write => ({
      statement: { name: 'touch', sql: 'update note set text = text where id = :id and pg_sleep(0.05) is not null' },
      params: { id },
    });
    const units = [connection.write([touch(1), touch(2)]), connection.write([touch(2), touch(1)])];
    expect(await Promise.all(units)).toEqual([{ kind: 'done' }, { kind: 'done' }]);
  });

  test('one whose guard has let pass what goes meanwhile is judged again', async () => {
    await using connection = await openNotes();
    await connection.write([insert(1)]);
    const other = new Client({ connectionString: database.url });
    await other.connect();
    await other.query('begin; delete from note');
    const sql = 'insert into answer (id, note_id) select 1, n.id from note n where n.id = :note_id';
    const answer = { statement: { name: 'answerNote', sql }, params: { note_id: 1 }, mustChange: true };
    const written = connection.write([answer]);
    const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    await expect.poll(() => runOn(database.url, waiting)).toHaveLength(1);
    await other.query('commit');
    expect(await written).toEqual({ kind: 'refused', step: 0 });
    await other.end();
  });

  test('one that fails at COMMIT takes nobody else with it', async () => {
    await using connection = await openNotes();
    const stray = { statement: ANSWER, params: { id: 1, note_id: 404 } };
    const units = [[insert(1)], [stray], [insert(2), stray], [insert(3), insert(4)]];
    const results = await Promise.allSettled(units.map((writes) => connection.write(writes)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(await listIds(connection)).toEqual([1, 3, 4]);
  });

  test('a statement that takes too long is given up, and nothing of it is stored', async () => {
    await using connection = await openNotes();
    await using hasty = openPostgres({ ...postgresOptions(database.url, LIMITS), statementTimeoutMs: 50 });
    const sleepy = { name: 'sleepy', sql: "insert into note (id, text) select :id, 'x' || pg_sleep(10)" };
    const write = hasty.write([{ statement: { ...sleepy, sql: sleepy.sql.replace(':id', '1') }, params: {} }]);
    await expect(write).rejects.toBeInstanceOf(Unavailable);
    expect(await listIds(connection)).toEqual([]);
  });
});

test('text with a NUL, which PostgreSQL cannot keep, is like nothing that is stored', async () => {
  await using connection = await openNotes();
  const find = { name: 'find', sql: 'select id from note where text = :text' };
  expect(await connection.read(find, { text: 'a\u0000' })).toEqual([]);
});

test('migrations that are started at once run once', async () => {
  await using own = await createOwnDatabase(server.url);
  const connections = [1, 2, 3].map(() => openPostgres(postgresOptions(own.url, LIMITS)));
  const ran = await Promise.all(connections.map((connection) => migrate(connection)));
  await Promise.all(connections.map((connection) => connection[Symbol.asyncDispose]()));
  expect(ran.flat().length).toBe(new Set(ran.flat()).size);
  expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
});

test('a purge waits for transactions of other databases too, through which the server keeps deleted rows', async () => {
  await using connection = await openNotes();
  await using elsewhere = await createOwnDatabase(server.url);
  const other = new Client({ connectionString: elsewhere.url });
  await other.connect();
  await other.query('begin; select pg_current_xact_id()');
  await connection.write([insert(1, 'a secret text')]);
  await connection.write([{ statement: { name: 'deleteNotes', sql: 'delete from note' }, params: {} }]);
  const purging = connection.purge(['note']);
  const asking = `select 1 from pg_stat_activity where datname = current_database() and query like '%as is_seen%'
    and pid <> pg_backend_pid()`;
  await expect.poll(() => runOn(database.url, asking)).toHaveLength(1);
  await other.query('commit');
  await other.end();
  expect(await purging).toEqual([]);
  const [size] = await runOn(database.url, "select cast(pg_relation_size('note') as int) as bytes");
  expect(size).toEqual({ bytes: 0 });
});

describe('when the server restarts', () => {
  test.each(['fast', 'immediate'] as const)('(%s) what was answered is kept, what was refused is not', async (mode) => {
    await using connection = await openNotes();
    const outcomes = new Map<number, 'stored' | 'refused' | 'unknown'>();
    const writeOne = async (id: number) => {
      try {
        await connection.write(id % 2 === 0 ? [insert(id)] : [insert(id), insert(id + 1_000_000)]);
        outcomes.set(id, 'stored');
      } catch (error) {
        outcomes.set(id, error instanceof Unavailable ? 'refused' : 'unknown');
      }
    };
    let next = 0;
    const over = new AbortController();
    const writer = async () => {
      while (!over.signal.aborted) await writeOne((next += 1));
    };
    const stored = () => [...outcomes.values()].filter((outcome) => outcome === 'stored').length;
    const writers = Array.from({ length: 8 }, writer);
    await expect.poll(stored, { timeout: 60_000 }).toBeGreaterThan(200);
    await server.stop(mode);
    await server.start();
    const before = stored();
    await expect.poll(stored, { timeout: 60_000 }).toBeGreaterThan(before + 200);
    over.abort();
    await Promise.all(writers);
    const kept = new Set(await listIds(connection));
    const idsOf = (wanted: string) => [...outcomes].filter(([, outcome]) => outcome === wanted).map(([id]) => id);
    expect(idsOf('stored').filter((id) => !kept.has(id))).toEqual([]);
    expect(idsOf('refused').filter((id) => kept.has(id))).toEqual([]);
    // Half a list would be worse than none.
    expect(
      [...kept].filter((id) => Number(id) % 2 === 1 && Number(id) < 1_000_000 && !kept.has(Number(id) + 1_000_000)),
    ).toEqual([]);
  });

  test('connections that were idle meanwhile are replaced unnoticed', async () => {
    await using connection = await openNotes();
    await Promise.all([1, 2, 3].map((id) => connection.write([insert(id)])));
    await server.stop('fast');
    await expect(connection.write([insert(4)])).rejects.toBeInstanceOf(Unavailable);
    await expect(connection.read(LIST, {})).rejects.toBeInstanceOf(Unavailable);
    await server.start();
    expect(await connection.write([insert(5)])).toEqual({ kind: 'done' });
    expect(await listIds(connection)).toEqual([1, 2, 3, 5]);
  });
});

describe('TLS', () => {
  let folder: string;
  let secured: PostgresServer;
  let authorityFile: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vivarium-tls-'));
    const now = Date.now();
    const authority = await createCertificateAuthority({ names: [], now });
    authorityFile = join(folder, 'ca.pem');
    writeFileSync(authorityFile, authority.certificatePem);
    const tls = await createServerCertificate({ authority, names: [], now });
    secured = await startPostgres({ isDurable: false, tls });
  });
  afterAll(async () => {
    await secured[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const isEncrypted = async (mode: string, file: string | undefined) => {
    const url = `${secured.url}?sslmode=${mode}`;
    const options = postgresOptions(url, LIMITS);
    await using connection = openPostgres({ ...options, address: { ...options.address, authorityFile: file } });
    const sql = 'select ssl as is_encrypted from pg_stat_ssl where pid = pg_backend_pid()';
    return (await connection.read({ name: 'isEncrypted', sql }, {}))[0]?.['is_encrypted'] === 1;
  };

  test.each(['require', 'verify-ca', 'verify-full'])(
    '%s encrypts, and trusts the authority of the file',
    async (mode) => {
      expect(await isEncrypted(mode, authorityFile)).toBe(true);
    },
  );

  test.each(['verify-ca', 'verify-full'])('%s refuses a server of another authority', async (mode) => {
    await expect(isEncrypted(mode, undefined)).rejects.toThrow(/certificate/);
  });

  test('require without a file encrypts, whoever answers; disable does not', async () => {
    expect(await isEncrypted('require', undefined)).toBe(true);
    expect(await isEncrypted('disable', undefined)).toBe(false);
  });

  test('a server that speaks no TLS is refused', async () => {
    const options = postgresOptions(`${server.url}?sslmode=require`, LIMITS);
    await using connection = openPostgres(options);
    await expect(connection.read(LIST, {})).rejects.toThrow(/does not support SSL/);
  });
});

describe('a server on PostgreSQL', () => {
  let folder: string;
  let own: OwnDatabase;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vivarium-on-postgres-'));
    own = await createOwnDatabase(server.url);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** With the password in a file, where it does not stand in a list of processes. */
  const settings = () => {
    const url = new URL(own.url);
    url.password = '';
    const databasePasswordFile = join(folder, 'password');
    writeFileSync(databasePasswordFile, `${server.password}\n`, { mode: 0o600 });
    return { ephemeral: false, data: join(folder, 'data'), database: url.href, databasePasswordFile };
  };

  test('does not start before the schema is there, unless it is told to bring it', async () => {
    await expect(startTestServer(settings())).rejects.toThrow(/lacks 0001-initial.*vivarium migrate/);
    expect(await runMigrations(testSettings(settings()))).toContain('0001-initial');
    expect(await runMigrations(testSettings(settings()))).toEqual([]);
  });

  test('names the database without its password when it cannot be used', async () => {
    const url = new URL(own.url);
    url.password = 'wrong-password';
    const starting = startTestServer({ ephemeral: false, data: join(folder, 'data'), database: url.href });
    const error = await starting.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StartError);
    expect(String(error)).toContain('password authentication failed');
    expect(String(error)).not.toContain('wrong-password');
  });

  test('keeps what it is told, over a restart of PostgreSQL and one of its own', async () => {
    const first = await startTestServer(settings());
    const id = await createAndComplete(first);
    await server.stop('fast');
    await server.start();
    const second = await createAndComplete(first);
    expect(await listCompleted(first)).toEqual(expect.arrayContaining([id, second]));
    await first[Symbol.asyncDispose]();
    await using again = await startTestServer(settings());
    expect(await listCompleted(again)).toEqual(expect.arrayContaining([id, second]));
  });
});

/** Creates the documented activity, completes it, and gives its id. */
async function createAndComplete(on: TestServer): Promise<string> {
  const token = await on.appToken('writer');
  const { path, body } = on.app.example as NonNullable<TestServer['app']['example']>;
  const created = await on.call({
    method: 'POST',
    path,
    token,
    json: { ...(body as object), externalCourseActivityId: crypto.randomUUID() },
  });
  expect(created.status).toBe(201);
  const id = String(created.body.id);
  const changed = await on.call({
    method: 'PATCH',
    path: `${path}/${id}`,
    token,
    json: { '@odata.type': '#microsoft.graph.learningAssignment', status: 'completed', completionPercentage: 100 },
  });
  expect(changed.status).toBe(204);
  return id;
}

async function listCompleted(on: TestServer): Promise<readonly string[]> {
  const token = await on.userToken('learner');
  const path = `/v1.0/me/employeeExperience/learningCourseActivities?$filter=${encodeURIComponent("status eq 'completed'")}&$top=100`;
  const { status, body } = await on.call({ path, token });
  expect(status).toBe(200);
  return (body.value as readonly { readonly id: string }[]).map(({ id }) => id);
}

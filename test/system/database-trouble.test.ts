/**
 * What a server does while its database cannot work: it refuses with 503 and stores nothing, says so at `/readyz` and in one
 * line of the log a second, and goes on by itself.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { openSqlite } from '../../src/store/sqlite.ts';
import { startBreakingProxy } from '../support/breaking-proxy.ts';
import { createOwnDatabase, findPostgresUrl } from '../support/postgres.ts';
import { startPostgres } from '../support/postgres-server.ts';
import type { PostgresServer } from '../support/postgres-server.ts';
import type { Answer } from '../support/server.ts';
import { startServerProcess } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { fillDisk, freeze, limitFiles, lockFile, makeReadOnly } from '../support/trouble.ts';
import { openTroubleClient } from '../support/trouble-client.ts';
import type { TroubleClient } from '../support/trouble-client.ts';

let directory: string;
let folder: string;
let open: AsyncDisposableStack;

beforeEach(async () => {
  open = new AsyncDisposableStack();
  directory = await mkdtemp(join(tmpdir(), 'vivarium-trouble-'));
  folder = join(directory, 'data');
});
afterEach(async () => {
  await open.disposeAsync();
  await rm(directory, { recursive: true, force: true });
});

interface Served {
  readonly server: ServerProcess;
  readonly client: TroubleClient;
}

async function serve(...flags: readonly string[]): Promise<Served> {
  const server = open.use(startServerProcess(folder, '--port', '0', ...flags));
  const client = open.use(await openTroubleClient(await server.ready));
  return { server, client };
}

function expectUnavailable(answer: Answer): void {
  expect(answer).toMatchObject({ status: 503, body: { error: { code: 'serviceUnavailable' } } });
  expect(answer.headers['retry-after']).toMatch(/^\d+$/);
}

function expectTokenUnavailable(answer: Answer): void {
  expect(answer).toMatchObject({
    status: 503,
    headers: { 'retry-after': '5' },
    body: { error: 'temporarily_unavailable', error_codes: [90033] },
  });
}

/** Supervisors get an answer in time, whatever it is. */
async function readiness(client: TroubleClient): Promise<{ status: number; database: string }> {
  const start = performance.now();
  const { status, body } = await client.readiness();
  expect(performance.now() - start).toBeLessThan(2000);
  return { status, database: body.checks.database };
}

const READY = { status: 200, database: 'ok' };

describe('a disk that takes no more', () => {
  test('refuses writes, not reads, and goes on by itself', async () => {
    const { server, client } = await serve();
    let stored = Number((await client.count()).text);
    const empty = fillDisk(server, folder);
    const start = performance.now();
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.create()));
    for (let round = 0; round < 20; round += 1) answers.push(await client.create());
    for (const answer of answers) expectUnavailable(answer);
    expectTokenUnavailable(await client.requestDeviceCode());
    expect((await client.requestToken()).status).toBe(200);
    expect(await readiness(client)).toEqual({ status: 503, database: 'failing' });
    expect(Number((await client.count()).text)).toBe(stored);
    const seconds = (performance.now() - start) / 1000;

    empty();
    expect((await client.create()).status).toBe(201);
    stored += 1;
    expect(await readiness(client)).toEqual(READY);
    expect((await client.requestDeviceCode()).status).toBe(200);
    expect(Number((await client.count()).text)).toBe(stored);
    const lines = server.stderr().trim().split('\n');
    expect(lines.every((line) => line.includes('"msg":"databaseTroubled"'))).toBe(true);
    expect(lines.length).toBeLessThanOrEqual(seconds + 2);
  });

  test('is found out by the readiness check alone, and so is its end', async () => {
    const { server, client } = await serve();
    expect(await readiness(client)).toEqual(READY);
    const empty = fillDisk(server, folder);
    await expect.poll(() => readiness(client)).toEqual({ status: 503, database: 'failing' });
    empty();
    expect(await readiness(client)).toEqual(READY);
  });

  test('leaves a server that is stopped without damage', async () => {
    const { server, client } = await serve();
    expect((await client.create('kept')).status).toBe(201);
    limitFiles(server, 100);
    expectUnavailable(await client.create('lost'));
    server.signal('SIGKILL');
    await server.exited;
    const again = await serve();
    expect((await again.client.findByExternalId('kept')).status).toBe(200);
    expect((await again.client.findByExternalId('lost')).status).toBe(404);
  });
});

describe('what SQLite says', () => {
  const ADD = { statement: { name: 'add', sql: 'insert into t values (zeroblob(100000))' }, params: {} };

  test.each([
    ['the disk is full', 'pragma max_page_count = 10', 'full'],
    ['the file is read-only', 'pragma query_only = on', 'readOnly'],
  ])('%s', async (_what, pragma, trouble) => {
    const limits = { maxWaitMs: 0, slowStatementMs: 60_000, onSlowStatement: () => {} };
    const told: unknown[] = [];
    const path = join(directory, 'own.db');
    await using connection = openSqlite({ path, ...limits, onTrouble: (cause) => void told.push(cause.trouble) });
    await connection.script('create table t (x)');
    await connection.read({ name: 'limit', sql: pragma }, {});
    await expect(connection.write([ADD])).rejects.toMatchObject({ name: 'Unavailable', trouble });
    await expect(connection.write([ADD, ADD])).rejects.toMatchObject({ name: 'Unavailable', trouble });
    expect(told).toEqual([trouble, trouble]);
    expect(await connection.read({ name: 'count', sql: 'select count(*) as count from t' }, {})).toEqual([
      { count: 0 },
    ]);
  });

  test('the file is damaged: what needs the page is refused, and the server is not ready any more', async () => {
    const first = await serve();
    first.server.signal('SIGTERM');
    await first.server.exited;
    damage(join(folder, 'vivarium.db'), 'learning_content');
    const { client } = await serve();
    expectUnavailable(await client.listContents());
    expect((await client.requestToken()).status).toBe(200);
    expect(await readiness(client)).toEqual({ status: 503, database: 'corrupt' });
    expectUnavailable(await client.listContents());
  });

  /** Overwrites the first page of the table. */
  function damage(path: string, table: string): void {
    const database = new DatabaseSync(path);
    const row = database.prepare('select rootpage from sqlite_schema where name = ?').get(table);
    const { page_size: size } = database.prepare('pragma page_size').get() ?? {};
    database.close();
    const content = readFileSync(path);
    content.fill(0xff, (Number(row?.['rootpage']) - 1) * Number(size), Number(row?.['rootpage']) * Number(size));
    writeFileSync(path, content);
  }
});

test('a database file that is moved away while it is open is missed', async () => {
  const { client } = await serve();
  expect(await readiness(client)).toEqual(READY);
  const path = join(folder, 'vivarium.db');
  renameSync(path, `${path}.away`);
  expect(await readiness(client)).toEqual({ status: 503, database: 'moved' });
  renameSync(`${path}.away`, path);
  expect(await readiness(client)).toEqual(READY);
});

test('a database that another process has locked', async () => {
  const { client } = await serve('--write-wait-ms', '200');
  const unlock = lockFile(folder);
  await expect.poll(() => readiness(client)).toEqual({ status: 503, database: 'locked' });
  expectUnavailable(await client.create());
  unlock();
  expect(await readiness(client)).toEqual(READY);
  expect((await client.create()).status).toBe(201);
});

describe('PostgreSQL', () => {
  let postgres: PostgresServer;

  beforeAll(async () => {
    postgres = await startPostgres({ isDurable: false });
  });
  afterAll(() => postgres[Symbol.asyncDispose]());

  async function serveOn(url: string, ...flags: readonly string[]): Promise<Served> {
    return serve('--database', url, '--migrate-at-start', '--sandbox', ...flags);
  }

  test('that takes no writes: they are refused, reads go on, and it goes on by itself', async () => {
    const database = open.use(await createOwnDatabase(postgres.url));
    const { client } = await serveOn(database.url);
    const allowWrites = await makeReadOnly(postgres);
    await expect.poll(() => readiness(client)).toEqual({ status: 503, database: 'readOnly' });
    expectUnavailable(await client.create());
    expectTokenUnavailable(await client.requestDeviceCode());
    expect((await client.listContents()).status).toBe(200);
    expect((await client.requestToken()).status).toBe(200);
    await allowWrites();
    await expect.poll(() => readiness(client)).toEqual(READY);
    expect((await client.create()).status).toBe(201);
  });

  test('that is frozen: readiness is answered all the same', async () => {
    const database = open.use(await createOwnDatabase(postgres.url));
    const { client } = await serveOn(database.url, '--database-wait-ms', '500');
    expect(await readiness(client)).toEqual(READY);
    const thaw = await freeze(postgres);
    try {
      expect(await readiness(client)).toEqual({ status: 503, database: 'noAnswer' });
      // Who asks again does not wait anew.
      expect(await readiness(client)).toEqual({ status: 503, database: 'noAnswer' });
    } finally {
      thaw();
    }
    await expect.poll(() => readiness(client), { timeout: 60_000 }).toEqual(READY);
  });

  test('that is away: tokens, codes and writes are refused until it is back', async () => {
    const database = open.use(await createOwnDatabase(postgres.url));
    const { server, client } = await serveOn(database.url);
    await postgres.stop('fast');
    try {
      expect(await readiness(client)).toEqual({ status: 503, database: 'unreachable' });
      expectTokenUnavailable(await client.requestToken());
      expectTokenUnavailable(await client.requestDeviceCode());
      expectUnavailable(await client.create());
    } finally {
      await postgres.start();
    }
    await expect.poll(() => readiness(client)).toEqual(READY);
    expect((await client.requestToken()).status).toBe(200);
    expect((await client.create()).status).toBe(201);
    expect(server.stderr()).not.toContain('requestFailed');
  });

  test('whose answer to a write is lost: 504, and the external id tells', async () => {
    const database = open.use(await createOwnDatabase(await findPostgresUrl()));
    const target = new URL(database.url);
    const proxy = open.use(await startBreakingProxy(target.hostname, Number(target.port)));
    target.port = String(proxy.port);
    const { server, client } = await serveOn(target.href);
    // The first write opens what changes are noted in; then one statement stores the activity with its note, and selects.
    expect((await client.create('before')).status).toBe(201);
    const broken = proxy.breakAt('SELECT 1');
    const answer = await client.create('in-doubt');
    await broken;
    expect(answer).toMatchObject({
      status: 504,
      body: { error: { code: 'gatewayTimeout', message: expect.stringContaining('external id') } },
    });
    expect((await client.findByExternalId('in-doubt')).status).toBe(200);
    expect((await client.create('in-doubt')).status).toBe(409);
    await expect.poll(() => server.stderr()).toMatch(/writeInDoubt.+"msg":"requestFailed"/);
  });
});

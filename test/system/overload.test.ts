/**
 * What a server does that gets more requests than it can work on: it refuses what is too much with 503 and without any effect,
 * stores what it has admitted, and goes on when the load ends.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createOwnDatabase, findPostgresUrl } from '../support/postgres.ts';
import type { Answer } from '../support/server.ts';
import { startServerProcess } from '../support/server-process.ts';
import type { ReadyLine, ServerProcess } from '../support/server-process.ts';
import { lockFile } from '../support/trouble.ts';
import { openTroubleClient } from '../support/trouble-client.ts';
import type { TroubleClient } from '../support/trouble-client.ts';

let open: AsyncDisposableStack;
let folder: string;

beforeEach(async () => {
  open = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'vivarium-overload-'));
  open.defer(() => rm(directory, { recursive: true, force: true }));
  folder = join(directory, 'data');
});
afterEach(() => open.disposeAsync());

interface Served {
  readonly server: ServerProcess;
  readonly ready: ReadyLine;
  readonly client: TroubleClient;
}

async function serve(maxInFlight: number, ...flags: readonly string[]): Promise<Served> {
  const all = ['--port', '0', '--http-port', '0', '--max-requests-in-flight', String(maxInFlight), ...flags];
  const server = open.use(startServerProcess(folder, ...all));
  const ready = await server.ready;
  return { server, ready, client: open.use(await openTroubleClient(ready)) };
}

const REFUSED = {
  status: 503,
  headers: { 'retry-after': '1' },
  body: {
    error: {
      code: 'serviceUnavailable',
      innerError: { reasons: ['As many write requests are in flight as maxRequestsInFlight allows.'] },
    },
  },
};

const countOf = async (client: TroubleClient) => Number((await client.count()).text);
const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status);
const times = <Result>(count: number, make: () => Promise<Result>) => Array.from({ length: count }, make);

/** Writes wait, and so stay in flight: which are too many does not depend on how fast they come. */
describe('while more writes wait than the server takes', () => {
  const BOUND = 2;
  const PLACES = 5 * BOUND;

  async function overload(make: (client: TroubleClient) => Promise<Answer>, ...flags: readonly string[]) {
    const served = await serve(BOUND, '--write-wait-ms', '60000', ...flags);
    const before = await countOf(served.client);
    const unlock = lockFile(folder);
    open.defer(unlock);
    const refused: Answer[] = [];
    const answers = times(30, async () => {
      const answer = await make(served.client);
      if (answer.status === 503) refused.push(answer);
      return answer;
    });
    await expect.poll(() => refused.length, { timeout: 20_000 }).toBe(30 - PLACES);
    return { ...served, before, refused, answers, unlock };
  }

  test('others are refused at once, those that wait are stored, and nothing of the refused is', async () => {
    const { client, before, refused, answers, unlock } = await overload((one) => one.create());
    for (const answer of refused) expect(answer).toMatchObject(REFUSED);
    unlock();
    const accepted = (await Promise.all(answers)).filter((answer) => !refused.includes(answer));
    expect(statusesOf(accepted)).toEqual(Array.from({ length: PLACES }, () => 201));
    expect(await countOf(client)).toBe(before + PLACES);
    expect((await client.create()).status).toBe(201);
  });

  test('a batch is one of them, whatever it holds', async () => {
    const { client, before, answers, unlock } = await overload((one) => one.createMany(20));
    unlock();
    await Promise.all(answers);
    expect(await countOf(client)).toBe(before + 20 * PLACES);
  });

  test('reads, health and the control API are answered', async () => {
    const { client } = await overload((one) => one.create());
    expect((await client.listContents()).status).toBe(200);
    expect((await client.requestToken()).status).toBe(200);
    expect((await client.create()).status).toBe(503);
    expect((await client.readiness()).body).toMatchObject({ checks: { load: 'overloaded' } });
    expect((await client.control('GET', '/status')).status).toBe(200);
  });

  test('the log has a line a second about them, and none for each', async () => {
    const start = performance.now();
    const { server, client } = await overload((one) => one.create(), '--log-level', 'info');
    const seconds = (performance.now() - start) / 1000;
    expect((await client.listContents()).status).toBe(200);
    const named = (msg: string) => {
      const lines = server.stderr().trim().split('\n');
      return lines.filter((line) => line.includes(`"msg":"${msg}"`));
    };
    // What is logged after them.
    await expect
      .poll(() => named('requestFinished').filter((line) => line.includes('/learningContents')))
      .toHaveLength(1);
    expect(named('requestRefused').length).toBeGreaterThan(0);
    expect(named('requestRefused').length).toBeLessThan(seconds + 2);
    expect(named('requestRefused')[0]).toContain('"kind":"write"');
    expect(named('requestFinished').filter((line) => line.includes('"status":503'))).toEqual([]);
  });

  test('a connection goes on after a refusal, when its body has come', async () => {
    const { ready } = await overload((one) => one.create());
    const socket = connect(Number(new URL(ready.httpUrl ?? '').port), '127.0.0.1');
    socket.write(`POST /v1.0/$batch HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(1_000_000)}`);
    socket.write('GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(statusLinesOf(await text(socket))).toEqual(['503', '200']);
  });

  test('a client that waits to send its body is refused, and its connection closed', async () => {
    const { ready } = await overload((one) => one.create());
    const socket = connect(Number(new URL(ready.httpUrl ?? '').port), '127.0.0.1');
    socket.write('POST /v1.0/$batch HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n');
    const received = await text(socket);
    expect(statusLinesOf(received)).toEqual(['503']);
    expect(received).toMatch(/^connection: close\r$/im);
  });
});

const statusLinesOf = (received: string) => [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);

test('requests for tokens are refused in the form of the authority', async () => {
  const { client } = await serve(1);
  const answers = await Promise.all(times(60, () => client.requestToken()));
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(answers.length);
  for (const answer of refused) {
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1', 'access-control-allow-origin': '*' },
      body: { error: 'temporarily_unavailable', error_codes: [90033] },
    });
  }
  expect((await client.requestToken()).status).toBe(200);
});

describe('token requests whose bodies never come', () => {
  const BOUND = 2;

  /** Strangers, who need no secret to begin one. */
  async function hold(ready: ReadyLine, count: number): Promise<void> {
    const { port } = new URL(ready.httpUrl ?? '');
    const head = `POST ${new URL(ready.tokenUrl).pathname} HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 100\r\n`;
    const sockets = Array.from({ length: count }, () => connect(Number(port), '127.0.0.1'));
    for (const socket of sockets) {
      socket.on('error', () => {});
      open.defer(() => void socket.destroy());
      socket.write(`${head}Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n\r\n`);
    }
    // Those that have a place are asked for their bodies.
    await Promise.all(sockets.slice(0, Math.min(count, 5 * BOUND)).map((socket) => once(socket, 'data')));
  }

  test('keep no reads and no writes from being admitted', async () => {
    const { ready, client } = await serve(BOUND);
    await hold(ready, 20 * BOUND);
    for (let count = 0; count < 10; count += 1) {
      expect((await client.listContents()).status).toBe(200);
      expect((await client.create()).status).toBe(201);
    }
  });

  test('keep no other token request from being admitted while they have places left', async () => {
    const { ready, client } = await serve(BOUND);
    await hold(ready, 4 * BOUND);
    for (let count = 0; count < 10; count += 1) expect((await client.requestToken()).status).toBe(200);
  });
});

test('calls that a fault delays do not keep others from being admitted', async () => {
  const { client } = await serve(1);
  const fault = { name: 'slow', match: { method: 'POST' }, calls: { first: 4 }, latency: { kind: 'fixed', ms: 3000 } };
  expect((await client.control('POST', '/faults', fault)).status).toBe(201);
  const delayed = times(4, () => client.create());
  await expect.poll(async () => (await client.control('GET', '/faults/slow')).body.hits).toBe(4);
  for (let count = 0; count < 10; count += 1) expect((await client.create()).status).toBe(201);
  expect(statusesOf(await Promise.all(delayed))).toEqual([201, 201, 201, 201]);
});

describe.each(['SQLite', 'PostgreSQL'])('a flood on %s', (name) => {
  const CLIENTS = 150;
  const CREATES = 10;

  test('is refused in part, what was answered is stored, and the server goes on', async () => {
    const database = name === 'SQLite' ? undefined : open.use(await createOwnDatabase(await findPostgresUrl()));
    const flags = database === undefined ? [] : ['--database', database.url, '--migrate-at-start', '--sandbox'];
    const { client } = await serve(8, ...flags);
    const before = await countOf(client);
    const readiness: Answer[] = [];
    const clients = times(CLIENTS, async () => {
      const answers: { readonly id: string; readonly status: number }[] = [];
      for (let count = 0; count < CREATES; count += 1) {
        const id = crypto.randomUUID();
        answers.push({ id, status: (await client.create(id)).status });
        if (count === CREATES / 2) readiness.push(await client.readiness());
      }
      return answers;
    });
    const answers = (await Promise.all(clients)).flat();
    const refused = answers.filter(({ status }) => status === 503);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 503]));
    expect(new Set(statusesOf(readiness))).toEqual(new Set([200]));
    expect(readiness.map(({ body }) => body.checks.load)).toContain('overloaded');
    expect(await countOf(client)).toBe(before + answers.length - refused.length);
    const strays = await Promise.all(refused.slice(0, 5).map(({ id }) => client.findByExternalId(id)));
    expect(new Set(statusesOf(strays))).toEqual(new Set([404]));
    expect((await client.create()).status).toBe(201);
    await expect.poll(async () => (await client.readiness()).body.checks.load, { timeout: 5000 }).toBe('ok');
  });
});

/** A server of several processes is one server: to its clients, to who starts and stops it, and when a process of it dies. */
import { createServer } from 'node:net';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { runVivarium } from '../support/command.ts';
import { awaitLoad, expectExactly, settle } from '../support/crash-check.ts';
import { newLedger, runLoad } from '../support/crash-load.ts';
import type { Outcome } from '../support/crash-load.ts';
import { createPostgresPlace, createSqlitePlace } from '../support/crash-places.ts';
import type { CrashPlace } from '../support/crash-places.ts';
import { findQuietPort } from '../support/quiet-port.ts';
import { randomNumbers, testSeed } from '../support/seed.ts';
import { requestToken, startServerProcess } from '../support/server-process.ts';
import type { ReadyLine, ServerProcess } from '../support/server-process.ts';
import { awaitStarts, connectToEach, countStarts, isAlive, listWorkers } from '../support/worker-processes.ts';
import type { WorkerConnection } from '../support/worker-processes.ts';

const WORKERS = 2;
const FLAGS = ['--workers', String(WORKERS), '--no-sandbox', '--log-level', 'info'];
/** Each lane of a load has so many connections, so that it goes on when those to a worker that has died have broken. */
const CONNECTIONS_A_LANE = 8;
const LANES = 4;
const KILLS = 4;
const MAX_STORED = 60;

const STORES = [
  { name: 'SQLite', create: createSqlitePlace },
  { name: 'PostgreSQL', create: createPostgresPlace },
] as const;

let open: AsyncDisposableStack;
let place: CrashPlace;

beforeEach(() => {
  open = new AsyncDisposableStack();
});
afterEach(() => open.disposeAsync());

const start = (port: number | string = 0, ...flags: readonly string[]): ServerProcess =>
  open.use(startServerProcess(place.folder, '--port', String(port), ...place.flags, ...FLAGS, ...flags));

async function connect(ready: ReadyLine): Promise<readonly [WorkerConnection, WorkerConnection]> {
  const connections = await connectToEach(ready, WORKERS);
  for (const connection of connections) open.defer(() => connection.close());
  return connections as readonly [WorkerConnection, WorkerConnection];
}

describe.each(STORES)('on $name', ({ create }) => {
  beforeEach(async () => {
    place = open.use(await create());
  });

  test(`what was answered survives ${KILLS} kills of workers, seed ${testSeed}`, { timeout: 300_000 }, async () => {
    const random = randomNumbers(testSeed);
    const ledger = newLedger();
    const server = start();
    const ready = await server.ready;
    const token = await requestToken(ready, 'writer');
    let isOver = false;
    const goesOn = (outcome: Outcome) => !isOver && outcome !== 'surprised';
    const nodes = Array.from({ length: CONNECTIONS_A_LANE }, () => ready);
    const loading = runLoad({ nodes, token, ledger, random, onAnswer: () => {}, goesOn }, LANES);
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const before = ledger.stored.size + Math.floor(random() * MAX_STORED);
      await awaitLoad(ledger, () => ledger.stored.size > before);
      const workers = listWorkers(server.pid);
      process.kill(workers[Math.floor(random() * workers.length)] as number, 'SIGKILL');
      await awaitStarts(server, WORKERS + kill);
      const after = ledger.stored.size;
      await awaitLoad(ledger, () => ledger.stored.size > after);
    }
    isOver = true;
    await loading;
    expect(ledger.surprises).toEqual([]);
    expect(ledger.outcomes.broken).toBeGreaterThan(0);
    expect(ledger.outcomes.unavailable).toBe(0);
    await settle(ready, token, ledger);
    await expectExactly(ready, token, ledger);
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    await place.expectWhole();
  });

  test(`asked to stop, all of them answer what they have begun, seed ${testSeed}`, { timeout: 120_000 }, async () => {
    const random = randomNumbers(testSeed);
    const ledger = newLedger();
    const readyFile = join(place.folder, '..', 'ready.json');
    const port = await findQuietPort();
    const server = start(port, '--ready-file', readyFile);
    const ready = await server.ready;
    expect(JSON.parse(readFileSync(readyFile, 'utf8'))).toMatchObject({ pid: server.pid, port });
    const token = await requestToken(ready, 'writer');
    const onAnswer = () => {
      if (ledger.answers === 100) server.signal('SIGTERM');
    };
    const goesOn = (outcome: Outcome) => outcome === 'answered';
    const nodes = Array.from({ length: CONNECTIONS_A_LANE }, () => ready);
    await runLoad({ nodes, token, ledger, random, onAnswer, goesOn }, LANES);
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(ledger.surprises).toEqual([]);
    expect(existsSync(readyFile)).toBe(false);
    await place.expectWhole();
    // What was not answered was never begun: the connection was closed before it could be read.
    ledger.refused.push(...ledger.creating.keys());
    ledger.creating.clear();
    ledger.updating.clear();
    const again = start(port);
    await expectExactly(await again.ready, token, ledger);
  });

  test('a limit of requests holds over all of them', { timeout: 120_000 }, async () => {
    const limit = 400;
    const server = start(0, '--throttle-requests-per-minute', String(limit));
    const ready = await server.ready;
    const [one, other] = await connect(ready);
    const token = await requestToken(ready, 'writer');
    const ask = async (connection: WorkerConnection) => (await connection.send({ path: '/v1.0/users', token })).status;
    while ((await ask(one)) === 200);
    // By itself it would admit as many, and the exchange is a second away.
    let admitted = 0;
    const askOther = async () => {
      const status = await ask(other);
      if (status === 200) admitted += 1;
      return status;
    };
    await expect.poll(askOther, { interval: 50, timeout: 25_000 }).toBe(429);
    expect(admitted).toBeLessThan(limit);
  });
});

describe('on one database', () => {
  beforeEach(async () => {
    place = open.use(await createSqlitePlace());
  });

  test('what one of them issues the others accept, and what may be used once is used once', async () => {
    const ready = await start().ready;
    const [one, other] = await connect(ready);
    const token = await requestToken(ready, 'writer');
    for (const connection of [one, other])
      expect(await connection.send({ path: '/v1.0/users', token })).toMatchObject({ status: 200 });
    const [keys, sameKeys] = [await readKeys(one), await readKeys(other)];
    expect(keys).toEqual(sameKeys);
    expect(keys).toHaveLength(1);
    const user = ready.users['learner'] as unknown as { readonly userPrincipalName: string; readonly password: string };
    const ask = (on: WorkerConnection, form: Readonly<Record<string, string>>) =>
      on.send({
        method: 'POST',
        path: new URL(ready.tokenUrl).pathname,
        form: { client_id: ready.signInApps['portal']?.clientId ?? '', scope: 'User.Read offline_access', ...form },
      });
    const { userPrincipalName: username, password } = user;
    const signedIn = await ask(one, { grant_type: 'password', username, password });
    const refresh = { grant_type: 'refresh_token', refresh_token: String(signedIn.body.refresh_token) };
    expect((await ask(other, refresh)).status).toBe(200);
  });

  test('they answer as one server: readiness, the instance, and what was written a moment before', async () => {
    const ready = (await start().ready) as ReadyLine & { readonly instance: string };
    const [one, other] = await connect(ready);
    const token = await requestToken(ready, 'writer');
    for (const connection of [one, other]) {
      const answer = await connection.send({ path: '/readyz', headers: { 'vivarium-instance': '?' } });
      expect(answer).toMatchObject({ status: 200, headers: { 'vivarium-instance': ready.instance } });
    }
    const provider = `/v1.0/employeeExperience/learningProviders/${ready.samples['registrationId']}`;
    for (let round = 0; round < 20; round += 1) {
      const json = {
        '@odata.type': '#microsoft.graph.learningAssignment',
        learnerUserId: ready.users['learner']?.id,
        learningContentId: ready.samples['learningContentId'],
        externalcourseActivityId: `round ${round}`,
        assignmentType: 'required',
        status: 'notStarted',
      };
      const path = `${provider}/learningCourseActivities`;
      const [writer, reader] = round % 2 === 0 ? [one, other] : [other, one];
      const created = await writer.send({ method: 'POST', path, token, json });
      expect(created).toMatchObject({ status: 201 });
      expect(await reader.send({ path: `${path}/${created.body.id}`, token })).toMatchObject({ status: 200 });
    }
  });

  test('a process that dies takes its workers with it, and the next start finds all as it was', async () => {
    const port = await findQuietPort();
    const server = start(port);
    const token = await requestToken(await server.ready, 'writer');
    const workers = listWorkers(server.pid);
    expect(workers).toHaveLength(WORKERS);
    server.signal('SIGKILL');
    await server.exited;
    await expect.poll(() => workers.filter(isAlive), { timeout: 10_000 }).toEqual([]);
    const [one] = await connect(await start(port).ready);
    expect(await one.send({ path: '/v1.0/users', token })).toMatchObject({ status: 200 });
  });

  test('when workers die again and again, the server ends and says so', { timeout: 60_000 }, async () => {
    const server = start();
    await server.ready;
    const [victim] = listWorkers(server.pid);
    for (let kill = 1, worker = victim; kill <= 5; kill += 1) {
      const before = listWorkers(server.pid);
      process.kill(worker as number, 'SIGKILL');
      if (kill === 5) break;
      await awaitStarts(server, WORKERS + kill);
      worker = listWorkers(server.pid).find((pid) => !before.includes(pid));
    }
    expect(await server.exited).toEqual({ code: 1, signal: null });
    const lines = server.stderr().trim().split('\n');
    const errors = lines.map((line) => JSON.parse(line).error?.message).filter((message) => message !== undefined);
    expect(errors).toEqual([expect.stringMatching(KEEPS_ENDING)]);
    expect(countStarts(server)).toBe(WORKERS + 4);
  });

  test('metrics are of all of them, each by its label', async () => {
    const server = start(0, '--metrics-port', '0');
    const ready = (await server.ready) as ReadyLine & { readonly metricsUrl: string };
    const token = await requestToken(ready, 'writer');
    for (const connection of await connect(ready)) await connection.send({ path: '/v1.0/users', token });
    const text = async () => (await request(ready.metricsUrl)).body.text();
    await expect.poll(text).toMatch(/^vivarium_requests_total\{.*worker="1"/m);
    const metrics = await text();
    for (const worker of [1, 2]) {
      expect(metrics).toMatch(new RegExp(`^vivarium_requests_total\\{.*worker="${worker}".*\\} [1-9]`, 'm'));
      expect(metrics).toMatch(new RegExp(`^process_start_time_seconds\\{worker="${worker}"\\} [1-9]`, 'm'));
    }
    expect(metrics.match(/^# TYPE vivarium_requests_total counter$/gm)).toHaveLength(1);
  });

  test('log lines name their worker and come whole', { timeout: 60_000 }, async () => {
    const server = start();
    const ready = await server.ready;
    const token = await requestToken(ready, 'writer');
    const connections = await connect(ready);
    const ask = async (connection: WorkerConnection) => {
      for (let count = 0; count < 300; count += 1) await connection.send({ path: '/v1.0/users', token });
    };
    await Promise.all(connections.map(ask));
    server.signal('SIGTERM');
    await server.exited;
    const lines = server
      .stderr()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const finished = lines.filter(({ msg, path }) => msg === 'requestFinished' && path === '/v1.0/users');
    expect(finished.length).toBeGreaterThanOrEqual(2 * 300);
    expect(new Set(finished.map(({ worker }) => worker))).toEqual(new Set([1, 2]));
  });
});

const KEEPS_ENDING =
  /^Worker [12] ended 5 times in a row within 10 seconds, the last time with the signal SIGKILL\. The log says more\./;

async function readKeys(on: WorkerConnection): Promise<readonly string[]> {
  const { body } = await on.send({ path: '/common/discovery/v2.0/keys' });
  return (body.keys as readonly { readonly kid: string }[]).map(({ kid }) => kid);
}

describe('what keeps them from starting is said once', () => {
  beforeEach(async () => {
    place = open.use(await createSqlitePlace());
  });

  const run = (...flags: readonly string[]) =>
    runVivarium(['start', '--data', place.folder, '--workers', '2', '--log-level', 'error', ...flags], {
      directory: join(place.folder, '..'),
    });

  test('a port in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    open.defer(() => void taken.close());
    await expect.poll(() => taken.listening).toBe(true);
    const { port } = taken.address() as { readonly port: number };
    expect(await run('--no-sandbox', '--port', String(port))).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `vivarium: Port ${port} is in use. Stop the other server or choose another with --port (0 picks a free one).\n`,
    });
  });

  test('what only one process can hold', async () => {
    expect(await run('--ephemeral', '--id-seed', 'x', '--sandbox')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: [
        'vivarium: --workers needs --no-sandbox: clock, faults and journal of a sandbox belong to one process.',
        'vivarium: --workers needs a database that processes can share, and --ephemeral has none.',
        'vivarium: --workers and --id-seed exclude each other: all processes would make the same ids.',
        '',
      ].join('\n'),
    });
  });
});

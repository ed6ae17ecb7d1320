/** What a server has answered for is there after its process was killed, and what it has refused is not. */
import { mkdtemp, rm } from 'node:fs/promises';
import { watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { openSqlite } from '../src/store/sqlite.ts';
import { newLedger, openClient, runLoad } from './support/crash-load.ts';
import type { Ledger, Send, Wire } from './support/crash-load.ts';
import { findQuietPort, requestToken, startServerProcess } from './support/server-process.ts';
import type { ReadyLine } from './support/server-process.ts';

const seed = Number(process.env['CRASH_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const KILLS = 20;
const CONNECTIONS = 8;
const MAX_ANSWERS = 60;
const STOPS = 4;
const FIRST_START_KILLS = 4;
/** A first start makes about so many changes of files. */
const FIRST_START_EVENTS = 60;

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vivarium-crash-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test(`what was answered survives ${KILLS} kills, seed ${seed}`, { timeout: 120_000 }, async () => {
  const random = randomNumbers(seed);
  const port = String(await findQuietPort(random));
  const ledger = newLedger();
  await using first = startServerProcess(dataDir, '--port', port);
  const ready = await first.ready;
  const token = await requestToken(ready, 'writer');
  first.signal('SIGTERM');
  expect(await first.exited).toEqual({ code: 0, signal: null });

  for (let kill = 0; kill < KILLS; kill += 1) {
    await using server = startServerProcess(dataDir, '--port', port);
    expect(await server.ready).toEqual(ready);
    await settle(ready, token, ledger);
    const lastAnswer = ledger.answers + 1 + Math.floor(random() * MAX_ANSWERS);
    const turns = Math.floor(random() * 4);
    const load = {
      ready,
      token,
      ledger,
      random,
      onAnswer: () => {
        if (ledger.answers === lastAnswer) void killAfter(turns, () => server.signal('SIGKILL'));
      },
    };
    await runLoad(load, CONNECTIONS);
    expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(ledger.surprises).toEqual([]);
  }

  expect(await checkDatabase()).toEqual(['ok']);
  await using last = startServerProcess(dataDir, '--port', port);
  expect(await last.ready).toEqual(ready);
  await settle(ready, token, ledger);
  await expectExactly(ready, await requestToken(ready, 'writer'), ledger);
  expect(ledger.stored.size).toBeGreaterThan(KILLS);
  expect(ledger.refused.length).toBeGreaterThan(0);
});

test(
  `a server that is asked to stop answers what it has begun, ${STOPS} times, seed ${seed}`,
  { timeout: 60_000 },
  async () => {
    const random = randomNumbers(seed);
    const port = String(await findQuietPort(random));
    const ledger = newLedger();
    for (let stop = 0; stop < STOPS; stop += 1) {
      await using server = startServerProcess(dataDir, '--port', port);
      const ready = await server.ready;
      const token = await requestToken(ready, 'writer');
      await expectExactly(ready, token, ledger);
      const lastAnswer = ledger.answers + 100;
      const onAnswer = () => {
        if (ledger.answers === lastAnswer) server.signal('SIGTERM');
      };
      await runLoad({ ready, token, ledger, random, onAnswer }, CONNECTIONS);
      expect(await server.exited).toEqual({ code: 0, signal: null });
      expect(ledger.surprises).toEqual([]);
      expect(await checkDatabase()).toEqual(['ok']);
      // What was not answered was never begun: the connection was closed before it could be read.
      ledger.refused.push(...ledger.creating.keys());
      ledger.creating.clear();
      ledger.updating.clear();
    }
    await using again = startServerProcess(dataDir, '--port', port);
    const ready = await again.ready;
    await expectExactly(ready, await requestToken(ready, 'writer'), ledger);
  },
);

test(`a first start that is killed can be made up for, seed ${seed}`, { timeout: 60_000 }, async () => {
  const random = randomNumbers(seed + 1);
  for (let kill = 0; kill < FIRST_START_KILLS; kill += 1) {
    const folder = join(dataDir, String(kill));
    await killAtFileEvent(folder, 1 + Math.floor(random() * FIRST_START_EVENTS));
    await using server = startServerProcess(folder, '--port', '0');
    const ready = await server.ready;
    const ledger = newLedger();
    const token = await requestToken(ready, 'writer');
    await expectExactly(ready, token, ledger);
    const onAnswer = () => {
      if (ledger.answers === 20) server.signal('SIGTERM');
    };
    await runLoad({ ready, token, ledger, random, onAnswer }, 2);
    expect(ledger.stored.size).toBeGreaterThan(0);
    expect(ledger.surprises).toEqual([]);
  }
});

/** Starts a server on a new folder and kills it once so many changes of files were seen, at the latest when it is ready. */
async function killAtFileEvent(folder: string, count: number): Promise<void> {
  const server = startServerProcess(folder, '--port', '0');
  let events = 0;
  const watcher = watch(dataDir, { recursive: true }, (_, name) => {
    if (name?.startsWith(folder.slice(dataDir.length + 1)) !== true) return;
    events += 1;
    if (events === count) server.signal('SIGKILL');
  });
  await Promise.race([server.ready, server.exited]).catch(() => {});
  server.signal('SIGKILL');
  await server.exited;
  watcher.close();
}

async function killAfter(turns: number, kill: () => void): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
  kill();
}

/** Finds out what became of the writes that were not answered, and that the answered ones of this run are there. */
async function settle(ready: ReadyLine, token: string, ledger: Ledger): Promise<void> {
  const { send, close } = openClient(ready, token);
  for (const [externalId, sent] of ledger.creating) {
    const found = await findByExternalId(send, externalId);
    if (found === undefined) continue;
    expect(found).toMatchObject(sent);
    ledger.stored.set(String(found['id']), found);
  }
  ledger.creating.clear();
  for (const id of ledger.touched) {
    const found = await read(send, id);
    const possible = [ledger.stored.get(id), ledger.updating.get(id)].filter((wire) => wire !== undefined);
    expect(possible).toContainEqual(found);
    ledger.stored.set(id, found as Wire);
  }
  ledger.updating.clear();
  ledger.touched.clear();
  await close();
}

async function read(send: Send, id: string): Promise<Wire | undefined> {
  const { status, body } = await send('GET', `/learningCourseActivities/${id}`);
  return status === 200 ? withoutContext(body as Wire) : undefined;
}

async function findByExternalId(send: Send, externalId: string): Promise<Wire | undefined> {
  const key = encodeURIComponent(`externalcourseActivityId='${externalId}'`);
  const { status, body } = await send('GET', `/learningCourseActivities(${key})`);
  return status === 200 ? withoutContext(body as Wire) : undefined;
}

function withoutContext(wire: Wire): Wire {
  const { '@odata.context': _, ...activity } = wire;
  return activity;
}

/** The activities of the server are those of the ledger and of the seed, each just as it was answered. */
async function expectExactly(ready: ReadyLine, token: string, ledger: Ledger): Promise<void> {
  const { send, close } = openClient(ready, token);
  const found = new Map<string, Wire>();
  let next: string | undefined = '/learningCourseActivities?$top=100';
  while (next !== undefined) {
    const { status, body } = await send('GET', next);
    expect(status).toBe(200);
    for (const activity of body.value as readonly Wire[]) found.set(String(activity['id']), activity);
    const link = body['@odata.nextLink'] as string | undefined;
    next = link?.slice(link.indexOf('/learningCourseActivities'));
  }
  await close();
  expect(found.delete(ready.samples['learningCourseActivityId'] as string)).toBe(true);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(ledger.stored));
  const externalIds = new Set([...found.values()].map((activity) => activity['externalcourseActivityId']));
  expect(ledger.refused.filter((externalId) => externalIds.has(externalId))).toEqual([]);
}

/** What SQLite says of the file as the killed process left it. */
async function checkDatabase(): Promise<readonly unknown[]> {
  const limits = { maxQueued: 1, maxWaitMs: 0, slowStatementMs: 60_000, onSlowStatement: () => {} };
  await using connection = openSqlite({ path: join(dataDir, 'vivarium.db'), ...limits });
  const integrity = await connection.read({ name: 'integrity', sql: 'pragma integrity_check' }, {});
  const orphans = await connection.read({ name: 'orphans', sql: 'pragma foreign_key_check' }, {});
  return [...integrity.map((row) => row['integrity_check']), ...orphans];
}

/** Numbers of [0, 1), the same for the same seed. */
function randomNumbers(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

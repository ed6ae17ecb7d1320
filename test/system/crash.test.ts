/** What a server has answered for is there after its process was killed, and what it has refused is not. */
import { watch } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { expectExactly, settle } from '../support/crash-check.ts';
import { newLedger, runLoad } from '../support/crash-load.ts';
import type { Outcome } from '../support/crash-load.ts';
import { createPostgresPlace, createSqlitePlace } from '../support/crash-places.ts';
import type { CrashPlace } from '../support/crash-places.ts';
import { expectTrailAgrees } from '../support/trail-check.ts';
import { findQuietPort } from '../support/quiet-port.ts';
import { randomNumbers, testSeed } from '../support/seed.ts';
import { requestToken, startServerProcess } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';

const CONNECTIONS = 8;
const MAX_ANSWERS = 60;
const STOPS = 3;
const FIRST_START_KILLS = 3;

/** The variable `CRASH_KILLS` names more of them, for a long run. */
const killsOf = (usual: number): number => Number(process.env['CRASH_KILLS'] ?? usual);

const STORES = [
  { name: 'SQLite', create: createSqlitePlace, kills: killsOf(12), killFirstStart: killAtFileEvent },
  { name: 'PostgreSQL', create: createPostgresPlace, kills: killsOf(6), killFirstStart: killAtAnyTime },
] as const;

const whileAnswered = (outcome: Outcome): boolean => outcome === 'answered';

describe.each(STORES)('on $name', ({ create, kills, killFirstStart }) => {
  let place: CrashPlace;

  beforeEach(async () => {
    place = await create();
  });
  afterEach(() => place[Symbol.asyncDispose]());

  const start = (port: string): ServerProcess =>
    startServerProcess(place.folder, '--port', port, '--audit', 'full', ...place.flags);

  test(
    `what was answered survives ${kills} kills, and the audit trail agrees with it, seed ${testSeed}`,
    { timeout: 300_000 },
    async () => {
      const random = randomNumbers(testSeed);
      const port = String(await findQuietPort());
      const ledger = newLedger();
      await using first = start(port);
      const ready = await first.ready;
      const token = await requestToken(ready, 'writer');
      first.signal('SIGTERM');
      expect(await first.exited).toEqual({ code: 0, signal: null });

      for (let kill = 0; kill < kills; kill += 1) {
        await using server = start(port);
        expect(await server.ready).toEqual({ ...ready, pid: expect.any(Number), instance: expect.any(String) });
        await settle(ready, token, ledger);
        const lastAnswer = ledger.answers + 1 + Math.floor(random() * MAX_ANSWERS);
        const turns = Math.floor(random() * 4);
        const onAnswer = () => {
          if (ledger.answers === lastAnswer) void killAfter(turns, () => server.signal('SIGKILL'));
        };
        await runLoad({ nodes: [ready], token, ledger, random, onAnswer, goesOn: whileAnswered }, CONNECTIONS);
        expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
        expect(ledger.surprises).toEqual([]);
        await place.awaitSilence();
      }

      await place.expectWhole();
      await using last = start(port);
      expect(await last.ready).toEqual({ ...ready, pid: expect.any(Number), instance: expect.any(String) });
      await settle(ready, token, ledger);
      await expectExactly(ready, await requestToken(ready, 'writer'), ledger);
      expect(ledger.stored.size).toBeGreaterThan(kills);
      expect(ledger.refused.length).toBeGreaterThan(0);
      last.signal('SIGTERM');
      await last.exited;
      const records = await expectTrailAgrees(place);
      expect(records).toBeGreaterThan(ledger.stored.size);
    },
  );

  test(
    `a server that is asked to stop answers what it has begun, ${STOPS} times, seed ${testSeed}`,
    { timeout: 300_000 },
    async () => {
      const random = randomNumbers(testSeed);
      const port = String(await findQuietPort());
      const ledger = newLedger();
      for (let stop = 0; stop < STOPS; stop += 1) {
        await using server = start(port);
        const ready = await server.ready;
        const token = await requestToken(ready, 'writer');
        await expectExactly(ready, token, ledger);
        const lastAnswer = ledger.answers + 100;
        const onAnswer = () => {
          if (ledger.answers === lastAnswer) server.signal('SIGTERM');
        };
        await runLoad({ nodes: [ready], token, ledger, random, onAnswer, goesOn: whileAnswered }, CONNECTIONS);
        expect(await server.exited).toEqual({ code: 0, signal: null });
        expect(ledger.surprises).toEqual([]);
        await place.expectWhole();
        // What was not answered was never begun: the connection was closed before it could be read.
        ledger.refused.push(...ledger.creating.keys());
        ledger.creating.clear();
        ledger.updating.clear();
      }
      await using again = start(port);
      const ready = await again.ready;
      await expectExactly(ready, await requestToken(ready, 'writer'), ledger);
    },
  );

  test(`a first start that is killed can be made up for, seed ${testSeed}`, { timeout: 300_000 }, async () => {
    const random = randomNumbers(testSeed + 1);
    for (let kill = 0; kill < FIRST_START_KILLS; kill += 1) {
      await using own = await create();
      await killFirstStart(own, random);
      await own.awaitSilence();
      await using server = startServerProcess(own.folder, '--port', '0', ...own.flags);
      const ready = await server.ready;
      const ledger = newLedger();
      const token = await requestToken(ready, 'writer');
      await expectExactly(ready, token, ledger);
      const onAnswer = () => {
        if (ledger.answers === 20) server.signal('SIGTERM');
      };
      await runLoad({ nodes: [ready], token, ledger, random, onAnswer, goesOn: whileAnswered }, 2);
      expect(ledger.stored.size).toBeGreaterThan(0);
      expect(ledger.surprises).toEqual([]);
    }
  });
});

/** A first start makes about so many changes of files. */
const FIRST_START_EVENTS = 60;

/** Starts a server on nothing and kills it once some changes of files were seen, at the latest when it is ready. */
async function killAtFileEvent({ folder, flags }: CrashPlace, random: () => number): Promise<void> {
  const last = 1 + Math.floor(random() * FIRST_START_EVENTS);
  const server = startServerProcess(folder, '--port', '0', ...flags);
  let events = 0;
  const watcher = watch(dirname(folder), { recursive: true }, () => {
    events += 1;
    if (events === last) server.signal('SIGKILL');
  });
  await killWhenReady(server);
  watcher.close();
}

/** A first start takes about so long. */
const FIRST_START_MS = 1500;

/** As {@link killAtFileEvent}, for what happens in a database elsewhere. */
async function killAtAnyTime({ folder, flags }: CrashPlace, random: () => number): Promise<void> {
  const server = startServerProcess(folder, '--port', '0', ...flags);
  const timer = setTimeout(() => server.signal('SIGKILL'), random() * FIRST_START_MS);
  await killWhenReady(server);
  clearTimeout(timer);
}

async function killWhenReady(server: ServerProcess): Promise<void> {
  await Promise.race([server.ready, server.exited]).catch(() => {});
  server.signal('SIGKILL');
  await server.exited;
}

async function killAfter(turns: number, kill: () => void): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
  kill();
}

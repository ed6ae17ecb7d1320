/** Two servers on one database are one server: to whoever asks them in turn, and when one of them dies. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { awaitLoad, expectExactly, settle } from '../support/crash-check.ts';
import { newLedger, runLoad } from '../support/crash-load.ts';
import type { Outcome } from '../support/crash-load.ts';
import { createPostgresPlace } from '../support/crash-places.ts';
import type { CrashPlace } from '../support/crash-places.ts';
import type { Real } from '../support/learning-commands.ts';
import { sequences } from '../support/learning-more-commands.ts';
import { SEED, seededWorld, sendTo } from '../support/learning-world.ts';
import { findQuietPort } from '../support/quiet-port.ts';
import { randomNumbers, testSeed } from '../support/seed.ts';
import { requestToken, startNodeProcess, startServerProcess } from '../support/server-process.ts';
import type { NodeProcess } from '../support/server-process.ts';
import { openCalls } from '../support/server.ts';
import type { Calls } from '../support/server.ts';
import { POSTGRES } from '../support/store.ts';
import { startTenantServer } from '../support/tenants.ts';
import type { TenantServer } from '../support/tenants.ts';

const random = randomNumbers(testSeed);
/** Of the model. */
const RUNS = 30;

test('a model in memory agrees, whichever of the two is asked', { timeout: 300_000 }, async () => {
  await using opening = new AsyncDisposableStack();
  const port = await findQuietPort();
  const settings = { port, publicUrl: `https://localhost:${port}` };
  const one = opening.use(await startTenantServer({ seed: SEED, copies: RUNS, store: POSTGRES, settings }));
  const other = await startOther(one, opening);
  /** Which of them gets each request, over and over. */
  const turns = fc.array(fc.constantFrom<Pick<Calls, 'call'>>(one, other), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(sequences, turns, async (sequence, nodes) => {
      const tenant = one.takeTenant();
      let sent = 0;
      const send: Real['send'] = async (request) => {
        const reply = await sendTo(nodes[sent % nodes.length] as Calls, tenant, request);
        sent += 1;
        await nextMillisecond();
        return reply;
      };
      await fc.asyncModelRun(() => ({ model: seededWorld(), real: { origin: one.origin, send } }), sequence);
    }),
    // Each run takes a tenant, and there are not enough of them to shrink.
    { numRuns: RUNS, endOnFailure: true },
  );
});

/** A process of its own, with a data folder of its own, that knows no more than the database and the public URL. */
async function startOther(one: TenantServer, opening: AsyncDisposableStack): Promise<Calls> {
  const { database, data } = await one.database.serverSettings();
  const port = await findQuietPort();
  const flags = ['--database', String(database), '--public-url', one.origin, '--port', String(port)];
  const server = opening.use(startServerProcess(join(String(data), 'other'), ...flags));
  const { caFile } = await server.ready;
  return opening.adopt(openCalls(`https://localhost:${port}`, readFileSync(caFile, 'utf8')), ({ close }) => close());
}

/** Ids that two nodes make within one have no order, see docs/decisions/0006-creation-order.md. */
async function nextMillisecond(): Promise<void> {
  const before = Date.now();
  while (Date.now() === before) await new Promise(setImmediate);
}

const ROUNDS = 3;
const CONNECTIONS = 8;
const MAX_STORED = 60;

test(`what either has answered survives the death of one, seed ${testSeed}`, { timeout: 300_000 }, async () => {
  await using place = await createPostgresPlace();
  const ledger = newLedger();

  for (let round = 0; round < ROUNDS; round += 1) {
    await using running = new AsyncDisposableStack();
    const [one, other] = await startBoth(place, running);
    const nodes = [await one.located, await other.located] as const;
    const token = await requestToken(nodes[0], 'writer');
    await settle(nodes[1], token, ledger);
    await expectExactly(nodes[0], token, ledger);

    let isOver = false;
    const goesOn = (outcome: Outcome) => !isOver && outcome !== 'surprised';
    const loading = runLoad({ nodes, token, ledger, random, onAnswer: () => {}, goesOn }, CONNECTIONS);
    const before = ledger.stored.size + Math.floor(random() * MAX_STORED);
    await awaitLoad(ledger, () => ledger.stored.size > before);
    const [dying, living] = random() < 0.5 ? [one, other] : [other, one];
    dying.signal('SIGKILL');
    await dying.exited;
    await awaitLoad(ledger, () => ledger.stored.size > before + 2 * MAX_STORED);
    isOver = true;
    await loading;
    expect(ledger.surprises).toEqual([]);

    living.signal('SIGTERM');
    expect(await living.exited).toEqual({ code: 0, signal: null });
    await place.awaitSilence();
  }

  await using running = new AsyncDisposableStack();
  const [one, other] = await startBoth(place, running);
  const token = await requestToken(await one.located, 'writer');
  await settle(await one.located, token, ledger);
  await expectExactly(await other.located, token, ledger);
});

/** At the same time, and at first on nothing. */
async function startBoth(
  { folder, flags }: CrashPlace,
  running: AsyncDisposableStack,
): Promise<[NodeProcess, NodeProcess]> {
  const one = running.use(await startNodeProcess(join(folder, 'one'), ...flags));
  const other = running.use(await startNodeProcess(join(folder, 'other'), ...flags));
  return [one, other];
}

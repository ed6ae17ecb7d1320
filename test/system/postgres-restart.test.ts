/** A server outlives its PostgreSQL: what it has answered for is kept, what it has refused is not, and it goes on by itself. */
import { expect, test } from 'vitest';

import { awaitLoad, expectExactly, settle } from '../support/crash-check.ts';
import { newLedger, runLoad } from '../support/crash-load.ts';
import type { Ledger } from '../support/crash-load.ts';
import { createPostgresPlace } from '../support/crash-places.ts';
import { startPostgres } from '../support/postgres-server.ts';
import type { PostgresServer } from '../support/postgres-server.ts';
import { randomNumbers, testSeed } from '../support/seed.ts';
import { requestToken, startServerProcess } from '../support/server-process.ts';

const CONNECTIONS = 8;
const MAX_STORED = 60;
/** immediate: as if the power went. fast: sessions are ended, and everything is written out. */
const STOPS = ['immediate', 'fast', 'immediate'] as const;

test(`PostgreSQL is stopped under load, ${STOPS.join(', ')}, seed ${testSeed}`, { timeout: 300_000 }, async () => {
  const random = randomNumbers(testSeed);
  await using postgres = await startPostgres({ isDurable: true });
  await using place = await createPostgresPlace(postgres.url);
  await using server = startServerProcess(place.folder, '--port', '0', ...place.flags);
  const ready = await server.ready;
  const token = await requestToken(ready, 'writer');
  const ledger = newLedger();

  for (const mode of STOPS) {
    let isOver = false;
    const goesOn = () => !isOver && ledger.surprises.length === 0;
    const load = { nodes: [ready], token, ledger, random, onAnswer: () => {}, goesOn, losesDatabase: true };
    const loading = runLoad(load, CONNECTIONS);
    await moreStored(ledger, Math.floor(random() * MAX_STORED));
    await restart(postgres, mode, ledger);
    // The server finds its database again by itself.
    await moreStored(ledger, CONNECTIONS);
    isOver = true;
    await loading;
    expect(ledger.surprises).toEqual([]);
    await settle(ready, token, ledger);
  }

  expect(ledger.outcomes.broken).toBe(0);
  await expectExactly(ready, await requestToken(ready, 'writer'), ledger);
});

function moreStored(ledger: Ledger, count: number): Promise<void> {
  const before = ledger.stored.size;
  return awaitLoad(ledger, () => ledger.stored.size > before + count);
}

/** Stays away until its absence is noticed. */
async function restart(postgres: PostgresServer, mode: (typeof STOPS)[number], ledger: Ledger): Promise<void> {
  const before = ledger.outcomes.unavailable;
  await postgres.stop(mode);
  await awaitLoad(ledger, () => ledger.outcomes.unavailable > before);
  await postgres.start();
}

/** Any sequence of requests is answered as a small model in memory answers it: by the engine itself, and over HTTP. */
import * as fc from 'fast-check';
import { describe, test } from 'vitest';

import { sequences } from '../support/learning-more-commands.ts';
import { realOf, SEED, seededWorld } from '../support/learning-world.ts';
import { SeededEngines } from '../support/seeded-engine.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import { startTenantServer } from '../support/tenants.ts';

/** Over HTTP. */
const RUNS = 10;

describe.each(STORE_DRIVERS)('a model in memory agrees, on $name,', (store) => {
  test('with the engine', { timeout: 300_000 }, async () => {
    await using engines = new SeededEngines(store);
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        const real = await engines.take();
        await fc.asyncModelRun(() => ({ model: seededWorld(), real }), sequence);
      }),
      { numRuns: 150 },
    );
  });

  test('with the server over HTTP', { timeout: 300_000 }, async () => {
    await using server = await startTenantServer({ seed: SEED, copies: RUNS, store });
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        const real = realOf(server, server.takeTenant());
        await fc.asyncModelRun(() => ({ model: seededWorld(), real }), sequence);
      }),
      // Each run takes a tenant, and there are not enough of them to shrink.
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});

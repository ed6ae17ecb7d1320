/** Holds what a server has against the ledger of what was answered. */
import { expect } from 'vitest';

import type { Ledger } from './crash-load.ts';
import { compareWithLedger, settleLedger } from './ledger-check.ts';
import type { ReadyLine } from './server-process.ts';

/** Settles when the load has come so far, or was surprised: then it goes no further, and the ledger says why. */
export async function awaitLoad(ledger: Ledger, hasComeSoFar: () => boolean): Promise<void> {
  const isOver = () => ledger.surprises.length > 0 || hasComeSoFar();
  await expect.poll(isOver, { timeout: 60_000 }).toBe(true);
}

/** Finds out what became of the writes that were not answered, and that the answered ones since the last time are there. */
export async function settle(ready: ReadyLine, token: string, ledger: Ledger): Promise<void> {
  expect(await settleLedger(ready, token, ledger)).toEqual([]);
}

/** The activities of the server are those of the ledger and of the seed, each just as it was answered. */
export async function expectExactly(ready: ReadyLine, token: string, ledger: Ledger): Promise<void> {
  expect(await compareWithLedger(ready, token, ledger)).toEqual({ lost: [], surplus: [] });
}

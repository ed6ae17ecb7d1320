/**
 * What becomes of writes while a server or its database is in trouble. Eight connections create and update through the API and
 * note every answer; at the end each activity is compared with what was answered. `npm run bench:reliability`, on Linux;
 * `npm run bench:reliability -- TEXT` for the troubles that have the text in their names.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { newLedger, runLoad } from '../test/support/crash-load.ts';
import type { Ledger } from '../test/support/crash-load.ts';
import { compareWithLedger, settleLedger } from '../test/support/ledger-check.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { findQuietPort } from '../test/support/quiet-port.ts';
import { randomNumbers } from '../test/support/seed.ts';
import { requestToken, startServerProcess } from '../test/support/server-process.ts';
import type { ServerProcess } from '../test/support/server-process.ts';
import { noteResult } from './reliability/results.ts';
import type { TroubleResult } from './reliability/results.ts';
import { listPostgresTroubles, SQLITE_TROUBLES } from './reliability/troubles.ts';
import type { Trouble } from './reliability/troubles.ts';

const CONNECTIONS = 8;
/** Writes that are stored before each round, at least. */
const STORED_BEFORE = 50;
const POLL_MS = 5;
const RECOVERY_LIMIT_MS = 60_000;
const SEED = 17;

const [text = ''] = process.argv.slice(2);
const isMeant = ({ what }: Trouble): boolean => what.includes(text);

for (const trouble of SQLITE_TROUBLES.filter(isMeant)) noteResult(await run('SQLite', trouble));
await using postgres = await startPostgres({ isDurable: true });
for (const trouble of listPostgresTroubles(postgres).filter(isMeant)) noteResult(await run('PostgreSQL', trouble));

async function run(database: TroubleResult['database'], trouble: Trouble): Promise<TroubleResult> {
  await using open = new AsyncDisposableStack();
  const home = mkdtempSync(join(tmpdir(), 'vivarium-reliability-'));
  open.defer(() => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, 'data');
  const port = await findQuietPort();
  const flags = ['--port', String(port), '--log-level', 'silent', ...((await trouble.prepare?.(open, folder)) ?? [])];
  const start = (): ServerProcess => startServerProcess(folder, ...flags);
  const ledger = newLedger();
  const random = randomNumbers(SEED);
  const problems: string[] = [];
  let server = start();
  open.defer(() => server[Symbol.asyncDispose]());
  const token = await requestToken(await server.ready, 'writer');
  const tried = (): number => Object.values(ledger.outcomes).reduce((sum, count) => sum + count, 0);

  let recoveryMs = 0;
  for (let round = 0; round < trouble.rounds; round += 1) {
    const ready = await server.ready;
    problems.push(...(await settleLedger(ready, token, ledger)));
    let isOver = false;
    const goesOn = (): boolean => !isOver;
    const load = { nodes: [ready], token, ledger, random, onAnswer: () => {}, goesOn, losesDatabase: true };
    let loading = runLoad(load, CONNECTIONS);
    await moreStored(ledger, STORED_BEFORE);
    const end = await trouble.begin({ folder, server });
    const endedAt = performance.now();
    await end();
    if (trouble.endsServer === true) {
      await loading;
      server = start();
      await server.ready;
      problems.push(...(await settleLedger(ready, token, ledger)));
      loading = runLoad(load, CONNECTIONS);
    }
    await moreStored(ledger, 1);
    recoveryMs = Math.max(recoveryMs, performance.now() - endedAt);
    isOver = true;
    await loading;
  }

  const ready = await server.ready;
  problems.push(...(await settleLedger(ready, token, ledger)));
  const { lost, surplus } = await compareWithLedger(ready, token, ledger);
  const { unavailable, unknown, broken } = ledger.outcomes;
  const result = {
    database,
    trouble: trouble.what,
    rounds: trouble.rounds,
    tried: tried(),
    refused: unavailable,
    inDoubt: unknown + broken,
    lost: new Set([...problems, ...lost]).size,
    wrong: ledger.surprises.length + surplus.length,
    recoveryMs: Math.round(recoveryMs),
  };
  console.log(JSON.stringify(result));
  for (const problem of [...problems, ...ledger.surprises]) console.error(problem);
  return result;
}

async function moreStored(ledger: Ledger, count: number): Promise<void> {
  const before = ledger.stored.size;
  const startedAt = performance.now();
  while (ledger.stored.size < before + count) {
    if (performance.now() - startedAt > RECOVERY_LIMIT_MS) throw new Error('The server stores nothing any more.');
    await pause(POLL_MS);
  }
}

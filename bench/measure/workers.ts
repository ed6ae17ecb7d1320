/** What a server of several processes gains: one, two and four of them take turns, each server on a database of its own. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

import { FIRST_STEP } from '../data/activities.ts';
import { createSqliteData } from '../data/bench-data.ts';
import type { BenchData } from '../data/bench-data.ts';
import type { Operation } from '../load/exchanges.ts';
import type { Options } from '../options.ts';
import { describeConditions } from '../results.ts';
import type { Workers, WorkersResult } from '../results.ts';
import { startGraphServer } from '../servers/graph-server.ts';
import { mediansOf, ratioOf, runRounds } from './rounds.ts';

const COUNTS = [1, 2, 4] as const;
const OPERATIONS: readonly Operation[] = ['get', 'list', 'update', 'create'];

/** @throws also when an answered write is not in its database afterwards */
export async function measureWorkers(options: Options, folder: string): Promise<Workers> {
  await using opening = new AsyncDisposableStack();
  const operations = options.scenarios.map(({ name }) => name).filter((name) => OPERATIONS.includes(name));
  const datas = new Map<number, BenchData>();
  for (const count of COUNTS) {
    const data = opening.use(await createSqliteData(mkdtempSync(join(folder, `${count}-`))));
    await data.grow(FIRST_STEP);
    datas.set(count, data);
  }
  const results: Partial<Record<Operation, Record<number, WorkersResult>>> = {};
  for (const operation of operations) results[operation] = await measureOperation(datas, operation, options);
  return { conditions: describeConditions(options), operations: results };
}

async function measureOperation(
  datas: ReadonlyMap<number, BenchData>,
  operation: Operation,
  options: Options,
): Promise<Record<number, WorkersResult>> {
  console.error(`Workers, ${operation} …`);
  await using opening = new AsyncDisposableStack();
  const entrants = [];
  const vivariums = [];
  for (const [count, data] of datas) {
    const flags = ['--workers', String(count)];
    const started = await startGraphServer(
      { ...data, options: { ...data.options, flags } },
      { operations: [operation] },
    );
    const server = opening.use(started);
    vivariums.push(server.vivarium);
    entrants.push({ name: String(count), operation, server: server.plain });
  }
  const rounds = await runRounds(entrants, { ...options, warmUpSeconds: options.seconds });
  for (const vivarium of vivariums) await vivarium.end('SIGKILL');
  for (const data of datas.values()) await data.verify();
  const alone = rounds.get('1') ?? [];
  return Object.fromEntries(
    [...rounds].map(([count, own]) => [count, { ...mediansOf(own), ratio: ratioOf(own, alone) }]),
  );
}

/** What becomes of the rates when a database grows: at each step it takes turns with one that stays as small as it was. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

import { FIRST_STEP } from '../data/activities.ts';
import { createPostgresData, createSqliteData } from '../data/bench-data.ts';
import type { BenchData } from '../data/bench-data.ts';
import type { Operation } from '../load/exchanges.ts';
import type { Options } from '../options.ts';
import { describeConditions } from '../results.ts';
import type { DatabaseName, Growth, GrowthResult, GrowthStep } from '../results.ts';
import { startGraphServer } from '../servers/graph-server.ts';
import { mediansOf, ratioOf, runRounds } from './rounds.ts';

interface DatabaseRow {
  readonly name: DatabaseName;
  /** Activities of the last step. */
  readonly max: number;
  create(folder: string): Promise<BenchData>;
}

const DATABASES: readonly DatabaseRow[] = [
  { name: 'sqlite', max: 10_000_000, create: createSqliteData },
  { name: 'postgres', max: 1_000_000, create: createPostgresData },
];

export async function measureGrowth(options: Options, folder: string): Promise<Growth> {
  const databases: Partial<Record<DatabaseName, readonly GrowthStep[]>> = {};
  for (const row of DATABASES) databases[row.name] = await measureDatabase(row, options, folder);
  return { conditions: describeConditions(options), databases };
}

async function measureDatabase(row: DatabaseRow, options: Options, folder: string): Promise<readonly GrowthStep[]> {
  await using small = await row.create(mkdtempSync(join(folder, 'small-')));
  await small.grow(FIRST_STEP);
  await using grown = await row.create(mkdtempSync(join(folder, 'grown-')));
  const steps: GrowthStep[] = [];
  for (let activities = FIRST_STEP; activities <= Math.min(row.max, options.max); activities *= 10) {
    console.error(`${row.name}, ${activities} activities …`);
    const start = performance.now();
    await grown.grow(activities);
    console.error(`  loaded in ${((performance.now() - start) / 1000).toFixed(0)} s`);
    steps.push({ activities, operations: await measureStep({ small, grown }, options) });
  }
  return steps;
}

interface Pair {
  readonly small: BenchData;
  readonly grown: BenchData;
}

async function measureStep({ small, grown }: Pair, options: Options): Promise<GrowthStep['operations']> {
  const operations = options.scenarios.map(({ name }) => name);
  await using smallServer = await startGraphServer(small, { operations });
  await using grownServer = await startGraphServer(grown, { operations });
  const results: Partial<Record<Operation, GrowthResult>> = {};
  for (const operation of operations) {
    const entrants = [
      { name: 'small', operation, server: smallServer.plain },
      { name: 'grown', operation, server: grownServer.plain },
    ];
    for (const data of [small, grown]) data.readThrough();
    // Both are Vivarium and warm alike, so that a shorter round before the first one does.
    const rounds = await runRounds(entrants, { ...options, warmUpSeconds: options.seconds });
    const [over = [], under = []] = [rounds.get('grown'), rounds.get('small')];
    results[operation] = { ...mediansOf(over), ratio: ratioOf(over, under) };
  }
  for (const { vivarium } of [smallServer, grownServer]) await vivarium.end('SIGKILL');
  for (const data of [small, grown]) await data.verify();
  return results;
}

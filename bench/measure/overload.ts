/** What becomes of the answers when twice as many requests come as the server can answer. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

import { FIRST_STEP } from '../data/activities.ts';
import { createPostgresData, createSqliteData } from '../data/bench-data.ts';
import type { BenchData } from '../data/bench-data.ts';
import { CONNECTIONS, nextOf } from '../load/exchanges.ts';
import type { LoadedServer } from '../load/exchanges.ts';
import { runOpenLoad } from '../load/open-load.ts';
import type { OpenAnswer } from '../load/open-load.ts';
import { runLoad } from '../load/run-load.ts';
import { median, percentile } from '../load/statistics.ts';
import type { Options } from '../options.ts';
import { describeConditions } from '../results.ts';
import type { DatabaseName, Overload, OverloadResult } from '../results.ts';
import { startGraphServer } from '../servers/graph-server.ts';
import { OVERLOAD_AT_MOST } from '../targets.ts';

/** In the capacity. */
const LIGHT_LOAD = 0.1;
const OVERLOAD = 2;
/** So many times the seconds of a round, so that the burst at the beginning is the part of it that it is in practice. */
const OVERLOAD_ROUNDS = 6;
const MANY_CONNECTIONS = 512;
const WARM_UP_SECONDS = 8;
const SETTLE_SECONDS = 0.2;
/** So many answers in a row show that a server has recovered. */
const RECOVERED_ANSWERS = 20;

const DATABASES: Readonly<Record<DatabaseName, (folder: string) => Promise<BenchData>>> = {
  sqlite: createSqliteData,
  postgres: createPostgresData,
};

export async function measureOverload(options: Options, folder: string): Promise<Overload> {
  const databases: Partial<Record<DatabaseName, OverloadResult>> = {};
  for (const [name, create] of Object.entries(DATABASES)) {
    console.error(`Overload, ${name} …`);
    await using data = await create(mkdtempSync(join(folder, `${name}-`)));
    await data.grow(FIRST_STEP);
    databases[name as DatabaseName] = await measureDatabase(data, options);
  }
  return { conditions: { ...describeConditions(options), connections: MANY_CONNECTIONS }, databases };
}

/** @throws also when an answered create is not in the database afterwards, or a refused one is */
async function measureDatabase(data: BenchData, { rounds, seconds }: Options): Promise<OverloadResult> {
  await using server = await startGraphServer(data, { operations: ['create'] });
  const results: OverloadResult[] = [];
  await measureCapacity(server.plain, WARM_UP_SECONDS);
  for (let round = 0; round < rounds; round += 1) {
    results.push({
      ...(await measureRound(server.plain, seconds)),
      peakMegabytes: server.vivarium.readPeakMegabytes(),
    });
    console.error(`  ${JSON.stringify(results.at(-1))}`);
  }
  await server.vivarium.end('SIGKILL');
  await data.verify();
  const medianOf = (pick: (result: OverloadResult) => number) => median(results.map(pick));
  return {
    capacityPerSecond: medianOf((result) => result.capacityPerSecond),
    acceptedPerSecond: medianOf((result) => result.acceptedPerSecond),
    lightP99Ms: medianOf((result) => result.lightP99Ms),
    acceptedP99Ms: medianOf((result) => result.acceptedP99Ms),
    ratio: medianOf((result) => result.ratio),
    refusedShare: medianOf((result) => result.refusedShare),
    refusedP99Ms: medianOf((result) => result.refusedP99Ms),
    recoveryMs: Math.max(...results.map(({ recoveryMs }) => recoveryMs)),
    peakMegabytes: Math.max(...results.map(({ peakMegabytes }) => peakMegabytes)),
  };
}

async function measureRound(server: LoadedServer, seconds: number): Promise<Omit<OverloadResult, 'peakMegabytes'>> {
  const load = { target: server.target, next: nextOf(server, 'create'), seconds };
  const capacityPerSecond = await measureCapacity(server, seconds);
  const light = { ...load, perSecond: LIGHT_LOAD * capacityPerSecond, connections: CONNECTIONS };
  const lightP99Ms = percentile(timesOf(await runOpenLoad(light), false), 99);
  const answers = await runOpenLoad({
    ...load,
    connections: MANY_CONNECTIONS,
    perSecond: OVERLOAD * capacityPerSecond,
    seconds: OVERLOAD_ROUNDS * seconds,
  });
  const recoveryMs = findRecovery(await runOpenLoad(light), OVERLOAD_AT_MOST * lightP99Ms);
  const [accepted, refused] = [timesOf(answers, false), timesOf(answers, true)];
  const acceptedP99Ms = percentile(accepted, 99);
  return {
    capacityPerSecond,
    acceptedPerSecond: accepted.length / (OVERLOAD_ROUNDS * seconds),
    lightP99Ms,
    acceptedP99Ms,
    ratio: acceptedP99Ms / lightP99Ms,
    refusedShare: refused.length / answers.length,
    refusedP99Ms: refused.length === 0 ? 0 : percentile(refused, 99),
    recoveryMs,
  };
}

/** Creates a second, each connection with one at a time. */
async function measureCapacity(server: LoadedServer, seconds: number): Promise<number> {
  const { target, readCpuSeconds } = server;
  const load = { target, readCpuSeconds, seconds, connections: CONNECTIONS, warmUpSeconds: SETTLE_SECONDS };
  return (await runLoad({ ...load, next: nextOf(server, 'create') })).requestsPerSecond;
}

function timesOf(answers: readonly OpenAnswer[], refused: boolean): readonly number[] {
  return answers.filter(({ isRefused }) => isRefused === refused).map(({ tookMs }) => tookMs);
}

/** Until the first of many answers in a row that are accepted and in time. @throws when there are none */
function findRecovery(answers: readonly OpenAnswer[], limitMs: number): number {
  let first: OpenAnswer | undefined;
  let inARow = 0;
  for (const answer of answers) {
    const isGood = !answer.isRefused && answer.tookMs <= limitMs;
    inARow = isGood ? inARow + 1 : 0;
    if (inARow === 1) first = answer;
    if (inARow === RECOVERED_ANSWERS && first !== undefined) return first.dueMs + first.tookMs;
  }
  throw new Error('The server has not recovered from the overload.');
}

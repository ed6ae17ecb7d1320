/** One scenario from the start of its servers until they are killed and their databases looked at. */
import { median } from '../load/statistics.ts';
import type { ScenarioResult } from '../results.ts';
import { nameOf } from '../scenarios.ts';
import { openArena } from '../servers/arena.ts';
import type { ArenaOptions } from '../servers/arena.ts';
import { RATE_TARGETS } from '../targets.ts';
import { mediansOf, ratioOf, runRounds } from './rounds.ts';
import type { Rounds, Schedule } from './rounds.ts';

export interface ScenarioRun {
  readonly result: ScenarioResult;
  /** Of the process of Vivarium that had the most. */
  readonly peakMegabytes: number;
  /** p99 of a create, in its p50; `undefined` where none was measured. */
  readonly createTail: number | undefined;
}

/** @throws when an answer is not the expected one, or one that was given is not in the database afterwards */
export async function measureScenario(options: ArenaOptions, schedule: Schedule): Promise<ScenarioRun> {
  await using arena = await openArena(options);
  const entrants = options.contestants.map((contestant) => ({
    name: nameOf(contestant),
    server: arena.getServer(contestant.server),
    operation: contestant.operation,
  }));
  const rounds = await runRounds(entrants, schedule);
  const peakMegabytes = arena.readPeakMegabytes();
  await arena.killAndVerify();
  const contestants = Object.fromEntries([...rounds].map(([name, results]) => [name, mediansOf(results)]));
  return { result: { contestants, ratios: ratiosOf(rounds) }, peakMegabytes, createTail: findCreateTail(rounds) };
}

/** Of all pairs that have a target and were measured. */
function ratiosOf(rounds: Rounds): Readonly<Record<string, number>> {
  const ratios = RATE_TARGETS.flatMap(({ of, by }) => {
    const [over, under] = [rounds.get(of), rounds.get(by)];
    return over === undefined || under === undefined ? [] : [[`${of} / ${by}`, ratioOf(over, under)] as const];
  });
  return Object.fromEntries(ratios);
}

function findCreateTail(rounds: Rounds): number | undefined {
  const creates = rounds.get('sqlite create');
  return creates && median(creates.map(({ p50Ms, p99Ms }) => p99Ms / p50Ms));
}

/** One scenario from the start of its servers until they are killed and their databases looked at. */
import { median } from '../load/statistics.ts';
import type { ScenarioResult } from '../results.ts';
import { nameOf } from '../scenarios.ts';
import type { ContestantName } from '../scenarios.ts';
import { openArena } from '../servers/arena.ts';
import type { ArenaOptions } from '../servers/arena.ts';
import { RATE_TARGETS } from '../targets.ts';
import type { FigureName } from '../targets.ts';
import { mediansOf, ratioOf, runRounds } from './rounds.ts';
import type { Rounds, Schedule } from './rounds.ts';

export interface ScenarioRun {
  readonly result: ScenarioResult;
  /** Of the process of Vivarium that had the most. */
  readonly peakMegabytes: number;
  /** Those that this scenario shows. */
  readonly figures: Readonly<Partial<Record<FigureName, number>>>;
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
  const sandboxMegabytes = arena.readSandboxMegabytes();
  await arena.killAndVerify();
  const contestants = Object.fromEntries([...rounds].map(([name, results]) => [name, mediansOf(results)]));
  const figures = {
    createTail: tailOf(rounds, 'sqlite create'),
    getTail: tailOf(rounds, 'sqlite get'),
    sandboxCpu: cpuRatioOf(rounds, 'sandbox get', 'sqlite get'),
    sandboxMegabytes,
  };
  const shown = Object.entries(figures).filter(([, figure]) => figure !== undefined);
  return { result: { contestants, ratios: ratiosOf(rounds) }, peakMegabytes, figures: Object.fromEntries(shown) };
}

/** Of all pairs that have a target and were measured. */
function ratiosOf(rounds: Rounds): Readonly<Record<string, number>> {
  const ratios = RATE_TARGETS.flatMap(({ of, by }) => {
    const [over, under] = [rounds.get(of), rounds.get(by)];
    return over === undefined || under === undefined ? [] : [[`${of} / ${by}`, ratioOf(over, under)] as const];
  });
  return Object.fromEntries(ratios);
}

/** p99 in its p50; `undefined` where it was not measured. */
function tailOf(rounds: Rounds, name: ContestantName): number | undefined {
  const results = rounds.get(name);
  return results && median(results.map(({ p50Ms, p99Ms }) => p99Ms / p50Ms));
}

/** CPU a request of the one in that of the other, each ratio within a round. */
function cpuRatioOf(rounds: Rounds, of: ContestantName, by: ContestantName): number | undefined {
  const [over, under] = [rounds.get(of), rounds.get(by)];
  if (over === undefined || under === undefined) return undefined;
  return median(over.map(({ cpuMsPerRequest: own }, round) => own / (under[round]?.cpuMsPerRequest ?? Number.NaN)));
}

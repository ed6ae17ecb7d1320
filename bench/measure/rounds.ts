/** Contestants in turn, round after round, so that a change of the machine's mood meets all of them. */
import { BATCH_ITEMS, CONNECTIONS, nextOf } from '../load/exchanges.ts';
import type { LoadedServer, Operation } from '../load/exchanges.ts';
import { runLoad } from '../load/run-load.ts';
import type { LoadResult } from '../load/run-load.ts';
import { median } from '../load/statistics.ts';

/** Who takes a turn in each round. */
export interface Entrant {
  /** As the results are asked for. */
  readonly name: string;
  readonly server: LoadedServer;
  readonly operation: Operation;
}

export interface RoundResult extends LoadResult {
  /** Requests; of a batch, the requests in it. */
  readonly perSecond: number;
}

/** By the name of the entrant, one result a round. */
export type Rounds = ReadonlyMap<string, readonly RoundResult[]>;

/** Medians over the rounds. */
export type Medians = Readonly<Record<'perSecond' | 'p50Ms' | 'p99Ms' | 'cpuMsPerRequest' | 'clientCores', number>>;

export interface Schedule {
  readonly rounds: number;
  /** That each entrant is loaded in a round. */
  readonly seconds: number;
  /** In the round before the first one; {@link WARM_UP_SECONDS} when not given. */
  readonly warmUpSeconds?: number;
}

/** For so long V8 goes on compiling what a request needs, and a request takes up to twice the time. */
const WARM_UP_SECONDS = 8;

/** Answers of connections that have just been opened are not counted. */
const SETTLE_SECONDS = 0.2;

/** One round that does not count, then so many that do; in each another entrant is the first. */
export async function runRounds(entrants: readonly Entrant[], schedule: Schedule): Promise<Rounds> {
  const { rounds, seconds, warmUpSeconds = WARM_UP_SECONDS } = schedule;
  const results = new Map<string, RoundResult[]>(entrants.map(({ name }) => [name, []]));
  for (const entrant of entrants) await loadOnce(entrant, warmUpSeconds);
  for (let round = 0; round < rounds; round += 1) {
    const first = round % entrants.length;
    for (const entrant of [...entrants.slice(first), ...entrants.slice(0, first)]) {
      results.get(entrant.name)?.push(await loadOnce(entrant, seconds));
    }
  }
  return results;
}

async function loadOnce({ server, operation }: Entrant, seconds: number): Promise<RoundResult> {
  const { target, readCpuSeconds } = server;
  const result = await runLoad({
    ...{ target, readCpuSeconds, seconds, next: nextOf(server, operation) },
    ...{ connections: CONNECTIONS, warmUpSeconds: SETTLE_SECONDS },
  });
  return { ...result, perSecond: result.requestsPerSecond * (operation === 'batch' ? BATCH_ITEMS : 1) };
}

export function mediansOf(results: readonly RoundResult[]): Medians {
  const medianOf = (pick: (result: RoundResult) => number) => median(results.map(pick));
  return {
    perSecond: medianOf(({ perSecond }) => perSecond),
    p50Ms: medianOf(({ p50Ms }) => p50Ms),
    p99Ms: medianOf(({ p99Ms }) => p99Ms),
    cpuMsPerRequest: medianOf(({ cpuMsPerRequest }) => cpuMsPerRequest),
    clientCores: medianOf(({ clientCores }) => clientCores),
  };
}

/** The median of the ratios of one round each. */
export function ratioOf(over: readonly RoundResult[], under: readonly RoundResult[]): number {
  return median(over.map(({ perSecond }, round) => perSecond / (under[round]?.perSecond ?? Number.NaN)));
}

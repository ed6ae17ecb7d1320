/** Vivarium on data of the bench, with tokens and requests for it. */
import { ACTIVITIES_A_LEARNER } from '../data/activities.ts';
import type { BenchData } from '../data/bench-data.ts';
import { newLedger } from '../data/ledger.ts';
import type { Exchanges, LoadedServer, Operation } from '../load/exchanges.ts';
import { createGraphExchanges } from '../load/graph-exchanges.ts';
import { requestAppToken, requestLearnerTokens } from './tokens.ts';
import { startVivarium } from './vivarium.ts';
import type { Vivarium } from './vivarium.ts';

export interface GraphServer extends AsyncDisposable {
  readonly vivarium: Vivarium;
  readonly plain: LoadedServer;
  readonly tls: LoadedServer;
  /** The same requests for a server that keeps nothing: what it answers is not noted. */
  readonly unkept: Exchanges;
}

/** More learners than pages of theirs fit into the page cache of SQLite. */
const MAX_LEARNERS = 1000;

export interface GraphServerOptions {
  /** The learners' tokens are for `list` alone. */
  readonly operations: readonly Operation[];
  readonly profileDir?: string;
}

export async function startGraphServer(data: BenchData, options: GraphServerOptions): Promise<GraphServer> {
  const { operations, profileDir } = options;
  const learners = operations.includes('list') ? pickLearners(data.ledger.loaded) : [];
  const vivarium = await startVivarium({ ...data.options, profileDir });
  try {
    const { port, tlsPort, ca, readCpuSeconds } = vivarium;
    const site = {
      registrationId: vivarium.ready.samples['registrationId'] as string,
      appToken: await requestAppToken(vivarium),
      learnerTokens: await requestLearnerTokens(vivarium, learners),
    };
    const exchanges = createGraphExchanges({ ...site, ledger: data.ledger });
    return {
      vivarium,
      plain: { target: { port }, exchanges, readCpuSeconds },
      unkept: createGraphExchanges({ ...site, ledger: { ...newLedger(), loaded: data.ledger.loaded } }),
      tls: { target: { port: tlsPort, ca }, exchanges, readCpuSeconds },
      [Symbol.asyncDispose]: () => vivarium[Symbol.asyncDispose](),
    };
  } catch (error) {
    await vivarium[Symbol.asyncDispose]();
    throw error;
  }
}

/** Evenly among all who have loaded activities. */
function pickLearners(loaded: number): readonly number[] {
  const learners = loaded / ACTIVITIES_A_LEARNER;
  const count = Math.min(MAX_LEARNERS, learners);
  return Array.from({ length: count }, (_, index) => Math.floor((index * learners) / count));
}

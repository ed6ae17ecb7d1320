/** The servers of a scenario, all up at once. */
import type { BenchData, SqliteVariant } from '../data/bench-data.ts';
import { nextOf } from '../load/exchanges.ts';
import type { LoadedServer, Operation } from '../load/exchanges.ts';
import { sendOnce } from '../load/run-load.ts';
import type { Contestant, ServerName } from '../scenarios.ts';
import { startBare } from './bare.ts';
import type { SampleAnswers } from './bare.ts';
import { startGraphServer } from './graph-server.ts';
import type { GraphServer } from './graph-server.ts';
import { PEER_NAMES, startPeer } from './peers.ts';

export interface ArenaOptions {
  readonly contestants: readonly Contestant[];
  readonly folder: string;
  readonly sqlite: BenchData;
  /** Asked for when a contestant needs it. */
  getPostgres(): Promise<BenchData>;
  /** Likewise. */
  getVariant(name: SqliteVariant): Promise<BenchData>;
}

export interface Arena extends AsyncDisposable {
  /** @throws when it is not one of the contestants */
  getServer(name: ServerName): LoadedServer;
  /** Of Vivarium's processes, the most that one of them ever had in use. */
  readPeakMegabytes(): number;
  /** Of the one with the sandbox. */
  readSandboxMegabytes(): number | undefined;
  /** Kills all servers. @throws when a database lacks what was answered for */
  killAndVerify(): Promise<void>;
}

const VARIANT_NAMES = ['sandbox', 'metrics', 'audit', 'record'] as const;

export async function openArena(options: ArenaOptions): Promise<Arena> {
  await using opening = new AsyncDisposableStack();
  const operations = [...new Set(options.contestants.map(({ operation }) => operation))];
  const names = new Set(options.contestants.map(({ server }) => server));
  const servers = new Map<ServerName, LoadedServer>();
  const datas = [options.sqlite];
  const sqlite = opening.use(await startGraphServer(options.sqlite, { operations }));
  const vivariums = [sqlite];
  servers.set('sqlite', sqlite.plain).set('tls', sqlite.tls);
  if (names.has('postgres')) {
    const data = await options.getPostgres();
    const postgres = opening.use(await startGraphServer(data, { operations }));
    datas.push(data);
    vivariums.push(postgres);
    servers.set('postgres', postgres.plain);
  }
  const variants = new Map<ServerName, GraphServer>();
  for (const name of VARIANT_NAMES.filter((variant) => names.has(variant))) {
    const data = await options.getVariant(name);
    const server = opening.use(await startGraphServer(data, { operations }));
    datas.push(data);
    variants.set(name, server);
    servers.set(name, server.plain);
  }
  if (names.has('bare')) {
    const bare = opening.use(await startBare(options.folder, await takeSamples(sqlite, operations)));
    const { port, readCpuSeconds } = bare;
    servers.set('bare', { target: { port }, exchanges: sqlite.unkept, readCpuSeconds });
  }
  for (const name of PEER_NAMES.filter((peer) => names.has(peer))) {
    servers.set(name, opening.use(await startPeer(name, options.folder, options.sqlite.ledger.loaded)));
  }
  const open = opening.move();
  return {
    getServer: (name) => {
      const found = servers.get(name);
      if (found === undefined) throw new Error(`The server ${name} is not up.`);
      return found;
    },
    readPeakMegabytes: () => Math.max(...vivariums.map(({ vivarium }) => vivarium.readPeakMegabytes())),
    readSandboxMegabytes: () => variants.get('sandbox')?.vivarium.readPeakMegabytes(),
    killAndVerify: async () => {
      await open.disposeAsync();
      for (const data of datas) await data.verify();
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** What Vivarium answers to each of the operations. */
async function takeSamples({ plain }: GraphServer, operations: readonly Operation[]): Promise<SampleAnswers> {
  const samples: Partial<Record<Operation, unknown>> = {};
  for (const operation of operations) {
    const body = await sendOnce(plain.target, nextOf(plain, operation)(0));
    if (body.length > 0) samples[operation] = JSON.parse(body.toString());
  }
  return samples;
}

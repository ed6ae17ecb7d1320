/** What an import stores a second, beside single creates: both on the same server, in turns. And what gets wait meanwhile. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { DOCUMENTED, externalIdOf, FIRST_STEP, learnerIdOf, learnerOfCreated } from '../data/activities.ts';
import { createPostgresData, createSqliteData } from '../data/bench-data.ts';
import type { BenchData } from '../data/bench-data.ts';
import { nextOf } from '../load/exchanges.ts';
import type { LoadedServer, Operation } from '../load/exchanges.ts';
import { runLoad } from '../load/run-load.ts';
import { median } from '../load/statistics.ts';
import type { Options } from '../options.ts';
import { describeConditions } from '../results.ts';
import type { DatabaseName, ImportResult, Imports } from '../results.ts';
import { startGraphServer } from '../servers/graph-server.ts';
import type { Vivarium } from '../servers/vivarium.ts';
import { mediansOf, runRounds } from './rounds.ts';
import type { RoundResult } from './rounds.ts';

const DATABASES: Readonly<Record<DatabaseName, (folder: string) => Promise<BenchData>>> = {
  sqlite: createSqliteData,
  postgres: createPostgresData,
};

/** Apart from those that are created. */
const FIRST_IMPORTED = 3_000_000_000;
/** As a command sends them. */
const PART_ROWS = 2000;
const PARTS_A_ROUND = 20;
const WARM_UP_PARTS = 5;
const TOKEN = 'made-up-for-the-bench-of-imports';

export async function measureImports(options: Options, folder: string): Promise<Imports> {
  const tokenFile = join(folder, 'admin-token');
  writeFileSync(tokenFile, TOKEN);
  const databases: Partial<Record<DatabaseName, ImportResult>> = {};
  for (const [name, create] of Object.entries(DATABASES)) {
    console.error(`Imports, ${name} …`);
    await using data = await create(folder);
    await data.grow(FIRST_STEP);
    databases[name as DatabaseName] = await measureDatabase(data, options, tokenFile);
  }
  return { conditions: describeConditions(options), databases };
}

async function measureDatabase(data: BenchData, options: Options, tokenFile: string): Promise<ImportResult> {
  const flags = ['--admin-api', '--admin-token-file', tokenFile];
  await using server = await startGraphServer(
    { ...data, options: { ...data.options, flags } },
    { operations: ['create', 'get'] },
  );
  const { vivarium, plain } = server;
  const importRows = await openImport(vivarium, data.ledger.loaded);
  await importRows(WARM_UP_PARTS);
  const creates: RoundResult[] = [];
  const imports: number[] = [];
  const cpu: number[] = [];
  const entrant = { name: 'create', operation: 'create', server: plain } as const;
  for (let round = 0; round < options.rounds; round += 1) {
    const warmUpSeconds = round === 0 ? options.seconds : 0.5;
    const rounds = await runRounds([entrant], { rounds: 1, seconds: options.seconds, warmUpSeconds });
    creates.push(...(rounds.get('create') ?? []));
    const cpuBefore = vivarium.readCpuSeconds();
    const start = performance.now();
    await importRows(PARTS_A_ROUND);
    const rows = PARTS_A_ROUND * PART_ROWS;
    imports.push(rows / ((performance.now() - start) / 1000));
    cpu.push(((vivarium.readCpuSeconds() - cpuBefore) * 1000) / rows);
  }
  const getP99Ms = await measureGets(server.plain, options, importRows);
  const alone = {
    ...plain,
    next: nextOf(plain, 'create'),
    connections: 1,
    warmUpSeconds: 0.5,
    seconds: options.seconds,
  };
  const { requestsPerSecond: createsInTurnPerSecond } = await runLoad(alone);
  await vivarium.end('SIGKILL');
  await data.verify();
  return {
    createsPerSecond: mediansOf(creates).perSecond,
    createsInTurnPerSecond,
    rowsPerSecond: median(imports),
    ratio: median(imports.map((rate, round) => rate / (creates[round]?.perSecond ?? Number.NaN))),
    cpuMsPerRow: median(cpu),
    getP99Ms,
  };
}

/** On one connection, each request after the answer to the one before. */
function runInTurn(server: LoadedServer, operation: Operation, { seconds }: Options): ReturnType<typeof runLoad> {
  return runLoad({ ...server, next: nextOf(server, operation), connections: 1, warmUpSeconds: 0.5, seconds });
}

/** As long as an import runs. */
async function measureGets(
  server: LoadedServer,
  options: Options,
  importRows: (parts: number) => Promise<void>,
): Promise<number> {
  const over = new AbortController();
  const gets = runInTurn(server, 'get', options).finally(() => over.abort());
  while (!over.signal.aborted) await importRows(1);
  return (await gets).p99Ms;
}

interface Sent {
  readonly id?: string;
  readonly value?: readonly { readonly outcome: string }[];
}

/** Sends parts of NDJSON one after the other, as the command does; the documented assignment in each row. */
async function openImport(vivarium: Vivarium, loaded: number): Promise<(parts: number) => Promise<void>> {
  const { httpUrl, samples } = vivarium.ready;
  const send = async (path: string, contentType: string, body: string): Promise<Sent> => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': contentType };
    const response = await fetch(`${httpUrl}/_admin${path}`, { method: 'POST', headers, body });
    const answer = await response.json();
    if (!response.ok) throw new Error(`An import was refused: ${JSON.stringify(answer)}`);
    return answer as Sent;
  };
  const order = { format: 'ndjson', provider: samples['registrationId'] };
  const { id } = await send('/imports', 'application/json', JSON.stringify(order));
  let next = FIRST_IMPORTED;
  return async (parts) => {
    const texts = Array.from({ length: parts }, (_, part) =>
      Array.from({ length: PART_ROWS }, (__, row) => rowOf(next + part * PART_ROWS + row, loaded)).join('\n'),
    );
    next += parts * PART_ROWS;
    for (const text of texts) {
      const { value = [] } = await send(`/imports/${id}/rows`, 'application/x-ndjson', text);
      const isWhole = value.every(({ outcome }) => outcome === 'created');
      if (!isWhole) throw new Error(`Rows were not created: ${JSON.stringify(value[0])}`);
    }
  };
}

function rowOf(index: number, loaded: number): string {
  const { externalCourseActivityId: _, ...documented } = DOCUMENTED;
  const learnerUserId = learnerIdOf(learnerOfCreated(index, loaded));
  return JSON.stringify({ ...documented, externalcourseActivityId: externalIdOf(index), learnerUserId });
}

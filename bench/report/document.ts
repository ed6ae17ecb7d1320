/** docs/benchmarks.md and its charts, from what was measured. */
import { markdownTable } from '../../scripts/markdown.ts';
import { ACTIVITIES_A_LEARNER } from '../data/activities.ts';
import { OPERATION_TITLES } from '../load/exchanges.ts';
import type { Operation } from '../load/exchanges.ts';
import type {
  Comparison,
  Conditions,
  DatabaseName,
  Growth,
  GrowthStep,
  Hostile,
  Imports,
  Overload,
  Results,
  Workers,
} from '../results.ts';
import { SERVER_TITLES } from '../scenarios.ts';
import { GROWTH_AT_LEAST } from '../targets.ts';
import { drawChart } from './chart.ts';
import { formatCount, judgeComparison, judgeGrowth, judgeHostile, judgeImports, judgeOverload } from './judge.ts';
import type { Judgement } from './judge.ts';
import { MISSED } from './missed.ts';
import {
  contestantTable,
  growthTable,
  hostileTable,
  importTable,
  judgementTable,
  overloadTable,
  workersTable,
} from './tables.ts';
import type { Table } from './tables.ts';

/** Texts by path from the root. */
export function benchmarkDocuments(results: Results): Readonly<Record<string, string>> {
  const charts = Object.entries(results.growth?.databases ?? {}).map(([database, steps]) => [
    `docs/${chartFile(database)}`,
    drawGrowth(database as DatabaseName, steps),
  ]);
  return { 'docs/benchmarks.md': printDocument(results), ...Object.fromEntries(charts) };
}

function printDocument({ comparison, peers, growth, overload, hostile, workers, imports }: Results): string {
  const sections = [
    METHOD,
    ...(comparison === undefined ? [] : printComparison(comparison)),
    ...(peers === undefined ? [] : printPeers(peers)),
    ...(growth === undefined ? [] : printGrowth(growth)),
    ...(workers === undefined ? [] : printWorkers(workers)),
    ...(imports === undefined ? [] : printImports(imports)),
    ...(overload === undefined ? [] : printOverload(overload)),
    ...(hostile === undefined ? [] : printHostile(hostile)),
    HOW_TO_RUN,
  ];
  return `${sections.join('\n\n')}\n`;
}

const METHOD = `# Benchmarks

Printed from \`bench/results.json\` by \`npm run bench\`. What counts are ratios: rates depend on the machine, and client and
server share its cores here.

## How it is measured

- **The ceiling** is a bare \`node:http\` server that reads and parses each body and answers with JSON of the size that
  Vivarium's answer has. It checks nothing and keeps nothing.
- **Vivarium** runs as in production, as a process of its own: signed tokens, full validation, a log line a request to a
  file, no aids for tests (\`--no-sandbox\`), no audit trail unless it says so (\`--audit off\`), SQLite with \`synchronous=FULL\`, or PostgreSQL with \`fsync\` and
  \`synchronous_commit\` on. A write is answered after its COMMIT.
- **With all that a record has**: full audit trail, metrics, a limit for the tenant that counts each request and refuses none, and
  a tenth of the requests traced to a collector over OTLP.
- **The load**: keep-alive connections, each with one request at a time and the next one as soon as it is answered. Any
  answer but the expected one ends the run.
- **Rounds**: within a scenario all servers are up and take turns, each round beginning with another one; a longer first
  round, in which V8 compiles what a request needs, does not count. A ratio is the median of the ratios of the rounds,
  any other figure the median of the rounds.
- **Nothing is traded for a figure**: after each scenario Vivarium is killed with SIGKILL and PostgreSQL is ended at once,
  without a checkpoint. The databases are opened again, and every write that was answered has to be there, or the run fails.
- **The data**: 10,000 activities before the first request, the documented assignment each, ${ACTIVITIES_A_LEARNER} a learner, those of a
  learner far apart in the order of arrival; requests are for random ones of them.
- **CPU** is user and system time of the Node process, from \`/proc\`; memory its \`VmHWM\`. The client is one process too:
  where it takes a whole core, it is the client that was measured.`;

const PEERS = `As they come, with the same activities and as many of them, over plain HTTP. SAP CAP keeps them in SQLite as Vivarium does,
checks values and references, and asks for no token. Azurite keeps them in memory and writes its file now and then. Prism checks
a body against our OpenAPI document, keeps nothing, and answers with an example.`;

const OVERLOAD = `Creates come at twice the rate of the capacity, whether or not those before them were answered; the time of each counts
from when it was due. The capacity is what 64 connections reach that wait for their answers, a light load a tenth of it.
Refused ones get 503 with \`Retry-After\`, and none of them may be in the database afterwards. Recovery is the time from the
end of the overload until answers come as they did before.`;

const WORKERS = `A server with \`--workers\` on SQLite, as its processes share one file and one port ([scale.md](scale.md#several-processes)).
The client shares the cores with them: with one process it takes what that one leaves free of them, so that on so few cores
the gain is less than on a machine with one core more than processes. CPU is that of all processes.`;

const HOSTILE = `Requests of up to 4 MB that are made to cost as much as they can, accepted or refused: from an app that has the
permission and one that has none, on a server as it starts, which keeps a journal, and on one without the sandbox. The CPU time
is that of all threads, the collection of garbage included. \`bench/hostile/requests.ts\` has them all.`;
/** Of the requests. */
const SHOWN_HOSTILE = 12;

const HOW_TO_RUN = `## Run it

\`\`\`sh
npm run bench                     # the comparison, starts and sizes
npm run bench -- --growth         # growing databases; --max 1000000 ends earlier
npm run bench -- --overload       # twice as many creates as the server can answer
npm run bench -- --workers        # one, two and four processes
npm run bench -- --imports        # imports beside single creates
npm run bench -- --hostile        # what single requests can cost
npm run bench -- --disk           # bytes of an activity, by table and index
npm run bench -- --peers          # beside other servers; installs them under bench/peers
npm run bench -- --only create,get --rounds 3 --seconds 1
npm run bench -- --profile --only create
\`\`\`

It needs Linux, a disk behind \`TMPDIR\`, and a machine that does nothing else. \`--help\` explains all flags. A run of all
scenarios is kept in \`bench/results.json\`, and this page is printed again.`;

function printComparison(comparison: Comparison): readonly string[] {
  return [
    '## Targets',
    describe(comparison.conditions),
    printJudgements(judgeComparison(comparison)),
    '## Rates',
    printTable(contestantTable(comparison)),
    MISSED,
  ];
}

function printPeers(peers: Comparison): readonly string[] {
  return [
    '## Beside other servers',
    PEERS,
    describe(peers.conditions),
    printJudgements(judgeComparison(peers)),
    printTable(contestantTable(peers)),
  ];
}

function printGrowth(growth: Growth): readonly string[] {
  const databases = Object.entries(growth.databases).flatMap(([database, steps]) => [
    `### ${SERVER_TITLES[database as DatabaseName]}`,
    `![Rates by number of activities](${chartFile(database)})`,
    printTable(growthTable(steps, database)),
  ]);
  return [
    '## When the database grows',
    `At each step the grown database takes turns with one of 10,000 activities, so that the ratio is of the same minute. The
files of both are read once before each operation: what the system's cache does not hold would be a measure of the disk.`,
    describe(growth.conditions),
    printJudgements(judgeGrowth(growth)),
    ...databases,
  ];
}

function printWorkers(workers: Workers): readonly string[] {
  return ['## Several processes', WORKERS, describe(workers.conditions), printTable(workersTable(workers))];
}

const IMPORTS = `Parts of two thousand rows of NDJSON, one after the other, as \`vivarium import\` sends them, beside single creates on the same
server in turns: those of all connections at once, which share commits and which the ratio is of, and those of one connection, each after the
answer to the one before. Each row is judged by the rules of a create. The CPU time is that of the Node process. Gets are
sent one after the other while rows are imported.`;

function printImports(imports: Imports): readonly string[] {
  return [
    '## Imports',
    IMPORTS,
    describe(imports.conditions),
    printTable(judgementTable(judgeImports(imports))),
    printTable(importTable(imports)),
  ];
}

function printOverload(overload: Overload): readonly string[] {
  return [
    '## Overload',
    OVERLOAD,
    describe(overload.conditions),
    printJudgements(judgeOverload(overload)),
    printTable(overloadTable(overload)),
  ];
}

function printHostile(hostile: Hostile): readonly string[] {
  const count = Object.keys(hostile.requests).length;
  return [
    '## Hostile requests',
    `${HOSTILE} The ${SHOWN_HOSTILE} of ${count} that cost most:`,
    describe(hostile.conditions),
    printJudgements(judgeHostile(hostile)),
    printTable(hostileTable(hostile, SHOWN_HOSTILE)),
  ];
}

function describe({ date, node, cores, memoryGigabytes, connections, rounds, seconds }: Conditions): string {
  const machine = `${cores} cores, ${memoryGigabytes} GB of memory, Linux, Node ${node}`;
  return `${date}: ${machine}; ${connections} connections, ${rounds} rounds of ${seconds} s for each.`;
}

function printJudgements(judgements: readonly Judgement[]): string {
  return printTable(judgementTable(judgements));
}

function printTable({ head, rows }: Table): string {
  return markdownTable(head, rows);
}

function chartFile(database: string): string {
  return `benchmarks-${database}.svg`;
}

function drawGrowth(database: DatabaseName, steps: readonly GrowthStep[]): string {
  const operations = Object.keys(steps[0]?.operations ?? {}) as Operation[];
  return drawChart({
    title: `${SERVER_TITLES[database]}: rates of a grown database, as a share of those of a small one`,
    ticks: steps.map(({ activities }) => formatCount(activities)),
    lines: operations.map((operation) => ({
      title: OPERATION_TITLES[operation],
      values: steps.map((step) => step.operations[operation]?.ratio ?? 0),
    })),
    mark: { value: GROWTH_AT_LEAST, title: 'target' },
  });
}

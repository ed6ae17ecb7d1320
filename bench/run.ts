/** `npm run bench`: HELP says what it can do, docs/benchmarks.md how it measures. */
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { FIRST_STEP } from './data/activities.ts';
import { createPostgresData, createSqliteData } from './data/bench-data.ts';
import { measureComparison } from './measure/comparison.ts';
import { measureDisk, measureParts } from './measure/disk.ts';
import { measureGrowth } from './measure/growth.ts';
import { measureHostile } from './measure/hostile.ts';
import { measureImports } from './measure/imports.ts';
import { measureOverload } from './measure/overload.ts';
import { profile } from './measure/profile.ts';
import { measureWorkers } from './measure/workers.ts';
import { HELP, readOptions } from './options.ts';
import type { Options } from './options.ts';
import { benchmarkDocuments } from './report/document.ts';
import { judgeComparison, judgeGrowth, judgeHostile, judgeImports, judgeOverload } from './report/judge.ts';
import {
  contestantTable,
  formatText,
  growthTable,
  hostileTable,
  importTable,
  judgementTable,
  overloadTable,
  workersTable,
} from './report/tables.ts';
import { keepResults, readResults } from './results.ts';
import type { Results } from './results.ts';

/** Of statfs, for a file system in memory. */
const TMPFS = 0x01021994;

const options = readOptions(process.argv.slice(2));
if (options.mode === 'help') console.log(HELP);
else await inFolder((folder) => run(options, folder));

/** The folder goes when the work is done; when it fails, its logs are of use. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  if (process.platform !== 'linux') throw new Error('The bench reads CPU time and memory from /proc: it needs Linux.');
  if (statfsSync(tmpdir()).type === TMPFS) throw new Error(`${tmpdir()} is no disk: name a folder on one in TMPDIR.`);
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-bench-'));
  try {
    await work(folder);
  } catch (error) {
    console.error(`What the servers have written is in ${folder}.`);
    throw error;
  }
  rmSync(folder, { recursive: true });
}

async function run(options: Options, folder: string): Promise<void> {
  switch (options.mode) {
    case 'profile':
      return profileAll(options, folder);
    case 'peers':
    case 'compare':
      return compareAll(options, folder);
    case 'growth':
      return growAll(options, folder);
    case 'overload':
      return overloadAll(options, folder);
    case 'hostile':
      return hostileAll(options, folder);
    case 'workers':
      return workersAll(options, folder);
    case 'imports':
      return importAll(options, folder);
    case 'disk':
      return diskAll(folder);
    case 'help':
  }
}

async function profileAll({ scenarios, seconds }: Options, folder: string): Promise<void> {
  await using data = await createSqliteData(folder);
  await data.grow(FIRST_STEP);
  for (const { contestants } of scenarios) {
    const operation = contestants.find(({ server }) => server === 'sqlite')?.operation;
    if (operation !== undefined) await profile(data, operation, seconds);
  }
}

async function compareAll(options: Options, folder: string): Promise<void> {
  const comparison = await measureComparison(options, folder);
  console.log(formatText(contestantTable(comparison)));
  console.log(`\n${formatText(judgementTable(judgeComparison(comparison)))}`);
  if (options.isWhole) publish(options.mode === 'peers' ? { peers: comparison } : { comparison });
}

async function growAll(options: Options, folder: string): Promise<void> {
  const growth = await measureGrowth(options, folder);
  for (const [database, steps] of Object.entries(growth.databases)) {
    console.log(`${formatText(growthTable(steps, database))}\n`);
  }
  console.log(formatText(judgementTable(judgeGrowth(growth))));
  if (options.isWhole) publish({ growth });
}

async function overloadAll(options: Options, folder: string): Promise<void> {
  const overload = await measureOverload(options, folder);
  console.log(`${formatText(overloadTable(overload))}\n\n${formatText(judgementTable(judgeOverload(overload)))}`);
  publish({ overload });
}

async function hostileAll(options: Options, folder: string): Promise<void> {
  const hostile = await measureHostile(options, folder);
  console.log(`${formatText(hostileTable(hostile))}\n\n${formatText(judgementTable(judgeHostile(hostile)))}`);
  publish({ hostile });
}

async function workersAll(options: Options, folder: string): Promise<void> {
  const workers = await measureWorkers(options, folder);
  console.log(formatText(workersTable(workers)));
  if (options.isWhole) publish({ workers });
}

async function importAll(options: Options, folder: string): Promise<void> {
  const imports = await measureImports(options, folder);
  console.log(`${formatText(importTable(imports))}\n\n${formatText(judgementTable(judgeImports(imports)))}`);
  publish({ imports });
}

async function diskAll(folder: string): Promise<void> {
  const databases = { sqlite: () => createSqliteData(folder), postgres: () => createPostgresData(folder) };
  for (const [name, create] of Object.entries(databases)) {
    await using data = await create();
    const bytes = await measureDisk(data.options);
    const rows = [...(await measureParts(data.options)), ['an activity', bytes] as const];
    const table = { head: [name, 'bytes'], rows: rows.map(([part, size]) => [part, size.toFixed(0)]) };
    console.log(`${formatText(table)}\n`);
  }
}

/** Keeps what was measured, and prints the document of it. */
function publish(part: Results): void {
  keepResults(part);
  for (const [path, text] of Object.entries(benchmarkDocuments(readResults()))) {
    writeFileSync(join(import.meta.dirname, '..', path), text);
  }
}

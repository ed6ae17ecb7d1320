/** Vivarium beside what it is compared with: all scenarios, then the figures that are its own. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';

import { FIRST_STEP } from '../data/activities.ts';
import { createPostgresData, createSqliteData } from '../data/bench-data.ts';
import type { BenchData, SqliteVariant } from '../data/bench-data.ts';
import type { Operation } from '../load/exchanges.ts';
import type { Options } from '../options.ts';
import { describeConditions } from '../results.ts';
import type { Comparison, ScenarioResult } from '../results.ts';
import type { FigureName } from '../targets.ts';
import { measureDisk } from './disk.ts';
import { measureScenario } from './scenario.ts';
import { measureSecondStart } from './second-start.ts';

export type Figures = Partial<Record<FigureName, number>>;

/** Databases and logs go to the folder. */
export async function measureComparison(options: Options, folder: string): Promise<Comparison> {
  const isOwn = options.mode === 'compare';
  const figures: Figures = {};
  const scenarios: Partial<Record<Operation, ScenarioResult>> = {};
  await using opening = new AsyncDisposableStack();
  const sqlite = opening.use(await filled(createSqliteData(folder)));
  let postgres: Promise<BenchData> | undefined;
  const variants = new Map<SqliteVariant, Promise<BenchData>>();
  const getVariant = (name: SqliteVariant): Promise<BenchData> => {
    const known = variants.get(name) ?? filled(createSqliteData(folder, name)).then((data) => opening.use(data));
    variants.set(name, known);
    return known;
  };
  const getPostgres = async (): Promise<BenchData> => {
    postgres ??= filled(createPostgresData(folder)).then((data) => opening.use(data));
    return postgres;
  };
  for (const { name, title, contestants, peers } of options.scenarios) {
    const entrants = isOwn ? contestants : peers;
    if (entrants.length === 0) continue;
    console.error(`${title} …`);
    const run = await measureScenario({ contestants: entrants, folder, sqlite, getPostgres, getVariant }, options);
    scenarios[name] = run.result;
    if (!isOwn) continue;
    figures.peakMegabytes = Math.max(figures.peakMegabytes ?? 0, run.peakMegabytes);
    Object.assign(figures, run.figures);
  }
  if (isOwn && options.isWhole) Object.assign(figures, await measureOwn(options, folder));
  return { conditions: describeConditions(options), scenarios, figures };
}

async function filled(making: Promise<BenchData>): Promise<BenchData> {
  const data = await making;
  await data.grow(FIRST_STEP);
  return data;
}

/** On databases of their own. */
async function measureOwn({ rounds }: Options, folder: string): Promise<Figures> {
  console.error('Starts and sizes …');
  const subfolder = () => mkdtempSync(join(folder, 'own-'));
  await using started = await filled(createSqliteData(subfolder()));
  await using sqlite = await createSqliteData(subfolder());
  await using postgres = await createPostgresData(subfolder());
  return {
    secondStartSeconds: await measureSecondStart(started, rounds),
    sqliteBytes: await measureDisk(sqlite.options),
    postgresBytes: await measureDisk(postgres.options),
  };
}

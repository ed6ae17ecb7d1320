/** What was measured, as it is kept in results.json. A run replaces the part that it has measured. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';

import { CONNECTIONS } from './load/exchanges.ts';
import type { Operation } from './load/exchanges.ts';
import type { Medians, Schedule } from './measure/rounds.ts';
import type { FigureName } from './targets.ts';

export interface Results {
  readonly comparison?: Comparison;
  readonly peers?: Comparison;
  readonly growth?: Growth;
  readonly overload?: Overload;
  readonly hostile?: Hostile;
  readonly workers?: Workers;
  readonly imports?: Imports;
}

export interface Conditions extends Schedule {
  /** Such as 2026-01-31. */
  readonly date: string;
  readonly node: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly connections: number;
}

export interface Comparison {
  readonly conditions: Conditions;
  /** By name. */
  readonly scenarios: Readonly<Partial<Record<Operation, ScenarioResult>>>;
  readonly figures: Readonly<Partial<Record<FigureName, number>>>;
}

export interface ScenarioResult {
  /** By the name of the contestant. */
  readonly contestants: Readonly<Record<string, Medians>>;
  /** By `of / by`, as in the targets: medians of the ratios of rounds. */
  readonly ratios: Readonly<Record<string, number>>;
}

export interface Growth {
  readonly conditions: Conditions;
  readonly databases: Readonly<Partial<Record<DatabaseName, readonly GrowthStep[]>>>;
}

export interface Overload {
  readonly conditions: Conditions;
  readonly databases: Readonly<Partial<Record<DatabaseName, OverloadResult>>>;
}

export interface OverloadResult {
  /** Creates that the server answers when each of its clients waits for the answer. */
  readonly capacityPerSecond: number;
  /** Of twice as many that came. */
  readonly acceptedPerSecond: number;
  /** Under a tenth of the capacity. */
  readonly lightP99Ms: number;
  readonly acceptedP99Ms: number;
  /** Of the two. */
  readonly ratio: number;
  readonly refusedShare: number;
  readonly refusedP99Ms: number;
  /** From the end of the overload until answers come as before: the longest of the rounds. */
  readonly recoveryMs: number;
  readonly peakMegabytes: number;
}

export interface Hostile {
  readonly conditions: Conditions;
  /** By title. */
  readonly requests: Readonly<Record<string, Readonly<Partial<Record<HostileVariant, HostileResult>>>>>;
}

/** Whether the app has the permission that the request needs, and whether the server is a sandbox. */
export type HostileVariant = `${'permitted' | 'refused'} ${'withSandbox' | 'withoutSandbox'}`;

export interface HostileResult {
  /** 0: the connection was ended without an answer. */
  readonly status: number;
  /** Of all threads of the server: median of the rounds. */
  readonly cpuMs: number;
}

export interface Workers {
  readonly conditions: Conditions;
  /** By the number of processes. */
  readonly operations: Readonly<Partial<Record<Operation, Readonly<Record<number, WorkersResult>>>>>;
}

export interface WorkersResult extends Medians {
  /** Median of the ratios to the rates of one process, measured in the same rounds. */
  readonly ratio: number;
}

export interface Imports {
  readonly conditions: Conditions;
  readonly databases: Readonly<Partial<Record<DatabaseName, ImportResult>>>;
}

export interface ImportResult {
  /** Single ones of all connections at once, in the same rounds. */
  readonly createsPerSecond: number;
  /** Of one connection, each after the answer to the one before. */
  readonly createsInTurnPerSecond: number;
  readonly rowsPerSecond: number;
  /** Median of the ratios of rounds. */
  readonly ratio: number;
  readonly cpuMsPerRow: number;
  /** Of gets while an import runs. */
  readonly getP99Ms: number;
}

export type DatabaseName = 'sqlite' | 'postgres';

export interface GrowthStep {
  readonly activities: number;
  readonly operations: Readonly<Partial<Record<Operation, GrowthResult>>>;
}

export interface GrowthResult extends Medians {
  /** Median of the ratios to the rates of a small database, measured in the same rounds. */
  readonly ratio: number;
}

export const RESULTS_FILE = join(import.meta.dirname, 'results.json');

export function readResults(): Results {
  return existsSync(RESULTS_FILE) ? (JSON.parse(readFileSync(RESULTS_FILE, 'utf8')) as Results) : {};
}

export function keepResults(part: Results): void {
  const round = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value);
  writeFileSync(RESULTS_FILE, `${JSON.stringify({ ...readResults(), ...part }, round, 2)}\n`);
}

export function describeConditions({ rounds, seconds }: Schedule): Conditions {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    connections: CONNECTIONS,
    rounds,
    seconds,
  };
}

/** The same tables for the terminal and for the document. */
import type {
  Comparison,
  DatabaseName,
  GrowthStep,
  Hostile,
  HostileResult,
  Imports,
  Overload,
  ScenarioResult,
  Workers,
} from '../results.ts';
import { OPERATION_TITLES } from '../load/exchanges.ts';
import type { Operation } from '../load/exchanges.ts';
import { SCENARIOS, SERVER_TITLES } from '../scenarios.ts';
import { formatCount, rankHostile, titleOf } from './judge.ts';
import type { Judgement } from './judge.ts';

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function judgementTable(judgements: readonly Judgement[]): Table {
  return {
    head: ['Figure', 'Measured', 'Target', ''],
    rows: judgements.map(({ title, figure, target, isMet }) => [title, figure, target, isMet ? 'met' : 'not met']),
  };
}

const RATE_HEAD = ['Each second', 'p50, ms', 'p99, ms', 'CPU ms a request', 'Client, cores'];

export function contestantTable({ scenarios }: Comparison): Table {
  const measured = SCENARIOS.flatMap(({ name }) => (scenarios[name] === undefined ? [] : [scenarios[name]]));
  return { head: ['', ...RATE_HEAD], rows: measured.flatMap(contestantRows) };
}

function contestantRows({ contestants }: ScenarioResult): readonly (readonly string[])[] {
  return Object.entries(contestants).map(([name, result]) => [titleOf(name), ...rateCells(result)]);
}

export function growthTable(steps: readonly GrowthStep[], database: string): Table {
  const rows = steps.flatMap(({ activities, operations }) =>
    Object.entries(operations).map(([operation, result]) => [
      formatCount(activities),
      titleOf(`${database} ${operation}`),
      ...rateCells(result),
      result.ratio.toFixed(2),
    ]),
  );
  return { head: ['Activities', '', ...RATE_HEAD, 'To 10 k'], rows };
}

const OVERLOAD_HEAD = [
  ...['', 'Capacity', 'Accepted', 'Refused', 'p99, light load, ms', 'p99, accepted, ms', 'p99, refused, ms'],
  ...['Ratio', 'Recovery, ms', 'Peak memory, MB'],
];

export function overloadTable({ databases }: Overload): Table {
  const rows = Object.entries(databases).map(([database, result]) => [
    SERVER_TITLES[database as DatabaseName],
    `${result.capacityPerSecond.toFixed(0)}/s`,
    `${result.acceptedPerSecond.toFixed(0)}/s`,
    `${(100 * result.refusedShare).toFixed(0)} %`,
    result.lightP99Ms.toFixed(1),
    result.acceptedP99Ms.toFixed(1),
    result.refusedP99Ms.toFixed(1),
    result.ratio.toFixed(1),
    result.recoveryMs.toFixed(0),
    result.peakMegabytes.toFixed(0),
  ]);
  return { head: OVERLOAD_HEAD, rows };
}

const HOSTILE_HEAD = ['CPU ms', 'Permitted', 'Refused', 'Permitted, no sandbox', 'Refused, no sandbox'];

export function hostileTable(hostile: Hostile, count = Infinity): Table {
  const cell = (result: HostileResult | undefined) => (result === undefined ? '' : result.cpuMs.toFixed(0));
  const rows = rankHostile(hostile)
    .slice(0, count)
    .map(({ title, results }) => [
      title,
      cell(results['permitted withSandbox']),
      cell(results['refused withSandbox']),
      cell(results['permitted withoutSandbox']),
      cell(results['refused withoutSandbox']),
    ]);
  return { head: HOSTILE_HEAD, rows };
}

export function importTable({ databases }: Imports): Table {
  const rows = Object.entries(databases).map(([database, result]) => [
    SERVER_TITLES[database as DatabaseName],
    result.rowsPerSecond.toFixed(0),
    result.createsPerSecond.toFixed(0),
    result.createsInTurnPerSecond.toFixed(0),
    `${result.ratio.toFixed(2)} ×`,
    result.cpuMsPerRow.toFixed(3),
    result.getP99Ms.toFixed(1),
  ]);
  return {
    head: [
      ...['', 'Rows a second', 'Creates a second', 'One after the other', 'Ratio', 'CPU ms a row'],
      'p99 of a get meanwhile, ms',
    ],
    rows,
  };
}

export function workersTable({ operations }: Workers): Table {
  const rows = Object.entries(operations).flatMap(([operation, results]) =>
    Object.entries(results).map(([count, result]) => [
      `${OPERATION_TITLES[operation as Operation]}: ${count} ${count === '1' ? 'process' : 'processes'}`,
      `${result.ratio.toFixed(2)} ×`,
      ...rateCells(result),
    ]),
  );
  return { head: ['', 'Of one process', ...RATE_HEAD], rows };
}

function rateCells({
  perSecond,
  p50Ms,
  p99Ms,
  cpuMsPerRequest,
  clientCores,
}: ScenarioResult['contestants'][string]): readonly string[] {
  return [perSecond.toFixed(0), p50Ms.toFixed(1), p99Ms.toFixed(1), cpuMsPerRequest.toFixed(2), clientCores.toFixed(2)];
}

/** Columns in line, for a terminal. */
export function formatText({ head, rows }: Table): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** Figures beside their targets. */
import { OPERATION_TITLES } from '../load/exchanges.ts';
import type { Operation } from '../load/exchanges.ts';
import type { Comparison, DatabaseName, Growth, Hostile, Imports, Overload } from '../results.ts';
import { SERVER_TITLES } from '../scenarios.ts';
import type { ServerName } from '../scenarios.ts';
import {
  FIGURE_TARGETS,
  GROWTH_AT_LEAST,
  GROWTH_OPERATIONS,
  HOSTILE_MS_AT_MOST,
  IMPORT_AT_LEAST,
  OVERLOAD_AT_MOST,
  RATE_TARGETS,
} from '../targets.ts';
import type { FigureName } from '../targets.ts';

export interface Judgement {
  readonly title: string;
  /** With its unit. */
  readonly figure: string;
  readonly target: string;
  readonly isMet: boolean;
}

/** Of what was measured; targets without a figure are left out. */
export function judgeComparison({ scenarios, figures }: Comparison): readonly Judgement[] {
  const rates = RATE_TARGETS.flatMap(({ scenario, of, by, atLeast }) => {
    const ratio = scenarios[scenario]?.ratios[`${of} / ${by}`];
    return ratio === undefined ? [] : [judgeRate(titleOfPair(of, by), ratio, atLeast)];
  });
  const own = Object.entries(FIGURE_TARGETS).flatMap(([name, { title, unit, digits, atMost }]) => {
    const figure = figures[name as FigureName];
    if (figure === undefined) return [];
    return [
      {
        title,
        figure: `${figure.toFixed(digits)} ${unit}`,
        target: `at most ${atMost} ${unit}`,
        isMet: figure <= atMost,
      },
    ];
  });
  return [...rates, ...own];
}

/** The last step of each database. */
export function judgeGrowth({ databases }: Growth): readonly Judgement[] {
  return Object.entries(databases).flatMap(([database, steps]) => {
    const last = steps.at(-1);
    if (last === undefined) return [];
    return GROWTH_OPERATIONS.flatMap((operation) => {
      const ratio = last.operations[operation]?.ratio;
      const title = `${titleOf(`${database} ${operation}`)}, ${formatCount(last.activities)} activities : 10 k`;
      return ratio === undefined ? [] : [judgeRate(title, ratio, GROWTH_AT_LEAST)];
    });
  });
}

export function judgeImports({ databases }: Imports): readonly Judgement[] {
  return Object.entries(databases).map(([database, { ratio }]) => {
    const title = `Rows of an import in single creates: ${SERVER_TITLES[database as DatabaseName]}`;
    return judgeRate(title, ratio, IMPORT_AT_LEAST[database as DatabaseName]);
  });
}

export function judgeOverload({ databases }: Overload): readonly Judgement[] {
  return Object.entries(databases).map(([database, { ratio }]) => ({
    title: `p99 at twice the capacity, in p99 of a light load: ${SERVER_TITLES[database as DatabaseName]}`,
    figure: `${ratio.toFixed(1)} ×`,
    target: `at most ${OVERLOAD_AT_MOST} ×`,
    isMet: ratio <= OVERLOAD_AT_MOST,
  }));
}

/** The request that costs most. */
export function judgeHostile(hostile: Hostile): readonly Judgement[] {
  const [worst] = rankHostile(hostile);
  if (worst === undefined) return [];
  return [
    {
      title: `Most CPU time of one hostile request: ${worst.title}`,
      figure: `${worst.mostMs.toFixed(0)} ms`,
      target: `at most ${HOSTILE_MS_AT_MOST} ms`,
      isMet: worst.mostMs <= HOSTILE_MS_AT_MOST,
    },
  ];
}

/** The most expensive first. */
export function rankHostile({ requests }: Hostile) {
  return Object.entries(requests)
    .map(([title, results]) => ({
      title,
      results,
      mostMs: Math.max(...Object.values(results).map(({ cpuMs }) => cpuMs)),
    }))
    .toSorted((one, other) => other.mostMs - one.mostMs);
}

function judgeRate(title: string, ratio: number, atLeast: number): Judgement {
  return { title, figure: `${formatRatio(ratio)} ×`, target: `at least ${atLeast} ×`, isMet: ratio >= atLeast };
}

/** Of a contestant, by its name. */
export function titleOf(name: string): string {
  const [server, operation] = partsOf(name);
  return `${OPERATION_TITLES[operation]}: ${SERVER_TITLES[server]}`;
}

function titleOfPair(of: string, by: string): string {
  const [[server, operation], [otherServer, otherOperation]] = [partsOf(of), partsOf(by)];
  const isSame = operation === otherOperation;
  const other = isSame ? SERVER_TITLES[otherServer] : OPERATION_TITLES[otherOperation].toLowerCase();
  return `${OPERATION_TITLES[operation]}: ${SERVER_TITLES[server]} against ${other}`;
}

function partsOf(name: string): [ServerName, Operation] {
  return name.split(' ') as [ServerName, Operation];
}

function formatRatio(ratio: number): string {
  return ratio.toFixed(ratio < 10 ? 2 : 0);
}

/** 10 k, 1 M. */
export function formatCount(count: number): string {
  return count < 1_000_000 ? `${count / 1000} k` : `${count / 1_000_000} M`;
}

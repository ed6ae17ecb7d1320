/** What the figures are held against. */
import type { Operation } from './load/exchanges.ts';
import type { ContestantName } from './scenarios.ts';

/** Median of the ratios of two rates, each ratio taken within one round. */
export interface RateTarget {
  readonly scenario: Operation;
  readonly of: ContestantName;
  readonly by: ContestantName;
  readonly atLeast: number;
}

export const RATE_TARGETS: readonly RateTarget[] = [
  { scenario: 'create', of: 'sqlite create', by: 'bare create', atLeast: 0.4 },
  { scenario: 'create', of: 'postgres create', by: 'bare create', atLeast: 0.38 },
  { scenario: 'create', of: 'tls create', by: 'sqlite create', atLeast: 0.8 },
  { scenario: 'create', of: 'metrics create', by: 'sqlite create', atLeast: 0.9 },
  { scenario: 'create', of: 'audit create', by: 'sqlite create', atLeast: 0.85 },
  { scenario: 'get', of: 'metrics get', by: 'sqlite get', atLeast: 0.9 },
  { scenario: 'update', of: 'sqlite update', by: 'bare update', atLeast: 0.45 },
  { scenario: 'get', of: 'sqlite get', by: 'bare get', atLeast: 0.7 },
  { scenario: 'alternateKey', of: 'sqlite alternateKey', by: 'bare alternateKey', atLeast: 0.6 },
  { scenario: 'list', of: 'sqlite list', by: 'bare list', atLeast: 0.45 },
  { scenario: 'batch', of: 'sqlite batch', by: 'sqlite create', atLeast: 1.5 },
  { scenario: 'create', of: 'sqlite create', by: 'cap create', atLeast: 18 },
  { scenario: 'create', of: 'sqlite create', by: 'prism create', atLeast: 4 },
  { scenario: 'create', of: 'sqlite create', by: 'azurite create', atLeast: 5 },
  { scenario: 'update', of: 'sqlite update', by: 'cap update', atLeast: 16 },
  { scenario: 'get', of: 'sqlite get', by: 'cap get', atLeast: 14 },
  { scenario: 'list', of: 'sqlite list', by: 'cap list', atLeast: 8 },
];

/** One figure of the server by itself. */
export type FigureName =
  | 'createTail'
  | 'getTail'
  | 'sandboxCpu'
  | 'sandboxMegabytes'
  | 'peakMegabytes'
  | 'secondStartSeconds'
  | 'sqliteBytes'
  | 'postgresBytes';

export interface FigureTarget {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly atMost: number;
}

export const FIGURE_TARGETS: Readonly<Record<FigureName, FigureTarget>> = {
  createTail: { title: 'p99 of create, in its p50', unit: '×', digits: 1, atMost: 6 },
  getTail: { title: 'p99 of get, in its p50', unit: '×', digits: 1, atMost: 10 },
  sandboxCpu: { title: 'CPU of a get with the sandbox, in that without', unit: '×', digits: 2, atMost: 1.3 },
  sandboxMegabytes: { title: 'Peak memory with the sandbox, reading', unit: 'MB', digits: 0, atMost: 300 },
  peakMegabytes: { title: 'Peak memory under load', unit: 'MB', digits: 0, atMost: 250 },
  secondStartSeconds: { title: 'Second start, until the first 201', unit: 's', digits: 2, atMost: 0.7 },
  sqliteBytes: { title: 'An activity on disk, SQLite', unit: 'bytes', digits: 0, atMost: 300 },
  postgresBytes: { title: 'An activity on disk, PostgreSQL', unit: 'bytes', digits: 0, atMost: 300 },
};

/** Rows that an import stores, in single creates of the same server. */
export const IMPORT_AT_LEAST = { sqlite: 2, postgres: 3 } as const;

/** p99 of what is accepted at twice the capacity, in p99 of a light load. */
export const OVERLOAD_AT_MOST = 5;

/** CPU time of one request, whatever it holds. */
export const HOSTILE_MS_AT_MOST = 100;

/** The rate at the last step of growth, in the rate of a small database. */
export const GROWTH_AT_LEAST = 0.75;
export const GROWTH_OPERATIONS: readonly Operation[] = ['create', 'get', 'alternateKey', 'list'];

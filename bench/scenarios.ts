/** What is measured: in each scenario, contestants that take turns under the same load. */
import type { Operation } from './load/exchanges.ts';

/** `tls` is the server on SQLite once more, through its other port. */
export const SERVERS = [
  'bare',
  'sqlite',
  'sandbox',
  'metrics',
  'audit',
  'record',
  'tls',
  'postgres',
  'cap',
  'prism',
  'azurite',
] as const;
export type ServerName = (typeof SERVERS)[number];

export const SERVER_TITLES: Readonly<Record<ServerName, string>> = {
  bare: 'bare node:http',
  sqlite: 'Vivarium on SQLite',
  sandbox: 'Vivarium as it starts, with the sandbox',
  metrics: 'Vivarium on SQLite, with metrics',
  audit: 'Vivarium on SQLite, with the audit trail',
  record: 'Vivarium on SQLite, with all that a record has',
  tls: 'Vivarium on SQLite, over TLS',
  postgres: 'Vivarium on PostgreSQL',
  cap: 'SAP CAP on SQLite',
  prism: 'Prism, mock of our OpenAPI document',
  azurite: 'Azurite, Table service',
};

export interface Contestant {
  readonly server: ServerName;
  readonly operation: Operation;
}

export interface Scenario {
  /** Of the operation that it is about. */
  readonly name: Operation;
  readonly title: string;
  readonly contestants: readonly Contestant[];
  /** With `--peers`, these in place of them. */
  readonly peers: readonly Contestant[];
}

/** As results name it. */
export type ContestantName = `${ServerName} ${Operation}`;

export function nameOf({ server, operation }: Contestant): ContestantName {
  return `${server} ${operation}`;
}

const onServers = (operation: Operation, ...servers: readonly ServerName[]): readonly Contestant[] =>
  servers.map((server) => ({ server, operation }));

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'create',
    title: 'Create the documented assignment',
    contestants: onServers('create', 'bare', 'sqlite', 'metrics', 'audit', 'record', 'tls', 'postgres'),
    peers: onServers('create', 'sqlite', 'cap', 'prism', 'azurite'),
  },
  {
    name: 'update',
    title: 'Update status and percentage',
    contestants: onServers('update', 'bare', 'sqlite'),
    peers: onServers('update', 'sqlite', 'cap'),
  },
  {
    name: 'get',
    title: 'Get by id',
    contestants: onServers('get', 'bare', 'sqlite', 'sandbox', 'metrics', 'record'),
    peers: onServers('get', 'sqlite', 'cap'),
  },
  {
    name: 'alternateKey',
    title: 'Get by external id',
    contestants: onServers('alternateKey', 'bare', 'sqlite'),
    peers: [],
  },
  {
    name: 'list',
    title: 'A learner’s page of ten',
    contestants: onServers('list', 'bare', 'sqlite'),
    peers: onServers('list', 'sqlite', 'cap'),
  },
  {
    name: 'batch',
    title: '$batch of 20 creates',
    contestants: [...onServers('batch', 'bare', 'sqlite'), ...onServers('create', 'sqlite')],
    peers: [],
  },
];

/** The operations that are measured, whatever server does them. */
import type { Target } from './connection.ts';
import type { Exchange } from './run-load.ts';

export const OPERATIONS = ['create', 'update', 'get', 'alternateKey', 'list', 'batch'] as const;
export type Operation = (typeof OPERATIONS)[number];

export const OPERATION_TITLES: Readonly<Record<Operation, string>> = {
  create: 'Create',
  update: 'Update',
  get: 'Get by id',
  alternateKey: 'Get by external id',
  list: 'Page of 10',
  batch: 'Creates in batches of 20',
};

export const CONNECTIONS = 64;
export const BATCH_ITEMS = 20;
export const PAGE = 10;

/** By the number of the connection, the next request; of the operations that the server has. */
export type Exchanges = Readonly<Partial<Record<Operation, (lane: number) => Exchange>>>;

/** What the load of a server needs to know of it. */
export interface LoadedServer {
  readonly target: Target;
  readonly exchanges: Exchanges;
  readCpuSeconds(): number;
}

/** @throws when the server does not have the operation */
export function nextOf({ exchanges }: LoadedServer, operation: Operation): (lane: number) => Exchange {
  const next = exchanges[operation];
  if (next === undefined) throw new Error(`There is no ${operation} of this server.`);
  return next;
}

/** HTTP/1.1, in ASCII. */
export function requestText(line: string, headers: Readonly<Record<string, string>>, body?: string): string {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${line} HTTP/1.1\r\nHost: localhost\r\n${fields.join('')}`;
  if (body === undefined) return `${head}\r\n`;
  return `${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

export function randomBelow(end: number): number {
  return Math.floor(Math.random() * end);
}

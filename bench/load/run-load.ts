/** Keeps a number of connections busy for a time, and says how the server did. */
import { openConnection } from './connection.ts';
import type { Answer, Connection, Target } from './connection.ts';
import { percentile } from './statistics.ts';

/** One request and what has to come back. */
export interface Exchange {
  /** The whole request, in ASCII. */
  readonly text: string;
  /** Any other status ends the run. */
  readonly status: number;
  /** @throws when the body is not what it should be */
  onAnswer?(body: Buffer): void;
  /** Where a load counts 503 as a refusal. */
  onRefused?(): void;
}

export interface Load {
  readonly target: Target;
  /** Gives the next request of a connection, which is named by its number from 0. */
  next(lane: number): Exchange;
  readonly connections: number;
  /** Answers of the first seconds are not counted. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** CPU seconds that the server has used so far. */
  readCpuSeconds(): number;
}

export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the server, user and system. */
  readonly cpuMsPerRequest: number;
  /** How much of one core the client took: near 1 it is the client that was measured. */
  readonly clientCores: number;
}

/** @throws when a connection breaks or an answer is not the expected one */
export async function runLoad(load: Load): Promise<LoadResult> {
  const lanes = Array.from({ length: load.connections }, () => openConnection(load.target));
  const connections = await Promise.all(lanes);
  const count = createCount(load);
  try {
    await Promise.all(connections.map((connection, lane) => runLane(load, count, { connection, lane })));
  } finally {
    for (const connection of connections) connection.close();
  }
  return count.summarise();
}

/** One exchange on a connection of its own. @returns the body of the answer */
export async function sendOnce(target: Target, exchange: Exchange): Promise<Buffer> {
  const connection = await openConnection(target);
  const answered = new Promise<Answer>((resolve) => connection.send(exchange.text, resolve));
  try {
    const answer = await Promise.race([answered, connection.broken]);
    checkAnswer(exchange, answer);
    return answer.body;
  } finally {
    connection.close();
  }
}

interface Lane {
  readonly connection: Connection;
  readonly lane: number;
}

/** Settles when the time is over and the last request is answered. */
function runLane(load: Load, count: Count, { connection, lane }: Lane): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const step = (): void => {
    const exchange = load.next(lane);
    const sentAt = performance.now();
    connection.send(exchange.text, (answer) => {
      try {
        checkAnswer(exchange, answer);
        if (count.add(sentAt)) step();
        else resolve();
      } catch (error) {
        reject(error);
      }
    });
  };
  step();
  return Promise.race([promise, connection.broken]);
}

/** @throws when the answer is not the expected one */
export function checkAnswer(exchange: Exchange, { status, body }: Answer): void {
  if (status !== exchange.status) {
    const request = exchange.text.slice(0, exchange.text.indexOf('\r\n'));
    throw new Error(`${request} was answered with ${status}: ${body.toString().slice(0, 500)}`);
  }
  exchange.onAnswer?.(body);
}

interface Count {
  /** @returns whether there is time for one more request */
  add(sentAt: number): boolean;
  summarise(): LoadResult;
}

interface Reading {
  readonly at: number;
  readonly serverSeconds: number;
  readonly clientSeconds: number;
}

/** States: warming up until the first answer after the warm-up, counting until the first after the end, over. */
function createCount({ warmUpSeconds, seconds, readCpuSeconds }: Load): Count {
  const warmUntil = performance.now() + warmUpSeconds * 1000;
  const latencies: number[] = [];
  let first: Reading | undefined;
  let last: Reading | undefined;
  const read = (at: number): Reading => {
    const { user, system } = process.cpuUsage();
    return { at, serverSeconds: readCpuSeconds(), clientSeconds: (user + system) / 1e6 };
  };
  return {
    add: (sentAt) => {
      const now = performance.now();
      if (last !== undefined) return false;
      if (first === undefined) {
        if (now >= warmUntil) first = read(now);
        return true;
      }
      latencies.push(now - sentAt);
      if (now - first.at < seconds * 1000) return true;
      last = read(now);
      return false;
    },
    summarise: () => {
      if (first === undefined || last === undefined) throw new Error('The load did not last until its end.');
      const wallSeconds = (last.at - first.at) / 1000;
      return {
        requests: latencies.length,
        requestsPerSecond: latencies.length / wallSeconds,
        p50Ms: percentile(latencies, 50),
        p99Ms: percentile(latencies, 99),
        cpuMsPerRequest: (1000 * (last.serverSeconds - first.serverSeconds)) / latencies.length,
        clientCores: (last.clientSeconds - first.clientSeconds) / wallSeconds,
      };
    },
  };
}

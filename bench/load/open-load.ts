/** Requests that come when they come, at a rate of their own, whether or not those before them have been answered. */
import { openConnection } from './connection.ts';
import type { Connection, Target } from './connection.ts';
import { checkAnswer } from './run-load.ts';
import type { Exchange } from './run-load.ts';

export interface OpenLoad {
  readonly target: Target;
  next(lane: number): Exchange;
  /** Opened beforehand. While all are in use, requests wait for one, which counts as a part of their time. */
  readonly connections: number;
  /** On average: requests come independently of each other. */
  readonly perSecond: number;
  readonly seconds: number;
}

/** Milliseconds. */
export interface OpenAnswer {
  /** When the request was due, from the start of the load. */
  readonly dueMs: number;
  /** From then to the answer. */
  readonly tookMs: number;
  readonly isRefused: boolean;
}

const UNAVAILABLE = 503;
const TICK_MS = 1;

/** In the order of the answers. @throws when a connection breaks, or an answer is neither the expected one nor 503 */
export async function runOpenLoad(load: OpenLoad): Promise<readonly OpenAnswer[]> {
  const lanes = Array.from({ length: load.connections }, () => openConnection(load.target));
  const connections = await Promise.all(lanes);
  try {
    const broken = connections.map((connection) => connection.broken);
    return await Promise.race([sendAll(load, connections), ...broken]);
  } finally {
    for (const connection of connections) connection.close();
  }
}

function sendAll({ next, perSecond, seconds }: OpenLoad, connections: readonly Connection[]): Promise<OpenAnswer[]> {
  const { promise, resolve, reject } = Promise.withResolvers<OpenAnswer[]>();
  const free = [...connections];
  const waiting: number[] = [];
  const answers: OpenAnswer[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  let due = start;

  const send = (connection: Connection, dueAt: number): void => {
    const exchange = next(0);
    connection.send(exchange.text, (answer) => {
      const isRefused = answer.status === UNAVAILABLE;
      try {
        if (isRefused) exchange.onRefused?.();
        else checkAnswer(exchange, answer);
      } catch (error) {
        reject(error);
      }
      answers.push({ dueMs: dueAt - start, tookMs: performance.now() - dueAt, isRefused });
      const first = waiting.shift();
      if (first !== undefined) return send(connection, first);
      free.push(connection);
      if (due >= end && free.length === connections.length) resolve(answers);
    });
  };
  const tick = (): void => {
    const now = performance.now();
    for (; due <= now && due < end; due += nextGapMs(perSecond)) {
      const connection = free.pop();
      if (connection === undefined) waiting.push(due);
      else send(connection, due);
    }
    if (due < end) setTimeout(tick, TICK_MS);
    else if (free.length === connections.length) resolve(answers);
  };
  tick();
  return promise;
}

/** Exponentially distributed, as the gaps of independent requests are. */
function nextGapMs(perSecond: number): number {
  return (-Math.log(1 - Math.random()) * 1000) / perSecond;
}

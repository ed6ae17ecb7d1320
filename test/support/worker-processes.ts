/** The workers of a server that is one process and those that it has started. */
import { readFileSync } from 'node:fs';
import { Client } from 'undici';
import { expect } from 'vitest';

import type { ReadyLine, ServerProcess } from './server-process.ts';

/** Ids of its workers; empty when it has gone. */
export function listWorkers(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return children.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Whether the process lives: what has ended and was not waited for does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** How often a worker has begun to serve, by the log, which has to be at the level `info`. */
export function countStarts(server: Pick<ServerProcess, 'stderr'>): number {
  return server.stderr().split('"msg":"workerStarted"').length - 1;
}

/** Settles when the place of a worker that has died is taken. */
export async function awaitStarts(server: Pick<ServerProcess, 'stderr'>, starts: number): Promise<void> {
  await expect.poll(() => countStarts(server), { timeout: 30_000 }).toBeGreaterThanOrEqual(starts);
}

export interface WorkerReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: any; // oxlint-disable-line no-explicit-any -- tests look into what a client can see
}

export interface WorkerRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly token?: string;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A connection, which leads to one of the workers. */
export interface WorkerConnection {
  send(request: WorkerRequest): Promise<WorkerReply>;
  close(): Promise<void>;
}

/** A connection to each of so many workers. They are told apart by what answers say of the instance. */
export async function connectToEach(ready: ReadyLine, count: number): Promise<readonly WorkerConnection[]> {
  const found = new Map<string, WorkerConnection>();
  const others: WorkerConnection[] = [];
  while (found.size < count) {
    const connection = openConnection(ready);
    const { headers } = await connection.send({ path: '/v1.0/users' });
    const instance = String(headers['x-ms-ags-diagnostic']);
    if (found.has(instance)) others.push(connection);
    else found.set(instance, connection);
  }
  await Promise.all(others.map((connection) => connection.close()));
  return [...found.values()];
}

function openConnection({ baseUrl, caFile }: ReadyLine): WorkerConnection {
  const client = new Client(baseUrl, { connect: { ca: readFileSync(caFile, 'utf8') }, keepAliveTimeout: 600_000 });
  return {
    send: async ({ method = 'GET', path, token, json, form, headers: more }) => {
      const headers = {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...more,
      };
      const sent = form === undefined ? json && JSON.stringify(json) : new URLSearchParams(form).toString();
      const answer = await client.request({ method, path, headers, body: (sent as string | undefined) ?? null });
      const text = await answer.body.text();
      return { status: answer.statusCode, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
    },
    close: () => client.close(),
  };
}

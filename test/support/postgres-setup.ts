/**
 * The PostgreSQL server of a test run: started when the first test file asks for it, ended with the run. Runs that need
 * none do not wait for one. `TEST_POSTGRES_URL` names a server to use instead, by a user who may make databases.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';

import { startPostgres } from './postgres-server.ts';
import type { PostgresServer } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers with the URL of the server. */
    readonly postgresDoor: string;
  }
}

let starting: Promise<PostgresServer> | undefined;

const door = createServer((_, response) => void answer(response));

async function answer(response: ServerResponse): Promise<void> {
  try {
    response.end(await findUrl());
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

async function findUrl(): Promise<string> {
  const named = process.env['TEST_POSTGRES_URL'];
  if (named !== undefined && named !== '') return named;
  starting ??= startPostgres({ isDurable: false });
  return (await starting).url;
}

export async function setup(project: TestProject): Promise<void> {
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  project.provide('postgresDoor', `http://127.0.0.1:${(door.address() as AddressInfo).port}`);
}

export async function teardown(): Promise<void> {
  door.closeAllConnections();
  door.close();
  await (await starting)?.[Symbol.asyncDispose]();
}

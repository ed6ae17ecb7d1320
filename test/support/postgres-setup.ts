/**
 * The PostgreSQL server of a test run: started when the first test file asks for it, ended with the run. Runs that need
 * none do not wait for one. `TEST_POSTGRES_URL` names a server to use instead, by a user who may make databases.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';

import { migrate } from '../../src/store/migrations/migrate.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { createOwnDatabase, postgresOptions } from './postgres.ts';
import type { OwnDatabase } from './postgres.ts';
import { startPostgres } from './postgres-server.ts';
import type { PostgresServer } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers `/url` with the URL of the server, `/migrated` with the name of a database to copy. */
    readonly postgresDoor: string;
  }
}

let starting: Promise<PostgresServer> | undefined;
let migrating: Promise<OwnDatabase> | undefined;

const door = createServer(({ url }, response) => void answer(url, response));

async function answer(url: string | undefined, response: ServerResponse): Promise<void> {
  try {
    response.end(url === '/migrated' ? (await (migrating ??= createMigrated())).name : await findUrl());
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

async function createMigrated(): Promise<OwnDatabase> {
  const database = await createOwnDatabase(await findUrl());
  // A database can be copied only without sessions, so this one is closed at once.
  await using connection = openPostgres(postgresOptions(database.url, { maxWaitMs: 10_000 }));
  await migrate(connection);
  return database;
}

export async function setup(project: TestProject): Promise<void> {
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  project.provide('postgresDoor', `http://127.0.0.1:${(door.address() as AddressInfo).port}`);
}

export async function teardown(): Promise<void> {
  door.closeAllConnections();
  door.close();
  await (await migrating)?.[Symbol.asyncDispose]();
  await (await starting)?.[Symbol.asyncDispose]();
}

/** Databases on a real Citus cluster: the one of the database that `TEST_CITUS_URL` names, on its coordinator. */
import { distribute } from '../../src/store/citus.ts';
import { migrate } from '../../src/store/migrations/migrate.ts';
import type { WriteLimits } from '../../src/store/write-limits.ts';
import { createPostgresDatabase, runOn } from './postgres.ts';
import type { OwnDatabase } from './postgres.ts';

export const CITUS_URL = process.env['TEST_CITUS_URL'];

/** An empty database of its own on all nodes of the cluster, which knows them. */
export async function createCitusDatabase(coordinatorUrl: string): Promise<OwnDatabase> {
  const coordinator = new URL(coordinatorUrl);
  const workers = await runOn(coordinatorUrl, 'select nodename, nodeport from pg_dist_node where groupid <> 0');
  const name = `vivarium_${process.pid}_${(made += 1)}`;
  const nodes = [coordinator, ...workers.map(({ nodename, nodeport }) => at(coordinator, String(nodename), nodeport))];
  const urls = nodes.map((node) => at(node, node.hostname, node.port, name).href);
  for (const [index, node] of nodes.entries()) {
    await runOn(node.href, `create database ${name} template template0 encoding 'UTF8'`);
    await runOn(urls[index] as string, 'create extension citus');
  }
  const [url] = urls as [string];
  await runOn(url, `select citus_set_coordinator_host('${coordinator.hostname}', ${coordinator.port})`);
  for (const { nodename, nodeport } of workers) {
    await runOn(url, `select citus_add_node('${String(nodename)}', ${String(nodeport)})`);
  }
  return {
    name,
    url,
    [Symbol.asyncDispose]: async () => {
      for (const node of nodes) await runOn(node.href, `drop database ${name} with (force)`);
    },
  };
}

let made = 0;

function at(url: URL, host: string, port: unknown, database?: string): URL {
  const other = new URL(url);
  other.hostname = host;
  other.port = String(port);
  if (database !== undefined) other.pathname = `/${database}`;
  return other;
}

/** A driver's database for the store contract, sharded by tenant. */
export function createShardedDatabase(defaults: WriteLimits, coordinatorUrl: string) {
  return createPostgresDatabase(defaults, {
    make: () => createCitusDatabase(coordinatorUrl),
    prepare: async (connection) => {
      await migrate(connection);
      await distribute(connection);
    },
  });
}

/** The package's entry: a server in the process of a program. Loads the server only when one is started. */
import { checkNode } from './library/node-version.ts';
import type { ServerOptions, VivariumServer } from './library/server.ts';

export type * from './library/admin-types.ts';
export type * from './library/control-types.ts';
export type { SettingOptions } from './library/options.ts';
export type * from './library/seed.ts';
export type * from './library/notified.ts';
export type * from './library/of-tenant.ts';
export type * from './library/server.ts';
export type * from './library/sync-types.ts';

checkNode(process.versions.node);

/**
 * Starts a server that accepts requests: one that keeps nothing, on a free port, unless the options say otherwise. There
 * can be any number of them in a process.
 * @throws Error named `StartError`, whose message says all that is wrong and how to mend it
 */
export async function createServer(options: ServerOptions = {}): Promise<VivariumServer> {
  const { openServer } = await import('./library/open-server.ts');
  return openServer(options);
}

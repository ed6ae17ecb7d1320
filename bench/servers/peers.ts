/** Starts the other servers, as they come, each with what it keeps in a folder of its own. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';

import { findQuietPort } from '../../test/support/quiet-port.ts';
import type { Exchanges, LoadedServer } from '../load/exchanges.ts';
import {
  azuriteTableRequest,
  createAzuriteExchanges,
  createCapExchanges,
  createPrismExchanges,
} from '../load/peer-exchanges.ts';
import { sendOnce } from '../load/run-load.ts';
import { deployCap } from './cap-project.ts';
import { startListening } from './server-process.ts';

export const PEER_NAMES = ['cap', 'prism', 'azurite'] as const;
export type PeerName = (typeof PEER_NAMES)[number];

export interface Peer extends LoadedServer, AsyncDisposable {}

interface PeerRow {
  /** Below node_modules. */
  readonly script: string;
  flags(port: number): readonly string[];
  exchanges(loaded: number): Exchanges;
  /** Before the start. */
  prepare?(folder: string, modules: string, loaded: number): void;
  /** After the start. */
  greet?(port: number): Promise<unknown>;
}

const FOLDER = join(import.meta.dirname, '..', 'peers');
const MODULES = join(FOLDER, 'node_modules');
const OPENAPI = join(import.meta.dirname, '..', '..', 'test', 'golden', 'openapi.v1.0.json');

const PEERS: Readonly<Record<PeerName, PeerRow>> = {
  cap: {
    script: '@sap/cds/bin/serve.js',
    flags: (port) => ['all', '--port', String(port)],
    exchanges: createCapExchanges,
    prepare: deployCap,
  },
  prism: {
    script: '@stoplight/prism-cli/dist/index.js',
    // In production it would fork, and fails at that on Node 24.
    flags: (port) => ['mock', OPENAPI, '--port', String(port), '--multiprocess=false'],
    exchanges: createPrismExchanges,
  },
  azurite: {
    script: 'azurite/dist/src/table/main.js',
    flags: (port) => ['--silent', '--disableTelemetry', '--tablePort', String(port)],
    exchanges: createAzuriteExchanges,
    greet: (port) => sendOnce({ port }, { text: azuriteTableRequest(), status: 201 }),
  },
};

/** @param loaded how many activities it begins with, where it keeps any */
export async function startPeer(name: PeerName, parent: string, loaded: number): Promise<Peer> {
  installPeers();
  const { script, flags, exchanges, prepare, greet } = PEERS[name];
  const folder = mkdtempSync(join(parent, `${name}-`));
  prepare?.(folder, MODULES, loaded);
  const port = await findQuietPort();
  const args = [join(MODULES, script), ...flags(port)];
  const server = await startListening({ args, folder, logFile: `${folder}.log` }, port);
  await greet?.(port);
  return { ...server, target: { port }, exchanges: exchanges(loaded) };
}

/** What the lock file says, nothing of it run. */
function installPeers(): void {
  if (existsSync(MODULES)) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error('The packages of bench/peers could not be installed.');
}

/** Starts Vivarium as in production, on a data folder: without the aids for tests, which keep a copy of each request. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startTalking } from './server-process.ts';
import type { ServerProcess } from './server-process.ts';

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'vivarium.js');
const COLLECTOR = join(import.meta.dirname, 'collector.ts');
/** Longer than any run. */
const TOKEN_LIFETIME_SECONDS = '604800';

export interface VivariumOptions {
  readonly dataDir: string;
  /** URL of a PostgreSQL database; a file in the data folder when not given. */
  readonly database?: string | undefined;
  /** More flags of the start. */
  readonly flags?: readonly string[];
  /** What of changes the audit trail keeps; nothing when not given: it has a row of its own. */
  readonly audit?: 'full' | undefined;
  /** The share of requests whose traces go to a collector; no traces when not given. */
  readonly tracedShare?: string | undefined;
  /** As it starts without flags, in place of as in production. */
  readonly hasSandbox?: boolean;
  /** Where a CPU profile is written when the process ends. */
  readonly profileDir?: string | undefined;
}

/** The line that it prints once it is ready. */
export interface Ready {
  readonly baseUrl: string;
  readonly httpUrl: string;
  readonly caFile: string;
  readonly tenantId: string;
  readonly apps: Readonly<Record<string, { readonly clientId: string; readonly clientSecret: string }>>;
  readonly signInApps: Readonly<Record<string, { readonly clientId: string }>>;
  readonly samples: Readonly<Record<string, string>>;
}

export interface Vivarium extends ServerProcess {
  readonly ready: Ready;
  readonly port: number;
  readonly tlsPort: number;
  readonly ca: string;
}

/** Logs each request to a file beside the data folder, as it would in production. */
export async function startVivarium(options: VivariumOptions): Promise<Vivarium> {
  const { dataDir, database, flags = [], profileDir, hasSandbox = false, audit = 'off', tracedShare } = options;
  const args = [
    ...(profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`]),
    ...[BIN, 'start', '--data', dataDir, '--output', 'json', '--port', '0', '--http-port', '0'],
    hasSandbox ? '--sandbox' : '--no-sandbox',
    ...['--audit', audit, '--token-lifetime-seconds', TOKEN_LIFETIME_SECONDS, ...flags],
    ...(database === undefined ? [] : ['--database', database, '--migrate-at-start']),
  ];
  const logFile = `${dataDir}.log`;
  await using opening = new AsyncDisposableStack();
  const collector = tracedShare === undefined ? undefined : opening.use(await startCollector(logFile));
  const environment = collector && {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: tracedShare,
  };
  const started = opening.use(await startTalking({ args, logFile, environment }));
  const ready = JSON.parse(started.firstLine) as Ready;
  const open = opening.move();
  return {
    ...started,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
    ready,
    port: portOf(ready.httpUrl),
    tlsPort: portOf(ready.baseUrl),
    ca: readFileSync(ready.caFile, 'utf8'),
  };
}

/** Takes spans and keeps none, in a process of its own. */
async function startCollector(logFile: string): Promise<ServerProcess & { readonly url: string }> {
  const started = await startTalking({ args: [COLLECTOR], logFile });
  return { ...started, url: `http://127.0.0.1:${started.firstLine}/v1/traces` };
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

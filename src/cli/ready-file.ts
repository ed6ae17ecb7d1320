/** What a script or a command needs to use a running server: a file, or a line of output. */
import { existsSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import type { App } from '../app.ts';
import { SHOWN_NAMES } from '../lib/some-names.ts';
import { PACKAGE } from '../lib/package.ts';
import { readJsonFile } from '../lib/read-filled.ts';
import { StartError } from '../lib/start-error.ts';
import { isReadyContent } from '../config/config-file.ts';
import type { Settings } from '../config/settings.ts';

export interface ReadyContent extends Pick<
  App['credentials'],
  'tenantId' | 'apps' | 'signInApps' | 'certificateApps' | 'users' | 'samples'
> {
  readonly baseUrl: string;
  /** Null when the certificate is the user's own. */
  readonly caFile: string | null;
  /** Null when the server issues no tokens. */
  readonly tokenUrl: string | null;
  /** Both null when the server is no sandbox. */
  readonly controlUrl: string | null;
  readonly controlToken: string | null;
  readonly version: string;
  readonly pid: number;
  /** Of this start alone: health routes answer with it. */
  readonly instance: string;
  /** Null when nothing is kept. */
  readonly dataDir: string | null;
  readonly port: number;
  /** Both null without a plain HTTP port. */
  readonly httpPort: number | null;
  readonly httpUrl: string | null;
  /** Null without a port for metrics. */
  readonly metricsUrl: string | null;
  /** The forward proxy, and the CA that its clients are to trust. Both null without one. */
  readonly proxyUrl: string | null;
  readonly proxyCaFile: string | null;
  /** As the server listens: differs from `baseUrl` behind a proxy. */
  readonly localUrl: string;
  /** Both null when the admin API is switched off. The file has its token. */
  readonly adminUrl: string | null;
  readonly adminTokenFile: string | null;
}

/** Names and order are an interface: scripts and tests read them. */
export function describeReady(
  app: App,
  { ephemeral, isForRecord }: Pick<Settings, 'ephemeral' | 'isForRecord'>,
): ReadyContent {
  const { baseUrl, localUrl, httpUrl, metricsUrl, proxy, caFile, tokenUrl, credentials } = app;
  const { control, admin, instance, dataDir } = app;
  const { tenantId, signInApps, certificateApps, samples } = credentials;
  // What opens a record is told to nobody.
  const { apps, users } = isForRecord === true ? { apps: {}, users: {} } : credentials;
  return {
    baseUrl,
    caFile: caFile ?? null,
    tenantId,
    tokenUrl: tokenUrl ?? null,
    apps: mapValues(apps, ({ clientId, clientSecret, roles }) => ({ clientId, clientSecret, roles })),
    users: mapValues(users, ({ id, userPrincipalName, password }) => ({ id, userPrincipalName, password })),
    samples,
    signInApps: mapValues(signInApps, ({ clientId, scopes, redirectUris }) => ({ clientId, scopes, redirectUris })),
    certificateApps,
    controlUrl: control?.url ?? null,
    controlToken: control?.token ?? null,
    version: PACKAGE.version,
    pid: process.pid,
    instance,
    dataDir: ephemeral ? null : dataDir,
    port: portOf(localUrl),
    httpPort: httpUrl === undefined ? null : portOf(httpUrl),
    httpUrl: httpUrl ?? null,
    metricsUrl: metricsUrl ?? null,
    proxyUrl: proxy?.url ?? null,
    proxyCaFile: proxy?.caFile ?? null,
    localUrl,
    adminUrl: admin?.url ?? null,
    adminTokenFile: admin?.tokenFile ?? null,
  };
}

export interface ReadyLine extends ReadyContent {
  /** How many of what the line leaves out, by member; missing when it leaves out nothing. */
  readonly omitted?: Readonly<Record<string, number>>;
}

/** For standard output, which logs may keep: the first of apps and users, with their secrets. The file has all. */
export function describeFirst(ready: ReadyContent): ReadyLine {
  const lists = {
    apps: ready.apps,
    users: ready.users,
    signInApps: ready.signInApps,
    certificateApps: ready.certificateApps,
  };
  const all = Object.entries(lists).map(([name, items]) => ({ name, entries: Object.entries(items) }));
  const long = all.filter(({ entries }) => entries.length > SHOWN_NAMES);
  if (long.length === 0) return ready;
  const first = long.map(({ name, entries }) => [name, Object.fromEntries(entries.slice(0, SHOWN_NAMES))]);
  const omitted = long.map(({ name, entries }) => [name, entries.length - SHOWN_NAMES]);
  return { ...ready, ...Object.fromEntries(first), omitted: Object.fromEntries(omitted) as Record<string, number> };
}

/** Writes the file as a whole or not at all, for its owner only. Throws StartError. */
export async function writeReadyFile(path: string, content: ReadyContent): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(content)}\n`, { mode: 0o600 });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw unusable(path, cause);
  }
}

/** Removes the file of an earlier run, which a waiting script would take for ours. Throws StartError. */
export async function removeReadyFile(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (cause) {
    throw unusable(path, cause);
  }
}

/** Removes the file unless another server has written its own there since. Throws StartError. */
export async function removeOwnReadyFile(path: string, { instance }: Pick<ReadyContent, 'instance'>): Promise<void> {
  if (existsSync(path) && readFileSync(path, 'utf8').includes(instance)) await removeReadyFile(path);
}

/** What the server has written; `undefined` when there is no file: none runs. @throws StartError when it is something else */
export function findReady(path: string): ReadyContent | undefined {
  if (!existsSync(path)) return undefined;
  const file = { what: 'The ready file', hint: 'Name the file that vivarium start --ready-file has written.' };
  const content = readJsonFile(path, file);
  // Files of earlier releases lack the instance.
  if (isReadyContent(content) && 'instance' in content) return content as ReadyContent;
  throw new StartError(`${file.what} ${path} is not one that a server of this release has written.`, file);
}

function unusable(path: string, cause: unknown): StartError {
  const { code } = cause as NodeJS.ErrnoException;
  const hint = 'Choose another with --ready-file.';
  return new StartError(`The ready file ${path} cannot be written (${code}).`, { hint, cause });
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  change: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

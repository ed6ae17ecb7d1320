/** The server that `vivarium conformance` checks, and what opens it: flags, files, what a local server noted, variables. */
import type { SecureContext } from 'node:tls';
import { findRunning } from '../app/commands/find-running.ts';
import { readGraphVariables } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import type { AppCredentials, RunCredentials, UserCredentials } from '../conformance/credentials.ts';
import { readFilled, readJsonFile, readWord } from '../lib/read-filled.ts';
import { UsageError } from '../lib/start-error.ts';
import { API_VERSIONS, findApiVersion } from '../model/versions.ts';
import type { ApiVersion } from '../model/versions.ts';
import type { ConformanceInput } from './conformance-input.ts';
import { findTarget } from './control/target.ts';
import { UnreachableError } from './control/unreachable-error.ts';
import { findReady } from './ready-file.ts';
import type { ReadyContent } from './ready-file.ts';

export interface ConformanceTarget {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly findRoot: (version: ApiVersion) => string;
  readonly trust: SecureContext | undefined;
  readonly credentials: RunCredentials;
  /** Whether the settings name the server itself, with its control token and its keys. */
  readonly isLocal: boolean;
}

/** The form of a ready file, of which a credentials file has what is known. */
interface KnownServer extends Partial<Omit<ReadyContent, 'users' | 'apps' | 'signInApps'>> {
  readonly scope?: string;
  readonly apps?: Readonly<Record<string, AppCredentials>>;
  readonly users?: Readonly<Record<string, UserCredentials>>;
  readonly signInApps?: Readonly<Record<string, { readonly clientId: string; readonly clientSecret?: string }>>;
  readonly otherTenants?: RunCredentials['otherTenants'];
}

const ENTRA = 'https://login.microsoftonline.com';

/** @throws UnreachableError when no server is named and none is known; UsageError, StartError for files */
export function findConformanceTarget(input: ConformanceInput, settings: Settings): ConformanceTarget {
  const local = findLocal(settings);
  const variables = readVariables();
  const given = (input.target ?? []).map((url) => url.replace(/\/+$/, ''));
  const urls = given.length > 0 ? given : [local?.baseUrl ?? variables.baseUrl ?? noTarget()];
  const roots = findRoots(urls);
  const baseUrl = urls.find((url) => !endsInVersion(url)) ?? (urls[0] as string).replace(/\/[^/]*$/, '');
  const isLocal = local !== undefined && (given.length === 0 || isSameServer(local, baseUrl));
  const file = input.credentials === undefined ? {} : readCredentialsFile(input.credentials);
  const known = isLocal ? local : variables.baseUrl === undefined || variables.baseUrl === baseUrl ? variables : {};
  const caFile = input.caFile ?? file.caFile ?? known.caFile ?? undefined;
  return {
    baseUrl,
    findRoot: (version) => roots.get(version) ?? `${baseUrl}/${version}`,
    trust: findTarget(settings, { url: baseUrl, ...(caFile !== undefined && { caFile }) }).trust,
    credentials: mergeCredentials(input, baseUrl, { ...known, ...file }),
    isLocal,
  };
}

function noTarget(): never {
  const hint = 'Name one with --target, its ready file with --ready-file, or its data folder with --data.';
  throw new UnreachableError('No server to check is known here.', { hint });
}

/** @throws UsageError when two say where one version is */
function findRoots(urls: readonly string[]): ReadonlyMap<ApiVersion, string> {
  const roots = new Map<ApiVersion, string>();
  for (const url of urls) {
    const version = endsInVersion(url) ? findApiVersion(url.slice(url.lastIndexOf('/') + 1)) : undefined;
    for (const one of version === undefined ? API_VERSIONS : [version]) {
      if (version === undefined && roots.has(one)) continue;
      roots.set(one, version === undefined ? `${url}/${one}` : url);
    }
  }
  const bases = urls.filter((url) => !endsInVersion(url));
  if (bases.length > 1) throw new UsageError(`--target names two servers: ${bases.join(' and ')}.`);
  return roots;
}

function endsInVersion(url: string): boolean {
  return findApiVersion(url.slice(url.lastIndexOf('/') + 1)) !== undefined;
}

/** The server that the ready file or the data folder names; `undefined` when none runs there. */
function findLocal(settings: Settings): (KnownServer & { readonly baseUrl: string }) | undefined {
  if (settings.readyFile !== undefined) return findReady(settings.readyFile);
  const running = findRunning(settings);
  if (running === undefined) return undefined;
  const { baseUrl, caFile = null, tokenUrl = null, credentials } = running;
  return { ...credentials, baseUrl, caFile, tokenUrl };
}

function isSameServer({ baseUrl, localUrl, httpUrl }: KnownServer, url: string): boolean {
  const { origin } = new URL(url);
  return [baseUrl, localUrl, httpUrl].some((one) => typeof one === 'string' && new URL(one).origin === origin);
}

const CREDENTIALS_FILE = { what: 'The credentials file', hint: 'docs/conformance.md shows its form.' };

function readCredentialsFile(path: string): KnownServer {
  const content = readJsonFile(path, CREDENTIALS_FILE);
  if (Object(content) === content && !Array.isArray(content)) return content as KnownServer;
  throw new UsageError(`${CREDENTIALS_FILE.what} ${path} is not a JSON object.`, CREDENTIALS_FILE);
}

function mergeCredentials(input: ConformanceInput, baseUrl: string, known: KnownServer): RunCredentials {
  const { clientId, clientSecretFile, delegatedTokenFile, tenant = known.tenantId, learner, otherLearner } = input;
  if ((clientId === undefined) !== (clientSecretFile === undefined)) {
    throw new UsageError('--client-id and --client-secret-file belong together: give both.');
  }
  const ofTenant = tenant === undefined ? undefined : `${ENTRA}/${tenant}/oauth2/v2.0/token`;
  const [signInApp] = Object.entries(known.signInApps ?? {});
  const secret = signInApp && known.apps?.[signInApp[0]]?.clientSecret;
  const app = clientId !== undefined && { [FLAG_APP]: { clientId, clientSecret: readSecret(clientSecretFile) } };
  const adminToken = delegatedTokenFile === undefined ? undefined : readToken(delegatedTokenFile);
  return {
    tokenUrl: input.tokenUrl ?? known.tokenUrl ?? ofTenant,
    scope: known.scope ?? scopeOf(baseUrl),
    apps: { ...known.apps, ...app },
    users: {
      ...known.users,
      ...(adminToken !== undefined && { admin: { ...known.users?.['admin'], token: adminToken } }),
      ...(learner !== undefined && { learner: { ...known.users?.['learner'], id: learner } }),
      ...(otherLearner !== undefined && { otherLearner: { ...known.users?.['otherLearner'], id: otherLearner } }),
    },
    signInApp: signInApp && { clientSecret: secret, ...signInApp[1] },
    otherTenants: known.otherTenants,
  };
}

/** The app of the flags, beside those of files. */
const FLAG_APP = 'writer';

/** The national clouds name themselves; every other server stands in for the global one. */
function scopeOf(baseUrl: string): string {
  const { origin, hostname } = new URL(baseUrl);
  const isCloud = /(^|\.)graph\.microsoft(\.|$)|microsoftgraph\./.test(hostname);
  return `${isCloud ? origin : 'https://graph.microsoft.com'}/.default`;
}

function readSecret(path: string | undefined): string {
  return readFilled(path ?? '', {
    what: 'The client secret',
    hint: 'Name another file with --client-secret-file.',
  }).trim();
}

function readToken(path: string): string {
  return readWord(path, { what: 'The delegated token', hint: 'Name another file with --delegated-token-file.' });
}

/** Variables as `vivarium env` prints them. */
function readVariables(): KnownServer {
  const variables = readGraphVariables();
  const named = (end: string): readonly (readonly [string, string])[] =>
    Object.entries(variables).flatMap(([name, value]) =>
      name.endsWith(end) && name.length > end.length ? [[camelCase(name.slice(0, -end.length)), value] as const] : [],
    );
  const secrets = new Map(named('_CLIENT_SECRET'));
  const passwords = new Map(named('_PASSWORD'));
  const ids = new Map(named('_USER_ID'));
  const clients = named('_CLIENT_ID');
  return {
    ...(variables['BASE_URL'] !== undefined && { baseUrl: variables['BASE_URL'] }),
    ...(variables['CA_FILE'] !== undefined && { caFile: variables['CA_FILE'] }),
    ...(variables['TOKEN_URL'] !== undefined && { tokenUrl: variables['TOKEN_URL'] }),
    ...(variables['TENANT_ID'] !== undefined && { tenantId: variables['TENANT_ID'] }),
    apps: Object.fromEntries(
      clients.flatMap(([name, clientId]) => {
        const clientSecret = secrets.get(name);
        return clientSecret === undefined ? [] : [[name, { clientId, clientSecret }]];
      }),
    ),
    signInApps: Object.fromEntries(
      clients.filter(([name]) => !secrets.has(name)).map(([name, clientId]) => [name, { clientId }]),
    ),
    users: Object.fromEntries(
      named('_USER_PRINCIPAL_NAME').map(([name, userPrincipalName]) => [
        name,
        { id: ids.get(name), userPrincipalName, password: passwords.get(name) },
      ]),
    ),
  };
}

/** `OTHER_LEARNER` as `otherLearner`. */
function camelCase(name: string): string {
  return name.toLowerCase().replaceAll(/_([a-z0-9])/g, (_found, letter: string) => letter.toUpperCase());
}

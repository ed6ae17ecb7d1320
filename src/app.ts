/** The composition root: settings in, a running server out. The only file in which all rooms meet. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { v7 as uuidV7 } from 'uuid';

import { createAuthenticator, trustOwnIssuer } from './auth/authenticate.ts';
import type { Authenticator } from './auth/authenticate.ts';
import { generateSigningKey, openSigningKeys } from './auth/signing-keys.ts';
import type { SigningKeys } from './auth/signing-keys.ts';
import { systemClock } from './base/clock.ts';
import { openDataFolder, openEphemeralFolder } from './base/data-folder.ts';
import type { DataFolder } from './base/data-folder.ts';
import { getGuid } from './base/ids.ts';
import type { ActivityGuid } from './base/ids.ts';
import { StartError } from './base/start-error.ts';
import { readTerminal } from './config/load.ts';
import type { Settings } from './config/settings.ts';
import type { Readiness } from './http/health-route.ts';
import { registerIssuerRoutes } from './http/issuer-route.ts';
import { createOriginResolver, hostAndPort } from './http/origin.ts';
import { createHttpServer } from './http/server.ts';
import type { HttpPlugin, HttpServer, HttpServerOptions } from './http/server.ts';
import { mintToken as signToken } from './issuer/mint-token.ts';
import { createThrottle } from './http/throttle.ts';
import type { Throttle } from './http/throttle.ts';
import { openTlsFiles } from './issuer/tls-files.ts';
import { createTokenEndpoint } from './issuer/token.ts';
import type { AppRegistration, DirectoryUser, Tenant } from './model/directory.ts';
import { V1 } from './model/versions.ts';
import { createProtocol } from './odata/protocol.ts';
import { createEngine } from './operations/run-operation.ts';
import type { GraphEngine } from './operations/run-operation.ts';
import { applySeed } from './sandbox/apply-seed.ts';
import { findCard, writeCard } from './sandbox/card.ts';
import type { SandboxCard } from './sandbox/card.ts';
import { findCreateExample } from './sandbox/create-example.ts';
import { readSeed } from './sandbox/read-seed.ts';
import type { SqlConnection } from './store/connection.ts';
import { createDirectoryStore } from './store/directory-store.ts';
import type { DirectoryStore } from './store/directory-store.ts';
import { createDirectoryWrites } from './store/directory-writes.ts';
import { createImportWrites } from './store/import-writes.ts';
import { createLearningStore } from './store/learning-store.ts';
import { openStore } from './store/open-store.ts';
import { createTenantCache } from './store/tenant-cache.ts';
import { createEvents } from './telemetry/events.ts';
import type { Events } from './telemetry/events.ts';
import { createLogger } from './telemetry/logger.ts';

export interface App extends AsyncDisposable {
  readonly baseUrl: string;
  /** Plain HTTP on loopback, when asked for. */
  readonly httpUrl: string | undefined;
  /** The authority that clients are to trust; `undefined` when the certificate is the user's own. */
  readonly caFile: string | undefined;
  readonly dataDir: string;
  readonly tokenUrl: string;
  readonly card: SandboxCard;
  /** The documented create with the ids of this sandbox: path and body; `undefined` when the seed lacks what it needs. */
  readonly createExamplePath: string;
  readonly createExample: unknown;
  /** @throws StartError when the name is unknown */
  mintToken(holder: TokenHolder): Promise<string>;
  /** Sentences that the person who started the server should read. */
  readonly notices: readonly string[];
}

const DEFAULT_SEED = fileURLToPath(new URL('../seeds/default.yaml', import.meta.url));

/** How long a change of a tenant may go unnoticed by requests. */
const TENANT_TTL_MS = 5_000;

/** What is open while the server runs, in the order in which it was opened. */
interface Parts {
  readonly settings: Settings;
  readonly events: Events;
  readonly folder: DataFolder;
  readonly connection: SqlConnection;
  readonly directory: DirectoryStore;
  readonly keys: SigningKeys;
  readonly card: SandboxCard;
  readonly notices: readonly string[];
  /** Known once the server listens. */
  findBaseUrl(): string;
}

/** Starts a server that accepts requests. @throws StartError, and the errors of listening on a port */
export async function startApp(settings: Settings): Promise<App> {
  await using opening = new AsyncDisposableStack();
  const { isStderrTerminal, hasColour } = readTerminal();
  const logger = createLogger({ level: settings.logLevel, isTerminal: isStderrTerminal, hasColour });
  const events = createEvents(logger);
  const folder = opening.use(settings.ephemeral ? openEphemeralFolder() : openDataFolder(settings.dataDir));
  const connection = opening.use(await openDatabase(settings, folder, events));
  const directory = createDirectoryStore(connection);
  const { card, notices } = await fillEmpty(settings, folder, connection, directory);
  const keys = await openKeys(directory);
  let baseUrl = '';
  const parts = { settings, events, folder, connection, directory, keys, card, notices, findBaseUrl: () => baseUrl };
  const tls = await openTls(settings, folder);
  const server = opening.use(createServer(parts, tls));
  const [main, plain] = await server.listen();
  baseUrl = settings.publicUrl ?? `https://${addressOf(settings.host, main?.port)}`;
  folder.keepBaseUrl(baseUrl);
  const example = findCreateExample(card);
  const open = opening.move();
  return {
    baseUrl,
    httpUrl: plain && `http://${addressOf('localhost', plain.port)}`,
    caFile: tls.authorityFile,
    dataDir: folder.path,
    tokenUrl: `${baseUrl}/${card.tenantId}/oauth2/v2.0/token`,
    card,
    createExamplePath: `/${V1}${example?.path}`,
    createExample: example?.body,
    notices,
    mintToken: (holder) => signFor(holder, { settings, directory, keys, origin: baseUrl }),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** Host and port as clients on this machine write them. */
function addressOf(host: string, port = 0): string {
  const isEveryAddress = host === '0.0.0.0' || host === '::';
  return hostAndPort(isEveryAddress ? 'localhost' : host, port);
}

async function openDatabase(settings: Settings, folder: DataFolder, events: Events): Promise<SqlConnection> {
  try {
    return await openStore({
      path: folder.database,
      maxQueued: settings.maxQueuedWrites,
      maxWaitMs: settings.lockWaitMs,
      slowStatementMs: settings.slowStatementMs,
      onSlowStatement: (statement, durationMs) => events.slowStatement(statement, durationMs),
    });
  } catch (cause) {
    const hint = 'Choose another folder with --data, or remove this one to begin anew.';
    throw new StartError(`The database ${folder.database} cannot be used: ${(cause as Error).message}.`, {
      hint,
      cause,
    });
  }
}

/** Fills an empty database from the seed; a filled one stays as it is. */
async function fillEmpty(
  settings: Settings,
  folder: DataFolder,
  connection: SqlConnection,
  directory: DirectoryStore,
): Promise<{ card: SandboxCard; notices: readonly string[] }> {
  const isEmpty = (await directory.countTenants()) === 0;
  if (isEmpty) {
    const path = settings.seedFile ?? DEFAULT_SEED;
    await applySeed(readSeed(path), path, {
      connection,
      directory: createDirectoryWrites(connection.dialect),
      learning: createImportWrites(connection.dialect),
      protocol: createProtocol(V1, settings),
      keepCard: (card) => writeCard(folder.card, card),
    });
  }
  const card = findCard(folder.card);
  if (card === undefined) throw new StartError(`The data folder ${folder.path} has a database, but no sandbox.json.`);
  const isSeedUnused = !isEmpty && settings.seedFile !== undefined;
  const notice = `${folder.path} holds data already: the seed file was not read. Remove the folder to begin with it.`;
  return { card, notices: isSeedUnused ? [notice] : [] };
}

async function openKeys(directory: DirectoryStore): Promise<SigningKeys> {
  const stored = await directory.listSigningKeys();
  if (stored.length > 0) return openSigningKeys(stored);
  const first = await generateSigningKey(systemClock.now());
  await directory.addSigningKey(first);
  return openSigningKeys([first]);
}

interface Tls {
  readonly authorityFile: string | undefined;
  readonly key: string;
  readonly cert: string;
}

async function openTls(settings: Settings, folder: DataFolder): Promise<Tls> {
  const { certFile, keyFile } = settings;
  if (certFile !== undefined && keyFile !== undefined) {
    return { authorityFile: undefined, key: readPem(keyFile), cert: readPem(certFile) };
  }
  const { authorityFile, server } = await openTlsFiles(folder.tls, [settings.host], systemClock.now());
  return { authorityFile, key: server.privateKeyPem, cert: server.certificatePem };
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new StartError(`${path} cannot be read: ${(cause as NodeJS.ErrnoException).code}.`, { cause });
  }
}

function createServer(parts: Parts, tls: Tls): HttpServer {
  const { settings, events, directory } = parts;
  const throttle = createThrottle(settings.throttleRequestsPerMinute);
  const options: HttpServerOptions = {
    host: settings.host,
    port: settings.port,
    tls,
    httpPort: settings.httpPort,
    limits: { bodyBytes: settings.bodyLimitBytes, drainMs: settings.shutdownGraceMs },
    throttle,
    origin: { publicUrl: settings.publicUrl, isProxyTrusted: settings.trustProxy },
    errorStyle: { clock: systemClock, forbiddenCode: settings.forbiddenCode },
    instanceId: randomUUID(),
    events,
    authenticator: openAuthenticator(parts),
    engine: openEngine(parts, throttle),
    readiness: () => checkReadiness(directory),
    plugins: [issuerPlugin(parts)],
  };
  return createHttpServer(options);
}

/** Ready when the database answers. */
async function checkReadiness(directory: DirectoryStore): Promise<Readiness> {
  try {
    await directory.countTenants();
    return { isReady: true, checks: { database: 'ok' } };
  } catch {
    return { isReady: false, checks: { database: 'failed' } };
  }
}

function openAuthenticator({ settings, directory, keys, findBaseUrl }: Parts): Authenticator {
  return createAuthenticator({
    issuer: trustOwnIssuer(keys, () => new Set([findBaseUrl()])),
    audiences: settings.audiences,
    clock: systemClock,
    clockSkewSeconds: settings.clockSkewSeconds,
    cacheSize: settings.tokenCacheSize,
    findTenant: createTenantCache(directory, TENANT_TTL_MS),
    findPublicOrigin: findBaseUrl,
  });
}

function openEngine({ settings, connection }: Parts, throttle: Throttle | undefined): GraphEngine {
  return createEngine({
    parts: {
      store: createLearningStore(connection),
      behaviour: settings,
      newId: randomUUID,
      newActivityGuid: () => getGuid<ActivityGuid>(uuidV7()),
    },
    style: { clock: systemClock, forbiddenCode: settings.forbiddenCode },
    admitItem: async (principal) => throttle?.count(principal),
  });
}

function issuerPlugin({ settings, directory, keys, events, findBaseUrl }: Parts): HttpPlugin {
  const tokens = createTokenEndpoint({
    directory,
    keys,
    clock: systemClock,
    newId: randomUUID,
    lifetimeSeconds: settings.tokenLifetimeSeconds,
    audiences: settings.audiences,
  });
  const originOf = createOriginResolver({ publicUrl: settings.publicUrl, isProxyTrusted: settings.trustProxy });
  return async (app) => {
    await app.register(registerIssuerRoutes, {
      issuer: { directory, keys, tokens },
      clock: systemClock,
      findOrigin: (request) => originOf(request.raw),
      findTokenOrigin: findBaseUrl,
      reportFault: (fault) => events.backgroundTaskFailed('token', fault),
    });
  };
}

/** Whom a token is for: an app itself, or a user who works through the app that users sign in with. */
export type TokenHolder = { readonly app: string } | { readonly user: string; readonly scopes?: readonly string[] };

/**
 * Signs an access token with the keys of a data folder, whether or not a server runs on it.
 * @throws StartError when the folder holds no data or the name is unknown
 */
export async function mintToken(settings: Settings, holder: TokenHolder): Promise<string> {
  if (!existsSync(settings.dataDir)) throw nothingThere(settings.dataDir);
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(openDataFolder(settings.dataDir));
  if (!existsSync(folder.database)) throw nothingThere(folder.path);
  const events = createEvents(createLogger({ level: 'silent', isTerminal: false, hasColour: false }));
  const connection = opening.use(await openDatabase(settings, folder, events));
  const directory = createDirectoryStore(connection);
  const stored = await directory.listSigningKeys();
  if (stored.length === 0) throw nothingThere(folder.path);
  const origin = settings.publicUrl ?? folder.findBaseUrl() ?? `https://${settings.host}:${settings.port}`;
  return signFor(holder, { settings, directory, keys: await openSigningKeys(stored), origin });
}

interface Signing extends Pick<Parts, 'settings' | 'directory' | 'keys'> {
  /** That the token names as its issuer. */
  readonly origin: string;
}

/** In the first tenant, for the first audience. */
async function signFor(holder: TokenHolder, { settings, directory, keys, origin }: Signing): Promise<string> {
  const [tenant] = await directory.listTenants();
  const [audience] = settings.audiences;
  if (tenant === undefined || audience === undefined) throw new StartError('There is no tenant or no audience.');
  const mint = { keys, clock: systemClock, newId: randomUUID, lifetimeSeconds: settings.tokenLifetimeSeconds };
  return signToken(mint, { ...(await findHolder(directory, tenant, holder)), tenant, origin, audience });
}

function nothingThere(path: string): StartError {
  const hint = 'Start the server once, or name its folder with --data.';
  return new StartError(`The data folder ${path} holds no data yet.`, { hint });
}

async function findHolder(
  directory: DirectoryStore,
  tenant: Tenant,
  holder: TokenHolder,
): Promise<{ app: AppRegistration; user?: DirectoryUser }> {
  const apps = await directory.listApps(tenant);
  if ('app' in holder) return { app: findNamed(apps, holder.app, 'app') };
  const user = findNamed(await directory.listUsers(tenant), holder.user, 'user');
  const signInApp = apps.find(({ delegatedScopes }) => delegatedScopes.length > 0);
  if (signInApp === undefined) throw new StartError('No app has delegated permissions, so that no user can sign in.');
  const delegatedScopes = holder.scopes ?? signInApp.delegatedScopes;
  return { app: { ...signInApp, delegatedScopes }, user };
}

function findNamed<Item extends { readonly name: string }>(items: readonly Item[], name: string, kind: string): Item {
  const found = items.find((item) => item.name === name);
  if (found !== undefined) return found;
  const known = items.map((item) => item.name).join(', ');
  throw new StartError(`There is no ${kind} named ${name}.`, { hint: `There are: ${known}.` });
}

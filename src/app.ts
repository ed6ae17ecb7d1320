/** The composition root: settings in, a running server out. Here and in `app/` all rooms meet. */
import { existsSync } from 'node:fs';

import { fillEmpty, migrateDatabase, openDatabase, openKeys } from './app/open-data.ts';
import { openOutsideIssuers } from './app/open-issuers.ts';
import { createServer } from './app/open-server.ts';
import { openTls } from './app/open-tls.ts';
import { signFor } from './app/sign-token.ts';
import type { TokenHolder } from './app/sign-token.ts';
import { systemClock } from './base/clock.ts';
import type { Clock } from './base/clock.ts';
import { openDataFolder, openEphemeralFolder } from './base/data-folder.ts';
import { StartError } from './base/start-error.ts';
import { readTerminal } from './config/load.ts';
import type { Settings } from './config/settings.ts';
import { hostAndPort } from './http/origin.ts';
import { V1 } from './model/versions.ts';
import type { SandboxCard } from './sandbox/card.ts';
import { findCreateExample } from './sandbox/create-example.ts';
import type { CreateExample } from './sandbox/create-example.ts';
import { createDirectoryStore } from './store/directory-store.ts';
import { createEvents } from './telemetry/events.ts';
import { createLogger } from './telemetry/logger.ts';

export type { TokenHolder } from './app/sign-token.ts';

export interface App extends AsyncDisposable {
  readonly baseUrl: string;
  /** Plain HTTP on loopback, when asked for. */
  readonly httpUrl: string | undefined;
  /** The authority that clients are to trust; `undefined` when the certificate is the user's own. */
  readonly caFile: string | undefined;
  readonly dataDir: string;
  /** `undefined` when the server issues no tokens. */
  readonly tokenUrl: string | undefined;
  readonly card: SandboxCard;
  /** The documented create with the ids of this sandbox; `undefined` when the seed lacks what it needs. */
  readonly example: CreateExample | undefined;
  /** @throws StartError when the name is unknown */
  mintToken(holder: TokenHolder): Promise<string>;
  /** Sentences that the person who started the server should read. */
  readonly notices: readonly string[];
}

/**
 * Starts a server that accepts requests. Rules and tokens go by the clock.
 * @throws StartError, and the errors of listening on a port
 */
export async function startApp(settings: Settings, clock: Clock = systemClock): Promise<App> {
  await using opening = new AsyncDisposableStack();
  const { isStderrTerminal, hasColour } = readTerminal();
  const logger = createLogger({ level: settings.logLevel, isTerminal: isStderrTerminal, hasColour });
  const events = createEvents(logger);
  const folder = opening.use(settings.ephemeral ? openEphemeralFolder() : openDataFolder(settings.dataDir));
  const connection = opening.use(await openDatabase(settings, folder, events));
  const directory = createDirectoryStore(connection);
  const { card, notices } = await fillEmpty(settings, { folder, connection, directory });
  const keys = await openKeys(directory, { ...settings, clock });
  const { issuers: outsideIssuers } = opening.use(openOutsideIssuers(settings, events));
  let baseUrl = '';
  const findBaseUrl = () => baseUrl;
  const parts = { settings, clock, events, folder, connection, directory, keys, outsideIssuers, findBaseUrl };
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
    tokenUrl: settings.embeddedIssuer ? `${baseUrl}/${card.tenantId}/oauth2/v2.0/token` : undefined,
    card,
    example: example && { path: `/${V1}${example.path}`, body: example.body },
    notices,
    mintToken: (holder) => signFor(holder, { settings, clock, directory, keys, origin: baseUrl }),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** Host and port as clients on this machine write them. */
function addressOf(host: string, port = 0): string {
  const isEveryAddress = host === '0.0.0.0' || host === '::';
  return hostAndPort(isEveryAddress ? 'localhost' : host, port);
}

/**
 * Signs an access token with the keys of a data folder, whether or not a server runs on it.
 * @throws StartError when the folder holds no data or the name is unknown
 */
export async function mintToken(settings: Settings, holder: TokenHolder): Promise<string> {
  if (!existsSync(settings.dataDir)) throw nothingThere(settings.dataDir);
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(openDataFolder(settings.dataDir));
  if (settings.database === undefined && !existsSync(folder.database)) throw nothingThere(folder.path);
  const events = createEvents(createLogger({ level: 'silent', isTerminal: false, hasColour: false }));
  const connection = opening.use(await openDatabase(settings, folder, events));
  const directory = createDirectoryStore(connection);
  if ((await directory.listSigningKeys()).length === 0) throw nothingThere(folder.path);
  // A key made here would be unknown to a server that runs on the folder.
  const keys = await openKeys(directory, { ...settings, clock: systemClock, signingKeyDays: Infinity });
  const origin = settings.publicUrl ?? folder.findBaseUrl() ?? `https://${settings.host}:${settings.port}`;
  return await signFor(holder, { settings, clock: systemClock, directory, keys, origin });
}

/**
 * Brings the PostgreSQL database of the settings to the schema of this release; other processes wait for each other.
 * @returns the migrations that ran; @throws StartError when the database cannot be used
 */
export function runMigrations(settings: Settings): Promise<readonly string[]> {
  const events = createEvents(createLogger({ level: settings.logLevel, isTerminal: false, hasColour: false }));
  return migrateDatabase(settings, events);
}

function nothingThere(path: string): StartError {
  const hint = 'Start the server once, or name its folder with --data.';
  return new StartError(`The data folder ${path} holds no data yet.`, { hint });
}

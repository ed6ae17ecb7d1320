/** The composition root: settings in, a running server out. Here and in `app/` all rooms meet. */
import { existsSync } from 'node:fs';

import { fillEmpty, openDatabase, openKeys } from './app/open-data.ts';
import { createServer } from './app/open-server.ts';
import { openTls } from './app/open-tls.ts';
import { signFor } from './app/sign-token.ts';
import type { TokenHolder } from './app/sign-token.ts';
import { openSigningKeys } from './auth/signing-keys.ts';
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
  readonly tokenUrl: string;
  readonly card: SandboxCard;
  /** The documented create with the ids of this sandbox; `undefined` when the seed lacks what it needs. */
  readonly example: CreateExample | undefined;
  /** @throws StartError when the name is unknown */
  mintToken(holder: TokenHolder): Promise<string>;
  /** Sentences that the person who started the server should read. */
  readonly notices: readonly string[];
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
  const { card, notices } = await fillEmpty(settings, { folder, connection, directory });
  const keys = await openKeys(directory);
  let baseUrl = '';
  const parts = { settings, events, folder, connection, directory, keys, findBaseUrl: () => baseUrl };
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
    example: example && { path: `/${V1}${example.path}`, body: example.body },
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
  return await signFor(holder, { settings, directory, keys: await openSigningKeys(stored), origin });
}

function nothingThere(path: string): StartError {
  const hint = 'Start the server once, or name its folder with --data.';
  return new StartError(`The data folder ${path} holds no data yet.`, { hint });
}

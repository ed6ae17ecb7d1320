/** What is done once for a server, by however many processes it is served: the data is there, and there are keys and a certificate. */
import type { Clock } from '../lib/clock.ts';
import { StartError } from '../lib/start-error.ts';
import type { Settings } from '../config/settings.ts';
import type { SandboxCredentials } from '../seed/credentials.ts';
import { createDirectoryStore } from '../store/directory-store.ts';
import { fillEmpty } from './fill-data.ts';
import type { KeyMakers } from './key-makers.ts';
import { openLogKeeping } from './open-change-log.ts';
import { openKeys, openOwnDatabase } from './open-data.ts';
import type { ServerFolder } from './open-folder.ts';
import type { Telemetry } from './open-telemetry.ts';
import { openCloudTls, openTls } from './open-tls.ts';
import type { Tls } from './open-tls.ts';
import type { Parts } from './parts.ts';

export interface BaseOptions {
  readonly own: ServerFolder;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly keyMakers: KeyMakers;
  /** What an empty database is filled with, in place of a seed file. */
  readonly seed?: unknown;
  /** Plain HTTP in place of HTTPS. */
  readonly isPlain?: boolean;
}

export interface Base extends Pick<Parts, 'connection' | 'directory' | 'keys'>, AsyncDisposable {
  readonly credentials: SandboxCredentials;
  /** Whether the database was empty. */
  readonly hasFilled: boolean;
  /** `undefined` for plain HTTP alone. */
  readonly tls: Tls | undefined;
  /** Of the forward proxy; `undefined` without one. */
  readonly cloudTls: Tls | undefined;
  /** Sentences for the person who started the server. */
  readonly notices: readonly string[];
}

/** @throws StartError when the data, the seed or the certificate cannot be used */
export async function openBase(settings: Settings, options: BaseOptions): Promise<Base> {
  await using opening = new AsyncDisposableStack();
  const { own, clock, telemetry, keyMakers, seed, isPlain = false } = options;
  const { folder } = own;
  const database = await openOwnDatabase(settings, folder, telemetry.databaseEvents);
  const connection = opening.use(database.connection);
  opening.use(await openLogKeeping({ settings, folder, connection, events: telemetry.events }));
  const directory = createDirectoryStore(connection);
  const { credentials, hasFilled, notices } = await fillEmpty(settings, { folder, connection, directory, seed });
  const keys = await openKeys(directory, { ...settings, clock, makers: keyMakers });
  const tls = isPlain ? undefined : await openTls(settings, folder, keyMakers);
  if (isPlain && settings.proxyPort !== undefined)
    throw new StartError('--proxy-port needs HTTPS: the server answers plain HTTP alone.', {
      hint: 'Leave out the proxy, or plain HTTP.',
    });
  const cloudTls = settings.proxyPort === undefined ? undefined : await openCloudTls(settings, folder, keyMakers);
  const open = opening.move();
  return {
    ...{ connection, directory, keys, credentials, hasFilled, tls, cloudTls },
    notices: [...own.notices, ...database.notices, ...notices, ...(tls?.notices ?? [])],
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

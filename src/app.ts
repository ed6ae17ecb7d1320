/** The composition root: settings in, a running server out. Here and in `app/` all rooms meet. */
import { ownKeys } from './app/key-makers.ts';
import type { KeyMakers } from './app/key-makers.ts';
import { loadSandbox } from './app/load-sandbox.ts';
import { openAdminKeys } from './app/open-admin.ts';
import { openBase } from './app/open-base.ts';
import { openServerFolder } from './app/open-folder.ts';
import { openNotifications } from './app/open-notifications.ts';
import { openOutward } from './app/open-outward.ts';
import { openSchedules } from './app/open-schedules.ts';
import { openServing } from './app/open-serving.ts';
import type { SandboxBase } from './app/open-serving.ts';
import { openTelemetry } from './app/open-telemetry.ts';
import type { Admin } from './app/parts.ts';
import { signFor } from './app/sign-token.ts';
import type { TokenHolder } from './app/sign-token.ts';
import { findTokenUrl } from './app/token-url.ts';
import { watchCertificate } from './app/watch-certificate.ts';
import { countWorkers, openWorkers } from './app/workers/open-workers.ts';
import { systemClock } from './lib/clock.ts';
import type { Clock } from './lib/clock.ts';
import { CONSOLE_ROOT } from './lib/control-root.ts';
import type { DataFolder } from './lib/data-folder.ts';
import { createSeededIds, systemIds } from './lib/id-source.ts';
import type { IdSource } from './lib/id-source.ts';
import type { ControlApi } from './control/api.ts';
import type { Settings } from './config/settings.ts';
import { V1 } from './model/versions.ts';
import { readCredentials } from './seed/credentials.ts';
import type { SandboxCredentials } from './seed/credentials.ts';
import type { SandboxClock } from './sandbox/clock.ts';
import { findCreateExample } from './seed/create-example.ts';
import type { CreateExample } from './seed/create-example.ts';
import { createCredentialsStore } from './store/credentials-store.ts';

export { shareKeys } from './app/key-makers.ts';
export type { TokenHolder } from './app/sign-token.ts';
export type { SupervisorMessage } from './app/workers/messages.ts';
export { runWorker as serveAsWorker } from './app/workers/run-worker.ts';

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface App extends AsyncDisposable {
  readonly baseUrl: string;
  /** As it listens: differs from `baseUrl` when that is a public one. */
  readonly localUrl: string;
  /** Of this start, as health routes answer it. */
  readonly instance: string;
  /** Plain HTTP, when asked for. */
  readonly httpUrl: string | undefined;
  /** For Prometheus, when asked for. */
  readonly metricsUrl: string | undefined;
  /** The forward proxy, and the CA that its clients are to trust; `undefined` unless asked for. */
  readonly proxy: { readonly url: string; readonly caFile: string } | undefined;
  /** The authority that clients are to trust; `undefined` when the certificate is the user's own. */
  readonly caFile: string | undefined;
  readonly dataDir: string;
  /** `undefined` when the server issues no tokens. */
  readonly tokenUrl: string | undefined;
  readonly credentials: SandboxCredentials;
  /** As it is now: another seed or snapshot brings its own. */
  readCredentials(): Promise<SandboxCredentials>;
  /** The documented create with the ids of this sandbox; `undefined` when the seed lacks what it needs. */
  readonly example: CreateExample | undefined;
  /** @throws StartError when the name is unknown */
  mintToken(holder: TokenHolder): Promise<string>;
  /** Where the control API is, and what opens it; `undefined` when the server is no sandbox. */
  readonly control: AppControl | undefined;
  /** Where the admin API is, and what opens it; `undefined` when it is switched off. */
  readonly admin: AppAdmin | undefined;
  /** The console; `undefined` when it is switched off. */
  readonly console: AppConsole | undefined;
  /** Rejects when the server cannot go on; never where its process would end then. */
  readonly failed: Promise<never>;
  /** Reads the files of the user's own certificate now, and not when they are next looked at. */
  reloadCertificate(): void;
  /** Sentences that the person who started the server should read. */
  readonly notices: readonly string[];
}

/** A control API: where it is, what opens it, and what answers. */
export interface AppApi {
  readonly url: string;
  readonly token: string;
  readonly findApi: () => Promise<ControlApi>;
}

export interface AppConsole {
  readonly url: string;
  /** A link that opens it as an administrator, once; `undefined` where it would leave this machine. */
  newLink(): string | undefined;
}

export interface AppControl extends AppApi {
  /** What rules, tokens and answers go by. */
  readonly clock: SandboxClock;
}

export interface AppAdmin extends AppApi {
  /** The file that holds the token. */
  readonly tokenFile: string;
}

/** What a program can say of a start beyond settings. */
export interface StartOptions {
  /** Plain HTTP on the port in place of HTTPS. */
  readonly isPlain?: boolean;
  /** What an empty database is filled with, in place of a seed file. */
  readonly seed?: unknown;
  readonly keyMakers?: KeyMakers;
}

/**
 * Starts a server that accepts requests. Rules and tokens go by the clock, until it is set to something else.
 * @throws StartError, and the errors of listening on a port
 */
export async function startApp(
  settings: Settings,
  baseClock: Clock = systemClock,
  { isPlain = false, seed, keyMakers = ownKeys }: StartOptions = {},
): Promise<App> {
  await using opening = new AsyncDisposableStack();
  const telemetry = opening.use(await openTelemetry(settings));
  const own = opening.use(openServerFolder(settings));
  const { folder, instance } = own;
  const idsBy = (shown: Clock) => openIds(settings, folder, shown);
  const loaded = await loadSandbox(settings, baseClock, idsBy);
  const { clock, ids } = loaded?.sources ?? { clock: baseClock, ids: idsBy(baseClock) };
  const base = opening.use(await openBase(settings, { own, clock, telemetry, keyMakers, seed, isPlain }));
  const { connection, directory, keys, tls, cloudTls, credentials, hasFilled } = base;
  const authorityFile = tls?.authorityFile;
  const adminKeys = openAdminKeys(settings, folder);
  const forSandbox = { hasFilled, seed, authorityFile, sessions: adminKeys?.sessions };
  const openSandbox = loaded && ((opened: SandboxBase) => loaded.open({ ...opened, ...forSandbox }));
  const state = { connection, directory, keys, adminKeys, tls, cloudTls };
  const opened = { settings, clock, ids, telemetry, folder, instance, ...state };
  const isAlone = countWorkers(settings) === 1;
  const serving = opening.use(await (isAlone ? openServing(opened, openSandbox) : openWorkers(opened)));
  const { baseUrl, localUrl, httpUrl, metricsUrl, proxyUrl, sandbox, admin } = serving;
  const { events } = telemetry;
  const watched = { events, shown: tls, show: serving.showCertificate };
  const certificate = opening.use(watchCertificate(settings, watched));
  own.noteUrls({ baseUrl, url: localUrl });
  opening.use(openSchedules({ settings, folder, connection, directory, clock: systemClock, events: telemetry.events }));
  opening.use(await openOutward({ settings, connection, directory, events: telemetry.events }));
  opening.use(await openNotifications({ settings, folder, connection, directory, clock, events }));
  const example = findCreateExample(credentials);
  const open = opening.move();
  return {
    baseUrl,
    localUrl,
    instance,
    httpUrl,
    metricsUrl,
    proxy: proxyOf(proxyUrl, cloudTls?.authorityFile),
    caFile: authorityFile,
    dataDir: folder.path,
    tokenUrl: findTokenUrl(settings, baseUrl, credentials),
    credentials,
    readCredentials: async () => readCredentials(await createCredentialsStore(connection).find()),
    example: example && { path: `/${V1}${example.path}`, body: example.body },
    failed: serving.failed,
    reloadCertificate: () => certificate.reload(),
    notices: [...listSandboxNotices(settings), ...(telemetry.otel?.notices ?? []), ...base.notices],
    mintToken: (holder) => signFor(holder, { settings, clock, ids, directory, keys, origin: baseUrl }),
    control: sandbox && loaded && { ...apiOf(sandbox, baseUrl), clock: loaded.sources.clock },
    admin: admin && { ...apiOf(admin, baseUrl), tokenFile: admin.tokenFile },
    console: settings.console && admin !== undefined ? consoleOf(admin, settings, baseUrl) : undefined,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function consoleOf({ sessions }: Admin, { sandbox }: Settings, baseUrl: string): AppConsole {
  const url = `${baseUrl}${CONSOLE_ROOT}/`;
  const isOfThisMachine = sandbox && LOOPBACK.has(new URL(baseUrl).hostname);
  return { url, newLink: () => (isOfThisMachine ? `${url}#code=${sessions.newCode()}` : undefined) };
}

function proxyOf(url: string | undefined, caFile: string | undefined): App['proxy'] {
  return url === undefined || caFile === undefined ? undefined : { url, caFile };
}

function apiOf({ token, api }: Pick<Admin, 'token' | 'api'>, baseUrl: string): AppApi {
  return { url: `${baseUrl}${api.root}`, token: token.text, findApi: api.findApi };
}

function openIds({ idSeed }: Settings, folder: DataFolder, clock: Clock): IdSource {
  return idSeed === undefined ? systemIds(clock) : createSeededIds(idSeed, clock, folder.countSeededStart());
}

function listSandboxNotices({ sandboxOffBy }: Settings): readonly string[] {
  if (sandboxOffBy === undefined) return [];
  return [
    `The sandbox is off because of ${sandboxOffBy}: no control API, no journal, no faults. Start with --sandbox to switch it on, or with --no-sandbox to silence this line.`,
  ];
}

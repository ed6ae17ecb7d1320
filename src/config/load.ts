/** Settings from flags, environment and file. The only reader of the environment. */
import { basename } from 'node:path';
import { isatty } from 'node:tty';
import { CONFIG_FILE_NAMES, listConfigFiles, readConfigFile } from './config-file.ts';
import type { ConfigFile } from './config-file.ts';
import { readOtelVariables } from './otel.ts';
import type { OtelSettings } from './otel.ts';
import { isLoopbackHost } from './loopback.ts';
import { describeType, findValue, isHost, isNetwork } from './read-value.ts';
import type { SettingValue } from './read-value.ts';
import { ENV_PREFIX, SETTINGS } from './settings.ts';
import type { Setting, Settings } from './settings.ts';
import { findSimilar } from '../lib/suggest.ts';
import { listUnsafe, SERVE_DEFAULTS } from './serve.ts';
import { readSyncTargets } from './sync-targets.ts';
import { readTrustedIssuers } from './trusted-issuers.ts';

/** Settings that cannot be used. The message has a line for each problem, which says what is wrong and how to mend it. */
export class SettingsError extends Error {
  readonly exitCode = 2;
  readonly problems: readonly string[];
  /** What could be read all the same, such as how errors are to be printed. */
  readonly readable: Partial<Settings>;

  constructor(problems: readonly string[], readable: Partial<Settings>) {
    super(problems.join('\n'));
    this.name = 'SettingsError';
    this.problems = problems;
    this.readable = readable;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface SettingSources {
  /** By name, as in the file. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly env?: Environment;
  /** Where relative paths start and the configuration file is looked for. */
  readonly directory?: string;
  /** Whether a configuration file that no setting names is looked for. */
  readonly isFileSought?: boolean;
  /** For a command that speaks to a running server. A ready file then names it: one of a flag, or of a variable where no flag names a data folder. */
  readonly isForServer?: boolean;
  /** For a server that keeps the record: safe by default, and nothing else. */
  readonly isForRecord?: boolean;
  /** In place of those of the table. */
  readonly defaults?: Readonly<Partial<Settings>>;
}

/** Each setting from the first of: flag, environment, file, default. Throws {@link SettingsError} with all problems. */
export function loadSettings({
  flags = {},
  env = process.env,
  directory = process.cwd(),
  isFileSought = true,
  isForServer = false,
  isForRecord = false,
  defaults = isForRecord ? SERVE_DEFAULTS : {},
}: SettingSources = {}): Settings {
  const problems: string[] = [];
  const given = { flags, env, directory, isFileSought, isForServer, isForRecord, defaults };
  const file = findConfigFile(given, problems);
  problems.push(...listUnknown(env, file));
  const sources = { ...given, file };
  const found = SETTINGS.map((setting) => {
    if (setting.key === 'configFile') return [setting.key, file?.path];
    const written = findWritten(setting, sources) ?? defaultOf(setting, sources);
    return [setting.key, getValue(setting, written, { problems, env })];
  });
  const read = Object.fromEntries(found) as Settings;
  const isGiven = (key: Setting['key']): boolean =>
    SETTINGS.some((setting) => setting.key === key && findWritten(setting, sources) !== undefined);
  const isSandboxChosen = isForRecord || isGiven('sandbox');
  const sandboxOffBy = isSandboxChosen ? undefined : findSandboxOff(read);
  const sandbox = isSandboxChosen ? read.sandbox : sandboxOffBy === undefined;
  const settings = Object.freeze({
    ...read,
    sandbox,
    ...(sandboxOffBy !== undefined && { sandboxOffBy }),
    ...(isForRecord && { isForRecord }),
    ...(!isGiven('audit') && (!sandbox || (read.syncTargets ?? []).length > 0) && { audit: 'full' as const }),
    ...(!isGiven('notificationReach') && !sandbox && { notificationReach: 'public' as const }),
    ...(!isGiven('adminApi') && { adminApi: hasAdminToken({ ...read, sandbox }) }),
  });
  problems.push(...listContradictions(settings));
  if (isForRecord) problems.push(...listUnsafe(settings));
  if (isForServer && flags['data'] !== undefined && flags['readyFile'] !== undefined)
    problems.push('--data and --ready-file each name a server: give one of them.');
  const readyFileProblems = listReadyFileProblems(settings);
  problems.push(...readyFileProblems);
  // What is someone else's file must not be removed for a ready file.
  const readable = readyFileProblems.length === 0 ? settings : { ...settings, readyFile: undefined };
  if (problems.length > 0) throw new SettingsError(problems, readable);
  return settings;
}

export interface Terminal {
  readonly isStdinTerminal: boolean;
  readonly isStdoutTerminal: boolean;
  readonly isStderrTerminal: boolean;
  /** Whether a terminal may be coloured: not with NO_COLOR (https://no-color.org) or TERM=dumb. */
  readonly hasColour: boolean;
}

/** What standard input, output and error are. */
export function readTerminal(env: Environment = process.env): Terminal {
  return {
    isStdinTerminal: isatty(0),
    isStdoutTerminal: isatty(1),
    isStderrTerminal: isatty(2),
    hasColour: (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
  };
}

/** Of variables that describe a server to its clients, as `vivarium env` prints them; no setting is among them. */
export const GRAPH_PREFIX = 'GRAPH_';

/** By name without the prefix. */
export function readGraphVariables(env: Environment = process.env): Readonly<Record<string, string>> {
  const given = Object.entries(env).filter(([name, value]) => name.startsWith(GRAPH_PREFIX) && (value ?? '') !== '');
  return Object.fromEntries(given.map(([name, value]) => [name.slice(GRAPH_PREFIX.length), value as string]));
}

/** What OpenTelemetry's variables ask for; `undefined` when they ask for nothing. */
export function readOtel(env: Environment = process.env): OtelSettings | undefined {
  return readOtelVariables(env);
}

/** Whether npm runs this process, as in `npm start` and `npx vivarium`. */
export function isRunByNpm(env: Environment = process.env): boolean {
  return env['npm_lifecycle_event'] !== undefined;
}

interface Written {
  readonly value: unknown;
  /** As the person knows it: `--port`, `VIVARIUM_PORT` or `vivarium.yaml:3: port`. */
  readonly label: string;
  /** Where a relative path starts. */
  readonly directory: string;
}

type Sources = Required<SettingSources> & { readonly file: ConfigFile | undefined };

/** The flag that says that others work with the server, so that it is no sandbox unless asked to be one. */
function findSandboxOff({ database, publicUrl, embeddedIssuer }: Settings): string | undefined {
  if (publicUrl !== undefined) return '--public-url';
  if (database !== undefined) return '--database';
  return embeddedIssuer ? undefined : '--no-embedded-issuer';
}

/** A token that only one of the servers of a database knew would be none to their administrators. */
function hasAdminToken({ database, adminTokenFile, sandbox }: Settings): boolean {
  return database === undefined || adminTokenFile !== undefined || sandbox;
}

/** The first of the sources that says something. An empty variable and a null in the file say nothing. */
function findWritten(setting: Setting, { flags, env, directory, file, isForServer }: Sources): Written | undefined {
  const flag = flags[setting.name];
  if (flag !== undefined) return { value: flag, label: setting.flag, directory };
  const isTarget = isForServer && setting.key === 'readyFile';
  if (isTarget && flags['data'] !== undefined) return undefined;
  const variable = env[setting.env] ?? '';
  if (variable !== '' && !isServiceLink(setting.env, variable))
    return { value: variable, label: setting.env, directory };
  const entry = setting.isNotForFile === true || isTarget ? undefined : file?.entries[setting.name];
  if (file !== undefined && entry !== undefined && entry !== null) {
    return {
      value: entry,
      get label() {
        return `${file.placeOf(setting.name)}: ${setting.name}`;
      },
      directory: file.directory,
    };
  }
  return undefined;
}

function defaultOf(setting: Setting, { directory, defaults }: Sources): Written | undefined {
  const value = defaults[setting.key] ?? setting.default;
  return value === undefined ? undefined : { value, label: 'The default', directory };
}

function getValue(
  setting: Setting,
  written: Written | undefined,
  { problems, env }: { readonly problems: string[]; readonly env: Environment },
): SettingValue | undefined {
  if (written === undefined) return undefined;
  if (setting.type === 'issuers') {
    const read = readTrustedIssuers(written.value);
    problems.push(...read.problems.map((problem) => `${written.label}: ${problem}`));
    return read.problems.length === 0 ? read.issuers : undefined;
  }
  if (setting.type === 'targets') {
    const read = readSyncTargets(written.value, { env, directory: written.directory });
    problems.push(...read.problems.map((problem) => `${written.label}: ${problem}`));
    return read.problems.length === 0 ? read.targets : undefined;
  }
  const value = findValue(setting, written.value, written.directory);
  if (value === undefined) {
    const shown = setting.isSecret === true ? '' : `, not ${JSON.stringify(written.value)}`;
    problems.push(`${written.label} must be ${describeType(setting)}${shown}.`);
  }
  return value;
}

function findConfigFile(sources: Required<SettingSources>, problems: string[]): ConfigFile | undefined {
  const setting = SETTINGS.find(({ key }) => key === 'configFile') as Setting;
  const written = findWritten(setting, { ...sources, file: undefined });
  const named = written === undefined ? undefined : getValue(setting, written, { problems, env: sources.env });
  const sought = sources.isFileSought ? listConfigFiles(sources.directory) : [];
  const found = written === undefined ? sought : typeof named === 'string' ? [named] : [];
  const [path, ...others] = found;
  if (path === undefined) return undefined;
  if (others.length > 0) {
    problems.push(`There are ${found.join(' and ')}. Keep one, or name one with ${setting.flag}.`);
    return undefined;
  }
  try {
    return readConfigFile(path);
  } catch (error) {
    problems.push(`The configuration file ${path} ${(error as Error).message}.`);
    return undefined;
  }
}

/** Kubernetes gives every pod such variables about a service that is called vivarium. */
const SERVICE_LINK = /^VIVARIUM_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_\w+)?)$/;

function isServiceLink(variable: string, value: string): boolean {
  return SERVICE_LINK.test(variable) || (variable === `${ENV_PREFIX}PORT` && /^(tcp|udp|sctp):\/\//.test(value));
}

function listUnknown(env: Environment, file: ConfigFile | undefined): readonly string[] {
  const variables = SETTINGS.map((setting) => setting.env);
  const unknownVariables = Object.entries(env)
    .filter(
      ([name, value]) => name.startsWith(ENV_PREFIX) && !variables.includes(name) && !isServiceLink(name, value ?? ''),
    )
    .map(([name]) => `Unknown setting: ${name}.${suggest(findSimilar(name, variables)) || ' Unset it.'}`);
  const forFile = SETTINGS.filter((setting) => setting.isNotForFile !== true);
  const unknownKeys = Object.keys(file?.entries ?? {})
    // Editors find a schema by it.
    .filter((key) => key !== '$schema' && !forFile.some(({ name }) => name === key))
    .map((key) => `${file?.placeOf(key)}: unknown setting: ${key}.${suggest(findName(key, forFile)) || ' Remove it.'}`);
  return [...unknownVariables, ...unknownKeys];
}

/** Someone who has read the code may write `dataDir` for `data`. */
function findName(written: string, settings: readonly Setting[]): string | undefined {
  const similar = findSimilar(
    written,
    settings.flatMap(({ key, name }) => [name, key]),
  );
  return settings.find(({ key, name }) => name === similar || key === similar)?.name;
}

function suggest(name: string | undefined): string {
  return name === undefined ? '' : ` Did you mean ${name}?`;
}

/** What settings can only be wrong about together. */
function listContradictions(settings: Settings): readonly string[] {
  const { certFile, keyFile, port, httpPort, httpHost, tlsNames = [] } = settings;
  const problems: string[] = [];
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const [given, missing] = keyFile === undefined ? ['--cert', '--key'] : ['--key', '--cert'];
    problems.push(`${given} needs ${missing}: give both, or neither for a certificate issued by the local CA.`);
  }
  if (httpPort !== undefined && httpPort !== 0 && httpPort === port)
    problems.push('--port and --http-port must differ.');
  if (httpPort === undefined && httpHost !== undefined && httpHost !== 'localhost')
    problems.push('--http-host needs --http-port: without it there is no plain HTTP.');
  const { metricsPort, metricsHost } = settings;
  if (metricsPort !== undefined && metricsPort !== 0 && [port, httpPort].includes(metricsPort))
    problems.push('--metrics-port must differ from --port and --http-port.');
  if (metricsPort === undefined && metricsHost !== undefined && metricsHost !== 'localhost')
    problems.push('--metrics-host needs --metrics-port: without it there are no metrics.');
  if (certFile !== undefined && tlsNames.length > 0)
    problems.push(
      '--tls-name is for a certificate issued by the local CA, and --cert names your own: give one of them.',
    );
  const wrongNames = tlsNames.filter((name) => !isHost(name));
  if (wrongNames.length > 0)
    problems.push(`--tls-name must be host names or IP addresses, without ports, not ${wrongNames.join(', ')}.`);
  if (!settings.embeddedIssuer && settings.trustedIssuers?.length === 0 && settings.isForRecord !== true)
    problems.push('--no-embedded-issuer needs --trusted-issuers: no token would be accepted.');
  problems.push(...listProxyProblems(settings), ...listForwardProxyProblems(settings));
  if (settings.strict && settings.lenient)
    problems.push('--strict and --lenient contradict each other: give one of them.');
  if (settings.adminApi && !hasAdminToken(settings))
    problems.push('--admin-api with --database needs --admin-token-file: its servers share one token.');
  if ((settings.syncTargets ?? []).length > 0 && settings.audit !== 'full')
    problems.push('--sync-targets needs --audit full: what is to be sent is read from the change log.');
  problems.push(...listWorkerProblems(settings));
  if (settings.ephemeral && settings.database !== undefined)
    problems.push('--ephemeral keeps nothing, and --database says where data is kept: give one of them.');
  return problems;
}

function listProxyProblems({ trustedProxies = [], trustProxy, publicUrl }: Settings): readonly string[] {
  if (trustedProxies.length === 0) return [];
  const wrong = trustedProxies.filter((network) => !isNetwork(network));
  return [
    ...(wrong.length === 0
      ? []
      : [`--trusted-proxy must be IP addresses or networks such as 10.0.0.0/8, not ${wrong.join(', ')}.`]),
    ...(trustProxy ? ['--trust-proxy trusts any sender, and --trusted-proxy some: give one of them.'] : []),
    ...(publicUrl === undefined ? ['--trusted-proxy needs --public-url: the address by which clients reach it.'] : []),
  ];
}

function listForwardProxyProblems(settings: Settings): readonly string[] {
  const { proxyPort, proxyHost, proxyOthers, port, httpPort, metricsPort, publicUrl, workers } = settings;
  if (proxyPort === undefined)
    return [
      ...(proxyHost === 'localhost' ? [] : ['--proxy-host needs --proxy-port: without it there is no forward proxy.']),
      ...(proxyOthers === 'refuse' ? [] : ['--proxy-others needs --proxy-port: without it there is no forward proxy.']),
    ];
  return [
    ...(proxyPort !== 0 && [port, httpPort, metricsPort].includes(proxyPort)
      ? ['--proxy-port must differ from --port, --http-port and --metrics-port.']
      : []),
    ...(proxyOthers === 'pass' && !isLoopbackHost(proxyHost)
      ? ['--proxy-others pass would open the proxy to others on the network: keep --proxy-host on loopback, or refuse.']
      : []),
    ...(publicUrl === undefined
      ? []
      : [
          '--proxy-port and --public-url exclude each other: links lead back by the name that the client used, or by one URL.',
        ]),
    ...(workers === 1 ? [] : ['--proxy-port needs one worker: connections cannot be handed to other processes.']),
  ];
}

/** What only one process can hold. */
function listWorkerProblems({ workers, sandbox, ephemeral, idSeed }: Settings): readonly string[] {
  if (workers === 1) return [];
  return [
    ...(sandbox ? ['--workers needs --no-sandbox: clock, faults and journal of a sandbox belong to one process.'] : []),
    ...(ephemeral ? ['--workers needs a database that processes can share, and --ephemeral has none.'] : []),
    ...(idSeed === undefined
      ? []
      : ['--workers and --id-seed exclude each other: all processes would make the same ids.']),
  ];
}

/** A server overwrites its ready file, and every command reads a file with a name of the configuration. */
function listReadyFileProblems(settings: Settings): readonly string[] {
  const { readyFile } = settings;
  if (readyFile === undefined) return [];
  const used = SETTINGS.find(({ key, type }) => type === 'path' && key !== 'readyFile' && settings[key] === readyFile);
  const problem = (CONFIG_FILE_NAMES as readonly string[]).includes(basename(readyFile).toLowerCase())
    ? `--ready-file must not be named ${basename(readyFile)}: commands read a file of that name as their configuration.`
    : used && `--ready-file and ${used.flag} name the same file, which the server would overwrite.`;
  return problem === undefined ? [] : [`${problem} Choose another name, such as vivarium-ready.json.`];
}

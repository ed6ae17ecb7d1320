/** Every error that ends the command line: what is printed, and the exit code. */
import { relative, isAbsolute } from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import { CommanderError } from 'commander';
import { StartError } from '../base/start-error.ts';
import { loadSettings, SettingsError } from '../config/load.ts';
import { SETTINGS } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';

export const EXIT_CODES = { ok: 0, failure: 1, usage: 2 } as const;

/** Prints the error to standard error, as text or as one JSON object, and gives the exit code. */
export function reportError(error: unknown, settings: Partial<Settings>, argv: readonly string[]): number {
  const { exitCode, lines } = describeError(error, settings);
  const { output, logLevel } = error instanceof SettingsError ? error.readable : styleOf(settings, argv);
  const hasStack = logLevel === 'debug' || logLevel === 'trace';
  const stack = hasStack && error instanceof Error ? error.stack : undefined;
  if (output === 'json') {
    console.error(JSON.stringify({ error: { exitCode, message: lines.join('\n'), stack } }));
  } else {
    for (const line of lines) console.error(`vivarium: ${line}`);
    if (stack !== undefined) console.error(stack);
  }
  return exitCode;
}

interface Description {
  readonly exitCode: number;
  /** Each says what is wrong and how to mend it. */
  readonly lines: readonly string[];
}

/** The one place that knows which errors a person can mend, and how. */
function describeError(error: unknown, settings: Partial<Settings>): Description {
  if (error instanceof SettingsError) return { exitCode: error.exitCode, lines: error.problems };
  if (error instanceof CommanderError) return { exitCode: EXIT_CODES.usage, lines: [describeUsage(error)] };
  return { exitCode: EXIT_CODES.failure, lines: [describeFailure(error, settings)] };
}

function describeUsage({ message }: CommanderError): string {
  const sentence = message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/\.?$/, '.');
  return `${sentence} See vivarium --help.`;
}

function describeFailure(error: unknown, settings: Partial<Settings>): string {
  if (error instanceof StartError) return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  if (!(error instanceof Error)) return `failed: ${String(error)}`;
  return (
    describeAddressError(error, settings) ??
    describeFileError(error, settings) ??
    `failed: ${error.message.replaceAll(/\s+/g, ' ')} (--log-level debug tells where)`
  );
}

/** An error of Node's network or file system, or of its database. */
interface SystemError extends NodeJS.ErrnoException {
  readonly port?: number;
  /** Of SQLite. */
  readonly errstr?: string;
}

function describeAddressError(error: SystemError, settings: Partial<Settings>): string | undefined {
  const { code, port } = error;
  const flag = port !== undefined && port === settings.httpPort ? '--http-port' : '--port';
  if (code === 'EADDRINUSE') {
    return `Port ${port} is in use. Stop the other server or choose another with ${flag} (0 picks a free one).`;
  }
  if (code === 'EACCES' && port !== undefined) {
    return `Port ${port} may not be opened by this user. Choose one above 1023 with ${flag}.`;
  }
  if (code === 'EADDRNOTAVAIL' || error.syscall === 'getaddrinfo') {
    return `${settings.host} is no address of this machine (${code}). Choose another with --host.`;
  }
  return undefined;
}

/** Errors about a path that a setting names, or that lies in the data folder. */
function describeFileError(error: SystemError, settings: Partial<Settings>): string | undefined {
  if (error.code === 'ERR_SQLITE_ERROR') {
    return `The database in ${settings.dataDir} cannot be used: ${error.errstr}. Choose another folder with --data.`;
  }
  if (error.path === undefined || error.errno === undefined) return undefined;
  const reason = `${getSystemErrorMessage(error.errno)} (${error.code})`;
  const paths = SETTINGS.flatMap((setting) => {
    const path = settings[setting.key];
    return setting.type === 'path' && typeof path === 'string' ? [{ setting, path }] : [];
  });
  const meant = paths.find(({ path }) => isAbout(path, String(error.path)));
  if (meant === undefined) return `${error.path} cannot be used: ${reason}.`;
  const { setting, path } = meant;
  if (setting.key !== 'dataDir') return `${path} cannot be used: ${reason}. Choose another with ${setting.flag}.`;
  return `The data folder ${path} cannot be used: ${reason}. Choose another with --data, or keep nothing with --ephemeral.`;
}

/** Whether one of the paths is the other, or lies in it. */
function isAbout(path: string, other: string): boolean {
  return [relative(path, other), relative(other, path)].some((way) => !way.startsWith('..') && !isAbsolute(way));
}

/** The settings that say how to print. Where the arguments themselves are wrong, as much of them as can be made out. */
function styleOf(settings: Partial<Settings>, argv: readonly string[]): Pick<Partial<Settings>, 'output' | 'logLevel'> {
  if (settings.output !== undefined) return settings;
  try {
    return loadSettings({ flags: { output: findFlag(argv, '--output'), logLevel: findFlag(argv, '--log-level') } });
  } catch (error) {
    if (error instanceof SettingsError) return error.readable;
    throw error;
  }
}

/** The last value of a flag, written with a space or an equals sign. */
function findFlag(argv: readonly string[], flag: string): string | undefined {
  const [, value] =
    argv
      .map((argument, index) => (argument === flag ? [flag, argv[index + 1]] : argument.split('=', 2)))
      .findLast(([name]) => name === flag) ?? [];
  return value;
}

/** The options of a program as settings, and what only a program can say. */
import { StartError } from '../lib/start-error.ts';
import { loadSettings, SettingsError } from '../config/load.ts';
import { SETTINGS } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';
import { findSimilar } from '../lib/suggest.ts';
import type { ServerOptions } from './server.ts';

/** Settings, by name, that say how a command prints, where it finds more settings, and which processes it starts. */
export const CLI_ONLY: readonly string[] = ['config', 'output', 'readyFile', 'workers'];

/** A free port, and no word unless something is broken. */
const DEFAULTS = { port: 0, logLevel: 'error' } as const;
const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '::1'];

export interface ReadOptions {
  readonly settings: Settings;
  /** Plain HTTP in place of HTTPS. */
  readonly isPlain: boolean;
  /** `undefined` when it is a file, or the one that comes along. */
  readonly seed: Exclude<ServerOptions['seed'], string>;
}

/** Neither the environment nor a configuration file has a say. @throws StartError with all that is wrong */
export function readOptions({ http: isPlain = false, seed, ...named }: ServerOptions): ReadOptions {
  const isFile = typeof seed === 'string';
  const given = Object.entries({ ...named, seed: isFile ? seed : undefined }).filter(
    ([, value]) => value !== undefined,
  );
  const { data, database } = named;
  const flags = { ...DEFAULTS, ephemeral: data === undefined && database === undefined, ...Object.fromEntries(given) };
  const problems = [...listUnknown(Object.keys(named)), ...(isPlain ? listPlainProblems(named) : [])];
  const settings = collectProblems(() => loadSettings({ flags, env: {}, isFileSought: false }), problems);
  if (settings === undefined || problems.length > 0) throw new StartError(nameOptions(problems.join(' ')));
  return { settings, isPlain, seed: isFile ? undefined : seed };
}

/** Flags in a sentence as the options that they are to a program: `--ready-file` as `readyFile`. */
export function nameOptions(text: string): string {
  return text.replaceAll(/--(no-)?[a-z][a-z-]*/g, (word) => {
    const isOff = word.startsWith('--no-');
    const setting = SETTINGS.find(({ flag }) => flag === (isOff ? word.replace('--no-', '--') : word));
    return setting === undefined ? word : `${setting.name}${isOff ? ': false' : ''}`;
  });
}

function collectProblems(load: () => Settings, problems: string[]): Settings | undefined {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function listUnknown(names: readonly string[]): readonly string[] {
  const known = [...SETTINGS.map(({ name }) => name).filter((name) => !CLI_ONLY.includes(name)), 'http'];
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      if (CLI_ONLY.includes(name)) return `${name} is a setting of the command line only.`;
      const similar = findSimilar(name, known);
      return `Unknown option: ${name}.${similar === undefined ? '' : ` Did you mean ${similar}?`}`;
    });
}

function listPlainProblems({ host = 'localhost', cert, key, httpPort }: ServerOptions): readonly string[] {
  return [
    ...(LOOPBACK_HOSTS.includes(host) ? [] : [`http is for loopback only, and host is ${host}.`]),
    ...(cert === undefined && key === undefined ? [] : ['http needs no cert and no key.']),
    ...(httpPort === undefined ? [] : ['http and httpPort exclude one another.']),
  ];
}

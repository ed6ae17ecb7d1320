/** Commands that speak to the control API of a running server: what they have in common. */
import { InvalidArgumentError, Option } from 'commander';
import type { Argument, Command } from 'commander';
import type { Settings } from '../../config/settings.ts';
import { EXIT_CODES, formatExits } from '../exit-codes.ts';
import { addNamedFlags, FLAG_GROUPS, pick } from '../flags.ts';
import type { Options } from '../flags.ts';
import { addGroup } from '../group.ts';
import type { Control } from './connect.ts';
import type { TargetFlags } from './target.ts';

export interface ControlCommand {
  /** One sentence. */
  readonly summary: string;
  readonly args?: readonly Argument[];
  readonly options?: readonly Option[];
  run(given: Given): Promise<CommandOutcome>;
}

export interface Given {
  readonly control: Control;
  /** `undefined` where an optional one is missing. */
  readonly args: readonly (string | undefined)[];
  readonly options: Options;
  readonly isJson: boolean;
  /** Ends with a line about the usage. */
  fail(message: string): never;
}

export interface CommandOutcome {
  /** What `--output json` prints; `undefined` when all was printed on the way. */
  readonly json: unknown;
  /** What a person reads, without a line feed at the end. */
  readonly text: string;
  /** 0 unless given. */
  readonly exitCode?: number;
}

/** How commands get their settings and end. */
export interface CommandRun {
  readonly load: (options: Options) => Settings;
  /** For what speaks to a server that runs. */
  readonly loadForServer: (options: Options) => Settings;
  readonly end: (exitCode: number) => void;
}

/** Settings that these commands take. */
const SETTING_NAMES = ['data', 'readyFile', 'config', 'output', 'logLevel'] as const;

const EXITS = formatExits({
  ok: 'done; the verification holds',
  failure: 'the server refused it, or the verification failed',
  unreachable: 'the server is not reachable, has no control API, or rejects the control token',
});

/** Commands of one subject: `vivarium fault …`. */
export function addControlGroup(program: Command, { name, summary, commands }: ControlGroup, run: CommandRun): Command {
  const group = addGroup(program, name, summary);
  for (const [word, command] of Object.entries(commands)) addControlCommand(group, { word, ...command }, run);
  return group;
}

export interface ControlGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: Readonly<Record<string, ControlCommand>>;
}

export function addControlCommand(
  parent: Command,
  { word, summary, args = [], options = [], run: work }: ControlCommand & { readonly word: string },
  run: CommandRun,
): Command {
  const command: Command = parent.command(word).description(summary);
  for (const arg of args) command.addArgument(arg);
  for (const option of options) command.addOption(option.helpGroup(FLAG_GROUPS.own));
  addTargetFlags(command);
  return command.addHelpText('after', EXITS).action(async (...given: readonly unknown[]) => {
    const settings = run.loadForServer(pick(command.opts(), SETTING_NAMES));
    const { connect } = await import('./connect.ts');
    const isJson = settings.output === 'json';
    const {
      json,
      text,
      exitCode = EXIT_CODES.ok,
    } = await work({
      control: connect(settings, targetOf(command.opts())),
      args: given.slice(0, args.length) as readonly (string | undefined)[],
      options: command.opts(),
      isJson,
      fail: (message) => command.error(message),
    });
    print(isJson && json !== undefined ? JSON.stringify(json) : text);
    run.end(exitCode);
  });
}

/** Flags that say which server is meant. */
function addTargetFlags(command: Command): void {
  addNamedFlags(command, SETTING_NAMES, FLAG_GROUPS.server);
  for (const [term, description] of Object.entries(TARGET_FLAGS)) {
    const option = new Option(term, description).helpGroup(FLAG_GROUPS.server);
    command.addOption(option.long === '--url' ? option.argParser(readUrl) : option);
  }
}

const TARGET_FLAGS = {
  '--url <url>':
    'Its base URL, such as https://localhost:8443. Without it, the one in the ready file or the data folder.',
  '--token-file <file>': 'A file that has its control token. Without it, the one in the ready file or the data folder.',
  '--ca-file <file>':
    'PEM file of the CA of its certificate. Without it, the one in the ready file or the data folder.',
};

function targetOf(options: Options): TargetFlags {
  return pick(options, ['url', 'tokenFile', 'caFile']);
}

/** Reads the address of a server. */
export function readUrl(text: string): string {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new InvalidArgumentError('It must be an http or https URL.');
}

/** Reads a whole number. */
export function readCount(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** Reads a number. */
export function readNumber(text: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) throw new InvalidArgumentError('It must be a number.');
  return number;
}

/** For arguments: as the reader, but the text stays what it is. */
export function checked(read: (text: string) => unknown): (text: string) => string {
  return (text) => {
    read(text);
    return text;
  };
}

/** Reads JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidArgumentError(`It must be JSON: ${(cause as Error).message}.`);
  }
}

/** Nothing is printed for an empty text: there was nothing to tell. */
function print(text: string): void {
  if (text !== '') process.stdout.write(`${text}\n`);
}

/** What can be completed where: the commands as plain data, for the script of any shell. */
import type { Argument, Command, Option } from 'commander';
import { SETTINGS } from '../../config/settings.ts';
import type { JournalEntry } from '../../library/control-types.ts';
import { ERRORS } from '../../model/errors.ts';
import { GRANT_TYPES } from '../../model/grant-types.ts';
import { OPERATIONS } from '../../model/operations.ts';
import { TOKEN_ERRORS } from '../../model/token-errors.ts';
import { LIVE_SOURCES } from './shells.ts';
import type { LiveSource } from './shells.ts';

export interface CommandWords {
  /** The words of the command, without `vivarium`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly flags: readonly FlagWords[];
  /** What each argument can be, in their order. */
  readonly args: readonly Values[];
}

export interface Word {
  readonly word: string;
  readonly description: string;
}

export interface FlagWords extends Word {
  /** One letter; `undefined` when it has none. */
  readonly short: string | undefined;
  /** `undefined` when it takes no value. */
  readonly values: Values | undefined;
}

/** Certain words, a path of the file system, what a server knows, or nothing that can be told. */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'path' }
  | { readonly kind: 'live'; readonly source: LiveSource }
  | { readonly kind: 'any' };

/** Of the program and of every command below it; what is done without a command has its flags at the program as well. */
export function listCommandWords(program: Command): readonly CommandWords[] {
  const [start] = program.commands;
  const all = listBelow(program, '', start?.options ?? []);
  // `help` takes the words of any command.
  const help = all
    .filter(({ path }) => path !== 'help' && path !== '')
    .map(({ path, commands }) => ({ path: `help ${path}`, commands, flags: [], args: [] }));
  return [
    ...all.map((words) => (words.path === 'help' ? { ...words, commands: all[0]?.commands ?? [], args: [] } : words)),
    ...help,
  ];
}

function listBelow(command: Command, path: string, inherited: readonly Option[]): readonly CommandWords[] {
  const words = {
    path,
    commands: command.commands.map((below) => ({ word: below.name(), description: firstLine(below.description()) })),
    flags: [...[...command.options, ...inherited].flatMap(describeFlag), HELP],
    // What takes any words only says that they are none of its commands.
    args: command.registeredArguments.filter(({ variadic }) => !variadic).map(describeArgument),
  };
  const below = command.commands.flatMap((each) => listBelow(each, `${path} ${each.name()}`.trim(), []));
  return [words, ...below];
}

const HELP = { word: '--help', short: 'h', description: 'Print the help.', values: undefined };

function describeFlag({ long, short, description, argChoices, flags, required }: Option): readonly FlagWords[] {
  if (long === undefined || long === null || long === '--version') return [];
  const term = /<([^>]+)>$/.exec(flags)?.[1] ?? '';
  const values = required ? valuesOf(term, argChoices ?? choicesOf(long)) : undefined;
  return [{ word: long, short: short?.slice(1), description: firstLine(description), values }];
}

function describeArgument(argument: Argument): Values {
  return valuesOf(argument.name(), argument.argChoices);
}

/** By what stands for the value in the help, unless there is a choice. */
function valuesOf(term: string, choices: readonly string[] | undefined): Values {
  const words = choices ?? KNOWN_WORDS[term];
  if (words !== undefined) return { kind: 'words', words };
  if (term === 'file' || term === 'folder') return { kind: 'path' };
  const source = LIVE_SOURCES.find((known) => known === term);
  return source === undefined ? { kind: 'any' } : { kind: 'live', source };
}

/** What stands for a value in the help -> what it can be, whichever server is meant. */
const KNOWN_WORDS: Readonly<Record<string, readonly string[]>> = {
  error: [...new Set([...Object.keys(ERRORS), ...Object.keys(TOKEN_ERRORS)])],
  operation: OPERATIONS.map(({ id }) => id),
  'grant-type': GRANT_TYPES,
  method: ['GET', 'POST', 'PATCH', 'DELETE'],
  kind: ['graph', 'batchItem', 'issuer', 'unreadable'] satisfies readonly JournalEntry['kind'][],
  status: ['2xx', '3xx', '4xx', '5xx'],
};

/** A setting is read with all others, not by commander. */
function choicesOf(flag: string): readonly string[] | undefined {
  const setting = SETTINGS.find((row) => row.flag === flag);
  return setting?.type === 'choice' ? setting.values : undefined;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** What can be completed where: the commands as plain data, for the script of any shell. */
import type { Argument, Command, Option } from 'commander';
import { SETTINGS } from '../../config/settings.ts';

export interface CommandWords {
  /** The words of the command, without `vivarium`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly flags: readonly FlagWords[];
  /** What an argument can be. */
  readonly args: ValueWords;
}

export interface Word {
  readonly word: string;
  readonly description: string;
}

export interface FlagWords extends Word {
  /** `undefined` when it takes no value. */
  readonly value: ValueWords | undefined;
}

/** Certain words, a path of the file system, or nothing that is known. */
export interface ValueWords {
  readonly words: readonly string[];
  readonly isPath: boolean;
}

/** Of the program and of every command below it; what is done without a command has its flags at the program as well. */
export function listCommandWords(program: Command, path = ''): readonly CommandWords[] {
  const own = program.commands.map((command) => ({
    word: command.name(),
    description: firstLine(command.description()),
  }));
  const [start] = path === '' ? program.commands : [];
  const options = [...program.options, ...(start?.options ?? [])];
  const words = {
    path,
    commands: own,
    flags: [...options.flatMap(describeFlag), { word: '--help', description: 'Print the help.', value: undefined }],
    args: mergeArgs(program.registeredArguments),
  };
  const below = program.commands.flatMap((command) => listCommandWords(command, `${path} ${command.name()}`.trim()));
  return [words, ...below];
}

function describeFlag(option: Option): readonly FlagWords[] {
  const { long, description, argChoices: choices, flags } = option;
  if (long === undefined || long === null || option.long === '--version') return [];
  const value = option.required ? { words: choices ?? choicesOf(long), isPath: isPath(flags) } : undefined;
  return [{ word: long, description: firstLine(description), value }];
}

function mergeArgs(args: readonly Argument[]): ValueWords {
  return { words: args.flatMap(({ argChoices }) => argChoices ?? []), isPath: args.some((arg) => isPath(arg.name())) };
}

/** A setting is read with all others, not by commander. */
function choicesOf(flag: string): readonly string[] {
  const setting = SETTINGS.find((row) => row.flag === flag);
  return setting?.type === 'choice' ? setting.values : [];
}

/** By what stands for the value in the help. */
function isPath(term: string): boolean {
  return /\b(file|folder)\b[>\]]?$/.test(term);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

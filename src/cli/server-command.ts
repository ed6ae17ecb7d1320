/** Commands that do their work through an API of a server: what they have in common. */
import { Option } from 'commander';
import type { Argument, Command } from 'commander';
import type { Settings } from '../config/settings.ts';
import type { TargetFlags } from './control/target.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { addNamedFlags, FLAG_GROUPS, pick } from './flags.ts';
import type { Options } from './flags.ts';
import { readUrl } from './read-argument.ts';

/** @template Opened what its API is opened as, such as `{ control: Control }` */
export interface ServerCommand<Opened> {
  /** One sentence. */
  readonly summary: string;
  /** More of it, for the help. */
  readonly help?: string;
  readonly args?: readonly Argument[];
  readonly options?: readonly Option[];
  run(input: CommandInput & Opened): Promise<CommandOutcome>;
  /** What needs no API: done in its place where it gives something. */
  runAlone?(input: CommandInput): Promise<CommandOutcome | undefined>;
}

export interface CommandInput {
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
  /** As `load`, for a server with a forward proxy. */
  readonly loadForProxy: (options: Options) => Settings;
  /** As `load`, for a server that keeps the record. @throws SettingsError also for what is unsafe */
  readonly loadForRecord: (options: Options) => Settings;
}

/** What commands of one API share. */
export interface CommandFrame<Opened> {
  /** Settings that they take, by name. */
  readonly settings: readonly string[];
  /** By flag, what says which server is meant. */
  readonly targetFlags: Readonly<Record<'--url <url>' | '--token-file <file>' | '--ca-file <file>', string>>;
  /** Ends their help. */
  readonly exits: string;
  /** Disposed of when the command has ended. @throws UnreachableError */
  open(settings: Settings, flags: TargetFlags): Promise<Opened & Partial<AsyncDisposable>>;
}

export function addServerCommand<Opened>(
  parent: Command,
  {
    word,
    summary,
    help = '',
    args = [],
    options = [],
    run: work,
    runAlone,
  }: ServerCommand<Opened> & { readonly word: string },
  frame: CommandFrame<Opened>,
  run: CommandRun,
): Command {
  const command: Command = parent.command(word).description(summary);
  for (const arg of args) command.addArgument(arg);
  for (const option of options) command.addOption(option.helpGroup(FLAG_GROUPS.own));
  addTargetFlags(command, frame);
  return command.addHelpText('after', help + frame.exits).action(async (...given: readonly unknown[]) => {
    const settings = run.loadForServer(pick(command.opts(), frame.settings));
    const isJson = settings.output === 'json';
    const input = {
      args: given.slice(0, args.length) as readonly (string | undefined)[],
      options: command.opts(),
      isJson,
      fail: (message: string): never => command.error(message),
    };
    const alone = await runAlone?.(input);
    if (alone !== undefined) return print(alone.text);
    const opened = await frame.open(settings, pick(command.opts(), ['url', 'tokenFile', 'caFile']));
    await using closing = new AsyncDisposableStack();
    closing.defer(async () => opened[Symbol.asyncDispose]?.());
    const outcome = await work({ ...opened, ...input });
    const { json, text, exitCode = EXIT_CODES.ok } = outcome;
    print(isJson && json !== undefined ? JSON.stringify(json) : text);
    run.end(exitCode);
  });
}

/** Flags that say which server is meant. */
function addTargetFlags<Opened>(command: Command, { settings, targetFlags }: CommandFrame<Opened>): void {
  addNamedFlags(command, settings, FLAG_GROUPS.server);
  for (const [term, description] of Object.entries(targetFlags)) {
    const option = new Option(term, description).helpGroup(FLAG_GROUPS.server);
    command.addOption(option.long === '--url' ? option.argParser(readUrl) : option);
  }
}

/** Nothing is printed for an empty text: there was nothing to tell. */
function print(text: string): void {
  if (text !== '') process.stdout.write(`${text}\n`);
}

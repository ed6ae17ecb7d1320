/** Every error that ends the command line: what is printed, and the exit code. */
import { CommanderError } from 'commander';
import { UsageError } from '../lib/start-error.ts';
import { findReason } from '../config/find-reason.ts';
import { loadSettings, SettingsError } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { ControlRefusal } from '../library/call-control.ts';
import { UnreachableError } from './control/unreachable-error.ts';
import { EXIT_CODES } from './exit-codes.ts';

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
  if (error instanceof ControlRefusal) return { exitCode: codeOfRefusal(error), lines: [error.message] };
  return { exitCode: codeOf(error), lines: [findReason(error, settings) ?? describeBug(error)] };
}

/** What the server rejects as invalid would have been refused here, if it were known here. */
function codeOfRefusal({ status }: ControlRefusal): number {
  return status === 400 ? EXIT_CODES.usage : EXIT_CODES.failure;
}

function codeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT_CODES.usage;
  return error instanceof UnreachableError ? EXIT_CODES.unreachable : EXIT_CODES.failure;
}

function describeUsage({ message, ...error }: CommanderError): string {
  const { commandPath = '' } = error as { readonly commandPath?: string };
  const sentence = message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .replace(/\.?$/, '.');
  return `${sentence} See ${['vivarium', commandPath, '--help'].filter((word) => word !== '').join(' ')}.`;
}

function describeBug(error: unknown): string {
  if (!(error instanceof Error)) return `failed: ${String(error)}`;
  return `failed: ${error.message.replaceAll(/\s+/g, ' ')} (--log-level debug tells where)`;
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

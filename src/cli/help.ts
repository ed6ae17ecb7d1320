/** How the help is laid out: the flags of the default command at once, each with its explanation below it. */
import { Help } from 'commander';
import type { Command, Option } from 'commander';
import { SETTINGS } from '../config/settings.ts';

const MAX_WIDTH = 100;
const INDENT = ' '.repeat(6);

/** To be called before subcommands are added: they inherit it. */
export function layOutHelp(program: Command): void {
  program.configureHelp({ visibleOptions, optionTerm, subcommandTerm, formatItem, formatHelp });
}

/** A person looks at the program's own help first, and most often for a flag of `start`. */
function visibleOptions(command: Command): Option[] {
  const [start] = command.parent === null ? command.commands : [];
  const shown = [command, ...(start === undefined ? [] : [start])].flatMap((each) => new Help().visibleOptions(each));
  return shown.filter(({ flags }, index) => shown.findIndex((option) => option.flags === flags) === index);
}

/** What is on by default is of use with its `no` only. */
function optionTerm({ flags, long }: Option): string {
  const isOn = SETTINGS.some((setting) => setting.flag === long && setting.default === true);
  return isOn ? `${flags}, --no-${flags.slice(2)}` : flags;
}

/** With its arguments; flags all have. What takes any words only says that they are none of its commands. */
function subcommandTerm(command: Command): string {
  const args = command.registeredArguments.filter(({ variadic }) => !variadic);
  const terms = args.map((arg) => (arg.required ? `<${arg.name()}>` : `[${arg.name()}]`));
  return [command.name(), ...terms].join(' ');
}

function formatItem(...[term, , description, help]: Parameters<Help['formatItem']>): string {
  const width = Math.min(help.helpWidth ?? MAX_WIDTH, MAX_WIDTH) - INDENT.length;
  const lines = help.boxWrap(description, width).split('\n');
  return [`  ${term}`, ...lines.map((line) => `${INDENT}${line}`)].join('\n');
}

/** With the commands before the flags: there are fewer of them, and they come first on the command line as well. */
function formatHelp(command: Command, help: Help): string {
  const sections = Help.prototype.formatHelp.call(help, command, help).trimEnd().split('\n\n');
  const isCommands = (section: string): boolean => section.startsWith('Commands:\n');
  const [usage = '', description = '', ...others] = sections.filter((section) => !isCommands(section));
  return `${[usage, description, ...sections.filter(isCommands), ...others].join('\n\n')}\n`;
}

/** Arguments, then flags, as examples have them; commander itself has flags first. */
export function usageOf(command: Command): string {
  const [, args] = /^\[options\] ?(.*)$/.exec(command.usage()) ?? [];
  return args === undefined ? command.usage() : `${args} [flags]`.trim();
}

/** The words of a command, without `vivarium`; empty for the program itself. */
export function pathOf(command: Command): string {
  const { parent } = command;
  return parent === null ? '' : `${pathOf(parent)} ${command.name()}`.trim();
}

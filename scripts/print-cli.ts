// docs/cli.md, printed from the commands themselves.
import type { Argument, Command, Option } from 'commander';
import { createProgram } from '../src/cli/commands.ts';
import { EXIT_CODES } from '../src/cli/exit-codes.ts';
import { FLAG_GROUPS } from '../src/cli/flags.ts';
import { SETTINGS } from '../src/config/settings.ts';
import { code, markdownTable } from './markdown.ts';

/** Of any command; the help of each says what it is there. */
const EXITS: Readonly<Record<keyof typeof EXIT_CODES, string>> = {
  ok: 'Done; the verification or validation holds.',
  failure: 'Failed: the server refused it or did not start, or the verification failed.',
  usage: 'Wrong usage: an invalid flag, variable, configuration file or request (400).',
  unreachable: 'The server is not reachable, has no control API, or rejects the control token.',
};

export function printCli(): string {
  const program = createProgram({
    load: unused,
    loadForServer: unused,
    loadForRecord: unused,
    loadForProxy: unused,
    end: unused,
  });
  const exits = Object.entries(EXITS).map(([name, meaning]) => [
    String(EXIT_CODES[name as keyof typeof EXITS]),
    meaning,
  ]);
  return `# Commands

Printed from \`src/cli/\` by \`npm run docs\`. In a checkout, a command is run as \`npx vivarium …\`; \`--help\` after it
explains it. npx takes a second of its own before the command begins: scripts that run many commands call
\`node bin/vivarium.js\` in a checkout, and \`node_modules/.bin/vivarium\` where the package is installed.

${program.commands.map((command) => `- [${command.name()}](#${command.name()}): ${command.description()}`).join('\n')}

## Which server

${code('status')}, ${code('reset')}, ${code('ids')} and all commands of several words but ${code('contract diff')} speak to the
[control API](sandbox.md) of a running server. Its data folder knows its address, its control token and its authority:
without a flag, that is ${code('./.vivarium')}, or what the environment or the configuration file says. So does the file that
${code('start --ready-file FILE')} has written: ${code('--ready-file FILE')} or ${code('VIVARIUM_READY_FILE')} names the server in place of a
folder, for ${code('token')}, ${code('env')} and ${code('healthcheck')} too, and is the only way to one that is ${code('--ephemeral')}.

${printFlags(serverFlags(program))}

## Output and exit codes

With ${code('--output json')} a command prints one JSON value, and an error is one as well, on standard error. A person
gets lines and tables, in colour on a terminal unless ${code('NO_COLOR')} is set.

${markdownTable(['Exit code', 'Meaning'], exits)}
${program.commands.map((command) => printCommand(command, '##')).join('')}`;
}

function unused(): never {
  throw new Error('No command is run for its documentation');
}

function printCommand(command: Command, heading: string): string {
  const path = pathOf(command);
  const below = command.commands.map((each) => printCommand(each, '###')).join('');
  if (below !== '') return `\n${heading} ${path}\n\n${command.description()}\n${below}`;
  const own = command.options.filter((option) => !isOfServer(option) && !isAnySetting(option) && !option.hidden);
  const parts = [
    `${heading} ${path}`,
    command.description(),
    `\`\`\`text\nvivarium ${path} ${command.usage()}\n\`\`\``,
    ...(isNamed(command.registeredArguments) ? [printArguments(command.registeredArguments)] : []),
    ...(own.length === 0 ? [] : [printFlags(own)]),
    ...(command.options.some(isAnySetting) ? [SETTINGS_REMARK] : []),
  ];
  return `\n${parts.join('\n\n')}\n`;
}

const SETTINGS_REMARK = 'Its other flags are [settings](settings.md).';

function pathOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`;
}

/** What takes any words only says that they are none of its commands. */
function isNamed(args: readonly Argument[]): boolean {
  return args.length > 0 && !args.some(({ variadic }) => variadic);
}

function printArguments(args: readonly Argument[]): string {
  return markdownTable(
    ['Argument', 'Meaning'],
    args.map((arg) => [code(arg.name()), arg.description]),
  );
}

function printFlags(options: readonly Option[]): string {
  return markdownTable(
    ['Flag', 'Meaning'],
    options.map(({ flags, description }) => [code(flags), description.replaceAll('\n', ' ')]),
  );
}

function serverFlags(program: Command): readonly Option[] {
  const status = program.commands.find((command) => command.name() === 'status');
  return (status?.options ?? []).filter((option) => isOfServer(option) && !option.hidden);
}

function isOfServer({ helpGroupHeading }: Option): boolean {
  return helpGroupHeading === FLAG_GROUPS.server;
}

/** Of a command that takes all settings. */
function isAnySetting({ long, helpGroupHeading }: Option): boolean {
  if (Object.values<string | undefined>(FLAG_GROUPS).includes(helpGroupHeading)) return false;
  return SETTINGS.some(({ flag }) => long === flag || long === `--no-${flag.slice(2)}`);
}

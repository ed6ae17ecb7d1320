/** `vivarium conformance` on the command line. Its rules are loaded when it runs. */
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { BETA, V1 } from '../model/versions.ts';
import { formatExits } from './exit-codes.ts';
import { addSettingFlags, collect, FLAG_GROUPS } from './flags.ts';
import type { Options } from './flags.ts';
import { readUrl } from './read-argument.ts';
import { VERSION_CHOICES } from './conformance-input.ts';
import type { ConformanceInput } from './conformance-input.ts';
import type { CommandRun } from './server-command.ts';

const HELP = `
Without --target, the server of the ready file or the data folder is checked, with the credentials that are there.
Every rule, in one line:  vivarium start --seed conformance  and then, in the same folder,  vivarium conformance
A run makes what it needs through the API and removes it at the end; a sandbox with the conformance seed is reset instead.
docs/conformance.md has the form of the credentials file, and what each rule needs.`;

const EXITS = formatExits({
  ok: 'every rule that could be checked holds',
  failure: 'a rule does not hold, no rule could be checked, or something is left at the target',
  unreachable: 'the target is not reachable',
});

export function addConformance(program: Command, { loadForServer, end }: CommandRun): void {
  const command: Command = program
    .command('conformance')
    .description(
      'Check a server that offers the learning API against the rules that Vivarium keeps, and name each that it breaks.',
    )
    .addHelpText('after', `${HELP}\n${EXITS}`)
    .action(async (options: Options) => {
      const settings = loadForServer(options);
      const { checkConformance } = await import('./conformance.ts');
      const fail = (message: string): never => command.error(message);
      end(await checkConformance(options as unknown as ConformanceInput, settings, fail));
    });
  const add = (option: Option, group: string): Command => command.addOption(option.helpGroup(group));
  for (const option of targetOptions()) add(option, FLAG_GROUPS.server);
  for (const option of ruleOptions()) add(option, FLAG_GROUPS.own);
  addSettingFlags(command, ['Data', 'Output']);
}

function targetOptions(): readonly Option[] {
  return [
    new Option(
      '--target <url>',
      `Its base URL, without the version; may be repeated with one that ends in /${V1} or /${BETA} for that version alone.`,
    ).argParser((value, previous: readonly string[] | undefined) => collect(readUrl(value), previous)),
    new Option('--ca-file <file>', 'PEM file of the CA of its certificate.'),
    new Option('--token-file <file>', 'A file that has the control token of a Vivarium sandbox.'),
    new Option('--credentials <file>', 'JSON file of apps and users to act as, in the form of a ready file.'),
    new Option('--tenant <id>', 'The tenant, for the token endpoint of Microsoft Entra ID.'),
    new Option('--token-url <url>', 'The token endpoint, where it is another.').argParser(readUrl),
    new Option('--client-id <id>', 'An app with the application permissions to write activities and contents.'),
    new Option('--client-secret-file <file>', 'A file that has its secret.'),
    new Option('--delegated-token-file <file>', 'A file that has a token of a user who may register providers.'),
    new Option('--provider <id>', 'A provider to work under, in place of ones that the run registers.'),
    new Option(
      '--learner <id>',
      'A user with a licence whose activities are written; give one who has none of others.',
    ),
    new Option('--other-learner <id>', 'Another one, who also assigns.'),
  ];
}

function ruleOptions(): readonly Option[] {
  return [
    new Option('--api-version <version>', 'The API version to check.')
      .choices(VERSION_CHOICES)
      .default(VERSION_CHOICES.at(-1)),
    new Option('--only <word>', 'A section or the id of a rule to check, and no others; may be repeated.').argParser(
      collect,
    ),
    new Option('--read-only', 'Leave out rules whose requests are other than reads, and make nothing.'),
    new Option(
      '--with <name=value>',
      'A setting that the target was started with, such as strict=true: checks the rules of that; may be repeated.',
    ).argParser(collectSetting),
    new Option('--list', 'Print the rules with their sources instead, and send nothing.'),
    new Option('--summary', 'Print one line, or with --output json what shields.io draws a badge from.'),
    new Option(
      '--report <file>',
      'Also write the results to a file: .xml for JUnit, .json, or any other ending for text; may be repeated.',
    ).argParser(collect),
    new Option('--badge <file>', 'Also write the JSON that shields.io draws a badge from.'),
  ];
}

function collectSetting(
  text: string,
  previous: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const [name = '', value] = text.split(/=(.*)/s);
  if (name === '' || value === undefined) throw new InvalidArgumentError('It must be NAME=VALUE.');
  return { ...previous, [name]: readValue(value) };
}

/** A number, true or false where it is one. */
function readValue(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

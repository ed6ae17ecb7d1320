/** The commands of the command line, their help, and which exit code they end with. */
import { Command, CommanderError, Option } from 'commander';
import { PACKAGE } from '../base/package.ts';
import { loadSettings } from '../config/load.ts';
import { SETTING_GROUPS } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';
import type { TokenHolder } from '../app.ts';
import { addSettingFlags, collect, readSettingFlags } from './flags.ts';
import { layOutHelp } from './help.ts';
import { EXIT_CODES, reportError } from './report-error.ts';

const SOURCES = `
Every setting can be given as a flag, as an environment variable or in the configuration file, in this order of
precedence. In the file it has the flag's name in camel case: readyFile for --ready-file. Lists are separated by commas.`;

const EXITS = `

Exit codes:
  ${EXIT_CODES.ok}  ended well
  ${EXIT_CODES.failure}  could not start, or failed while running
  ${EXIT_CODES.usage}  wrong usage: a flag, a variable or the configuration file`;

/** Runs what the arguments (without Node and script) ask for and gives the exit code. Errors are reported, never thrown. */
export async function run(argv: readonly string[]): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', outliveReader);
  let settings: Partial<Settings> = {};
  let exitCode: number = EXIT_CODES.ok;
  const load = (options: Options): Settings => {
    const loaded = loadSettings({ flags: readSettingFlags(options) });
    settings = loaded;
    return loaded;
  };
  const program = createProgram({ load, end: (code) => (exitCode = code) });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Help and version come as errors, too.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT_CODES.ok;
    return reportError(error, settings, argv);
  }
}

/** Who reads the output may leave, as `head` does: a server stays. */
function outliveReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

interface Run {
  /** The settings; throws SettingsError. */
  readonly load: (options: Options) => Settings;
  readonly end: (exitCode: number) => void;
}

/** As commander gives them. */
type Options = Readonly<Record<string, unknown>>;

// A command's own file is loaded when it runs: with it comes the whole server, which help and usage errors need not wait for.

function createProgram(run: Run): Command {
  const program = new Command('vivarium')
    .description(PACKAGE.description)
    .usage('[command] [flags]')
    .version(PACKAGE.version, '-v, --version', 'Print the version.')
    .helpOption('-h, --help', 'Print this help.')
    .helpCommand('help [command]', 'Print the help of a command.')
    .exitOverride()
    // Errors are printed in one place, as text or as JSON.
    .configureOutput({ outputError: () => undefined });
  layOutHelp(program);
  addStart(program, run);
  addToken(program, run);
  addMigrate(program, run);
  return program.addHelpText('after', SOURCES + EXITS);
}

function addStart(program: Command, { load, end }: Run): void {
  const command: Command = program
    .command('start', { isDefault: true })
    .argument('[words...]')
    .usage('[flags]')
    .description('Start the server; what is done without a command.')
    .addHelpText('after', SOURCES + EXITS)
    .action(async ([word]: readonly string[], options: Options) => {
      // A misspelt command reaches the default one as an argument.
      if (word !== undefined) command.error(`unknown command '${word}'`);
      const settings = load(options);
      const { start } = await import('./start.ts');
      end(await start(settings));
    });
  addSettingFlags(command, SETTING_GROUPS);
}

interface TokenOptions extends Options {
  readonly app?: string;
  readonly user?: string;
  readonly scope?: readonly string[];
}

function addToken(program: Command, { load }: Run): void {
  const command: Command = program
    .command('token')
    .usage('(--app NAME | --user NAME) [flags]')
    .description('Print an access token for an app or a user of the data folder, and nothing else.')
    .addOption(new Option('--app <name>', 'The app to act as, such as writer.').conflicts(['user', 'scope']))
    .addOption(new Option('--user <name>', 'The user to act for, such as learner.'))
    .addOption(
      new Option(
        '--scope <scope>',
        'A delegated permission; may be repeated. Without it, all that are consented.',
      ).argParser(collect),
    )
    .addHelpText('after', `\nThe other flags of start hold here as well.\n${SOURCES}${EXITS}`)
    .action(async ({ app, user, scope, ...options }: TokenOptions) => {
      const holder = app === undefined ? findUser(user, scope) : { app };
      if (holder === undefined) command.error('say for whom: --app NAME or --user NAME');
      const settings = load(options);
      const { printToken } = await import('./token.ts');
      await printToken(settings, holder);
    });
  addSettingFlags(command, ['Data', 'Tokens']);
}

function addMigrate(program: Command, { load }: Run): void {
  const command: Command = program
    .command('migrate')
    .usage('--database URL [flags]')
    .description('Bring a PostgreSQL database to the schema of this release, before its servers start.')
    .option(
      '--citus',
      'Shard it by tenant as well, over the Citus cluster that it is on; docs/scale.md says how.',
      false,
    )
    .addHelpText('after', `\nThe other flags of start hold here as well.\n${SOURCES}${EXITS}`)
    .action(async ({ citus, ...options }: Options & { readonly citus: boolean }) => {
      const settings = load(options);
      const { migrate } = await import('./migrate.ts');
      await migrate(settings, citus);
    });
  addSettingFlags(command, ['Data']);
}

/** Several scopes may come in one text, as they stand in a token. */
function findUser(user: string | undefined, scope: readonly string[] | undefined): TokenHolder | undefined {
  if (user === undefined || scope === undefined) return user === undefined ? undefined : { user };
  return { user, scopes: scope.flatMap((text) => text.split(' ')).filter((name) => name !== '') };
}

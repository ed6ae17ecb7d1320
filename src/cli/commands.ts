/** The commands of the command line, their help, and which exit code they end with. */
import { Argument, Command, CommanderError, Option } from 'commander';
import { PACKAGE } from '../lib/package.ts';
import { loadSettings } from '../config/load.ts';
import type { SettingSources } from '../config/load.ts';
import { PROXY_DEFAULTS } from '../config/serve.ts';
import type { Settings } from '../config/settings.ts';
import { API_VERSIONS, BETA, V1 } from '../model/versions.ts';
import type { ApiVersion } from '../model/versions.ts';
import type { TokenHolder } from '../app.ts';
import { addAdminCommands } from './admin/admin-commands.ts';
import { addBackupCommands } from './backup-commands.ts';
import { ENV_SHELLS, SHELLS } from './completion/shells.ts';
import type { EnvShell, Shell } from './completion/shells.ts';
import { addSandboxCommands } from './control/sandbox-commands.ts';
import { addConformance } from './conformance-command.ts';
import { COMMAND_EXAMPLES, formatExamples } from './examples.ts';
import { EXIT_CODES, formatExits } from './exit-codes.ts';
import { addNamedFlags, addSettingFlags, collect, FLAG_GROUPS, readSettingFlags } from './flags.ts';
import type { Options } from './flags.ts';
import { addGroup, refuseWord } from './group.ts';
import { layOutHelp, pathOf, usageOf } from './help.ts';
import { addMcp } from './mcp/mcp-command.ts';
import { readUrl } from './read-argument.ts';
import { reportError } from './report-error.ts';
import { addProxy, addServe, addStart, EXITS, SOURCES } from './start-commands.ts';
import type { CommandRun } from './server-command.ts';

const CALLING =
  '\nWhere the shell does not find vivarium, as in a checkout, call it by npx: npx vivarium token --app writer';

const COMPLETION_HELP = `
For this shell only:
  bash        eval "$(vivarium completion bash)"
  zsh         eval "$(vivarium completion zsh)"
  fish        vivarium completion fish | source
  PowerShell  vivarium completion powershell | Out-String | Invoke-Expression
For all to come, put that line into ~/.bashrc, into ~/.zshrc after compinit, into ~/.config/fish/config.fish, or into the
file that $PROFILE names. Where npx runs vivarium, begin with npx: what follows npx vivarium is completed as well.
Names that only a server knows, of faults or users, come from the one that the line means.`;

/** Runs what the arguments (without Node and script) ask for and gives the exit code. Errors are reported, never thrown. */
export async function run(argv: readonly string[]): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', outliveReader);
  let settings: Partial<Settings> = {};
  let exitCode: number = EXIT_CODES.ok;
  const loadAs = (isFor: Pick<SettingSources, 'isForServer' | 'isForRecord' | 'defaults'>) => (options: Options) => {
    const loaded = loadSettings({ flags: readSettingFlags(options), ...isFor });
    settings = loaded;
    return loaded;
  };
  const program = createProgram({
    load: loadAs({}),
    loadForServer: loadAs({ isForServer: true }),
    loadForRecord: loadAs({ isForRecord: true }),
    loadForProxy: loadAs({ defaults: PROXY_DEFAULTS }),
    end: (code) => (exitCode = code),
  });
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

// A command's own file is loaded when it runs: with it comes the whole server, which help and usage errors need not wait for.

/** All commands with their flags: the help, docs/cli.md and the scripts of `vivarium completion` are made from them. */
export function createProgram(run: CommandRun): Command {
  const program = new Command('vivarium')
    .description(PACKAGE.description)
    .usage('[command] [flags]')
    .version(PACKAGE.version, '-v, --version', 'Print the version.')
    .helpOption('-h, --help', 'Print this help.')
    .helpCommand(false)
    // A flag of another command is not one that a misspelt flag may mean.
    .enablePositionalOptions()
    .exitOverride()
    // Errors are printed in one place, as text or as JSON.
    .configureOutput({ outputError: () => undefined });
  layOutHelp(program);
  addStart(program, run);
  addServe(program, run);
  addProxy(program, run);
  addToken(program, run);
  addEnv(program, run);
  addMigrate(program, run);
  addBackupCommands(program, run);
  addRenewCa(program, run);
  addInit(program, run);
  addValidate(program, run);
  addHealthcheck(program, run);
  addDoctor(program, run);
  addContract(program, run);
  addConformance(program, run);
  addMcp(program, run);
  addAdminCommands(program, run);
  addSandboxCommands(program, run);
  addCompletion(program);
  addVersion(program, run);
  addHelp(program);
  program.addHelpText('after', CALLING + SOURCES + EXITS);
  finishCommands(program);
  return program;
}

/** Gives each command its usage and examples, and has its usage errors say whose they are. */
function finishCommands(command: Command): void {
  const path = pathOf(command);
  command.usage(usageOf(command));
  const examples = COMMAND_EXAMPLES[path];
  if (examples !== undefined) command.addHelpText('after', formatExamples(examples));
  command.exitOverride((error) => {
    throw Object.assign(error, { commandPath: path });
  });
  for (const below of command.commands) finishCommands(below);
}

interface TokenOptions extends Options {
  readonly app?: string;
  readonly user?: string;
  readonly scope?: readonly string[];
}

function addToken(program: Command, { loadForServer }: CommandRun): void {
  const command: Command = program
    .command('token')
    .usage('(--app NAME | --user NAME) [flags]')
    .description(
      'Print an access token for an app or a user, and nothing else: of a data folder, or of the server of a ready file.',
    )
    .addOption(new Option('--app <app>', 'The app to act as, such as writer.').conflicts(['user', 'scope']))
    .addOption(new Option('--user <user>', 'The user to act for, such as learner.'))
    .addOption(
      new Option(
        '--scope <scope>',
        'A delegated permission that the sign-in app has consent for; may be repeated. Default: all of them.',
      ).argParser(collect),
    )
    .addHelpText('after', `\nThe other flags of start hold here as well.\n${SOURCES}${EXITS}`)
    .action(async ({ app, user, scope, ...options }: TokenOptions) => {
      const holder = app === undefined ? findUser(user, scope) : { app };
      if (holder === undefined) command.error('name an app or a user: --app NAME or --user NAME');
      const settings = loadForServer(options);
      const { printToken } = await import('./token.ts');
      await printToken(settings, holder);
    });
  addSettingFlags(command, ['Data', 'Output', 'Tokens']);
}

function addEnv(program: Command, { loadForServer }: CommandRun): void {
  const command: Command = program
    .command('env')
    .description('Print addresses, ids and secrets of a running server as shell variables.')
    .addOption(
      new Option('--shell <shell>', 'The shell to print them for; dotenv is for files of NAME=value lines.')
        .choices(ENV_SHELLS)
        .default('sh' satisfies EnvShell)
        .helpGroup(FLAG_GROUPS.own),
    )
    .addHelpText('after', ENV_HELP)
    .addHelpText(
      'after',
      formatExits({ ok: 'printed', failure: 'a file cannot be read', unreachable: 'no server runs' }),
    )
    .action(async ({ shell, ...options }: Options & { readonly shell: EnvShell }) => {
      const settings = loadForServer(options);
      const { printEnv } = await import('./env.ts');
      printEnv(settings, shell);
    });
  addNamedFlags(command, ['data', 'readyFile', 'config', 'output', 'logLevel']);
}

const ENV_HELP = `
In sh, bash and zsh:  eval "$(vivarium env)"
In PowerShell:        vivarium env --shell powershell | Out-String | Invoke-Expression
In GitHub Actions:    vivarium env --shell dotenv >> "$GITHUB_ENV"`;

function addMigrate(program: Command, { load }: CommandRun): void {
  const command: Command = program
    .command('migrate')
    .usage('--database URL [flags]')
    .description('Migrate a PostgreSQL database to the schema of this release, before its servers start.')
    .option('--citus', 'Also shard it by tenant over its Citus cluster; see docs/scale.md.', false)
    .addHelpText('after', `\nThe other flags of start hold here as well.\n${SOURCES}${EXITS}`)
    .action(async ({ citus, ...options }: Options & { readonly citus: boolean }) => {
      const settings = load(options);
      const { printMigration } = await import('./migrate.ts');
      await printMigration(settings, citus);
    });
  addSettingFlags(command, ['Data']);
}

function addRenewCa(program: Command, { load }: CommandRun): void {
  const command: Command = program
    .command('renew-ca')
    .description('Replace the local CA by one that is limited to the names of the server. Stop the server first.')
    .addHelpText(
      'after',
      `\nThe next start issues a server certificate from it. Clients must then trust the new ca.pem.\n${SOURCES}${EXITS}`,
    )
    .action(async (options: Options) => {
      const settings = load(options);
      const { renewCa } = await import('./renew-ca.ts');
      await renewCa(settings);
    });
  addNamedFlags(command, ['data', 'host', 'tlsName', 'publicUrl', 'config', 'output', 'logLevel']);
}

function addInit(program: Command, { load }: CommandRun): void {
  const command: Command = program
    .command('init')
    .argument('[folder]', 'The folder to write into, made when it is missing.', '.')
    .description('Write a commented seed file and settings file to start from. Never overwrites a file.')
    .addHelpText('after', formatExits({ ok: 'both are written', failure: 'nothing is written' }))
    .action(async (folder: string, options: Options) => {
      const settings = load(options);
      const { init } = await import('./init.ts');
      init(folder, settings);
    });
  addNamedFlags(command, ['output']);
}

function addValidate(program: Command, { load, end }: CommandRun): void {
  const command: Command = program
    .command('validate')
    .description('Check a settings file and a seed file, and print every problem with its line.')
    .addHelpText('after', formatExits({ ok: 'all is valid', failure: 'a file is invalid or cannot be read' }))
    .action(async (options: Options) => {
      const { validate } = await import('./validate.ts');
      const exitCode = await validate(() => load(options));
      if (exitCode === undefined) command.error('nothing to check: give --config FILE or --seed FILE');
      end(exitCode);
    });
  addNamedFlags(command, ['config', 'seed', 'output', 'logLevel']);
}

function addHealthcheck(program: Command, { loadForServer, end }: CommandRun): void {
  const command: Command = program
    .command('healthcheck')
    .description('Check whether the server on this machine is ready, as /readyz reports it. Needs no token.')
    .addOption(
      new Option('--url <url>', 'Its base URL. Without it, the one in the ready file or the data folder.')
        .argParser(readUrl)
        .helpGroup(FLAG_GROUPS.own),
    )
    .addHelpText('after', formatExits({ ok: 'it can', failure: 'it is not ready, or not reachable' }))
    .action(async ({ url, ...options }: Options & { readonly url?: string }) => {
      const settings = loadForServer(options);
      const { checkHealth } = await import('./healthcheck.ts');
      end(await checkHealth(settings, url));
    });
  addNamedFlags(command, ['data', 'readyFile', 'config', 'output', 'logLevel']);
}

function addDoctor(program: Command, { load, end }: CommandRun): void {
  const command: Command = program
    .command('doctor')
    .description(
      'Check folder, certificate, clock, database, schema, disk and port, and print what to do. Changes nothing; give it the flags of start.',
    )
    .addHelpText(
      'after',
      `\nThe other flags of start hold here as well.\n${SOURCES}\n${formatExits({
        ok: 'a server can start and serve, maybe with warnings',
        failure: 'there is a problem',
      })}`,
    )
    .action(async (options: Options) => {
      const settings = load(options);
      const { examine } = await import('./doctor.ts');
      end(await examine(settings));
    });
  addSettingFlags(command, ['Server', 'Data', 'Output']);
}

const CONTRACT_HELP = `
Get the file from https://graph.microsoft.com/${V1}/$metadata or from schemas/ of github.com/microsoftgraph/msgraph-metadata.
NEW: only in the file. GONE: only on this server. DIFFERENT: in both, but not equal. docs/contract.md says what is compared.`;

const CONTRACT_EXITS = `\n${formatExits({
  ok: 'no difference but known ones',
  failure: 'they differ',
  usage: 'wrong usage, or the file cannot be read as CSDL',
})}`;

function addContract(program: Command, { load, end }: CommandRun): void {
  const group = addGroup(program, 'contract', 'Compare the schema of this server with what Microsoft publishes.');
  const command: Command = group
    .command('diff')
    .usage('<file> [flags]')
    .argument('<file>', 'The published schema, in CSDL XML.')
    .description('List what is new, gone or different in a published schema, for the learning types.')
    .addOption(
      new Option(
        '--api-version <version>',
        `The API version of the file. Default: ${BETA} if its name contains that word, ${V1} otherwise.`,
      )
        .choices(API_VERSIONS)
        .helpGroup(FLAG_GROUPS.own),
    )
    .addOption(new Option('--all', 'Also list known differences, each with its reason.').helpGroup(FLAG_GROUPS.own))
    .addHelpText('after', CONTRACT_HELP + CONTRACT_EXITS)
    .action(async (file: string, { apiVersion, all = false, ...options }: ContractOptions) => {
      const settings = load(options);
      const { diffContract } = await import('./contract-diff.ts');
      end(diffContract({ file, version: apiVersion, isAll: all, fail: (message) => command.error(message) }, settings));
    });
  addNamedFlags(command, ['output', 'logLevel']);
}

interface ContractOptions extends Options {
  readonly apiVersion?: ApiVersion;
  readonly all?: boolean;
}

function addCompletion(program: Command): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'The shell.').choices(SHELLS))
    .description('Print a script that completes commands, flags and their values in a shell.')
    .addHelpText('after', COMPLETION_HELP)
    .action(async (shell: Shell) => {
      const { printCompletion } = await import('./completion/print-completion.ts');
      process.stdout.write(printCompletion(program, shell));
    });
}

function addVersion(program: Command, { load }: CommandRun): void {
  const command: Command = program
    .command('version')
    .description('Print the version.')
    .action((options: Options) => {
      const { version } = PACKAGE;
      console.log(load(options).output === 'json' ? JSON.stringify({ version }) : version);
    });
  addNamedFlags(command, ['output']);
}

function addHelp(program: Command): void {
  program
    .command('help')
    .usage('[command...]')
    .argument('[words...]')
    .description('Print the help of a command.')
    .action((words: readonly string[]) => {
      let command = program;
      for (const word of words) {
        command = command.commands.find((each) => each.name() === word) ?? refuseWord(command, word);
      }
      command.outputHelp();
    });
}

/** Several scopes may come in one text, as they stand in a token. */
function findUser(user: string | undefined, scope: readonly string[] | undefined): TokenHolder | undefined {
  if (user === undefined || scope === undefined) return user === undefined ? undefined : { user };
  return { user, scopes: scope.flatMap((text) => text.split(' ')).filter((name) => name !== '') };
}

/** `vivarium start` and `vivarium serve`, and what the help says of settings and exit codes. */
import type { Command } from 'commander';
import { SettingsError } from '../config/load.ts';
import { PROXY_DEFAULTS } from '../config/serve.ts';
import { SETTING_GROUPS } from '../config/settings.ts';
import type { Settings } from '../config/settings.ts';
import { formatExits } from './exit-codes.ts';
import { addSettingFlags } from './flags.ts';
import type { Options } from './flags.ts';
import { refuseWord } from './group.ts';
import { removeReadyFile } from './ready-file.ts';
import type { CommandRun } from './server-command.ts';

export const SOURCES = `
Every setting can be given as a flag, as an environment variable or in the configuration file, in this order of
precedence. In the file it has the flag's name in camel case: readyFile for --ready-file. Lists are separated by commas.`;

export const EXITS = `\n${formatExits({ ok: 'ended well', failure: 'could not start, or failed while running' })}`;

export function addStart(program: Command, { load, end }: CommandRun): void {
  const command: Command = program
    .command('start', { isDefault: true })
    .argument('[words...]')
    .usage('[flags]')
    .description('Start the server; the default command.')
    .addHelpText('after', SOURCES + EXITS)
    .action(async ([word]: readonly string[], options: Options) => {
      // A misspelt command reaches the default one as an argument.
      if (word !== undefined) refuseWord(program, word);
      const settings = await loadForStart(() => load(options));
      const { start } = await import('./start.ts');
      end(await start(settings));
    });
  addSettingFlags(command, SETTING_GROUPS);
}

const PROXY_HELP = `
It is start with --proxy-port ${PROXY_DEFAULTS.proxyPort}. A program that sends its requests through the proxy, by HTTPS_PROXY and with the CA file that is
printed, calls graph.microsoft.com and login.microsoftonline.com unchanged and reaches this server. docs/proxy.md has the lines for
each language. All flags of start hold here as well.
`;

export function addProxy(program: Command, { loadForProxy, end }: CommandRun): void {
  const command: Command = program
    .command('proxy')
    .usage('[flags]')
    .description('Start the server with a forward proxy, for programs whose base URL cannot be changed.')
    .addHelpText('after', PROXY_HELP + SOURCES + EXITS)
    .action(async (options: Options) => {
      const settings = await loadForStart(() => loadForProxy(options));
      const { start } = await import('./start.ts');
      end(await start(settings));
    });
  addSettingFlags(command, ['Server', 'Data', 'Output']);
}

const SERVE_HELP = `
It differs from start: no sandbox, no embedded issuer unless --embedded-issuer asks for it, no default seed, no secrets in the
output or the ready file. It refuses settings that are unsafe for a record, all of them in one message; docs/serve.md has the
list. SIGHUP has it read its certificate again. All flags of start hold here as well.
`;

export function addServe(program: Command, { loadForRecord, end }: CommandRun): void {
  const command: Command = program
    .command('serve')
    .usage('[flags]')
    .description('Start a server that keeps the record: with what is safe, and nothing that tests need.')
    .addHelpText('after', SERVE_HELP + SOURCES + EXITS)
    .action(async (options: Options) => {
      const settings = await loadForStart(() => loadForRecord(options));
      const { start } = await import('./start.ts');
      end(await start(settings));
    });
  addSettingFlags(command, ['Server', 'Data', 'Tokens', 'Limits']);
}

/** A script may wait for the ready file: the one of an earlier run goes first, whatever else is wrong. */
async function loadForStart(load: () => Settings): Promise<Settings> {
  try {
    return load();
  } catch (error) {
    const { readyFile } = error instanceof SettingsError ? error.readable : {};
    if (readyFile !== undefined) await removeReadyFile(readyFile);
    throw error;
  }
}

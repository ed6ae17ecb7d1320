/** The commands that take the whole record out of a database and put it into one. */
import { Argument, InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';

import { formatExits } from './exit-codes.ts';
import { addNamedFlags, FLAG_GROUPS } from './flags.ts';
import type { Options } from './flags.ts';
import { readCount } from './read-argument.ts';
import type { CommandRun } from './server-command.ts';
import type { CopyFlags } from './backup.ts';

/** Which database, and how to reach it. */
const DATABASE_FLAGS = [
  'data',
  'database',
  'databasePasswordFile',
  'databaseCa',
  'config',
  'output',
  'logLevel',
] as const;

const BACKUP_HELP = `
It takes the data as it is at one moment; a server goes on serving and writing meanwhile. The file fits SQLite and PostgreSQL
alike. It holds private keys and secrets, and is readable by its owner only. See docs/backup.md.`;

const RESTORE_HELP = `
Stop the server first. All of the file is put in place in one transaction, or nothing is changed. A backup of an earlier
release is migrated.`;

export function addBackupCommands(program: Command, run: CommandRun): void {
  addBackup(program, run);
  addRestore(program, run);
  addCopy(program, run);
}

function addBackup(program: Command, { load }: CommandRun): void {
  const command: Command = program
    .command('backup')
    .usage('<file> [flags]')
    .addArgument(new Argument('<file>', 'The file to write. It must not exist. With --every, a folder.'))
    .addOption(
      new Option(
        '--every <time>',
        'Take one whenever the newest in the folder is so old, such as 6h or 30m, until it is stopped.',
      )
        .argParser(readInterval)
        .helpGroup(FLAG_GROUPS.own),
    )
    .addOption(
      new Option('--keep <count>', 'With --every: how many stay in the folder.')
        .argParser(readKeep)
        .default(DEFAULT_KEEP)
        .helpGroup(FLAG_GROUPS.own),
    )
    .description('Write all data of a database to a file, whether or not a server runs on it.')
    .addHelpText('after', BACKUP_HELP)
    .addHelpText('after', formatExits({ ok: 'written', failure: 'not written' }))
    .action(async (file: string, { every, keep, ...options }: Options & BackupFlags) => {
      const settings = load(options);
      const { printBackup, printScheduledBackups } = await import('./backup.ts');
      if (every === undefined) await printBackup(settings, file);
      else await printScheduledBackups(settings, file, { everyMs: every, keep });
    });
  addNamedFlags(command, DATABASE_FLAGS);
  addVerify(command, load);
}

interface BackupFlags {
  readonly every?: number;
  readonly keep: number;
}

const DEFAULT_KEEP = 7;
const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
/** The longest that a timer takes is 24 days. */
const MAX_INTERVAL_MS = 20 * 86_400_000;

function readInterval(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS_MS[unit] ?? 0);
  if (ms > 0 && ms <= MAX_INTERVAL_MS) return ms;
  throw new InvalidArgumentError('It must be a time of up to 20 days, such as 30m, 6h or 1d.');
}

function readKeep(text: string): number {
  const count = readCount(text);
  if (count > 0) return count;
  throw new InvalidArgumentError('It must be 1 or more.');
}

function addVerify(backup: Command, load: CommandRun['load']): void {
  const command: Command = backup
    .command('verify')
    .usage('<file> [flags]')
    .addArgument(new Argument('<file>', 'The file that vivarium backup has written.'))
    .description('Check every checksum of a backup, and restore it into a database that is removed afterwards.')
    .addHelpText(
      'after',
      formatExits({ ok: 'the backup can be restored', failure: 'it is damaged, or of a later release' }),
    )
    .action(async (file: string, options: Options) => {
      const settings = load(options);
      const { printVerification } = await import('./backup.ts');
      await printVerification(settings, file);
    });
  addNamedFlags(command, ['output', 'logLevel']);
}

function addRestore(program: Command, { load }: CommandRun): void {
  const command: Command = program
    .command('restore')
    .usage('<file> [flags]')
    .addArgument(new Argument('<file>', 'The file that vivarium backup has written.'))
    .description('Put a backup in the place of a database, as a whole or not at all.')
    .addOption(
      new Option('--replace', 'Replace the data that the database holds. Without it, such a database is refused.')
        .default(false)
        .helpGroup(FLAG_GROUPS.own),
    )
    .addHelpText('after', RESTORE_HELP)
    .addHelpText('after', formatExits({ ok: 'restored', failure: 'nothing was changed' }))
    .action(async (file: string, { replace, ...options }: Options & { readonly replace: boolean }) => {
      const settings = load(options);
      const { printRestore } = await import('./backup.ts');
      await printRestore(settings, file, replace);
    });
  addNamedFlags(command, DATABASE_FLAGS);
}

const COPY_HELP = `
Stop the servers of both first: what one writes to the source after the start is not copied. A copy that breaks off is
continued by the same command, and no server starts on its target before. Certificates and tokens of a data folder stay where
they are. The flags for the password and the CA of PostgreSQL hold for both.`;

function addCopy(program: Command, { load }: CommandRun): void {
  const command: Command = program
    .command('copy')
    .usage('--from PLACE --to PLACE [flags]')
    .description('Copy all data of one database to another one, SQLite or PostgreSQL each, and compare them.')
    .addOption(place('--from <place>', 'The source: a data folder, or a postgres:// URL.'))
    .addOption(place('--to <place>', 'The target: a data folder, or a postgres:// URL.'))
    .addOption(
      new Option('--replace', 'Replace the data that the target holds. Without it, such a target is refused.')
        .default(false)
        .helpGroup(FLAG_GROUPS.own),
    )
    .addHelpText('after', COPY_HELP)
    .addHelpText('after', formatExits({ ok: 'both hold the same', failure: 'not copied, or not to its end' }))
    .action(async ({ from, to, replace, ...options }: Options & CopyFlags) => {
      const settings = load(options);
      const { printCopy } = await import('./backup.ts');
      await printCopy(settings, { from, to, replace });
    });
  addNamedFlags(command, ['databasePasswordFile', 'databaseCa', 'config', 'output', 'logLevel']);
}

function place(flag: string, description: string): Option {
  return new Option(flag, description).makeOptionMandatory().helpGroup(FLAG_GROUPS.own);
}

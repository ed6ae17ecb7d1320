/** Commands on the admin API: on a server that runs, or on the data of one that does not. */
import type { Command } from 'commander';
import { formatExits } from '../exit-codes.ts';
import { addServerCommand } from '../server-command.ts';
import type { CommandFrame, CommandRun, ServerCommand } from '../server-command.ts';
import type { AdminCall } from './admin-call.ts';

/** What it is opened as. */
interface Opened {
  readonly admin: AdminCall;
}

export type AdminCommand = ServerCommand<Opened>;

/** Commands of one subject: `vivarium tenant …`. */
export interface AdminGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands?: Readonly<Record<string, AdminCommand>>;
  /** Commands of two words: `vivarium scim credential …`. */
  readonly groups?: readonly AdminGroup[];
}

const FRAME: CommandFrame<Opened> = {
  settings: [
    ...['data', 'readyFile', 'config', 'output', 'logLevel'],
    ...['adminTokenFile', 'database', 'databasePasswordFile', 'databaseCa', 'auditKeyFile'],
  ],
  targetFlags: {
    '--url <url>':
      'Its base URL, such as https://localhost:8443. Without it, the one in the ready file or the data folder; where no server runs, the data itself is opened.',
    '--token-file <file>':
      'A file that has its admin token. Without it, the one of --admin-token-file, the ready file or the data folder.',
    '--ca-file <file>':
      'PEM file of the CA of its certificate. Without it, the one in the ready file or the data folder.',
  },
  exits: formatExits({
    ok: 'done',
    failure: 'it was refused, or the data cannot be used',
    unreachable: 'the server is not reachable, has no admin API, or rejects the admin token',
  }),
  open: async (settings, flags) => {
    const { openAdminCall } = await import('./admin-call.ts');
    const admin = await openAdminCall(settings, flags);
    return { admin, [Symbol.asyncDispose]: () => admin[Symbol.asyncDispose]() };
  },
};

export function addAdminCommand(
  parent: Command,
  command: AdminCommand & { readonly word: string },
  run: CommandRun,
): Command {
  return addServerCommand(parent, command, FRAME, run);
}

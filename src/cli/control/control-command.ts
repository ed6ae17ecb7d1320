/** Commands that speak to the control API of a running sandbox. */
import type { Command } from 'commander';
import { formatExits } from '../exit-codes.ts';
import { addGroup } from '../group.ts';
import { addServerCommand } from '../server-command.ts';
import type { CommandFrame, CommandRun, ServerCommand } from '../server-command.ts';
import type { Settings } from '../../config/settings.ts';
import type { Control } from './connect.ts';
import type { TargetFlags } from './target.ts';

/** What it is opened as. */
interface Opened {
  readonly control: Control;
  readonly settings: Settings;
  /** What says which server is meant. */
  readonly target: TargetFlags;
}

export type ControlCommand = ServerCommand<Opened>;
export type ControlGiven = Parameters<ControlCommand['run']>[0];

const FRAME: CommandFrame<Opened> = {
  settings: ['data', 'readyFile', 'config', 'output', 'logLevel'],
  targetFlags: {
    '--url <url>':
      'Its base URL, such as https://localhost:8443. Without it, the one in the ready file or the data folder.',
    '--token-file <file>':
      'A file that has its control token. Without it, the one in the ready file or the data folder.',
    '--ca-file <file>':
      'PEM file of the CA of its certificate. Without it, the one in the ready file or the data folder.',
  },
  exits: formatExits({
    ok: 'done; the verification holds',
    failure: 'the server refused it, or the verification failed',
    unreachable: 'the server is not reachable, has no control API, or rejects the control token',
  }),
  open: async (settings, flags) => {
    const { connect } = await import('./connect.ts');
    return { control: connect(settings, flags), settings, target: flags };
  },
};

export interface ControlGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: Readonly<Record<string, ControlCommand>>;
}

/** Commands of one subject: `vivarium fault …`. */
export function addControlGroup(program: Command, { name, summary, commands }: ControlGroup, run: CommandRun): Command {
  const group = addGroup(program, name, summary);
  for (const [word, command] of Object.entries(commands)) addControlCommand(group, { word, ...command }, run);
  return group;
}

export function addControlCommand(
  parent: Command,
  command: ControlCommand & { readonly word: string },
  run: CommandRun,
): Command {
  return addServerCommand(parent, command, FRAME, run);
}

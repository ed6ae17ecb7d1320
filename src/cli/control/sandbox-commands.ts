/** All commands that speak to the control API. */
import type { Command } from 'commander';
import { CLOCK_COMMANDS, IDS_COMMAND } from './clock-commands.ts';
import { addControlCommand, addControlGroup } from './control-command.ts';
import type { CommandRun } from '../server-command.ts';
import { FAULT_COMMANDS } from './fault-commands.ts';
import { JOURNAL_COMMANDS } from './journal-commands.ts';
import { INBOX_COMMANDS } from './inbox-commands.ts';
import { LIMIT_COMMANDS } from './limit-commands.ts';
import { RESET_COMMAND, SEED_COMMANDS, SNAPSHOT_COMMANDS } from './state-commands.ts';
import { STATUS_COMMAND } from './status-commands.ts';

const GROUPS = [
  FAULT_COMMANDS,
  LIMIT_COMMANDS,
  JOURNAL_COMMANDS,
  INBOX_COMMANDS,
  CLOCK_COMMANDS,
  SNAPSHOT_COMMANDS,
  SEED_COMMANDS,
];

export function addSandboxCommands(program: Command, run: CommandRun): void {
  addControlCommand(program, { word: 'status', ...STATUS_COMMAND }, run);
  addControlCommand(program, { word: 'reset', ...RESET_COMMAND }, run);
  addControlCommand(program, { word: 'ids', ...IDS_COMMAND }, run);
  for (const group of GROUPS) addControlGroup(program, group, run);
}

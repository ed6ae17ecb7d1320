/** All commands on the admin API. */
import type { Command } from 'commander';
import { addGroup } from '../group.ts';
import type { CommandRun } from '../server-command.ts';
import { addAdminCommand } from './admin-command.ts';
import type { AdminCommand, AdminGroup } from './admin-command.ts';
import { APP_COMMANDS } from './app-commands.ts';
import { AUDIT_COMMANDS } from './audit-commands.ts';
import { CONSOLE_COMMAND } from './console-command.ts';
import { EXPORT_COMMAND } from './export-command.ts';
import { IMPORT_COMMAND } from './import-command.ts';
import { LEARNER_COMMANDS } from './learner-commands.ts';
import { RETENTION_COMMAND } from './retention-command.ts';
import { SCIM_COMMANDS } from './scim-commands.ts';
import { SEED_APPLY_COMMANDS } from './seed-commands.ts';
import { SUBSCRIPTION_COMMANDS } from './subscription-commands.ts';
import { SYNC_COMMANDS } from './sync-commands.ts';
import { TENANT_COMMANDS } from './tenant-commands.ts';
import { LICENCE_COMMANDS, USER_COMMANDS } from './user-commands.ts';
import { WEBHOOK_COMMANDS } from './webhook-commands.ts';

/** `vivarium tenant list` */
const GROUPS: readonly AdminGroup[] = [
  TENANT_COMMANDS,
  USER_COMMANDS,
  LICENCE_COMMANDS,
  APP_COMMANDS,
  SCIM_COMMANDS,
  SEED_APPLY_COMMANDS,
  SYNC_COMMANDS,
  SUBSCRIPTION_COMMANDS,
  WEBHOOK_COMMANDS,
  LEARNER_COMMANDS,
  AUDIT_COMMANDS,
];
/** Of one word: `vivarium backup`. */
const COMMANDS: Readonly<Record<string, AdminCommand>> = {
  import: IMPORT_COMMAND,
  export: EXPORT_COMMAND,
  console: CONSOLE_COMMAND,
  retention: RETENTION_COMMAND,
};

export function addAdminCommands(program: Command, run: CommandRun): void {
  for (const [word, command] of Object.entries(COMMANDS)) addAdminCommand(program, { word, ...command }, run);
  for (const group of GROUPS) addAdminGroup(program, group, run);
}

function addAdminGroup(parent: Command, { name, summary, commands = {}, groups = [] }: AdminGroup, run: CommandRun) {
  const group = addGroup(parent, name, summary);
  for (const [word, command] of Object.entries(commands)) addAdminCommand(group, { word, ...command }, run);
  for (const below of groups) addAdminGroup(group, below, run);
}

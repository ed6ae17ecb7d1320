/** `vivarium seed apply` */
import { Argument, Option } from 'commander';
import { InputError } from '../../lib/start-error.ts';
import type { AppliedSeed } from '../../library/admin-types.ts';
import { ControlRefusal } from '../../library/call-control.ts';
import { confirm, yesFlag } from '../confirm.ts';
import { formatTable } from '../print-table.ts';
import type { AdminCommand, AdminGroup } from './admin-command.ts';

const apply: AdminCommand = {
  summary: 'Merge a seed: add and change what it names. Removes nothing unless told, and changes no secret.',
  args: [new Argument('<file>', 'The seed file.')],
  options: [
    new Option('--dry-run', 'Only print what would be done.'),
    new Option('--prune', 'Remove users and apps that the file leaves out, of tenants that it names.'),
    yesFlag(),
  ],
  run: async ({ admin, args: [file = ''], ...given }) => {
    const { readSeedFile } = await import('../../app/commands/read-seed-file.ts');
    const { seed: json, locate } = readSeedFile(file);
    const send = async (isDryRun: boolean): Promise<AppliedSeed> => {
      const query = { dryRun: String(isDryRun), prune: String(given.options['prune'] === true) };
      try {
        return (await admin.call({ method: 'POST', path: '/seed', query, json })) as AppliedSeed;
      } catch (cause) {
        if (!(cause instanceof ControlRefusal) || cause.problems.length === 0) throw cause;
        throw new InputError(`The seed file ${file} is not valid`, locate(cause.problems), { cause });
      }
    };
    const plan = await send(true);
    const isNothing = plan.actions.length === 0;
    if (given.options['dryRun'] === true || isNothing) return { json: plan, text: describePlan(plan) };
    if (!given.isJson) process.stdout.write(`${describePlan(plan)}\n`);
    await confirm('This is done now.', given);
    const done = await send(false);
    const secrets = done.secrets.map(({ app, clientId, secretText }) => [app, clientId, secretText]);
    const shown = secrets.length === 0 ? [] : formatTable([['APP', 'CLIENT ID', 'SECRET, SHOWN ONCE'], ...secrets]);
    return { json: done, text: ['Applied.', ...shown].join('\n') };
  },
};

function describePlan({ actions }: AppliedSeed): string {
  if (actions.length === 0) return 'Nothing to do: all that the file names is there.';
  const rows = actions.map(({ action, kind, tenant, name, properties }) => [
    ...[action, kind, name, tenant],
    properties.join(', '),
  ]);
  const count = (wanted: string) => actions.filter(({ action }) => action === wanted).length;
  const table = formatTable([['', 'KIND', 'NAME', 'TENANT', 'PROPERTIES'], ...rows]);
  return [...table, `To add: ${count('add')}, to change: ${count('change')}, to remove: ${count('remove')}.`].join(
    '\n',
  );
}

export const SEED_APPLY_COMMANDS: AdminGroup = {
  name: 'seed',
  summary: 'Merge a seed into the data, or reset a sandbox to it.',
  commands: { apply },
};

/** `vivarium reset`, `vivarium seed` and `vivarium snapshot` */
import { readFileSync } from 'node:fs';
import { Argument, Option } from 'commander';
import { StartError } from '../../lib/start-error.ts';
import { writeWhole } from '../../lib/write-whole.ts';
import type { SnapshotDescription } from '../../library/control-types.ts';
import { confirm, yesFlag } from '../confirm.ts';
import { formatTable } from '../print-table.ts';
import type { ControlCommand, ControlGroup } from './control-command.ts';

const NEW_NAME = new Argument('<name>', 'Name of the snapshot.');
const NAME = new Argument('<snapshot>', 'Name of the snapshot.');
const FILE_TYPE = 'application/x-ndjson';
const OWNER_ONLY = 0o600;

const tenantFlag = (description: string): Option => new Option('--tenant <tenant>', description);

export const RESET_COMMAND: ControlCommand = {
  summary: 'Reset to a fresh start: the seed, no faults, an empty journal, real time.',
  options: [tenantFlag('Reset the data of one tenant only: its id or domain name.')],
  run: async ({ control, options }) => {
    const tenant = options['tenant'] as string | undefined;
    await control.sandbox.reset(tenant);
    return { json: {}, text: tenant === undefined ? 'The sandbox is reset.' : `The tenant ${tenant} is reset.` };
  },
};

const reload: ControlCommand = {
  summary: 'Read the seed file again, or another one, and reset to it, now and from then on.',
  options: [
    new Option('--file <file>', 'The seed file to take instead.').conflicts('tenant'),
    tenantFlag('Only this tenant of the seed.'),
    yesFlag(),
  ],
  run: async ({ control, ...given }) => {
    const { file, tenant } = given.options as { readonly file?: string; readonly tenant?: string };
    const text = file === undefined ? undefined : readText(file);
    await confirm(`All data of ${tenant ?? 'the sandbox'} is replaced by the seed.`, given);
    if (text === undefined) await control.call({ method: 'POST', path: '/seed', json: { tenant } });
    else await control.sandbox.reseed(text);
    return { json: {}, text: 'The sandbox is reset to the seed.' };
  },
};

export const SEED_COMMANDS: ControlGroup = {
  name: 'seed',
  summary: 'Change the seed of the sandbox.',
  commands: { reload },
};

const create: ControlCommand = {
  summary: 'Save the state of the sandbox under a name.',
  args: [NEW_NAME],
  options: [tenantFlag('Save one tenant only: its id or domain name.')],
  run: async ({ control, args: [name = ''], options }) => {
    const { restore: _restore, ...made } = await control.sandbox.snapshot(
      name,
      options['tenant'] as string | undefined,
    );
    return { json: made, text: `Saved as ${name}.` };
  },
};

const list: ControlCommand = {
  summary: 'List the snapshots.',
  run: async ({ control }) => {
    const { value } = (await control.call({ path: '/snapshots' })) as {
      readonly value: readonly SnapshotDescription[];
    };
    if (value.length === 0) return { json: value, text: 'There are no snapshots.' };
    const rows = value.map(({ name, tenant, createdAt, isUsable }) => [
      name,
      createdAt,
      tenant ?? 'all',
      isUsable ? 'yes' : 'no: different schema',
    ]);
    return { json: value, text: formatTable([['NAME', 'CREATED', 'TENANT', 'USABLE'], ...rows]).join('\n') };
  },
};

const restore: ControlCommand = {
  summary: 'Restore a saved state.',
  args: [NAME],
  run: async ({ control, args: [name = ''] }) => {
    await control.sandbox.restore(name);
    return { json: {}, text: `Restored ${name}.` };
  },
};

const remove: ControlCommand = {
  summary: 'Remove a snapshot.',
  args: [NAME],
  run: async ({ control, args: [name = ''] }) => {
    await control.call({ method: 'DELETE', path: `/snapshots/${encodeURIComponent(name)}` });
    return { json: {}, text: `Removed ${name}.` };
  },
};

const exportFile: ControlCommand = {
  summary: 'Export a snapshot to a file, for this server or another one. It contains secrets.',
  args: [NAME, new Argument('<file>', 'The file to write, for its owner only.')],
  run: async ({ control, args: [name = '', file = ''] }) => {
    const text = (await control.call({ path: pathOfFile(name) })) as string;
    try {
      writeWhole(file, text, OWNER_ONLY);
    } catch (cause) {
      throw unusable(file, cause);
    }
    return { json: { file }, text: `Wrote ${name} to ${file}.` };
  },
};

const importFile: ControlCommand = {
  summary: 'Import a snapshot from a file; replaces one of the same name.',
  args: [NEW_NAME, new Argument('<file>', 'The file that snapshot export has written.')],
  run: async ({ control, args: [name = '', file = ''] }) => {
    const text = { type: FILE_TYPE, value: readText(file) };
    const made = await control.call({ method: 'PUT', path: pathOfFile(name), text });
    return { json: made, text: `Saved as ${name}.` };
  },
};

export const SNAPSHOT_COMMANDS: ControlGroup = {
  name: 'snapshot',
  summary: 'Save and restore states of the sandbox.',
  commands: { create, list, restore, delete: remove, export: exportFile, import: importFile },
};

function pathOfFile(name: string): string {
  return `/snapshots/${encodeURIComponent(name)}/file`;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw unusable(file, cause);
  }
}

function unusable(file: string, cause: unknown): StartError {
  const { code } = cause as NodeJS.ErrnoException;
  return new StartError(`The file ${file} cannot be used (${code}).`, { hint: 'Name another one.', cause });
}

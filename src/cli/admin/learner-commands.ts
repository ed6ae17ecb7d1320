/** `vivarium learner` */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Argument, Option } from 'commander';
import { StartError } from '../../lib/start-error.ts';
import { writeWhole } from '../../lib/write-whole.ts';
import type { LearnerData, LearnerErasure } from '../../library/admin-types.ts';
import type { AdminCommand, AdminGroup } from './admin-command.ts';

const LEARNER = new Argument('<learner>', 'User id, or user principal name.');
const TENANT = new Option('--tenant <tenant>', 'Id or domain name, where several tenants know the learner.');
const OWNER_ONLY = 0o600;

type AdminGiven = Parameters<AdminCommand['run']>[0];

const exportData: AdminCommand = {
  summary: 'Write all that is kept about a learner to a folder, as JSON and CSV.',
  args: [LEARNER, new Argument('<folder>', 'The folder to write to, made when it is missing.')],
  options: [TENANT],
  run: async (given) => {
    const data = await read(given);
    const folder = resolve(given.args[1] ?? '.');
    const { user, activities, assigned, signIns, journal } = data;
    const tables = { user: user === null ? [] : [user], activities, assigned, signIns };
    const files = [
      ['learner.json', `${JSON.stringify(data, null, 2)}\n`] as const,
      ...Object.entries(tables).map(([name, rows]) => [`${name}.csv`, formatCsv(rows)] as const),
    ];
    writeFiles(folder, files);
    const counts = `${activities.length} activities, ${signIns.length} sign-ins, ${journal.length} journal entries`;
    return {
      json: { folder, files: files.map(([name]) => name) },
      text: `Wrote what is kept about ${data.id} of ${data.tenant.domainName} to ${folder}: ${counts}.`,
    };
  },
};

const erase: AdminCommand = {
  summary: 'Erase all that is kept about a learner, also from the files of the database.',
  args: [LEARNER],
  options: [TENANT, new Option('--yes', 'Erase. Without it, the command only says what would go.')],
  run: async (given) => {
    const { admin, options, args } = given;
    if (options['yes'] !== true) return plan(await read(given));
    const path = `${pathOf(args[0])}/erase`;
    const json = { tenant: options['tenant'] };
    const done = (await admin.call({ method: 'POST', path, json })) as LearnerErasure;
    const counts = `${done.activities} activities, ${done.signIns} sign-ins, ${done.journal} journal entries`;
    return {
      json: done,
      text: [`Erased ${done.id} of ${done.tenant}: ${counts}. Backups are not changed.`, ...done.notices].join('\n'),
    };
  },
};

function plan({ id, tenant, user, activities, assigned, signIns, journal, snapshotRows }: LearnerData) {
  const counts = {
    user: user === null ? 0 : 1,
    activities: activities.length,
    assigned: assigned.length,
    signIns: signIns.length,
    journal: journal.length,
    snapshots: Object.values(snapshotRows).reduce((sum, rows) => sum + rows, 0),
  };
  const lines = Object.entries(counts).map(([name, count]) => `  ${name}: ${count}`);
  const text = [`Nothing was erased. With --yes, this goes of ${id} of ${tenant.domainName}:`, ...lines].join('\n');
  return { json: { id, tenant: tenant.domainName, ...counts }, text };
}

async function read({ admin, args, options }: AdminGiven): Promise<LearnerData> {
  const tenant = options['tenant'] as string | undefined;
  const query = tenant === undefined ? {} : { tenant };
  return (await admin.call({ path: pathOf(args[0]), query })) as LearnerData;
}

function pathOf(learner = ''): string {
  return `/learners/${encodeURIComponent(learner)}`;
}

function writeFiles(folder: string, files: readonly (readonly [name: string, text: string])[]): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [name, text] of files) writeWhole(join(folder, name), text, OWNER_ONLY);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StartError(`The folder ${folder} cannot be written (${code}).`, { hint: 'Name another one.', cause });
  }
}

/** As RFC 4180 has it. A list or an object is JSON in its field. */
function formatCsv(rows: readonly object[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => columns.map((column) => formatField((row as Record<string, unknown>)[column])));
  return [columns, ...lines].map((fields) => `${fields.join(',')}\r\n`).join('');
}

/** A text that a spreadsheet would take for a formula gets an apostrophe. */
function formatField(value: unknown): string {
  if (value === null || value === undefined) return '';
  const written = typeof value === 'string' ? value.replace(/^(?=[=+\-@\t\r])/, "'") : JSON.stringify(value);
  return /[",\r\n]/.test(written) ? `"${written.replaceAll('"', '""')}"` : written;
}

export const LEARNER_COMMANDS: AdminGroup = {
  name: 'learner',
  summary: 'Give out or erase what is kept about a learner.',
  commands: { export: exportData, erase },
};

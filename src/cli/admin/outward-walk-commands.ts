/** `vivarium sync diff` and `pull`, which page through the other side. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { Argument, Option } from 'commander';

import { StartError } from '../../lib/start-error.ts';
import { readWalk, WalkFailed } from '../../library/read-walk.ts';
import type { Walk } from '../../library/read-walk.ts';
import type { SyncDiffSummary, SyncDifference, SyncPulledItem, SyncPullSummary } from '../../library/sync-types.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { formatTable } from '../print-table.ts';
import type { AdminCommand } from './admin-command.ts';

const TARGET = new Argument('<target>', 'Its name in syncTargets.');
const REPORT = '--report <file>';
const walkPath = (target = '', what: string): string => `/sync/targets/${encodeURIComponent(target)}/${what}`;

export const diff: AdminCommand = {
  summary: 'Compare the record with the other side: what is only here, only there, or different.',
  args: [TARGET],
  options: [
    new Option('--repair', 'Send what is only here or different.'),
    new Option('--remove', 'Delete there what is only there. Others may have written it.'),
    new Option(REPORT, 'Write a line of JSON for each difference into the file.'),
  ],
  run: async ({ admin, args: [target], options }) => {
    const { repair = false, remove = false, report } = options as DiffFlags;
    const order = { method: 'POST', path: walkPath(target, 'diff'), json: { repair, remove } } as const;
    const { lines: shown, summary } = await walk<SyncDifference, SyncDiffSummary>(admin.stream(order), report);
    const { onlyHere, onlyThere, different } = summary;
    const text = [...formatDifferences(shown), describeSums(summary, repair)].join('\n');
    const exitCode = onlyHere + onlyThere + different > 0 ? EXIT_CODES.failure : EXIT_CODES.ok;
    return { json: { differences: shown, summary }, text, exitCode };
  },
};

interface DiffFlags {
  readonly repair?: boolean;
  readonly remove?: boolean;
  readonly report?: string;
}

function formatDifferences(differences: readonly SyncDifference[]): readonly string[] {
  if (differences.length === 0) return [];
  const rows = differences.map(({ what, kind, id, remoteId, externalId, properties }) => [
    ...[what, kind, id ?? remoteId ?? '', externalId ?? '', properties.join(' ')],
  ]);
  return formatTable([['WHAT', 'KIND', 'ID', 'EXTERNAL ID', 'PROPERTIES'], ...rows]);
}

function describeSums(
  { compared, onlyHere, onlyThere, different, waiting, isListed }: SyncDiffSummary,
  repair: boolean,
): string {
  const found = onlyHere + onlyThere + different;
  return [
    `Compared ${compared}: ${found === 0 ? 'no difference' : `only here ${onlyHere}, only there ${onlyThere}, different ${different}`}.`,
    ...(waiting > 0 ? [`${waiting} wait to be sent and were not compared.`] : []),
    ...(isListed ? [] : ['The other side does not list activities: items that exist only there were not found.']),
    ...(repair && onlyHere + different > 0 ? ['What is only here or different will be sent.'] : []),
  ].join('\n');
}

export const pull: AdminCommand = {
  summary: 'Read in the contents and activities that others wrote on the other side.',
  args: [TARGET],
  options: [
    new Option('--dry-run', 'Only say what would be read in.'),
    new Option(REPORT, 'Write a line of JSON for each item into the file.'),
  ],
  run: async ({ admin, args: [target], options }) => {
    const { dryRun = false, report } = options as { readonly dryRun?: boolean; readonly report?: string };
    const order = { method: 'POST', path: walkPath(target, 'pull'), json: { isDryRun: dryRun } } as const;
    const { lines, summary } = await walk<SyncPulledItem, SyncPullSummary>(admin.stream(order), report);
    const rows = lines.map(({ outcome, kind, externalId, remoteId, why }) => [
      ...[outcome, kind, externalId ?? '', remoteId, why ?? ''],
    ]);
    const table =
      rows.length === 0 ? [] : formatTable([['OUTCOME', 'KIND', 'EXTERNAL ID', 'ID THERE', 'WHY'], ...rows]);
    const { created, updated, unchanged, skipped, refused } = summary;
    const sums = `Created ${created}, updated ${updated}, unchanged ${unchanged}, left alone ${skipped}, refused ${refused}.`;
    const text = [...table, dryRun ? `Nothing was stored. ${sums}` : sums].join('\n');
    return { json: { items: lines, summary }, text, exitCode: refused > 0 ? EXIT_CODES.failure : EXIT_CODES.ok };
  },
};

/** Lines go into the report, where there is one, and else to who asks. @throws StartError when the other side fails */
async function walk<Line, Sums>(
  parts: AsyncIterable<Uint8Array>,
  report: string | undefined,
): Promise<Walk<Line, Sums>> {
  const file = report === undefined ? undefined : openSync(report, 'w');
  const keep = file === undefined ? undefined : (line: string) => void writeSync(file, `${line}\n`);
  try {
    return await readWalk<Line, Sums>(parts, keep);
  } catch (cause) {
    throw cause instanceof WalkFailed ? new StartError(cause.message, { cause }) : cause;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

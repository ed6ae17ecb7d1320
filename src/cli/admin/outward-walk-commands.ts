/** `vivarium sync diff` and `pull`, which page through the other side. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { Argument, Option } from 'commander';

import { StartError } from '../../lib/start-error.ts';
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
    const { lines: shown, summary } = await walk<SyncDifference, DiffSums>(admin.stream(order), report);
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

interface SyncDifference {
  readonly kind: string;
  readonly what: string;
  readonly id: string | null;
  readonly remoteId: string | null;
  readonly externalId: string | null;
  readonly properties: readonly string[];
}

interface DiffSums {
  readonly compared: number;
  readonly onlyHere: number;
  readonly onlyThere: number;
  readonly different: number;
  readonly waiting: number;
  readonly isListed: boolean;
}

async function* linesOf(parts: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of parts) {
    const lines = `${rest}${decoder.decode(part, { stream: true })}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function formatDifferences(differences: readonly SyncDifference[]): readonly string[] {
  if (differences.length === 0) return [];
  const rows = differences.map(({ what, kind, id, remoteId, externalId, properties }) => [
    ...[what, kind, id ?? remoteId ?? '', externalId ?? '', properties.join(' ')],
  ]);
  return formatTable([['WHAT', 'KIND', 'ID', 'EXTERNAL ID', 'PROPERTIES'], ...rows]);
}

function describeSums(
  { compared, onlyHere, onlyThere, different, waiting, isListed }: DiffSums,
  repair: boolean,
): string {
  const found = onlyHere + onlyThere + different;
  return [
    `Compared ${compared}: ${found === 0 ? 'no difference' : `only here ${onlyHere}, only there ${onlyThere}, different ${different}`}.`,
    ...(waiting > 0 ? [`${waiting} wait to be sent and were not compared.`] : []),
    ...(isListed ? [] : ['The other side gives no list of activities: what is only there is not known.']),
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
    const { lines, summary } = await walk<PulledItem, PullSums>(admin.stream(order), report);
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

interface PulledItem {
  readonly outcome: string;
  readonly kind: string;
  readonly externalId?: string;
  readonly remoteId: string;
  readonly why?: string;
}

interface PullSums {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly refused: number;
}

/** Lines go into the report, where there is one, and else to who asks. @throws StartError when the other side fails */
async function walk<Line, Sums>(
  parts: AsyncIterable<Uint8Array>,
  report: string | undefined,
): Promise<{ readonly lines: readonly Line[]; readonly summary: Sums }> {
  const file = report === undefined ? undefined : openSync(report, 'w');
  const lines: Line[] = [];
  let summary: Sums | undefined;
  try {
    for await (const line of linesOf(parts)) {
      const found = JSON.parse(line) as { readonly summary?: Sums; readonly error?: string };
      if (found.error !== undefined) throw new StartError(found.error);
      if (found.summary !== undefined) ({ summary } = found);
      else if (file !== undefined) writeSync(file, `${line}\n`);
      else lines.push(found as Line);
    }
  } finally {
    if (file !== undefined) closeSync(file);
  }
  if (summary === undefined) throw new StartError('The answer was broken off.');
  return { lines, summary };
}

/** An import: begun with what rows are and how they are read, and found again when it was interrupted. */
import { hash } from 'node:crypto';

import type { Tenant } from '../model/directory.ts';
import type { ImportJob } from '../store/import-job-store.ts';
import type { BulkKind, BulkKindName, BulkTools } from './bulk-kind.ts';
import { ACTIVITY_KIND } from './activities.ts';
import { CONTENT_KIND } from './contents.ts';
import { compileMapping } from './mapping.ts';
import type { CompiledMapping } from './mapping.ts';
import type { Mapping } from './mapping-schema.ts';
import { OUTCOMES } from './outcome.ts';
import type { RowOutcome, RowError, RowResult } from './outcome.ts';
import type { BulkFormat } from './records.ts';
import { USER_KIND } from './users.ts';

/** What an import is begun with. */
export interface ImportSettings {
  /** Of the file, for those who look at the list. */
  readonly name: string | null;
  readonly mapping: Mapping;
  readonly format: BulkFormat;
  /** Of rows that name none. */
  readonly provider: string | null;
  readonly isDryRun: boolean;
  readonly isAllOrNothing: boolean;
}

export interface ImportOrder {
  readonly settings: ImportSettings;
  /** What tells the file from others, so that an import of it can go on; without it each import is a new one. */
  readonly source: string | undefined;
}

/** What became of the rows of the part that was sent last: a letter each, by its place in `OUTCOMES`, and where it stands. */
export interface ImportTail {
  /** Rows before it. */
  readonly from: number;
  readonly lines: readonly number[];
  readonly letters: string;
  readonly errors: Readonly<Record<number, RowError>>;
}

export const NO_COUNTS: Readonly<Record<string, number>> = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0]));
export const NO_TAIL: ImportTail = { from: 0, lines: [], letters: '', errors: {} };

/** The import that was begun so and has not ended, or a new one. @throws MappingError */
export async function beginImport(
  { jobs, directory, newId }: BulkTools,
  tenant: Tenant,
  order: ImportOrder,
  compile: (settings: ImportSettings) => unknown,
): Promise<{ readonly job: ImportJob; readonly isContinued: boolean }> {
  const { settings, source } = order;
  compile(settings);
  const id = newId();
  const fingerprint = source === undefined ? id : hash('sha256', JSON.stringify([settings, source]), 'base64url');
  const known = source === undefined ? undefined : await jobs.findOpen(tenant, fingerprint);
  if (known !== undefined) return { job: known, isContinued: known.doneRows > 0 };
  const now = directory.clock.now();
  const fresh = { id, fingerprint, state: 'open', settings, doneRows: 0, counts: NO_COUNTS, tail: NO_TAIL } as const;
  const job: ImportJob = { ...fresh, createdAt: now, changedAt: now };
  await jobs.insert(tenant, job);
  return { job, isContinued: false };
}

export function settingsOf({ settings }: ImportJob): ImportSettings {
  return settings as ImportSettings;
}

/** The job behind rows of a part. */
export function movedOn(job: ImportJob, results: readonly RowResult[], now: number): ImportJob {
  const counts: Record<string, number> = { ...job.counts };
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const tail = job.tail as ImportTail;
  const errors = results.flatMap(({ error }, index) =>
    error === undefined ? [] : [[tail.letters.length + index, error]],
  );
  return {
    ...job,
    doneRows: job.doneRows + results.length,
    counts,
    tail: {
      from: tail.from,
      lines: [...tail.lines, ...results.map(({ line }) => line)],
      letters: tail.letters + results.map(({ outcome }) => OUTCOMES.indexOf(outcome)).join(''),
      errors: { ...tail.errors, ...(Object.fromEntries(errors) as ImportTail['errors']) },
    },
    changedAt: now,
  };
}

/** The job at the begin of a part. */
export function atPart(job: ImportJob): ImportJob {
  return { ...job, tail: { ...NO_TAIL, from: job.doneRows } };
}

/** What became of the rows of the part that was sent last, for a reader who lost the answer. */
export function tailResults({ tail }: ImportJob): { readonly from: number; readonly results: readonly RowResult[] } {
  const { from, lines, letters, errors } = tail as ImportTail;
  const results = lines.map((line, index) => {
    const outcome = OUTCOMES[Number(letters[index])] as RowOutcome;
    const error = errors[index];
    return { line, outcome, ...(error !== undefined && { error }) };
  });
  return { from, results };
}

/** A kind with the mapping that makes its rows. */
export interface OpenKind {
  readonly kind: BulkKind<unknown, unknown>;
  readonly mapping: CompiledMapping<unknown>;
}

const KINDS = { activities: ACTIVITY_KIND, contents: CONTENT_KIND, users: USER_KIND } as const satisfies Readonly<
  Record<BulkKindName, unknown>
>;

/** @throws MappingError */
export function openKind({ reading }: Pick<BulkTools, 'reading'>, settings: ImportSettings): OpenKind {
  const { mapping, format, provider } = settings;
  const rules = { schema: reading.protocol.schema, isText: format === 'csv', provider: provider ?? undefined };
  // The rows of a mapping are those of its kind.
  return {
    kind: KINDS[mapping.kind],
    mapping: compileMapping(mapping, rules),
  };
}

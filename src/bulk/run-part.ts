/**
 * Rows of a part of a file into the database, a few hundred in a transaction, together with how far the import has come:
 * so an import that was killed goes on behind the last row that was stored, and tells the same as one that was not.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

import { Unavailable } from '../lib/unavailable.ts';
import type { Tenant } from '../model/directory.ts';
import type { Origin } from '../store/changes/change.ts';
import type { ImportJob } from '../store/import-job-store.ts';
import type { BulkTools } from './bulk-kind.ts';
import { atPart, movedOn } from './import-job.ts';
import type { ImportSettings, OpenKind } from './import-job.ts';
import type { MappedRow } from './mapping.ts';
import { RowRefusal, rowErrorOf } from './outcome.ts';
import type { RowError, RowResult } from './outcome.ts';
import type { BulkRow } from './read-rows.ts';

export interface PartRun {
  readonly tools: BulkTools;
  readonly tenant: Tenant;
  readonly origin: Origin;
  readonly settings: ImportSettings;
  readonly open: OpenKind;
}

export interface PartOutcome {
  readonly job: ImportJob;
  readonly results: readonly RowResult[];
}

/** Another process has moved the import on meanwhile. */
export class ImportMoved extends Error {
  override readonly name = 'ImportMoved';
}

/** More of them hold the event loop longer at a time, fewer take more commits. */
const CHUNK_ROWS = 500;
/** Of a chunk, so many are judged before other requests have a turn. */
const SLICE_ROWS = 50;
const MAX_ATTEMPTS = 5;

interface Candidate {
  readonly line: number;
  readonly mapped: MappedRow<unknown>;
}

/** @throws ImportMoved, Unavailable; what was stored before stays, and the job says how much it is */
export async function runPart(run: PartRun, job: ImportJob, rows: Iterable<BulkRow>): Promise<PartOutcome> {
  const candidates = mapRows(run, rows);
  if (run.settings.isAllOrNothing) return storeAll(run, atPart(job), [...candidates]);
  const results: RowResult[] = [];
  let storing: Promise<StoredChunk> = Promise.resolve({ job: atPart(job), results: [], isAsJudged: true });
  let last: JudgedChunk | undefined;
  for (const chunk of chunksOf(run, candidates)) {
    // Where the database works elsewhere, a chunk is judged while the one before is stored, unless they share a record.
    const isAhead = run.tools.bulk.isElsewhere && last?.chunk.keys.isDisjointFrom(chunk.keys) !== false;
    const [stored, ahead] = await settled(storing, isAhead ? judgeAll(run, chunk, last) : undefined);
    results.push(...stored.results);
    const judged = ahead !== undefined && stored.isAsJudged ? ahead : await judgeAll(run, chunk);
    storing = storeChunk(run, stored.job, judged);
    last = judged;
  }
  const stored = await storing;
  results.push(...stored.results);
  return { job: stored.job, results };
}

/** The first to fail does not leave the other one to itself. */
async function settled<One, Other>(
  one: Promise<One>,
  other: Promise<Other> | undefined,
): Promise<[One, Other | undefined]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

/** One after the other: rows that wait for their turn as texts cost the garbage collector little. */
function* mapRows({ open: { mapping } }: PartRun, rows: Iterable<BulkRow>): Generator<Candidate> {
  for (const row of rows) yield { line: row.line, mapped: mapping.map(row) };
}

/** No two of its rows are about the same record: what the one stores, the other is to be judged by. */
interface Chunk {
  readonly candidates: readonly Candidate[];
  /** Of its records. */
  readonly keys: ReadonlySet<string>;
}

function* chunksOf({ open: { kind } }: PartRun, candidates: Iterable<Candidate>): Generator<Chunk> {
  let [chunk, keys] = [[] as Candidate[], new Set<string>()];
  for (const candidate of candidates) {
    const { mapped } = candidate;
    const own = mapped.kind === 'row' ? kind.keysOf(mapped.row) : [];
    if (chunk.length === CHUNK_ROWS || own.some((key) => keys.has(key))) {
      yield { candidates: chunk, keys };
      [chunk, keys] = [[], new Set()];
    }
    chunk.push(candidate);
    for (const key of own) keys.add(key);
  }
  if (chunk.length > 0) yield { candidates: chunk, keys };
}

interface StoredChunk extends PartOutcome {
  /** What comes next may have been judged by it before it was stored. */
  readonly isAsJudged: boolean;
}

async function storeChunk(run: PartRun, job: ImportJob, judged: JudgedChunk): Promise<StoredChunk> {
  const { chunk, unit, results } = judged;
  const next = movedOn(job, results, run.tools.directory.clock.now());
  if ((await commit(run, unit, { job, next })) === 'done') return { job: next, results, isAsJudged: true };
  await checkMoved(run, job);
  // Something that the rows were judged by has changed meanwhile: one of them at a time, the others are not held up.
  return { ...(await storeEach(run, job, chunk.candidates)), isAsJudged: false };
}

async function storeEach(run: PartRun, job: ImportJob, candidates: readonly Candidate[]): Promise<PartOutcome> {
  let current = job;
  const results: RowResult[] = [];
  for (const candidate of candidates) {
    const stored = await storeOne(run, current, candidate);
    current = stored.job;
    results.push(...stored.results);
  }
  return { job: current, results };
}

async function storeOne(run: PartRun, job: ImportJob, candidate: Candidate): Promise<PartOutcome> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const { unit, results } = await judgeAll(run, { candidates: [candidate], keys: new Set() });
    const next = movedOn(job, results, run.tools.directory.clock.now());
    if ((await commit(run, unit, { job, next })) === 'done') return { job: next, results };
    await checkMoved(run, job);
  }
  return refuseConflict(run, job, candidate);
}

/** Others write the same record again and again, or it cannot be stored beside another one. */
async function refuseConflict(run: PartRun, job: ImportJob, { line, mapped }: Candidate): Promise<PartOutcome> {
  if (mapped.kind !== 'row') throw new Unavailable('Other writes came first again and again.');
  const results = [{ line, outcome: 'refused', error: rowErrorOf(run.open.kind.conflictOf(mapped.row)) }] as const;
  const next = movedOn(job, results, run.tools.directory.clock.now());
  const kind = await commit(run, run.tools.bulk.openUnit(run.origin), { job, next });
  if (kind !== 'done') throw new ImportMoved();
  return { job: next, results };
}

type Unit = ReturnType<BulkTools['bulk']['openUnit']>;

async function commit(
  { tools, tenant, settings, origin }: PartRun,
  unit: Unit,
  { job, next }: { readonly job: ImportJob; readonly next: ImportJob },
): Promise<'done' | 'refused' | 'notUnique'> {
  const stored = settings.isDryRun ? tools.bulk.openUnit(origin) : unit;
  const { kind } = await stored.commit([tools.jobs.move(tenant, job, next)]);
  if (kind === 'done' && !settings.isDryRun && settings.mapping.kind === 'users') tools.directory.forgetCallers();
  return kind;
}

async function checkMoved({ tools, tenant }: PartRun, job: ImportJob): Promise<void> {
  const found = await tools.jobs.find(tenant, job.id);
  if (found?.state !== 'open' || found.doneRows !== job.doneRows) throw new ImportMoved();
}

interface JudgedChunk {
  readonly chunk: Chunk;
  readonly unit: Unit;
  /** That the rows were judged by. */
  readonly facts: unknown;
  readonly results: readonly RowResult[];
}

/** @param last a chunk that is about to be stored, where this one is judged ahead */
async function judgeAll(
  { tools, tenant, origin, open: { kind } }: PartRun,
  chunk: Chunk,
  last?: JudgedChunk,
): Promise<JudgedChunk> {
  const { candidates } = chunk;
  const unit = tools.bulk.openUnit(origin);
  const scope = { tools, tenant };
  const rows = candidates.flatMap(({ mapped }) => (mapped.kind === 'row' ? [mapped.row] : []));
  const facts = rows.length === 0 ? undefined : await kind.readFacts(scope, rows, last?.facts);
  const results: RowResult[] = [];
  for (const { line, mapped } of candidates) {
    if (results.length % SLICE_ROWS === SLICE_ROWS - 1) await nextTurn();
    if (mapped.kind === 'skipped') results.push({ line, outcome: 'skipped' });
    else if (mapped.kind === 'refused') results.push({ line, outcome: 'refused', error: mapped.error });
    else {
      try {
        const judged = unit.run(kind.judge(scope, mapped.row, facts));
        results.push({ line, outcome: judged instanceof Promise ? await judged : judged });
      } catch (error) {
        const isSkipped = error instanceof RowRefusal && mapped.skipsUnknown?.has(error.row) === true;
        results.push(isSkipped ? { line, outcome: 'skipped' } : { line, outcome: 'refused', error: rowErrorOf(error) });
      }
    }
  }
  return { chunk, unit, facts, results };
}

/** All rows in one transaction, or none when one of them is refused. */
async function storeAll(run: PartRun, job: ImportJob, candidates: readonly Candidate[]): Promise<PartOutcome> {
  const seen = new Set<string>();
  const once = candidates.map((candidate) => onlyOnce(run, seen, candidate));
  const { unit, results } = await judgeAll(run, { candidates: once, keys: seen });
  const isRefused = results.some(({ outcome }) => outcome === 'refused');
  const told = isRefused ? results.map(withoutEffect) : results;
  const moved = movedOn(job, told, run.tools.directory.clock.now());
  const next: ImportJob = isRefused ? { ...moved, state: 'refused' } : moved;
  const stored = isRefused ? run.tools.bulk.openUnit(run.origin) : unit;
  const kind = await commit(run, stored, { job, next });
  if (kind === 'done') return { job: next, results: told };
  await checkMoved(run, job);
  throw new Unavailable('Another write came first, and nothing was stored.');
}

function withoutEffect({ line, outcome, error }: RowResult): RowResult {
  return outcome === 'created' || outcome === 'updated' || outcome === 'removed'
    ? { line, outcome: 'notDone' }
    : { line, outcome, ...(error && { error }) };
}

/** Rows are judged by what is stored, where none of them is yet. */
function onlyOnce({ open: { kind } }: PartRun, seen: Set<string>, candidate: Candidate): Candidate {
  if (candidate.mapped.kind !== 'row') return candidate;
  const keys = kind.keysOf(candidate.mapped.row);
  const isRepeated = keys.some((key) => seen.has(key));
  for (const key of keys) seen.add(key);
  if (!isRepeated) return candidate;
  const error: RowError = rowErrorOf(new RowRefusal('rowRepeated'));
  return { line: candidate.line, mapped: { kind: 'refused', error } };
}

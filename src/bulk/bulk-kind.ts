/** What an import knows of one kind of records: how rows are found again, and what becomes of each. */
import type { Directory } from '../directory/directory.ts';
import type { BodyReading } from '../graph/entity-input.ts';
import type { ActivityGuid } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import type { BulkStore } from '../store/bulk-store.ts';
import type { ImportJobStore } from '../store/import-job-store.ts';
import type { LearningStore } from '../store/learning-store.ts';
import type { Work } from '../store/work.ts';
import type { RowOutcome } from './outcome.ts';

export const BULK_KINDS = ['activities', 'contents', 'users'] as const;
export type BulkKindName = (typeof BULK_KINDS)[number];

/** What imports work with. */
export interface BulkTools {
  readonly bulk: BulkStore;
  readonly jobs: ImportJobStore;
  readonly store: LearningStore;
  readonly directory: Directory;
  /** The rules of bodies. */
  readonly reading: BodyReading;
  /** A fresh GUID for a content or a job. */
  newId(): string;
  newActivityGuid(): ActivityGuid;
}

export interface BulkScope {
  readonly tools: BulkTools;
  readonly tenant: Tenant;
}

export interface BulkKind<Row, Facts> {
  /** What the row is found by: rows that share one are about the same record. */
  keysOf(row: Row): readonly string[];
  /** What judging the rows takes, in as few reads as there can be. @param pending of rows whose writes may not be stored yet */
  readFacts(scope: BulkScope, rows: readonly Row[], pending?: Facts): Promise<Facts>;
  /** Stores the row, if anything is new in it. @throws RowRefusal, GraphError */
  judge(scope: BulkScope, row: Row, facts: Facts): Work<RowOutcome>;
  /** The refusal of a row that another writer's came before, again and again. */
  conflictOf(row: Row): Error;
}

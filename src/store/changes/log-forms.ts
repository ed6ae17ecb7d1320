/** The two forms in which changes are kept, as statements of PostgreSQL that take them as JSON, in one parameter. */
import type { Params, Statement, Write } from '../connection.ts';
import { SET_KEY } from '../postgres-sets.ts';
import { headAfter, segmentAfter } from './chain.ts';
import type { ChainKey, Head, Segment } from './chain.ts';
import { insertSegment, segmentParams } from './log-statements.ts';
import { headAfterNotes, insertNotes, insertNotesParams, notesAfter, writeNotes } from './notes.ts';
import type { Draft, LogRecord } from './record.ts';

export interface LogForm {
  after(head: Head, drafts: readonly Draft[]): Segment;
  /** The head behind a segment, of which these records were stored. */
  headAfter(segment: Segment, stored: readonly LogRecord[], key: ChainKey): Head;
  /** What stores a segment by itself, behind other statements of its transaction. */
  writes(segment: Segment): readonly Pick<Write, 'statement' | 'params'>[];
  /** A statement, with a segment of one unit that is stored when it has changed a row; gives a row for each that it changed. */
  withChange(statement: Statement): Statement;
  /** A statement for many; of the segment what belongs to the items is stored whose {@link SET_KEY} it returns. */
  withChanges(statement: Statement): Statement;
  /** What these two take. */
  params(segment: Segment): Params;
}

const INSERT_SEGMENT: Statement = { name: 'changeLog insertSegment', sql: insertSegment('') };

/** A record of the audit trail each. */
export const RECORDS: LogForm = {
  after: segmentAfter,
  headAfter,
  writes: (segment) => [{ statement: INSERT_SEGMENT, params: RECORDS.params(segment) }],
  params: ({ head, records }) => segmentParams(records, head.link),
  ...statementsOf(insertSegment),
};

/** The changes of a transaction as one note. */
export const NOTES: LogForm = {
  after: notesAfter,
  headAfter: headAfterNotes,
  writes: writeNotes,
  params: insertNotesParams,
  ...statementsOf(insertNotes),
};

/** @param insert the text that inserts those changes which a source of rows leaves in `r` */
function statementsOf(insert: (source: string) => string) {
  return {
    withChange: remembered(
      (sql) => `
with done as (${sql} returning 1),
logged as (${insert('where exists (select 1 from done)')})
select 1 from done`,
    ),
    withChanges: remembered(
      (sql) => `
with done as (${sql}),
logged as (${insert(`join done on done.${SET_KEY} = r."itemId"`)})
select ${SET_KEY} from done`,
    ),
  };
}

/** Keyed weakly: a statement that is garbage collected takes what is made of it along. */
function remembered(make: (sql: string) => string): (statement: Statement) => Statement {
  const known = new WeakMap<Statement, Statement>();
  return (statement) => {
    const made = known.get(statement) ?? { name: statement.name, sql: make(statement.sql) };
    known.set(statement, made);
    return made;
  };
}

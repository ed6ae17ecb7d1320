/** The change log of a connection to SQLite: each group of units that is committed is a segment in each of its tenants. */
import { systemClock } from '../../lib/clock.ts';
import type { LoggedUnit, Params, Row, Statement, Taken } from '../connection.ts';
import { sqliteDialect } from '../dialect.ts';
import { withTaken } from './change.ts';
import type { Logged } from './change.ts';
import { byTenant, firstLinkOf, headAfter, linkOf, REGISTER, segmentAfter } from './chain.ts';
import type { ChainKey, Head, Segment } from './chain.ts';
import type { CommitListener } from './commit-signal.ts';
import { logStatements, readRecord, recordParams } from './log-statements.ts';
import { headAfterNotes, noteOf, notesAfter, writeNotes } from './notes.ts';
import { draftOf } from './record.ts';
import type { Detail, Draft } from './record.ts';
import { openingDraft } from './register.ts';

export interface ChangeLogOptions {
  /** `notes`: no audit trail, only what followers need. */
  readonly detail: Detail | 'notes';
  readonly key: ChainKey;
}

/** Statements within the transaction that is open. */
export interface OpenTransaction {
  read(statement: Statement, params: Params): readonly Row[];
  run(statement: Statement, params: Params): void;
}

export interface SqliteLog {
  /** With the changes of the rows that a unit is about to take along. */
  complete(logged: LoggedUnit, transaction: OpenTransaction): Logged;
  /** Stores the changes of units that are done, in their order, within their transaction. */
  append(done: readonly Logged[], transaction: OpenTransaction): void;
  /** To be called when that transaction is committed, or is not. */
  settle(isCommitted: boolean): void;
  /** Ends of the chains that this connection writes; of notes there is nothing to prove. */
  heads(): readonly Head[];
}

/** What a record says of its segment that is not its first. */
const NOT_FIRST = { previousLink: null, size: null } as const;

/** @param committed is called for each tenant whose changes are stored */
export function createSqliteLog({ detail, key }: ChangeLogOptions, committed: CommitListener): SqliteLog {
  const heads = new Map<number, Head>();
  let pending: Head[] = [];

  const store = ({ head, records }: Segment, { run }: OpenTransaction): void => {
    const [first] = records;
    for (const record of records) {
      const segment = record === first ? { previousLink: head.link, size: records.length } : NOT_FIRST;
      run(logStatements.insert, recordParams(record, segment, sqliteDialect));
    }
  };

  const openChain = (tenantKey: number, transaction: OpenTransaction): Head => {
    const [row] = transaction.read(logStatements.last, { tenant_id: tenantKey, chain: REGISTER });
    const register = registerHead(tenantKey, row, key);
    const segment = segmentAfter(register, [openingDraft(tenantKey, key !== undefined)]);
    store(segment, transaction);
    const [{ place, recordHash }] = segment.records as [Segment['records'][number]];
    return { tenantKey, chain: place, place: 0, link: recordHash };
  };

  const appendAfter = (head: Head, drafts: readonly Draft[], transaction: OpenTransaction): Head => {
    if (detail === 'notes') {
      const notes = notesAfter(head, drafts);
      for (const { statement, params } of writeNotes(notes)) transaction.run(statement, params);
      return headAfterNotes(notes);
    }
    const segment = segmentAfter(head, drafts);
    store(segment, transaction);
    return headAfter(segment, segment.records, key);
  };

  return {
    complete: (logged, { read }) => {
      const changesOf = ({ statement, params, changeOf }: Taken) =>
        read(statement, params).flatMap((row) => changeOf(row) ?? []);
      return withTaken(logged, (logged.taken ?? []).flatMap(changesOf));
    },
    append: (done, transaction) => {
      for (const [tenantKey, drafts] of byTenant(draftsOf(done, detail))) {
        const head = heads.get(tenantKey) ?? openChain(tenantKey, transaction);
        pending.push(appendAfter(head, drafts, transaction));
      }
    },
    settle: (isCommitted) => {
      for (const head of pending) {
        // Whether a COMMIT that failed has stored the segment is not always known: its chain is left as it is.
        if (isCommitted) heads.set(head.tenantKey, head);
        else heads.delete(head.tenantKey);
      }
      const settled = pending;
      pending = [];
      if (isCommitted) for (const { tenantKey } of settled) committed(tenantKey);
    },
    heads: () => (detail === 'notes' ? [] : [...heads.values()]),
  };
}

export function draftsOf(done: readonly Logged[], detail: ChangeLogOptions['detail']): readonly Draft[] {
  const now = systemClock.now();
  const drafts: Draft[] = [];
  for (const { changes, origin } of done) {
    for (const change of changes)
      drafts.push(detail === 'notes' ? noteOf(change, origin, now) : draftOf(change, origin, { detail, now }));
  }
  return drafts;
}

/** The end of a register, whose segments are single records, from its last one. */
export function registerHead(tenantKey: number, row: Row | undefined, key: ChainKey): Head {
  if (row === undefined) return { tenantKey, chain: REGISTER, place: 0, link: firstLinkOf(tenantKey) };
  const { place, previousLink, recordHash } = readRecord(row, sqliteDialect);
  return { tenantKey, chain: REGISTER, place, link: linkOf(previousLink ?? '', [recordHash], key) };
}

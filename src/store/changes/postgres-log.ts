/**
 * The change log of a pool of connections: each statement or transaction that changes something has a chain for itself as
 * long as it runs. There are as many chains as have run at once in a tenant, and a new one in place of each whose end is
 * in doubt.
 */
import type { Params, Row, Statement } from '../connection.ts';
import type { Logged } from './change.ts';
import { byTenant, REGISTER, segmentAfter } from './chain.ts';
import type { Head, Segment } from './chain.ts';
import type { CommitListener } from './commit-signal.ts';
import { NOTES, RECORDS } from './log-forms.ts';
import type { LogForm } from './log-forms.ts';
import { CLAIM_RECORD, logStatements, segmentParams } from './log-statements.ts';
import type { LogRecord } from './record.ts';
import { openingDraft } from './register.ts';
import { draftsOf, registerHead } from './sqlite-log.ts';
import type { ChangeLogOptions } from './sqlite-log.ts';

/** Runs one statement by itself. */
export type Ask = (statement: Statement, params: Params) => Promise<readonly Row[]>;

export interface Outcome<Result> {
  readonly result: Result;
  /** Whether a record of a segment is stored. */
  isStored(record: LogRecord): boolean;
}

export interface PostgresLog {
  readonly form: LogForm;
  /**
   * Runs work that stores a segment in each tenant that has changes. When it throws, its chains are not used again: what
   * it stored is not known.
   */
  write<Result>(
    ask: Ask,
    logged: readonly Logged[],
    work: (segments: readonly Segment[]) => Promise<Outcome<Result>>,
  ): Promise<Result>;
  heads(): readonly Head[];
}

const MAX_ATTEMPTS = 20;

/** @param committed is called for each tenant whose changes are stored */
export function createPostgresLog({ detail, key }: ChangeLogOptions, committed: CommitListener): PostgresLog {
  const form = detail === 'notes' ? NOTES : RECORDS;
  /** Of chains that nothing writes at present, by tenant. */
  const free = new Map<number, Head[]>();
  /** By tenant and chain, of those that are in use as well. */
  const known = new Map<string, Head>();
  const nameOf = ({ tenantKey, chain }: Head) => `${tenantKey}/${chain}`;

  const give = (head: Head): void => {
    known.set(nameOf(head), head);
    const heads = free.get(head.tenantKey);
    if (heads === undefined) free.set(head.tenantKey, [head]);
    else heads.push(head);
  };

  const openChain = async (ask: Ask, tenantKey: number): Promise<Head> => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const [last] = await ask(logStatements.last, { tenant_id: tenantKey, chain: REGISTER });
      const register = registerHead(tenantKey, last, key);
      const { records } = segmentAfter(register, [openingDraft(tenantKey, key !== undefined)]);
      const [claimed] = await ask(CLAIM_RECORD, segmentParams(records, register.link));
      const [{ place, recordHash }] = records as readonly [LogRecord];
      if (claimed !== undefined) return { tenantKey, chain: place, place: 0, link: recordHash };
    }
    throw new Error('No chain of the change log could be opened: others came first again and again.');
  };

  return {
    form,
    write: async (ask, logged, work) => {
      const segments: Segment[] = [];
      try {
        for (const [tenantKey, drafts] of byTenant(draftsOf(logged, detail))) {
          segments.push(form.after(free.get(tenantKey)?.pop() ?? (await openChain(ask, tenantKey)), drafts));
        }
        const { result, isStored } = await work(segments);
        for (const segment of segments) {
          const stored = segment.records.filter(isStored);
          give(form.headAfter(segment, stored, key));
          if (stored.length > 0) committed(segment.head.tenantKey);
        }
        return result;
      } catch (error) {
        for (const { head } of segments) known.delete(nameOf(head));
        throw error;
      }
    },
    heads: () => (detail === 'notes' ? [] : [...known.values()]),
  };
}

/**
 * Chains of records. Each writer, which is a connection that runs one transaction at a time, has a chain of its own in each
 * tenant, so that no write waits for another's link. The records of one transaction are a segment. Its first record carries
 * the link of the segment before, made of that one's link and the hashes of its records, and the number of its own records;
 * the link of the last segment is in no row yet: it is in the writer's memory, and in the heads that are noted.
 *
 * Chain 0 of a tenant is its register, written by all, seldom: a chain is called by the place of the record in the register
 * that opens it, and begins with that record's hash.
 */
import { createHmac, hash } from 'node:crypto';

import type { Draft, LogRecord } from './record.ts';
import { placed } from './record.ts';

/** Of at least 32 bytes, kept outside of the database: who lacks it cannot make links. */
export type ChainKey = Uint8Array | undefined;

export const REGISTER = 0;

/** What the register of a tenant begins with. */
export function firstLinkOf(tenantKey: number): string {
  return hash('sha256', `change log of tenant ${tenantKey}`, 'base64url');
}

/** The link of a segment. */
export function linkOf(previous: string, recordHashes: readonly string[], key: ChainKey): string {
  const text = [previous, ...recordHashes].join(' ');
  return key === undefined
    ? hash('sha256', text, 'base64url')
    : createHmac('sha256', key).update(text).digest('base64url');
}

/** The end of a chain, as its writer knows it. */
export interface Head {
  readonly tenantKey: number;
  readonly chain: number;
  /** Of the last record, or one that was tried. */
  readonly place: number;
  /** Of the last segment. */
  readonly link: string;
}

/** Records that are to be one segment, and the link that the first of them carries. */
export interface Segment {
  readonly head: Head;
  readonly records: readonly LogRecord[];
}

export function segmentAfter(head: Head, drafts: readonly Draft[]): Segment {
  const { chain } = head;
  return { head, records: drafts.map((draft, index) => placed(draft, { chain, place: head.place + index + 1 })) };
}

/** The head behind a segment, of which these records were stored. */
export function headAfter({ head, records }: Segment, stored: readonly LogRecord[], key: ChainKey): Head {
  const place = head.place + records.length;
  if (stored.length === 0) return { ...head, place };
  return {
    ...head,
    place,
    link: linkOf(
      head.link,
      stored.map(({ recordHash }) => recordHash),
      key,
    ),
  };
}

export function byTenant(drafts: readonly Draft[]): ReadonlyMap<number, readonly Draft[]> {
  const [first] = drafts;
  if (first === undefined) return new Map();
  const isOne = drafts.every(({ tenantKey }) => tenantKey === first.tenantKey);
  return isOne ? new Map([[first.tenantKey, drafts]]) : Map.groupBy(drafts, ({ tenantKey }) => tenantKey);
}

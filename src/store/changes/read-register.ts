/** What the register of a tenant says, gathered from its records in their order. */
import { erasureOf, readable } from './record.ts';
import type { LogRecord } from './record.ts';
import { REGISTER_OPERATIONS } from './register.ts';

/** Of one chain. */
export interface ChainFacts {
  /** What its first segment carries: the hash of the record that opened it. */
  readonly firstLink: string;
  readonly isKeyed: boolean;
  /** Links that it must have come to, as its writer noted them, each with its place. */
  readonly heads: Map<string, number>;
  /** What retention has removed: the last place, and the link behind it. */
  cut: { readonly place: number; readonly link: string } | undefined;
}

export interface RegisterFacts {
  readonly chains: Map<number, ChainFacts>;
  /** Pseudonyms, by chain and place: `3/17`. */
  readonly erased: Map<string, string>;
}

/** As the records of the register hold it. */
export interface NotedHead {
  readonly chain: number;
  /** Of the last record, or of one behind it that was tried. */
  readonly place: number;
  readonly link: string;
}

export interface NotedErasure {
  readonly pseudonym: string;
  /** Chain and place of each record. */
  readonly records: readonly (readonly [number, number])[];
}

export function emptyFacts(): RegisterFacts {
  return { chains: new Map(), erased: new Map() };
}

/** Adds what the record says. */
export function readRegisterRecord(facts: RegisterFacts, record: LogRecord): void {
  if (erasureOf(record.payload) !== undefined) return;
  const { operation, place, recordHash } = record;
  const after = readable(record).after ?? {};
  if (operation === REGISTER_OPERATIONS.open) {
    const isKeyed = after['isKeyed'] === true;
    facts.chains.set(place, { firstLink: recordHash, isKeyed, heads: new Map(), cut: undefined });
  } else if (operation === REGISTER_OPERATIONS.heads) {
    for (const head of after['heads'] as readonly NotedHead[]) {
      facts.chains.get(head.chain)?.heads.set(head.link, head.place);
    }
  } else if (operation === REGISTER_OPERATIONS.cut) {
    const { chain, ...cut } = after as unknown as NotedHead;
    const found = facts.chains.get(chain);
    if (found !== undefined) noteCut(found, cut);
  } else if (operation === REGISTER_OPERATIONS.erase) {
    const { pseudonym, records } = after as unknown as NotedErasure;
    for (const [chain, at] of records) facts.erased.set(`${chain}/${at}`, pseudonym);
  }
}

/** Heads that lie before the cut cannot be come to any more. */
function noteCut(facts: ChainFacts, cut: Pick<NotedHead, 'place' | 'link'>): void {
  facts.cut = cut;
  for (const [link, place] of facts.heads) if (place <= cut.place) facts.heads.delete(link);
}

/** What the register of a tenant says of its chains. */
import { systemClock } from '../../lib/clock.ts';
import type { Image, Origin } from './change.ts';
import { draftOf } from './record.ts';
import type { Draft } from './record.ts';

/** The operations of the register's records. */
export const REGISTER_OPERATIONS = {
  /** A chain begins: it is called by the place of this record. */
  open: 'openChain',
  /** Ends of chains, as their writers know them. */
  heads: 'noteHeads',
  /** What retention has removed: everything up to a place, and the link that follows it. */
  cut: 'cutChain',
  /** Whose values were erased: places, and a pseudonym. */
  erase: 'erasePerson',
  /** Settings that differ from those of the start before. */
  settings: 'changeSettings',
} as const;

export function registerDraft({ tenantKey, operation, before, after }: RegisterFact): Draft {
  const origin: Origin = { channel: 'server', operation: REGISTER_OPERATIONS[operation] };
  const kind = operation === 'settings' ? 'settings' : 'changeLog';
  const change = { tenantKey, kind, itemId: undefined, before, after } as const;
  return draftOf(change, origin, { detail: 'full', now: systemClock.now() });
}

/** What a record of the register says. */
export interface RegisterFact {
  readonly tenantKey: number;
  readonly operation: keyof typeof REGISTER_OPERATIONS;
  readonly before?: Image | undefined;
  readonly after: Image;
}

/** @param isKeyed whether links of the chain are made with a key */
export function openingDraft(tenantKey: number, isKeyed: boolean): Draft {
  return registerDraft({ tenantKey, operation: 'open', after: { isKeyed } });
}

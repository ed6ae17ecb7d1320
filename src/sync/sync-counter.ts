/**
 * Counts what becomes of the writes of providers: contents and activities, accepted or refused. Counts are kept in memory
 * and added to the database every few seconds, so that a write costs no other write; a server that is killed loses those
 * of its last seconds. Servers of one database add to the same rows.
 */
import type { RequestContext } from '../graph/context.ts';
import type { Clock } from '../lib/clock.ts';
import { findGuid } from '../lib/ids.ts';
import type { RegistrationId, TenantId, UserId } from '../lib/ids.ts';
import type { GraphResponse } from '../odata/message.ts';
import type { SyncCount, SyncKey, SyncStore, UnmappedLearner } from '../store/sync-store.ts';

export interface SyncCounter {
  /** To be told of every answer. */
  note(context: RequestContext, response: GraphResponse): void;
  /** Adds to the database what was counted since. @throws Unavailable; then it is added the next time */
  flush(): Promise<void>;
  /** Forgets what is of the tenant, or everything, here and with the next flush in the database. */
  reset(tenantId?: TenantId): void;
}

export const ACCEPTED = 'accepted';
const SYNCED: ReadonlySet<string> = new Set(['learningContent', 'learningCourseActivity']);
/** Between two flushes, rows and learners; what is beyond is not counted. */
const MAX_ENTRIES = 1000;
/** As the reference spells the property. */
const LEARNER = 'learnerUserId';

type Counted<Entry> = Map<string, { -readonly [Name in keyof Entry]: Entry[Name] }>;

export function createSyncCounter(store: SyncStore, clock: Clock): SyncCounter {
  let counts: Counted<SyncCount> = new Map();
  let learners: Counted<UnmappedLearner> = new Map();
  const resets: (TenantId | undefined)[] = [];
  const add = <Entry extends { requests: number; lastAt: number }>(
    entries: Map<string, Entry>,
    key: string,
    entry: Entry,
  ): void => {
    const known = entries.get(key);
    if (known === undefined) {
      if (entries.size < MAX_ENTRIES) entries.set(key, entry);
      return;
    }
    known.requests += entry.requests;
    known.lastAt = Math.max(known.lastAt, entry.lastAt);
  };
  const addCount = (count: SyncCount): void => {
    add(counts, `${count.tenantId} ${count.registrationId} ${count.outcome}`, { ...count });
  };
  const addLearner = (learner: UnmappedLearner): void => {
    add(learners, `${learner.tenantId} ${learner.registrationId} ${learner.learnerUserId}`, { ...learner });
  };
  return {
    note: (context, response) => {
      const key = findProvider(context);
      if (key === undefined) return;
      const now = { requests: 1, lastAt: clock.now() };
      const outcome = response.refusal?.row ?? (response.status < 300 ? ACCEPTED : 'other');
      addCount({ ...key, outcome, ...now });
      const learnerUserId = findUnmapped(context, response);
      if (learnerUserId !== undefined) addLearner({ ...key, learnerUserId, ...now });
    },
    flush: async () => {
      for (const tenantId of resets.splice(0)) await store.clear(tenantId);
      if (counts.size === 0) return;
      const report = { counts: [...counts.values()], learners: [...learners.values()] };
      [counts, learners] = [new Map(), new Map()];
      try {
        await store.add(report, clock.now());
      } catch (error) {
        for (const count of report.counts) addCount(count);
        for (const learner of report.learners) addLearner(learner);
        throw error;
      }
    },
    reset: (tenantId) => {
      const isKept = (entry: SyncKey): boolean => tenantId !== undefined && entry.tenantId !== tenantId;
      counts = new Map([...counts].filter(([, entry]) => isKept(entry)));
      learners = new Map([...learners].filter(([, entry]) => isKept(entry)));
      resets.push(tenantId);
    },
  };
}

/** Whose write it is; `undefined` for reads, and for what is not known to be a provider's. */
function findProvider({ method, match, keys, tenant }: RequestContext): SyncKey | undefined {
  if (method === 'GET' || match === undefined || !SYNCED.has(match.operation.entity)) return undefined;
  const registrationId = findGuid<RegistrationId>(keys['registrationId'] ?? '');
  return registrationId === undefined ? undefined : { tenantId: tenant.id, registrationId };
}

/** The learner of a write that was refused because there is no such user. */
function findUnmapped({ json }: RequestContext, { refusal }: GraphResponse): UserId | undefined {
  if (refusal?.details?.some(({ target }) => target === LEARNER) !== true) return undefined;
  const sent = (json as Readonly<Record<string, unknown>> | undefined)?.[LEARNER];
  return typeof sent === 'string' ? findGuid<UserId>(sent) : undefined;
}

/**
 * Reads of an earlier state, as replicas and indexes that lag behind give them: by a number of writes, or by time.
 *
 * While a fault asks for it, the state of the database is kept before each write: a view that stays as it is while the
 * database goes on. A write is a call that is no GET and was not refused; it counts for its tenant. By writes, a read runs
 * on the state before the last so many of them; as long as there were not so many, on the one before the first. By time,
 * it runs on the state before the first write that is not old enough. Where both are asked for, the earlier state is read;
 * where no state is kept, the present.
 *
 * Writes that run at the same time have no order: the state before one may be without the other. Views cost the database
 * little, but hold its log: so only {@link MAX_VIEWS} are kept, oldest of all tenants first to go. Of one tenant, by time,
 * there are {@link MAX_VIEWS_OF_TENANT}: of more, the two that are closest in time become one, and what was written after
 * either shows together, with the later.
 */
import type { Clock } from '../../lib/clock.ts';
import type { GraphResponse } from '../../odata/message.ts';
import type { LearningStore } from '../../store/learning-store.ts';
import type { RequestContext } from '../../graph/context.ts';

/** A state of the database that stays as it was when it was opened. */
export interface PastState extends AsyncDisposable {
  readonly store: LearningStore;
}

/** How far reads stay behind; 0 where they do not. */
export interface StateAge {
  readonly writes: number;
  /** By the server's clock. */
  readonly ms: number;
}

export interface StaleReads extends AsyncDisposable {
  /** Runs a call that may write, and keeps the state from before it as long as reads with such a lag need it. */
  keepWrite(call: RequestContext, lag: StateAge, run: () => Promise<GraphResponse>): Promise<GraphResponse>;
  /** Answers a GET with the lag; any other call is run. */
  read(call: RequestContext, lag: StateAge, run: () => Promise<GraphResponse>): Promise<GraphResponse>;
  /** Drops all states, or those of one tenant. */
  clear(tenantId?: string): void;
}

const MAX_VIEWS = 30;
const MAX_VIEWS_OF_TENANT = 10;

/** Times are epoch milliseconds. */
interface KeptView {
  readonly tenantId: string;
  readonly past: PastState;
  readonly openedAt: number;
  /** Writes between this state and that of the next view; 0 while the first is under way. */
  writes: number;
  lastWriteAt: number;
  /** Reads that run on it: it is closed after them. */
  users: number;
  isDropped: boolean;
}

export function createStaleReads(openPast: () => Promise<PastState>, clock: Clock): StaleReads {
  /** Oldest first. */
  let kept: readonly KeptView[] = [];
  const closing = new Set<Promise<void>>();

  const close = (view: KeptView): void => {
    if (view.users > 0) return;
    const closed = Promise.resolve(view.past[Symbol.asyncDispose]()).finally(() => closing.delete(closed));
    closing.add(closed);
  };
  const drop = (view: KeptView): void => {
    kept = kept.filter((one) => one !== view);
    if (view.isDropped) return;
    view.isDropped = true;
    close(view);
  };
  const viewsOf = (tenantId: string): readonly KeptView[] => kept.filter((view) => view.tenantId === tenantId);

  const trim = (tenantId: string, lag: StateAge): void => {
    const own = viewsOf(tenantId);
    for (const view of own.slice(0, findIndex(own, lag, clock.now()))) drop(view);
    const needed = viewsOf(tenantId);
    if (needed.length > MAX_VIEWS_OF_TENANT) merge(needed.slice(0, needed.length - lag.writes));
    for (const view of kept.slice(0, Math.max(0, kept.length - MAX_VIEWS))) drop(view);
  };
  const merge = (views: readonly KeptView[]): void => {
    const [closest] = findSettledPairs(views).toSorted((one, other) => gapOf(one) - gapOf(other));
    if (closest === undefined) return;
    const [earlier, later] = closest;
    earlier.writes += later.writes;
    earlier.lastWriteAt = Math.max(earlier.lastWriteAt, later.lastWriteAt);
    drop(later);
  };

  const clear = (tenantId?: string): void => {
    for (const view of tenantId === undefined ? kept : viewsOf(tenantId)) drop(view);
  };

  return {
    keepWrite: async ({ principal }, lag, run) => {
      const { tenantId } = principal;
      const openedAt = clock.now();
      const past = await openPast();
      const view: KeptView = { tenantId, past, openedAt, writes: 0, lastWriteAt: openedAt, users: 0, isDropped: false };
      kept = [...kept, view];
      try {
        const answer = await run();
        if (answer.status < 400) view.writes = 1;
        return answer;
      } finally {
        view.lastWriteAt = clock.now();
        if (view.writes > 0) trim(tenantId, lag);
        else drop(view);
      }
    },
    read: async (call, lag, run) => {
      if (call.method !== 'GET') return run();
      const own = viewsOf(call.principal.tenantId);
      const view = own[findIndex(own, lag, clock.now())];
      if (view === undefined) return run();
      view.users += 1;
      try {
        call.store = view.past.store;
        return await run();
      } finally {
        view.users -= 1;
        if (view.isDropped) close(view);
      }
    },
    clear,
    [Symbol.asyncDispose]: async () => {
      clear();
      await Promise.all(closing);
    },
  };
}

/** Of the view that a read with the lag runs on; the number of views for the present. */
function findIndex(views: readonly KeptView[], { writes, ms }: StateAge, now: number): number {
  return Math.min(indexByWrites(views, writes), indexByTime(views, ms, now));
}

function indexByWrites(views: readonly KeptView[], writes: number): number {
  let index = views.length;
  for (let seen = 0; seen < writes && index > 0; index -= 1) seen += Math.max(1, views[index - 1]?.writes ?? 0);
  return index;
}

function indexByTime(views: readonly KeptView[], ms: number, now: number): number {
  // A time that lies ahead is one before the clock was set back.
  const index = views.findIndex(({ lastWriteAt }) => lastWriteAt <= now && now < lastWriteAt + ms);
  return index === -1 ? views.length : index;
}

type Pair = readonly [earlier: KeptView, later: KeptView];

/** Neighbours none of which waits for its write. */
function findSettledPairs(views: readonly KeptView[]): readonly Pair[] {
  return views.flatMap((later, index) => {
    const earlier = views[index - 1];
    return earlier !== undefined && earlier.writes > 0 && later.writes > 0 ? [[earlier, later] as const] : [];
  });
}

function gapOf([earlier, later]: Pair): number {
  return later.openedAt - earlier.openedAt;
}

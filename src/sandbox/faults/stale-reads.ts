/**
 * Reads of the state before the last writes, as replicas that lag behind give them.
 *
 * While a fault asks for it, the state of the database is kept before each write: a view that stays as it is while the
 * database goes on. A write is a call that is no GET and was not refused; it counts for its tenant. A stale read runs on
 * the state before the last so many of them; as long as there were not so many, on the one before the first; without any,
 * on the present.
 *
 * Writes that run at the same time have no order: the state before one may be without the other. Views cost the database
 * little, but hold its log: so only {@link MAX_VIEWS} are kept, oldest of all tenants first to go.
 */
import type { GraphResponse } from '../../odata/message.ts';
import type { EngineCall } from '../../operations/run-operation.ts';

/** A state of the database that stays as it was when it was opened. */
export interface PastState extends AsyncDisposable {
  run(call: EngineCall): Promise<GraphResponse>;
}

export interface StaleReads extends AsyncDisposable {
  /** Runs a call that may write, and keeps the state from before it, at most so many of its tenant. */
  keepWrite(call: EngineCall, maxKept: number, run: () => Promise<GraphResponse>): Promise<GraphResponse>;
  /** Answers a GET from the state before the last so many writes; any other call is run. */
  read(call: EngineCall, writes: number, run: () => Promise<GraphResponse>): Promise<GraphResponse>;
  /** Forgets all states. */
  clear(): void;
}

const MAX_VIEWS = 30;

interface KeptView {
  readonly tenantId: string;
  readonly past: PastState;
  /** Reads that run on it: it is closed after them. */
  users: number;
  isDropped: boolean;
}

export function createStaleReads(openPast: () => Promise<PastState>): StaleReads {
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
  const trim = (tenantId: string, maxKept: number): void => {
    const own = kept.filter((view) => view.tenantId === tenantId);
    for (const view of own.slice(0, Math.max(0, own.length - maxKept))) drop(view);
    for (const view of kept.slice(0, Math.max(0, kept.length - MAX_VIEWS))) drop(view);
  };

  const clear = (): void => {
    for (const view of kept) drop(view);
  };

  return {
    keepWrite: async ({ caller }, maxKept, run) => {
      const { tenantId } = caller.principal;
      const view: KeptView = { tenantId, past: await openPast(), users: 0, isDropped: false };
      kept = [...kept, view];
      let isWritten = false;
      try {
        const answer = await run();
        isWritten = answer.status < 400;
        return answer;
      } finally {
        if (isWritten) trim(tenantId, maxKept);
        else drop(view);
      }
    },
    read: async (call, writes, run) => {
      if (call.request.method !== 'GET') return run();
      const own = kept.filter((view) => view.tenantId === call.caller.principal.tenantId);
      const view = own[Math.max(0, own.length - writes)];
      if (view === undefined) return run();
      view.users += 1;
      try {
        return await view.past.run(call);
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

/**
 * Lets requests pass side by side, and what changes everything at once alone: it begins when those on their way have
 * ended, and those that come meanwhile wait for it. So no request sees a part of a restore.
 */
import type { Interceptor } from '../graph/context.ts';
import { ControlError } from '../control/route.ts';

export interface Gate {
  pass<Result>(work: () => Promise<Result>): Promise<Result>;
  /** As `pass`, but at once where neither the gate nor the work has to be waited for. */
  passNow<Result>(work: () => Result | Promise<Result>): Result | Promise<Result>;
  /** One after the other. @throws ControlError 503 when what is on its way does not end in time; nothing was done then */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>;
}

const MAX_WAIT_MS = 10_000;

export function createGate(maxWaitMs = MAX_WAIT_MS): Gate {
  let passing = 0;
  let onEmpty: (() => void) | undefined;
  let closed: Promise<unknown> | undefined;

  const whenEmpty = async (): Promise<void> => {
    if (passing === 0) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = `${passing} requests were still on their way after ${maxWaitMs} ms. Nothing was changed.`;
    const timer = setTimeout(() => reject(new ControlError(503, late)), maxWaitMs);
    onEmpty = resolve;
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      onEmpty = undefined;
    }
  };

  const leave = (): void => {
    passing -= 1;
    if (passing === 0) onEmpty?.();
  };
  const passNow = <Result>(work: () => Result | Promise<Result>): Result | Promise<Result> => {
    // Another one may have closed it by then.
    if (closed !== undefined) return closed.then(() => passNow(work));
    passing += 1;
    let result: Result | Promise<Result>;
    try {
      result = work();
    } catch (thrown) {
      leave();
      throw thrown;
    }
    if (result instanceof Promise) return result.finally(leave);
    leave();
    return result;
  };
  const pass = async <Result>(work: () => Promise<Result>): Promise<Result> => passNow(work);

  const exclusively = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (closed !== undefined) {
      await closed;
      return exclusively(work);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    closed = promise;
    try {
      await whenEmpty();
      return await work();
    } finally {
      closed = undefined;
      resolve();
    }
  };

  return { pass, passNow, exclusively };
}

/** A batch passes as a whole, its items with it. */
export function throughGate(gate: Gate): Interceptor {
  return ({ batch }, run) => (batch !== undefined ? run() : gate.passNow(run));
}

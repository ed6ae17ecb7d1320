/** Waits for changes to follow: at once for those of this process, by a bounded pause for those of others. */
import type { SqlConnection } from '../connection.ts';

export interface ChangeWatch extends Disposable {
  /**
   * Settles when the tenant has been changed through this connection since the last call, else after the pause, or when
   * the signal is aborted. Other processes and servers are not heard of: hence the pause, some seconds at most.
   */
  next(pauseMs: number, signal: AbortSignal): Promise<void>;
}

/** @param tenantKey `undefined`: of any tenant */
export function watchChanges(connection: Pick<SqlConnection, 'onCommit'>, tenantKey?: number): ChangeWatch {
  let isChanged = false;
  let wake: (() => void) | undefined;
  const listening = connection.onCommit((changed) => {
    if (tenantKey !== undefined && changed !== tenantKey) return;
    isChanged = true;
    wake?.();
  });
  return {
    next: (pauseMs, signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          wake = undefined;
          isChanged = false;
          resolve();
        };
        const timer = setTimeout(done, pauseMs);
        // The process may end meanwhile.
        timer.unref();
        signal.addEventListener('abort', done);
        wake = done;
        if (isChanged || signal.aborted) done();
      }),
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}

/** Says within the process that changes of a tenant are committed. */
export interface CommitSignal {
  /** Calls the listener after each COMMIT that this connection made with changes of a tenant, until it is disposed of. */
  listen(listener: CommitListener): Disposable;
  committed(tenantKey: number): void;
}

/** Must not throw, nor take long: the answer to the write waits for it. */
export type CommitListener = (tenantKey: number) => void;

export function createCommitSignal(): CommitSignal {
  const listeners = new Set<CommitListener>();
  return {
    listen: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    committed: (tenantKey) => {
      for (const listener of listeners) listener(tenantKey);
    },
  };
}

/** What all tenants of a server share, as a store: one tenant's reset or snapshot leaves it alone. */
import type { SandboxStore } from './store.ts';

export interface SharedPart<State> {
  /** Plain JSON. */
  capture(): State;
  restore(state: State): void;
  /** Back to what a fresh start has. */
  reset(): void;
}

export function sharedStore<State>(name: string, part: SharedPart<State>): SandboxStore {
  return {
    name,
    capture: (tenantId) => (tenantId === undefined ? part.capture() : undefined),
    restore: (state, tenantId) => {
      if (tenantId === undefined) part.restore(state as State);
    },
    reset: (tenantId) => {
      if (tenantId === undefined) part.reset();
    },
  };
}

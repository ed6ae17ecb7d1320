/** The states of all parts of a sandbox that hold something, by the names of the parts. */
import type { TenantId } from '../lib/ids.ts';
import type { SandboxStore } from './store.ts';

/** Plain JSON. */
export type States = Readonly<Record<string, unknown>>;

export function captureStates(stores: readonly SandboxStore[], tenantId?: TenantId): States {
  const states = stores.map((store) => [store.name, store.capture(tenantId)] as const);
  return Object.fromEntries(states.filter(([, state]) => state !== undefined));
}

/** What held nothing then holds nothing again. */
export function restoreStates(stores: readonly SandboxStore[], states: States, tenantId?: TenantId): void {
  for (const store of stores) {
    if (store.name in states) store.restore(states[store.name], tenantId);
    else store.reset(tenantId);
  }
}

export function resetStates(stores: readonly SandboxStore[], tenantId?: TenantId): void {
  for (const store of stores) store.reset(tenantId);
}

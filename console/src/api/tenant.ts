/** The tenant that all pages show: the first one until another is chosen. */
import { useSyncExternalStore } from 'react';
import type { TenantDescription } from '../../../src/library/admin-types.ts';
import { useServerStatus } from './status.ts';

const KEY = 'vivarium-tenant';
const listeners = new Set<() => void>();

export function chooseTenant(id: string): void {
  sessionStorage.setItem(KEY, id);
  for (const listener of listeners) listener();
}

/** `undefined` until the server has said which tenants it has. */
export function useTenant(): TenantDescription | undefined {
  const chosen = useSyncExternalStore(subscribe, () => sessionStorage.getItem(KEY));
  const data = useServerStatus();
  return data?.tenants.find(({ id }) => id === chosen) ?? data?.tenants[0];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

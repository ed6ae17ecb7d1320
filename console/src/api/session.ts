/** Who uses the console: a session of the admin API, kept for this tab only. */
import { useSyncExternalStore } from 'react';
import type { ConsoleSession } from '../../../src/library/admin-types.ts';
import { readAnswer, send } from './request.ts';

const KEY = 'vivarium-session';
const listeners = new Set<() => void>();
let current = readStored();

function readStored(): ConsoleSession | undefined {
  const text = sessionStorage.getItem(KEY);
  return text === null ? undefined : (JSON.parse(text) as ConsoleSession);
}

export function getSession(): ConsoleSession | undefined {
  return current;
}

export function setSession(session: ConsoleSession | undefined): void {
  current = session;
  if (session === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(session));
  for (const listener of listeners) listener();
}

export function useSession(): ConsoleSession | undefined {
  return useSyncExternalStore(subscribe, getSession);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Trades a one-time code, or the admin token itself, for a session. */
export async function openSession(proof: { readonly code: string } | { readonly token: string }): Promise<void> {
  setSession(await readAnswer<ConsoleSession>(await send('/_admin/sessions', { method: 'POST', body: proof })));
}

/** The code that a start puts behind the address, taken out of it so that it is not shared or stored in the history. */
export function takeCode(): string | undefined {
  const code = new URLSearchParams(location.hash.slice(1)).get('code') ?? undefined;
  if (code !== undefined) history.replaceState(history.state, '', location.pathname + location.search);
  return code;
}

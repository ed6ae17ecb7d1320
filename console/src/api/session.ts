/** Who uses the console: a session of the admin API, kept for this tab only. */
import { useSyncExternalStore } from 'react';
import type { ConsoleSession } from '../../../src/library/admin-types.ts';
import { readAnswer, send } from './request.ts';

const KEY = 'vivarium-session';
const RENEWAL_KEY = 'vivarium-renewal';

const listeners = new Set<() => void>();
let current = readStored<ConsoleSession>(KEY);

/** What the issuer has given a person who has signed in. */
export interface Renewal {
  readonly idToken: string;
  readonly refreshToken: string | undefined;
  /** By the clock of the browser. */
  readonly openedAt: number;
}

function readStored<Value>(key: string): Value | undefined {
  const text = sessionStorage.getItem(key);
  return text === null ? undefined : (JSON.parse(text) as Value);
}

function store(key: string, value: object | undefined): void {
  if (value === undefined) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, JSON.stringify(value));
}

export function getSession(): ConsoleSession | undefined {
  return current;
}

export function setSession(session: ConsoleSession | undefined): void {
  current = session;
  store(KEY, session);
  for (const listener of listeners) listener();
}

/** For a page that is about to be left: it stays as it is until then. */
export function forgetSession(): void {
  store(KEY, undefined);
  store(RENEWAL_KEY, undefined);
}

export function readRenewal(): Renewal | undefined {
  return readStored(RENEWAL_KEY);
}

export function setRenewal(renewal: Renewal | undefined): void {
  store(RENEWAL_KEY, renewal);
}

export function useSession(): ConsoleSession | undefined {
  return useSyncExternalStore(subscribe, getSession);
}

/** Whether they see their own learning, and nothing of the server. */
export function useIsLearner(): boolean {
  return useSession()?.role === 'learner';
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Trades a one-time code, the admin token itself, or the id token of a sign-in for a session. */
export async function openSession(
  proof: { readonly code: string } | { readonly token: string } | { readonly idToken: string },
): Promise<void> {
  setSession(await readAnswer<ConsoleSession>(await send('/_admin/sessions', { method: 'POST', body: proof })));
}

/** What a start, or an issuer, has put behind the address of the console. */
export type Arrival =
  | { readonly kind: 'code'; readonly code: string }
  /** Of an issuer, after a sign-in. */
  | { readonly kind: 'answer'; readonly answer: URLSearchParams };

/** Taken out of the address, so that it is not shared or stored in the history. */
export function takeArrival(): Arrival | undefined {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const answer = [fragment, new URLSearchParams(location.search)].find((part) => part.has('state'));
  const code = fragment.get('code');
  if (answer === undefined && code === null) return undefined;
  history.replaceState(history.state, '', location.pathname);
  if (answer !== undefined) return { kind: 'answer', answer };
  return code === null ? undefined : { kind: 'code', code };
}

/** The three APIs of the server as functions: `admin`, `control` (the sandbox's) and `graph`. */
import type { ApiVersion } from '../../../src/model/versions.ts';
import { V1 } from '../../../src/model/versions.ts';
import { readAnswer, send } from './request.ts';
import type { RequestOptions } from './request.ts';
import { findSessionToken } from './renewal.ts';
import { getSession, setSession } from './session.ts';

const ADMIN_ROOT = '/_admin';
export const CONTROL_ROOT = '/_vivarium';

export type Call = Omit<RequestOptions, 'token'>;

export function admin<Answer>(path: string, call: Call = {}): Promise<Answer> {
  return callOwn(ADMIN_ROOT + path, call);
}

/** For what is not JSON: files, and lines that come while the server works. @throws RequestProblem for a refusal */
export async function adminResponse(path: string, call: Call = {}): Promise<Response> {
  const response = await send(ADMIN_ROOT + path, { ...call, token: await findSessionToken() });
  if (response.status === 401) setSession(undefined);
  if (!response.ok) await readAnswer(response);
  return response;
}

/** @throws RequestProblem with status 404 when the server runs without the sandbox */
export function control<Answer>(path: string, call: Call = {}): Promise<Answer> {
  return callOwn(CONTROL_ROOT + path, call);
}

async function callOwn<Answer>(path: string, call: Call): Promise<Answer> {
  const response = await send(path, { ...call, token: await findSessionToken() });
  // A session that has ended shows the sign-in page again.
  if (response.status === 401) setSession(undefined);
  return readAnswer(response);
}

/** Whom a Graph request is sent as. */
export type Actor =
  /** The console itself, with application permissions, and with delegated ones. */
  | { readonly kind: 'application' }
  | { readonly kind: 'delegated' }
  | { readonly kind: 'app'; readonly id: string }
  | { readonly kind: 'user'; readonly id: string };

interface IssuedToken {
  readonly token: string;
  readonly expiresAt: string;
}

const RENEW_BEFORE_MS = 60_000;
const tokens = new Map<string, Promise<IssuedToken>>();

/** An access token of the embedded issuer, remembered until it is about to expire. `isForExplorer`: of a client like any other. */
export async function findToken(tenant: string, actor: Actor, isForExplorer = false): Promise<string> {
  const key = JSON.stringify([tenant, actor, isForExplorer, getSession()?.token]);
  const known = await tokens.get(key)?.catch(() => undefined);
  if (known !== undefined && Date.parse(known.expiresAt) - Date.now() > RENEW_BEFORE_MS) return known.token;
  const body = { tenant, isForExplorer, ...('id' in actor ? { [actor.kind]: actor.id } : { kind: actor.kind }) };
  const asked = admin<IssuedToken>('/tokens', { method: 'POST', body });
  tokens.set(key, asked);
  return (await asked).token;
}

/** Tokens carry the time and the rights of when they were made: after a change of either they are asked for again. */
export function forgetTokens(): void {
  tokens.clear();
}

export interface GraphCall extends Call {
  readonly tenant: string;
  readonly actor?: Actor;
  readonly version?: ApiVersion;
}

/** @throws RequestProblem with the documented error */
export async function graph<Answer>(
  path: string,
  { tenant, actor = { kind: 'application' }, version = V1, ...call }: GraphCall,
): Promise<Answer> {
  const token = await findToken(tenant, actor);
  return readAnswer(await send(`/${version}${path}`, { ...call, token }));
}

/** A page of a collection, as Microsoft Graph answers it. */
export interface Page<Item> {
  readonly value: readonly Item[];
  readonly '@odata.count'?: number;
  readonly '@odata.nextLink'?: string;
}

export interface BatchAnswer {
  readonly id: string;
  readonly status: number;
  readonly body?: unknown;
}

const BATCH_SIZE = 20;

/** Many GETs in as few requests as the API allows; those that were refused are left out. */
export async function graphEach<Answer>(
  paths: readonly string[],
  call: Omit<GraphCall, 'body' | 'method'>,
): Promise<ReadonlyMap<string, Answer>> {
  const found = new Map<string, Answer>();
  for (let start = 0; start < paths.length; start += BATCH_SIZE) {
    const some = paths.slice(start, start + BATCH_SIZE);
    const requests = some.map((url, index) => ({ id: String(index), method: 'GET', url }));
    const { responses } = await graph<{ readonly responses: readonly BatchAnswer[] }>('/$batch', {
      ...call,
      method: 'POST',
      body: { requests },
    });
    for (const { id, status, body } of responses) {
      const path = some[Number(id)];
      if (path !== undefined && status === 200) found.set(path, body as Answer);
    }
  }
  return found;
}

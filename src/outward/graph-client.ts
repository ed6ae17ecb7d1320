/** Requests to Microsoft Graph, singly and in batches: with a token, within the budget. Answers are values, also refusals. */
import { MAX_BATCH } from '../model/sync-target.ts';
import type { SyncTarget } from '../model/sync-target.ts';
import { V1 } from '../model/versions.ts';
import type { HttpAnswer, HttpClient, Lost } from './http.ts';
import type { Pace } from './pace.ts';
import type { TokenSource } from './token.ts';

export interface GraphCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the version, with the query. */
  readonly path: string;
  readonly body?: object;
  /** In place of the app's own token. */
  readonly token?: string;
}

export type GraphAnswer = HttpAnswer | Lost;

export interface GraphClient {
  send(call: GraphCall, signal: AbortSignal): Promise<GraphAnswer>;
  /** At most {@link MAX_BATCH}, none of which depends on another; the answers in their order. */
  sendBatch(calls: readonly GraphCall[], signal: AbortSignal): Promise<readonly GraphAnswer[]>;
  /** Of a link that an answer holds. @throws a plain `Error` when it leads elsewhere: the token must not go there */
  pathOf(link: string): string;
}

const JSON_TYPE = { 'content-type': 'application/json' };
/** Without it, members that were added later are shown as `unknownFutureValue`. */
const READ_HEADERS = { prefer: 'include-unknown-enum-members' };

export interface GraphClientParts {
  readonly target: SyncTarget;
  readonly http: HttpClient;
  readonly tokens: TokenSource;
  readonly pace: Pace;
  /** Throws when nothing may be sent any more. Asked behind every wait. */
  readonly check?: () => void;
}

export function createGraphClient({ target, http, tokens, pace, check }: GraphClientParts): GraphClient {
  const root = `${target.graphUrl}/${V1}`;
  /** Once more when the token has ended in the meantime: a request that is refused for it has no effect. */
  const sendWithToken = async (call: GraphCall, requests: number, signal: AbortSignal): Promise<GraphAnswer> => {
    for (let attempt = 0; ; attempt += 1) {
      const token = call.token ?? (await tokens.get(signal));
      await pace.take(requests, signal);
      check?.();
      const answer = await http.send(httpCallOf(root, call, token), signal);
      if (!isUnauthorized(answer) || attempt > 0 || call.token !== undefined) return answer;
      tokens.forget();
    }
  };
  return {
    send: async (call, signal) => {
      const answer = await sendWithToken(call, 1, signal);
      note(pace, [answer]);
      return answer;
    },
    sendBatch: async (calls, signal) => {
      if (calls.length > MAX_BATCH) throw new Error(`A batch of ${calls.length} requests`);
      const requests = calls.map(({ method, path, body }, index) => ({
        id: String(index),
        method,
        url: path,
        ...(body === undefined ? { headers: READ_HEADERS } : { headers: JSON_TYPE, body }),
      }));
      const batch = { method: 'POST', path: '/$batch', body: { requests } } as const;
      const answer = await sendWithToken(batch, calls.length, signal);
      const answers = answersOf(answer, calls.length);
      if (answers.some(isUnauthorized)) tokens.forget();
      note(pace, answers);
      return answers;
    },
    pathOf: (link) => {
      if (link.startsWith(`${root}/`)) return link.slice(root.length);
      throw new Error(`A next link of ${target.graphUrl} leads elsewhere.`);
    },
  };
}

function httpCallOf(root: string, { method, path, body }: GraphCall, token: string) {
  return {
    method,
    url: `${root}${path}`,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? READ_HEADERS : JSON_TYPE) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}

/** Whether the same request may succeed later. */
export function isPassing(status: number): boolean {
  return status === 401 || status === 408 || status === 429 || status >= 500;
}

/** Of each request. A refusal of the batch itself says nothing about an item: 404 does not mean that it is gone. */
function answersOf(answer: GraphAnswer, count: number): readonly GraphAnswer[] {
  const each = <Value>(value: Value) => Array.from({ length: count }, () => value);
  if (answer.kind === 'lost' || isPassing(answer.status)) return each(answer);
  if (answer.status !== 200) return each<Lost>({ kind: 'lost', cause: `${answer.status} to the whole batch` });
  const { responses } = Object(answer.body) as { readonly responses?: unknown };
  const found = new Map<unknown, GraphAnswer>();
  for (const response of Array.isArray(responses) ? (responses as readonly unknown[]) : []) {
    const { id, status, headers, body } = Object(response) as Readonly<Record<string, unknown>>;
    if (typeof status !== 'number') continue;
    const lines = Object.entries(Object(headers) as Readonly<Record<string, unknown>>);
    found.set(id, {
      kind: 'answer',
      status,
      headers: Object.fromEntries(lines.map(([name, value]) => [name.toLowerCase(), String(value)])),
      body,
    });
  }
  const missing: Lost = { kind: 'lost', cause: 'not in the answer to the batch' };
  return each(undefined).map((_, index) => found.get(String(index)) ?? missing);
}

function isUnauthorized(answer: GraphAnswer): boolean {
  return answer.kind === 'answer' && answer.status === 401;
}

function note(pace: Pace, answers: readonly GraphAnswer[]): void {
  const throttling = answers.filter(isThrottling);
  const well = answers.filter((answer) => answer.kind === 'answer' && answer.status < 500 && answer.status !== 429);
  if (throttling.length === 0) {
    if (well.length > 0) pace.succeeded(well.length);
    return;
  }
  const waits = throttling.flatMap((answer) => retryAfterMsOf(answer) ?? []);
  pace.throttled(waits.length === 0 ? undefined : Math.max(...waits), well.length === 0);
}

/** What all requests have to wait for, and not only this one. */
function isThrottling(answer: GraphAnswer): boolean {
  if (answer.kind !== 'answer') return false;
  return answer.status === 429 || (answer.status === 503 && retryAfterMsOf(answer) !== undefined);
}

/** Seconds; dates are not sent by Microsoft Graph. */
function retryAfterMsOf(answer: GraphAnswer): number | undefined {
  if (answer.kind !== 'answer') return undefined;
  const seconds = Number(answer.headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

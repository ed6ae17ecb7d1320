/** Calls of the control API as values, and what becomes of their answers, however they get there. */
import type { App } from '../app.ts';

export interface ControlCall {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the root of the control API, encoded. */
  readonly path: string;
  readonly query?: Query;
  readonly json?: unknown;
  /** In place of JSON. */
  readonly text?: { readonly type: string; readonly value: string };
}

type Query = Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>>;
type QueryValue = string | number;

/** Gives what JSON was answered, or the text. @throws ControlRefusal */
export type CallControl = (call: ControlCall) => Promise<unknown>;

/** A call as it is sent. */
export interface ControlMessage {
  readonly method: string;
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  readonly contentType: string;
  readonly body: string | undefined;
}

export interface ControlResponse {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** The control API has refused a call. */
export class ControlRefusal extends Error {
  override readonly name = 'ControlRefusal';
  readonly status: number;
  /** Everything that was wrong. */
  readonly problems: readonly string[];

  constructor({ status, detail, problems }: Problem) {
    super(problems.length === 0 ? detail : `${detail} ${problems.join('; ')}`);
    this.status = status;
    this.problems = problems;
  }
}

interface Problem {
  readonly status: number;
  readonly detail: string;
  readonly problems: readonly string[];
}

const OK = 300;

export function createCaller(send: (message: ControlMessage) => Promise<ControlResponse>): CallControl {
  return async (call) => readResponse(await send(writeMessage(call)));
}

/** Without a socket between: the checks and answers are the same. */
export function createCall({ control }: App): CallControl {
  if (control === undefined)
    return () => Promise.reject(new Error('The sandbox is off. Start the server with sandbox: true.'));
  const { token, findApi } = control;
  return createCaller(async ({ body: sent, ...message }) => {
    const api = await findApi();
    const { status, headers, body } = await api.run({
      ...message,
      authorization: `Bearer ${token}`,
      lastEventId: undefined,
      signal: NEVER,
      readBody: async () => (sent === undefined ? undefined : Buffer.from(sent)),
    });
    const text = typeof body === 'string' ? body : await join(body);
    return { status, contentType: headers['content-type'] ?? '', text };
  });
}

export function writeMessage({ method = 'GET', path, query = {}, json, text }: ControlCall): ControlMessage {
  return {
    method,
    path,
    query: writeQuery(query),
    contentType: text?.type ?? 'application/json',
    body: text?.value ?? (json === undefined ? undefined : JSON.stringify(json)),
  };
}

/** What JSON was answered, or the text. @throws ControlRefusal */
export function readResponse({ status, contentType, text }: ControlResponse): unknown {
  const value: unknown = contentType.includes('json') && !contentType.includes('ndjson') ? JSON.parse(text) : text;
  if (status >= OK) throw new ControlRefusal(value as Problem);
  return value;
}

/** Nobody leaves while he waits for his own call. */
const NEVER = new AbortController().signal;

/** Several values by naming the parameter several times. */
function writeQuery(query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value ?? []].flat()) params.append(name, String(one));
  }
  return params.toString();
}

async function join(parts: AsyncIterable<string> | undefined): Promise<string> {
  let text = '';
  if (parts !== undefined) for await (const part of parts) text += part;
  return text;
}

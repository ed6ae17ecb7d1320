/** Calls of a control API as values, and what becomes of their answers, however they get there. */
import type { AppApi } from '../app.ts';

export interface ControlCall {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the root of the API, encoded. */
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

/** An API that can be called. */
export interface ControlCaller {
  readonly call: CallControl;
  /** A file or a stream, in parts as they come. @throws ControlRefusal */
  stream(call: ControlCall): AsyncGenerator<Uint8Array>;
}

/** A call as it is sent. */
export interface ControlMessage {
  readonly method: string;
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  readonly contentType: string;
  readonly body: string | undefined;
}

interface ControlResponse {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** A control API has refused a call. */
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

/** An answer whose body is still to come. */
export interface OpenResponse {
  readonly status: number;
  readonly contentType: string;
  readonly parts: AsyncIterable<string | Uint8Array>;
}

/** Sends what it gets; `isStream`: parts of the answer may be any time in coming. */
export type SendMessage = (message: ControlMessage, isStream: boolean) => Promise<OpenResponse>;

export function createCaller(send: SendMessage): ControlCaller {
  return {
    call: async (call) => readResponse(await readWhole(await send(writeMessage(call), false))),
    stream: async function* stream(call) {
      const response = await send(writeMessage(call), true);
      if (response.status >= OK) readResponse(await readWhole(response));
      for await (const part of response.parts) yield typeof part === 'string' ? Buffer.from(part) : part;
    },
  };
}

async function readWhole({ status, contentType, parts }: OpenResponse): Promise<ControlResponse> {
  const read: Uint8Array[] = [];
  for await (const part of parts) read.push(typeof part === 'string' ? Buffer.from(part) : part);
  return { status, contentType, text: Buffer.concat(read).toString() };
}

/**
 * Without a socket between: the checks and answers are the same.
 * @param offMessage what calls fail with when there is no API
 */
export function callInProcess(found: Pick<AppApi, 'token' | 'findApi'> | undefined, offMessage: string): ControlCaller {
  return createCaller(async ({ body: sent, ...message }) => {
    if (found === undefined) throw new Error(offMessage);
    const api = await found.findApi();
    const { status, headers, body } = await api.run({
      ...message,
      authorization: `Bearer ${found.token}`,
      lastEventId: undefined,
      requestId: undefined,
      signal: NEVER,
      readBody: async () => (sent === undefined ? undefined : Buffer.from(sent)),
    });
    return { status, contentType: headers['content-type'] ?? '', parts: partsOf(body) };
  });
}

function writeMessage({ method = 'GET', path, query = {}, json, text }: ControlCall): ControlMessage {
  return {
    method,
    path,
    query: writeQuery(query),
    contentType: text?.type ?? 'application/json',
    body: text?.value ?? (json === undefined ? undefined : JSON.stringify(json)),
  };
}

/** What JSON was answered, or the text. @throws ControlRefusal */
function readResponse({ status, contentType, text }: ControlResponse): unknown {
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

async function* partsOf(
  body: string | AsyncIterable<string | Uint8Array> | undefined,
): AsyncGenerator<string | Uint8Array> {
  if (typeof body === 'string') yield body;
  else if (body !== undefined) yield* body;
}

/** One HTTP request to the server that served this page, and what went wrong with it in one form. */

/** What is wrong with one field, as both APIs can say it. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** A refusal, of whichever API, or a request that did not reach the server (`status` 0). */
export class RequestProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  readonly fields: readonly FieldProblem[];
  /** Further sentences: all problems of a control request, the reasons of a Graph refusal. */
  readonly reasons: readonly string[];
  /** Whether the Graph API said so: the journal of a sandbox knows more of it. */
  readonly isOfGraph: boolean;

  constructor(problem: Pick<RequestProblem, 'status' | 'code' | 'message'> & Partial<RequestProblem>) {
    super(problem.message);
    this.status = problem.status;
    this.code = problem.code;
    this.requestId = problem.requestId;
    this.fields = problem.fields ?? [];
    this.reasons = problem.reasons ?? [];
    this.isOfGraph = problem.isOfGraph ?? false;
  }
}

export interface RequestOptions {
  readonly method?: string | undefined;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Objects are sent as JSON, strings unchanged. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** @throws RequestProblem when the server cannot be reached */
export async function send(
  path: string,
  { method = 'GET', token, headers, body, signal }: RequestOptions,
): Promise<Response> {
  const sent = new Headers(headers);
  if (token !== undefined) sent.set('Authorization', `Bearer ${token}`);
  const isText = typeof body === 'string' || body === undefined;
  if (!isText && !sent.has('Content-Type')) sent.set('Content-Type', 'application/json');
  try {
    return await fetch(path, {
      method,
      headers: sent,
      body: isText ? (body ?? null) : JSON.stringify(body),
      signal: signal ?? null,
      cache: 'no-store',
      credentials: 'omit',
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new RequestProblem({ status: 0, code: 'unreachable', message: String(cause) });
  }
}

/** The JSON of a 2xx answer; `undefined` when it has no body. @throws RequestProblem for any other answer */
export async function readAnswer<Answer>(response: Response): Promise<Answer> {
  const text = await response.text();
  const value: unknown = text === '' ? undefined : parse(text);
  if (response.ok) return value as Answer;
  throw toProblem(response, value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface GraphErrorBody {
  readonly code: string;
  readonly message: string;
  readonly details?: readonly { readonly target?: string; readonly message: string }[];
  readonly innerError?: { readonly 'request-id'?: string; readonly reasons?: readonly string[] };
}

interface ControlProblem {
  readonly title: string;
  readonly detail?: string;
  readonly problems?: readonly string[];
}

function toProblem({ status, statusText, headers }: Response, value: unknown): RequestProblem {
  const requestId = headers.get('request-id') ?? undefined;
  if (isObject(value) && isObject(value['error'])) {
    const { code, message, details = [], innerError } = value['error'] as unknown as GraphErrorBody;
    const fields = details.map(({ target = '', message: text }) => ({ field: target, message: text }));
    const shared = { status, requestId: requestId ?? innerError?.['request-id'], isOfGraph: true };
    return new RequestProblem({ ...shared, code, message, fields, reasons: innerError?.reasons ?? [] });
  }
  if (isObject(value) && typeof value['title'] === 'string') {
    const { title, detail = title, problems = [] } = value as unknown as ControlProblem;
    return new RequestProblem({ status, requestId, code: title, message: detail, reasons: problems });
  }
  return new RequestProblem({ status, requestId, code: statusText, message: `${status} ${statusText}` });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

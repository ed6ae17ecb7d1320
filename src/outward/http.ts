/** Requests to another server: through the proxies of the environment, each within a time, errors as values. */
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { EnvHttpProxyAgent, request } from 'undici';

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly kind: 'answer';
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; `undefined` where the body is empty or is not JSON. */
  readonly body: unknown;
}

/** Nothing came back: whether the request took effect is not known. */
export interface Lost {
  readonly kind: 'lost';
  /** A word such as `ECONNRESET`. */
  readonly cause: string;
}

export interface HttpClient extends AsyncDisposable {
  send(call: HttpCall, signal: AbortSignal): Promise<HttpAnswer | Lost>;
}

/** Longer than the other side takes for a batch, shorter than a lease. */
export const REQUEST_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export interface HttpOptions {
  readonly caFile: string | undefined;
  readonly proxy: string | undefined;
}

/** @throws Node's error when the file of CAs cannot be read */
export function createHttpClient({ caFile, proxy }: HttpOptions): HttpClient {
  const ca = caFile === undefined ? {} : { ca: [...rootCertificates, readFileSync(caFile, 'utf8')] };
  const proxying = new EnvHttpProxyAgent({
    connect: { timeout: CONNECT_TIMEOUT_MS, ...ca },
    requestTls: ca,
    ...(proxy !== undefined && { httpProxy: proxy, httpsProxy: proxy, noProxy: '' }),
  });
  return {
    send: async ({ method, url, headers, body }, signal) => {
      try {
        const answer = await request(url, {
          method,
          headers: { accept: 'application/json', ...headers },
          body: body ?? null,
          dispatcher: proxying,
          signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
        });
        const text = await readText(answer.body);
        return { kind: 'answer', status: answer.statusCode, headers: flat(answer.headers), body: parse(text) };
      } catch (error) {
        // Whoever stops us is to hear of it.
        signal.throwIfAborted();
        return { kind: 'lost', cause: nameOf(error) };
      }
    },
    [Symbol.asyncDispose]: () => proxying.close(),
  };
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error('answer too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')]);
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

/** Without the text of a message, which may hold an address with a password. */
function nameOf(error: unknown): string {
  const { code, name, cause } = error as { readonly code?: string; readonly name: string; readonly cause?: unknown };
  const inner = (cause as { readonly code?: string } | undefined)?.code;
  return inner ?? code ?? name;
}

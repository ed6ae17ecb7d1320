/** `/_inbox/{name}`: accepts any request in place of a webhook endpoint, without a token. */
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { INBOX_ROOT } from '../lib/control-root.ts';
import { readBody } from './body.ts';
import { createSignalFinder } from './client-signal.ts';

export interface ReceivedRequest {
  /** Of the inbox, as the URL has it. */
  readonly name: string;
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Inflated. */
  readonly body: Uint8Array;
}

export interface InboxAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Before it is sent. */
  readonly delayMs: number;
}

export interface InboxRouteOptions {
  /** Never throws. */
  readonly receive: (request: ReceivedRequest) => InboxAnswer;
  readonly bodyLimitBytes: number;
}

/** A browser runs nothing that an inbox answers. */
const HARMLESS_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
} as const;

/** Answers in the onRequest hook, before a body parser refuses a type. */
export function registerInboxes(app: FastifyInstance, options: InboxRouteOptions): void {
  app.route({
    method: app.supportedMethods,
    url: `${INBOX_ROOT}/:name`,
    exposeHeadRoute: false,
    // The journal is for requests of API clients.
    config: { observedAs: 'nothing' },
    onRequest: (request, reply) => answer(options, request, reply),
    handler: () => {
      throw new Error('The onRequest hook has not answered');
    },
  });
}

async function answer(
  { receive, bodyLimitBytes }: InboxRouteOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { raw, method, originalUrl, exchange } = request;
  const { bytes = new Uint8Array(), receivedBytes } = await readBody(raw, reply.raw, bodyLimitBytes);
  exchange.bytesIn = receivedBytes;
  const { name } = request.params as { readonly name: string };
  const { status, headers, body, delayMs } = receive({
    ...{ name, method, url: originalUrl, body: bytes },
    headers: pairsOf(raw.rawHeaders),
  });
  if (delayMs > 0) await waitFor(delayMs, createSignalFinder(reply.raw)());
  await reply
    .code(status)
    .headers({ ...headers, ...HARMLESS_HEADERS })
    .send(body === '' ? undefined : body);
}

/** Ends early if the client leaves. */
async function waitFor(delayMs: number, signal: AbortSignal): Promise<void> {
  await pause(delayMs, undefined, { signal }).catch(() => undefined);
}

/** Without the pseudo-headers of HTTP/2, such as `:path`. */
function pairsOf(rawHeaders: readonly string[]): readonly (readonly [string, string])[] {
  return Array.from(
    { length: rawHeaders.length / 2 },
    (_, index) => [(rawHeaders[2 * index] ?? '').toLowerCase(), rawHeaders[2 * index + 1] ?? ''] as const,
  ).filter(([name]) => !name.startsWith(':'));
}

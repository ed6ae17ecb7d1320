/** Requests to endpoints of subscriptions and webhooks: timed, to allowed addresses only, without following redirects. */
import { randomUUID } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import { Agent, request } from 'undici';

import { monotonicMs } from '../lib/clock.ts';
import type { NotificationReach } from '../model/notification-reach.ts';
import { AddressRefused, literalAddress, isReachable, lookupWithin } from './address-rules.ts';

export interface EndpointAnswer {
  /** `undefined` when there was no answer. */
  readonly status: number | undefined;
  /** A code such as `ECONNREFUSED` or `timeout`; `undefined` when there was an answer. */
  readonly problem: string | undefined;
  readonly contentType: string;
  /** The header as it came. */
  readonly retryAfter?: string | undefined;
  /** The start of the body, cut at {@link MAX_ANSWER_BYTES}. */
  readonly text: string;
  readonly tookMs: number;
}

export interface EndpointCall {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface Endpoints extends AsyncDisposable {
  /** Never throws for what the other side does. @throws the reason of the signal when it is aborted */
  post(call: EndpointCall, signal?: AbortSignal): Promise<EndpointAnswer>;
}

const CONNECT_TIMEOUT_MS = 5000;
const MAX_ANSWER_BYTES = 4096;

export interface EndpointRules {
  readonly reach: NotificationReach;
  /** A CA certificate in PEM, trusted in addition to Node's. */
  readonly authority?: string | undefined;
}

export function createEndpoints({ reach, authority }: EndpointRules): Endpoints {
  const trusted = authority === undefined ? {} : { ca: [...getCACertificates('default'), authority] };
  const connections = new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS, lookup: lookupWithin(reach), ...trusted } });
  return {
    post: async ({ url, contentType, body, headers, timeoutMs }, signal) => {
      const begun = monotonicMs();
      const tookMs = (): number => Math.round(monotonicMs() - begun);
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        // Connecting to an address does not call lookup.
        const address = literalAddress(new URL(url));
        if (address !== undefined && !isReachable(address, reach)) throw new AddressRefused(address);
        const answer = await request(url, {
          method: 'POST',
          headers: { 'user-agent': 'vivarium', ...headers, 'content-type': contentType },
          body,
          dispatcher: connections,
          signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        });
        const text = await readStart(answer.body);
        const type = String(answer.headers['content-type'] ?? '');
        const retryAfter = answer.headers['retry-after'];
        return {
          ...{ status: answer.statusCode, problem: undefined, contentType: type, text, tookMs: tookMs() },
          retryAfter: retryAfter === undefined ? undefined : String(retryAfter),
        };
      } catch (error) {
        // An abort is not an answer.
        signal?.throwIfAborted();
        const problem = timeout.aborted ? 'timeout' : nameOf(error);
        return { status: undefined, problem, contentType: '', text: '', tookMs: tookMs() };
      }
    },
    [Symbol.asyncDispose]: () => connections.close(),
  };
}

/** Does not wait for the rest. */
async function readStart(body: AsyncIterable<Uint8Array> & { destroy(): unknown }): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, MAX_ANSWER_BYTES);
}

/** Never the message, which may contain a URL with a password. */
function nameOf(error: unknown): string {
  const { code, name, cause } = error as { readonly code?: string; readonly name: string; readonly cause?: unknown };
  return (cause as { readonly code?: string } | undefined)?.code ?? code ?? name;
}

/** As Microsoft Graph. */
const VALIDATION_TIMEOUT_MS = 10_000;

/** Why the endpoint failed the handshake, as a sentence; `undefined` when it passed. */
export async function validateEndpoint(endpoints: Endpoints, url: string): Promise<string | undefined> {
  const token = `Validation: Testing client application reachability for subscription Request-Id: ${randomUUID()}`;
  const asked = new URL(url);
  // The query of the URL stays as it is.
  asked.search = `${asked.search === '' ? '?' : `${asked.search}&`}validationToken=${encodeURIComponent(token)}`;
  const { status, problem, contentType, text } = await endpoints.post({
    url: asked.href,
    contentType: 'text/plain; charset=utf-8',
    body: '',
    timeoutMs: VALIDATION_TIMEOUT_MS,
  });
  if (problem === 'timeout') return 'Subscription validation request timed out.';
  if (problem === 'ADDRESS_REFUSED') return 'The address of the notification endpoint is not allowed.';
  if (problem !== undefined) return `The notification endpoint cannot be reached: ${problem}.`;
  if (status !== 200) return `Notification endpoint must respond with 200 OK to validation request; got ${status}.`;
  if (!/^text\/plain\b/i.test(contentType)) return 'The content type of the response must be text/plain.';
  return text === token ? undefined : 'Response must exactly match validationToken query parameter.';
}

/** The answer to a token request, which a plugin may replace or send in its own way. */
import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyError, FastifyReply } from 'fastify';
import { TokenError } from '../issuer/token-error.ts';
import { findGrantType } from '../model/grant-types.ts';
import type { GraphResponse } from '../odata/message.ts';
import { createSignalFinder } from './client-signal.ts';
import { describeRefusal, toTokenError } from './issuer-exchange.ts';
import type { IssuerRoutesOptions, TenantRequest } from './issuer-exchange.ts';
import type { TokenCall } from './plugin.ts';
import { listHeaders } from './reply.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

export interface TokenExchange {
  readonly request: TenantRequest;
  readonly reply: FastifyReply;
}

/** @param issue the tokens, or a TokenError */
export async function answerTokenRequest(
  options: IssuerRoutesOptions,
  { request, reply }: TokenExchange,
  issue: () => Promise<object>,
): Promise<object> {
  const sent = new URLSearchParams(request.body).get('grant_type') ?? '';
  request.exchange.grantType = findGrantType(sent) ?? 'unknown';
  const { plugin } = options;
  if (plugin === undefined) return issue();
  const run = async (): Promise<GraphResponse> => {
    try {
      return { status: 200, headers: {}, body: await issue() };
    } catch (thrown) {
      return refuse(options, toTokenError(options, thrown as FastifyError, request), request);
    }
  };
  const { status, headers, body } = await plugin.tokenInterceptor(describeCall(options, { request, reply }), run);
  reply.code(status).headers({ 'content-type': JSON_TYPE, ...headers });
  const all = listHeaders(reply.getHeaders() as OutgoingHttpHeaders);
  const text = body instanceof Uint8Array ? Buffer.from(body).toString() : JSON.stringify(body);
  return plugin.deliver(request.exchange, { status, headers: all, text }) ? reply.hijack() : reply.send(body);
}

export function refuse(options: IssuerRoutesOptions, error: TokenError, request: TenantRequest): GraphResponse {
  return { status: error.status, headers: error.headers, body: describeRefusal(options, error, request) };
}

/** The hook with `noteClient` has run. */
function describeCall(options: IssuerRoutesOptions, { request, reply }: TokenExchange): TokenCall {
  const { exchange, params, body } = request;
  return {
    exchange,
    grantType: findGrantType(new URLSearchParams(body).get('grant_type') ?? ''),
    appId: exchange.appId,
    tenantId: exchange.tenantId,
    segment: params.segment,
    findSignal: createSignalFinder(reply.raw),
    refuse: (row, details) => refuse(options, new TokenError(row, details), request),
  };
}

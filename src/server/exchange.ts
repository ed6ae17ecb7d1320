/** One HTTP request and its answer, on any route: its ids, and what the log and observers see of it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { RequestContext } from '../graph/context.ts';
import type { TokenError } from '../issuer/token-error.ts';
import type { AppId, TenantId } from '../lib/ids.ts';
import type { ScimOperation } from '../model/scim.ts';
import type { Refusal, RequestIds } from '../odata/message.ts';

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange;
  }
}

interface ScimFacts {
  /** Once it is authenticated. */
  readonly tenantId: TenantId | undefined;
  readonly operation: ScimOperation | undefined;
}

const PLAUSIBLE_ID = /^[\x21-\x7e]{1,256}$/;

export class Exchange implements RequestIds {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The URL as it was sent. */
  readonly target: string;
  readonly requestId: string;
  /** The caller's own id, or the request id when it sent none. */
  readonly clientRequestId: string;
  /** `undefined` on other routes, and for requests that are refused before they run. */
  graph: RequestContext | undefined = undefined;
  /** As a request to the issuer claims them; not verified. */
  claimedAppId: AppId | undefined = undefined;
  claimedTenantId: TenantId | undefined = undefined;
  /** Of a request to SCIM, as far as it got. */
  scim: ScimFacts | undefined = undefined;
  refusal: Refusal | undefined = undefined;
  /** Of the issuer. */
  tokenRefusal: TokenError | undefined = undefined;
  /** Of a request to the token endpoint, or `unknown`. */
  grantType: string | undefined = undefined;
  /** Whether it is refused because too many are in flight; then it is neither logged nor recorded. */
  exceedsCapacity = false;
  /** Body bytes received, as they came. */
  bytesIn = 0;
  /** Body bytes of the answer. */
  bytesOut = 0;

  constructor(requestId: string, request: IncomingMessage, response: ServerResponse, target = request.url ?? '') {
    this.request = request;
    this.response = response;
    this.target = target;
    this.requestId = requestId;
    const own = request.headers['client-request-id'];
    this.clientRequestId = typeof own === 'string' && PLAUSIBLE_ID.test(own) ? own : requestId;
  }

  get appId(): AppId | undefined {
    return this.graph?.principal?.appId ?? this.claimedAppId;
  }

  get tenantId(): TenantId | undefined {
    return this.graph?.principal?.tenantId ?? this.scim?.tenantId ?? this.claimedTenantId;
  }
}

/** Headers of every answer, names and values in turn. Node adds Date. */
export function exchangeHeaders({ requestId, clientRequestId }: RequestIds, diagnostic: string): string[] {
  return ['request-id', requestId, 'client-request-id', clientRequestId, 'x-ms-ags-diagnostic', diagnostic];
}

/** Reports to the request log that a route has failed and answered with status 500. */
export function recordFault(request: FastifyRequest, cause: unknown): void {
  request.exchange.refusal = { row: 'internalServerError', cause };
}

/** The value of `x-ms-ags-diagnostic`: which instance answered. Clients log it, none reads it. */
export function describeInstance(instanceId: string): string {
  const ServerInfo = { DataCenter: 'Vivarium', Slice: 'E', Ring: '1', ScaleUnit: '000', RoleInstance: instanceId };
  return JSON.stringify({ ServerInfo });
}

/** One HTTP request and its answer: its ids, and what is learned about it on the way, for the log. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { AppId, TenantId } from '../lib/ids.ts';
import type { TokenError } from '../issuer/token-error.ts';
import type { OperationId } from '../model/operations.ts';
import type { GraphResponse, RequestIds } from '../odata/message.ts';

export interface Exchange extends RequestIds {
  appId: AppId | undefined;
  tenantId: TenantId | undefined;
  operation: OperationId | undefined;
  refusal: GraphResponse['refusal'];
  /** Of the embedded authority. */
  tokenRefusal: TokenError | undefined;
  /** Remarks for the journal, where no answer of the engine has them. */
  notes: readonly string[] | undefined;
  /** Body bytes received, as they came. */
  bytesIn: number;
  /** Body bytes of the answer. */
  bytesOut: number;
}

/** A request on its way, with what it is answered through. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The URL as it was sent. */
  readonly target: string;
  readonly exchange: Exchange;
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange;
  }
}

const PLAUSIBLE_ID = /^[\x21-\x7e]{1,256}$/;

export function createExchange(requestId: string, { headers }: IncomingMessage): Exchange {
  return {
    requestId,
    clientRequestId: readClientRequestId(headers['client-request-id']) ?? requestId,
    appId: undefined,
    tenantId: undefined,
    operation: undefined,
    refusal: undefined,
    tokenRefusal: undefined,
    notes: undefined,
    bytesIn: 0,
    bytesOut: 0,
  };
}

/** Headers that every answer carries, whatever becomes of the request, names and values in turn. Node adds Date. */
export function exchangeHeaders({ requestId, clientRequestId }: RequestIds, diagnostic: string): string[] {
  return ['request-id', requestId, 'client-request-id', clientRequestId, 'x-ms-ags-diagnostic', diagnostic];
}

/** Tells the request log of a fault that a route of another shape has answered with status 500. */
export function recordFault(request: FastifyRequest, cause: unknown): void {
  request.exchange.refusal = { row: 'internalServerError', cause };
}

/** The value of `x-ms-ags-diagnostic`: which instance answered. Clients log it, none reads it. */
export function describeInstance(instanceId: string): string {
  const ServerInfo = { DataCenter: 'Vivarium', Slice: 'E', Ring: '1', ScaleUnit: '000', RoleInstance: instanceId };
  return JSON.stringify({ ServerInfo });
}

function readClientRequestId(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && PLAUSIBLE_ID.test(value) ? value : undefined;
}

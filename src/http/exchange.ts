/** One HTTP request and its answer: its ids, and what is learned about it on the way, for the log. */
import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppId, TenantId } from '../base/ids.ts';
import type { OperationId } from '../model/operations.ts';
import type { GraphResponse, RequestIds } from '../odata/message.ts';

interface Exchange extends RequestIds {
  appId: AppId | undefined;
  tenantId: TenantId | undefined;
  operation: OperationId | undefined;
  refusal: GraphResponse['refusal'];
  /** Body bytes received, as they came. */
  bytesIn: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange;
  }
}

/** Headers that every answer carries, whatever becomes of the request. */
export const EXCHANGE_HEADERS = ['request-id', 'client-request-id', 'x-ms-ags-diagnostic'] as const;

const PLAUSIBLE_ID = /^[\x21-\x7e]{1,256}$/;

export function createRequestId(): string {
  return randomUUID();
}

/** Gives the request its {@link Exchange} and the reply its {@link EXCHANGE_HEADERS}; Node adds Date. */
export function beginExchange(request: FastifyRequest, reply: FastifyReply, diagnostic: string): void {
  const requestId = request.id;
  const clientRequestId = readClientRequestId(request.headers['client-request-id']) ?? requestId;
  request.exchange = {
    requestId,
    clientRequestId,
    appId: undefined,
    tenantId: undefined,
    operation: undefined,
    refusal: undefined,
    bytesIn: 0,
  };
  reply.header('request-id', requestId);
  reply.header('client-request-id', clientRequestId);
  reply.header('x-ms-ags-diagnostic', diagnostic);
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

/** All that a server knows of the sandbox: what wraps its requests, and what observes and sends its answers. */
import type { ServerResponse } from 'node:http';
import type { MountedApi } from '../control/api.ts';
import type { Interceptor } from '../graph/context.ts';
import type { AppId, TenantId } from '../lib/ids.ts';
import type { GrantType } from '../model/grant-types.ts';
import type { TokenErrorName } from '../model/token-errors.ts';
import type { GraphResponse, Refusal } from '../odata/message.ts';
import type { Exchange } from './exchange.ts';

export interface ServerPlugin {
  /** Around Graph requests. */
  readonly interceptor: Interceptor;
  readonly tokenInterceptor: TokenInterceptor;
  /** Runs the handlers of the issuer's other routes, once they may run. */
  pass<Result>(work: () => Promise<Result>): Promise<Result>;
  readonly observer: ExchangeObserver;
  /** Sends an answer in its own way. `false`: it is for the server to send. */
  deliver(exchange: Exchange, answer: WrittenAnswer): boolean;
  readonly api: MountedApi;
}

/** Observes every exchange. */
export interface ExchangeObserver {
  /** Called before the body is read. */
  begin(exchange: Exchange, kind: ObservedKind, origin: string): void;
  unreadable(exchange: UnreadableExchange): void;
}

export type ObservedKind = 'graph' | 'issuer';

/** Bytes on a connection that could not be parsed as a request. */
export interface UnreadableExchange {
  readonly requestId: string;
  /** As much of it as the parser had at hand. */
  readonly received: Uint8Array;
  readonly refusal: Refusal;
  /** Has its head, and is about to be ended with the text. */
  readonly response: ServerResponse;
  readonly text: string;
}

/** An answer as it is to be written, but for its length. */
export interface WrittenAnswer {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** No body and no Content-Type when undefined. */
  readonly text: string | undefined;
}

/** As `Interceptor`, for token requests. */
export type TokenInterceptor = (call: TokenCall, run: () => Promise<GraphResponse>) => Promise<GraphResponse>;

/** A request to the token endpoint, as its sender describes itself: nothing of it is verified. */
export interface TokenCall {
  readonly exchange: Exchange;
  /** `undefined`: none that the endpoint knows. */
  readonly grantType: GrantType | undefined;
  readonly appId: AppId | undefined;
  readonly tenantId: TenantId | undefined;
  /** What names the tenant in the path. */
  readonly segment: string;
  /** Aborted when the client has gone. */
  readonly findSignal: () => AbortSignal;
  /** The refusal as the issuer writes it. */
  refuse(row: TokenErrorName, options: TokenRefusalDetails): GraphResponse;
}

export interface TokenRefusalDetails {
  /** Fill the `{name}`s of the message. */
  readonly values: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

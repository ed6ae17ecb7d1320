/** What passes on the wire, as the journal takes notice of it. */
import type { AppId, TenantId } from '../../lib/ids.ts';
import type { OperationId } from '../../model/operations.ts';
import type { Refusal, RequestIds } from '../../odata/message.ts';
import type { ObservedKind, UnreadableExchange } from '../../server/plugin.ts';

/** The beginning of a body. */
export interface BodyCopy {
  /** At most {@link Recorder.bodyCapBytes}; text where it was written as such. */
  readonly content: string | Uint8Array;
  /** Of the whole body, as far as it came or went. */
  readonly sizeBytes: number;
}

/** How much of an answer left: all of it, only a part of it, nothing. */
export type DeliveryOutcome = 'whole' | 'cut' | 'none';

/** An exchange as far as it has come. */
export interface WireExchange extends RequestIds {
  readonly kind: ObservedKind;
  readonly method: string;
  /** Scheme, host and port as the client wrote them. */
  readonly origin: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly httpVersion: string;
  /** Names and values in turn, as sent, a line each. */
  readonly requestHeaders: string;
  readonly requestBody: BodyCopy;
  /** `undefined` while nothing is answered. */
  readonly response:
    | {
        readonly status: number;
        /** Status line and headers as sent, with line ends. */
        readonly head: string;
        readonly body: BodyCopy;
      }
    | undefined;
  readonly delivery: DeliveryOutcome;
  readonly appId: AppId | undefined;
  readonly tenantId: TenantId | undefined;
  readonly operation: OperationId | undefined;
  readonly refusal: Refusal | undefined;
  /** Of the issuer. */
  readonly tokenRefusal: TokenRefusalFacts | undefined;
  /** Remarks, where the engine has none. */
  readonly notes: readonly string[];
}

export interface TokenRefusalFacts {
  /** Of the token error catalogue. */
  readonly row: string;
  readonly status: number;
  readonly message: string;
  readonly cause?: unknown;
}

/** What came on a connection and was no request that could be answered as one. */
export interface UnreadableWire extends Pick<UnreadableExchange, 'requestId' | 'received' | 'refusal'> {
  readonly response: NonNullable<WireExchange['response']>;
}

export interface Recorder {
  /** Bytes kept of a body, of a request and of an answer each; what comes after them is only counted. */
  readonly bodyCapBytes: number;
  /** Takes notice of a request whose head has come. `look` gives the exchange as it stands at the moment of the call. */
  begin(requestId: string, look: () => WireExchange): Recording;
  enterUnreadable(exchange: UnreadableWire): void;
}

/** One exchange that is being recorded. */
export interface Recording {
  /**
   * Enters the exchange into the journal, once: later calls change nothing. It is called before the last byte of the
   * answer is handed to the network, so that a client that has its answer finds it in the journal.
   */
  enter(): void;
  /** The answer that was entered as a whole did not leave as one. */
  markCut(): void;
}

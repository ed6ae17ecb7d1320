/** One Graph request and its answer as plain data: what HTTP, `$batch` and tests hand to the engine and get back. */
import type { ErrorName } from '../model/errors.ts';
import type { OperationId } from '../model/operations.ts';
import type { ApiVersion } from '../model/versions.ts';

/** Bytes as they came (already inflated), or the JSON value of a batch item. */
export type RequestBody = Uint8Array | { readonly json: unknown };

export interface RequestIds {
  readonly requestId: string;
  /** The caller's own id, or the request id when it sent none. */
  readonly clientRequestId: string;
}

export interface GraphRequest extends RequestIds {
  readonly version: ApiVersion;
  readonly method: string;
  /** Path below the version root as sent: not decoded, begins with `/`. */
  readonly path: string;
  /** Query as sent, without `?`. */
  readonly query: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: RequestBody | undefined;
  /** Scheme, host and port under which the client reached the server, without a trailing slash. */
  readonly origin: string;
}

export interface GraphResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A JSON value, or a text under a Content-Type that is not JSON; no body at all when undefined. */
  readonly body?: unknown;
  /** For logs and metrics; undefined when the path named no operation. */
  readonly operation?: OperationId | undefined;
  /** What the request was refused for, for logs. */
  readonly refusal?: { readonly row: ErrorName; readonly logDetail?: string | undefined; readonly cause?: unknown };
  /** What was taken that the reference does not have; absent when there is nothing. */
  readonly deviations?: readonly Deviation[];
  /** How the answer is put on the wire, when not whole and at once. */
  readonly delivery?: Delivery;
  /** Remarks for who reads along; they are not sent. */
  readonly notes?: readonly string[];
}

/** A spelling or a habit of clients that is taken although the reference has another one. */
export interface Deviation {
  readonly name: string;
  readonly found: string;
  readonly expected: string;
}

/** Broken ways to send an answer. */
export type Delivery =
  /** The connection is closed without an answer. */
  | { readonly kind: 'reset' }
  /** So many bytes of the body go out, then the connection is closed; Content-Length names the whole. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number };

/** The shape of a conformance row: requests, and what a client must see. */
import type { ErrorName } from '../../src/model/errors.ts';
import type { OperationId } from '../../src/model/operations.ts';
import type { ApiVersion } from '../../src/model/versions.ts';
import type { Caller } from '../support/tenants.ts';

export interface Row {
  /** The number of the conformance case, with a letter for a branch of it; else the table's name and a number. */
  readonly id: string;
  /** The rule, as a sentence. */
  readonly rule: string;
  /** Contradictions of the documentation (C) and habits of clients (P B O E A) that the row observes: see `facts.ts`. */
  readonly cites?: readonly string[];
  readonly covers?: Covers;
  /** Settings that the server starts with, by their names. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What is broken under the running server before the first step. */
  readonly fault?: FaultName;
  /** Both when not given. */
  readonly versions?: readonly ApiVersion[];
  readonly steps: readonly Step[];
}

/** What the row claims to meet; the runner checks that it did. */
export interface Covers {
  /** Operations that answer with their success status. */
  readonly operations?: readonly OperationId[];
  /** Refusals that are answered with. */
  readonly errors?: readonly ErrorName[];
}

export type FaultName = 'databaseLocked' | 'tableDropped';

/**
 * One request and its answer. In every text `{root}` stands for the version's root URL, `{origin}` for the server's, and
 * `{name}` for what an earlier step kept under that name.
 */
export interface Step {
  readonly as?: Caller;
  /** Method, space, path below the version root. A whole URL is sent as it is. */
  readonly send: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string | Uint8Array;
  /** Sent in pieces, without a length. */
  readonly isChunked?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly gets: Expected;
  /** Properties of the answer by the names to keep them under; `header:etag` takes a header. */
  readonly keep?: Readonly<Record<string, string>>;
}

export interface Expected {
  readonly status: number;
  /** By lower-case name: a text, a matcher, or null for a header that must be absent. */
  readonly headers?: Readonly<Record<string, unknown>>;
  /** The JSON body has at least this. */
  readonly part?: unknown;
  /** The JSON body is this. */
  readonly whole?: unknown;
  /** Properties of the JSON body that must be absent. */
  readonly lacks?: readonly string[];
  /** The body is this text. */
  readonly text?: unknown;
  /** The refusal, with all of its details. */
  readonly refusal?: Refusal;
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: unknown;
  readonly details?: readonly Detail[];
}

export interface Detail {
  readonly code: string;
  readonly message: string;
  readonly target: string;
}

export interface Table {
  readonly capability: string;
  readonly rows: readonly Row[];
}

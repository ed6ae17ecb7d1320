/** The shape of a rule: requests, and what a client must see. */
import type { ErrorName } from '../model/errors.ts';
import type { OperationId } from '../model/operations.ts';
import type { ApiVersion } from '../model/versions.ts';
import type { RuleCaller } from './callers.ts';

export interface RuleRow {
  /** The number of the conformance case, with a letter for a branch of it; else the section and a number. Never reused. */
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
  /** Set where it cannot be read from the steps: all that `seeds/conformance.yaml` holds, and nothing else. */
  readonly needsSeed?: boolean;
  /** About what Microsoft Graph does not have, so that only a Vivarium needs to. */
  readonly isExtension?: boolean;
  /** Set where requests other than reads leave everything as it is, whoever sends them. */
  readonly changesNothing?: boolean;
  readonly steps: readonly RuleStep[];
}

/** What the row claims to meet; the tests of the tables check that it did. */
export interface Covers {
  /** Operations that answer with their success status. */
  readonly operations?: readonly OperationId[];
  /** Refusals that are answered with. */
  readonly errors?: readonly ErrorName[];
}

export type FaultName = 'databaseLocked' | 'tableDropped';

/**
 * One request and its answer. In every text `{root}` stands for the version's root URL, `{origin}` for what is before the
 * version in it, and `{name}` for what an earlier step kept under that name.
 */
export interface RuleStep {
  readonly as?: RuleCaller;
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
  /** By lower-case name: a text, a pattern, or null for a header that must be absent. */
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
  readonly refusal?: ExpectedError;
}

export interface ExpectedError {
  readonly status: number;
  readonly code: string;
  readonly message: unknown;
  readonly details?: readonly ExpectedDetail[];
}

export interface ExpectedDetail {
  readonly code: string;
  readonly message: unknown;
  readonly target: string;
}

/** The rules of one subject. */
export interface RuleTable {
  /** Names it on the command line. */
  readonly section: string;
  readonly title: string;
  /** The pages and specifications that its rules rest on, in words. */
  readonly source: string;
  /** As of a row, for all of its rows. */
  readonly isExtension?: boolean;
  readonly rows: readonly RuleRow[];
}

/** The parts of Graph requests and answers, as plain data. */
import type { DeviationName } from '../model/deviations.ts';
import type { ErrorName } from '../model/errors.ts';
import type { ErrorDetail, Explanation } from '../model/graph-error.ts';

/** Bytes as they came (already inflated), or the JSON value of a batch item. */
export type RequestBody = Uint8Array | { readonly json: unknown };

export interface RequestIds {
  readonly requestId: string;
  /** The caller's own id, or the request id when it sent none. */
  readonly clientRequestId: string;
}

/** JSON that has been printed. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** For when the text becomes part of other JSON. */
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

export interface GraphResponse {
  readonly status: number;
  /** General ones, such as Content-Type and Cache-Control, are named in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** A {@link JsonText}, a JSON value, a text under a Content-Type that is not JSON, or UTF-8 bytes; no body when undefined. */
  readonly body?: unknown;
  /** For the log and the journal. */
  readonly refusal?: Refusal;
}

/** Why a request was refused; the answer shows a part of it. */
export interface Refusal {
  readonly row: ErrorName;
  /** As the answer has it. */
  readonly message?: string;
  readonly logDetail?: string | undefined;
  readonly cause?: unknown;
  /** What is wrong with single fields. */
  readonly details?: readonly ErrorDetail[];
  /** Why, in sentences. */
  readonly reasons?: readonly string[];
  readonly explanation?: Explanation;
}

/** A spelling or a habit of clients that departs from the reference. */
export interface Deviation {
  readonly name: DeviationName;
  /** As it was sent; empty where something is missing. */
  readonly found: string;
  /** Empty where nothing should be. */
  readonly expected: string;
}

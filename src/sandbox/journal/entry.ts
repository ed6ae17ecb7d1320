/** What the journal keeps of one request and its answer: plain JSON, without secrets. */
import type { ErrorName } from '../../model/errors.ts';
import type { ErrorDetail, Explanation } from '../../model/graph-error.ts';
import type { Deviation } from '../../odata/message.ts';
import type { DeliveryOutcome } from './recorder.ts';

/** The kinds of what is recorded: a request of Graph, an item of a batch, one of the issuer, and what was no request. */
export const ENTRY_KINDS = ['graph', 'batchItem', 'issuer', 'unreadable'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

export interface JournalEntry {
  /** Grows with each entry, in the order in which answers left; never used twice while the server runs. */
  readonly id: number;
  readonly kind: EntryKind;
  /** By the clock of the sandbox: `2026-01-02T03:04:05.678Z`. */
  readonly receivedAt: string;
  /** Until the answer was handed to the network, or its client had gone. Of an item that was not run, 0. */
  readonly durationMs: number;
  readonly requestId: string;
  readonly clientRequestId: string;
  /** Of an item: the entry of its batch, and the item's id there. */
  readonly batch?: { readonly entry: number; readonly item: string };
  readonly method: string;
  /** Scheme, host and port as the client wrote them. */
  readonly origin: string;
  /** Path and query as sent; of what was no request, its first line. */
  readonly url: string;
  readonly version?: string;
  readonly operation?: string;
  readonly appId?: string;
  readonly tenantId?: string;
  readonly userId?: string;
  /** Ids of the learners whom request or answer concern, 100 at most. */
  readonly learners: readonly string[];
  /** That of the answer, also when it did not reach the client. Absent when there was none. */
  readonly status?: number;
  readonly delivery: DeliveryOutcome;
  readonly request: RecordedMessage;
  readonly response?: RecordedMessage;
  readonly refusal?: RecordedRefusal;
  readonly deviations: readonly Deviation[];
  readonly notes: readonly string[];
}

export interface RecordedMessage {
  readonly httpVersion: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: RecordedBody;
}

export interface RecordedBody {
  readonly text: string;
  /** Base64 when the bytes are no text. */
  readonly encoding: 'utf8' | 'base64';
  /** Of the whole body, inflated. */
  readonly sizeBytes: number;
  /** Whether only its beginning is kept. */
  readonly isCut: boolean;
  /** Why nothing of it is kept. */
  readonly omitted?: string;
}

/** Why a request was refused, in more words than its client reads. */
export interface RecordedRefusal {
  /** Of the error catalogue, or of that of the issuer. */
  readonly row: ErrorName | (string & {});
  /** The number in the published error table. */
  readonly id?: string;
  readonly message?: string;
  /** When this refusal is given. */
  readonly when?: string;
  /** What the server knows beside it. */
  readonly detail?: string;
  readonly cause?: string;
  /** Why, in sentences, where the message says too little. */
  readonly reasons: readonly string[];
  /** What is wrong with single fields. */
  readonly fields: readonly ErrorDetail[];
  /** Members such as the permission that was missing. */
  readonly explanation: Explanation;
  /** What the client may have meant. */
  readonly nearMisses: readonly string[];
}

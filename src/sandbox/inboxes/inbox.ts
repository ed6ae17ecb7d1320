/** What an inbox holds and how it answers: plain JSON. */
import type { RecordedBody } from '../journal/entry.ts';
import type { SignatureVerdict } from './verify-signature.ts';

/** The name of an inbox; anything else is none. */
export const INBOX_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export interface InboxRequest {
  /** Grows with each request to any inbox; never used twice while the server runs. */
  readonly id: number;
  /** By the clock of the sandbox: `2026-01-02T03:04:05.678Z`. */
  readonly receivedAt: string;
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: RecordedBody;
  /** What it was answered. */
  readonly status: number;
  /** Of a webhook; absent without the header `webhook-id`. */
  readonly webhook?: InboxWebhook;
}

export interface InboxWebhook {
  readonly id: string;
  /** By the secret of the inbox; absent when it has none. */
  readonly signature?: SignatureVerdict;
  /** Whether the inbox had a request with this id before. */
  readonly isRepeated: boolean;
}

/** How an inbox answers. */
export interface InboxReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly delayMs?: number;
  /** Only the next requests, so many; then as an inbox that is set to nothing. */
  readonly next?: number;
}

/** `undefined` leaves a member as it is, `null` resets it. */
export type InboxChange = { readonly [Member in keyof InboxSettings]?: InboxSettings[Member] | null };

export interface InboxSettings {
  /** Checks signatures: `whsec_…`. */
  readonly secret?: string;
  readonly reply?: InboxReply;
}

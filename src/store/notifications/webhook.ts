/** A webhook, and its messages. */
import type { RegistrationId } from '../../lib/ids.ts';
import type { DisabledReason, WebhookEvent, WebhookNotice } from '../../model/webhook.ts';
import type { ChangeCursor } from '../feed/feed-cursor.ts';

export interface WebhookDefinition {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  /** `undefined`: all providers. */
  readonly registrationIds?: readonly RegistrationId[] | undefined;
  readonly description: string | null;
}

/** Key of signatures. */
export interface WebhookSecret {
  /** With its prefix, as it was shown. */
  readonly secret: string;
  /** Epoch milliseconds of the real time; `null` for the newest, which does not end. */
  readonly endsAt: number | null;
}

export interface Webhook {
  readonly id: string;
  readonly definition: WebhookDefinition;
  /** Newest first. */
  readonly secrets: readonly WebhookSecret[];
  readonly isEnabled: boolean;
  /** Why the server disabled it. */
  readonly disabledReason: DisabledReason | undefined;
  /** Epoch milliseconds of the real time, as `failingSince` and `followedSince`. */
  readonly createdAt: number;
  readonly failingSince: number | undefined;
  readonly cursor: ChangeCursor;
  readonly followedSince: number;
}

/** A message, without its data, which is read when it is sent. */
export interface WebhookMessage {
  readonly event: WebhookEvent | WebhookNotice;
  /** Epoch milliseconds: when it happened. */
  readonly at: number;
  /** `undefined` for a notice. */
  readonly item?: WebhookItem | undefined;
}

export type WebhookItem =
  | {
      readonly kind: 'activity';
      /** As Graph has it. */
      readonly id: string;
      readonly learnerUserId: string | undefined;
      readonly activityGuid: string;
      readonly registrationId: string | undefined;
    }
  | { readonly kind: 'content'; readonly id: string; readonly registrationId: string };

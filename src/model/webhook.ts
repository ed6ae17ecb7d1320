/** Webhooks in the form of Standard Webhooks (standardwebhooks.com): events, signatures, retries. */

/** Events that a webhook can name. */
export const WEBHOOK_EVENTS = {
  'activity.created': 'An activity was created.',
  'activity.progressed': 'Its status or its completion percentage changed, other than to completed.',
  'activity.completed': 'It became completed, or was created as completed.',
  'activity.overdue': 'Its due date has passed, and it is not completed.',
  'activity.deleted': 'It was deleted.',
  'content.created': 'A content was created.',
  'content.updated': 'One of its properties changed.',
  'content.deleted': 'It was deleted.',
} as const;

export type WebhookEvent = keyof typeof WEBHOOK_EVENTS;

export const WEBHOOK_EVENT_NAMES = Object.keys(WEBHOOK_EVENTS) as readonly WebhookEvent[];
export const OVERDUE = 'activity.overdue' satisfies WebhookEvent;

/** Sent to every webhook, whatever events it names. */
export const WEBHOOK_NOTICES = {
  /** Some events may be missing: receivers that depend on them should read the record again. */
  missed: 'webhook.missed',
  test: 'webhook.test',
} as const;

export type WebhookNotice = (typeof WEBHOOK_NOTICES)[keyof typeof WEBHOOK_NOTICES];

export const WEBHOOK_HEADERS = {
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  signature: 'webhook-signature',
} as const;

/** Of HMAC-SHA256. */
export const SIGNATURE_VERSION = 'v1';
export const SECRET_PREFIX = 'whsec_';
/** Standard Webhooks allows 24 to 64. */
export const SECRET_BYTES = 32;

/** How long messages are also signed with the old secret after a rotation. */
export const DEFAULT_OVERLAP_HOURS = 24;
export const MAX_OVERLAP_HOURS = 168;
/** Each secret adds a signature to a header, and receivers limit headers. */
export const MAX_SECRETS = 5;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** From one attempt to the next: the example schedule of Standard Webhooks, 75 hours in all. */
export const RETRY_PAUSES_MS: readonly number[] = [
  ...[5 * SECOND_MS, 5 * MINUTE_MS, 30 * MINUTE_MS],
  ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR_MS),
];
export const ANSWER_TIMEOUT_MS = 15 * SECOND_MS;
/** An endpoint that has failed for this long is disabled. */
export const MAX_FAILING_MS = 5 * 24 * HOUR_MS;

/** Why the server disabled a webhook. */
export const DISABLED_REASONS = ['gone', 'failing'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

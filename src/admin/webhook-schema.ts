/** Webhooks in requests and answers of the admin API. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { formatUtcMilliseconds } from '../lib/utc-text.ts';
import {
  DEFAULT_OVERLAP_HOURS,
  DISABLED_REASONS,
  MAX_OVERLAP_HOURS,
  WEBHOOK_EVENT_NAMES,
  WEBHOOK_NOTICES,
} from '../model/webhook.ts';
import { NO_MESSAGES } from '../store/notifications/message-queue.ts';
import type { DeliveryRecord, TargetCounts } from '../store/notifications/message-queue.ts';
import type { Webhook } from '../store/notifications/webhook.ts';
import type { DueWebhookMessage } from '../store/notifications/webhook-store.ts';

const closed = { additionalProperties: false } as const;
const time = (description: string) => Type.String({ format: 'date-time', description });
const orNull = (text: ReturnType<typeof time>, description: string) => Type.Union([text, Type.Null()], { description });
const timeOrNull = (description: string) => orNull(Type.String({ format: 'date-time' }), description);

const GUID = '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$';
const URL_TEXT = Type.String({
  minLength: 1,
  maxLength: 2048,
  description: 'URL to send messages to. The setting notificationReach says which addresses are allowed.',
});
const EVENTS = Type.Array(Type.Enum([...WEBHOOK_EVENT_NAMES]), {
  minItems: 1,
  uniqueItems: true,
  description: 'Events to send.',
});
const PROVIDERS = Type.Union(
  [Type.Array(Type.String({ pattern: GUID }), { minItems: 1, maxItems: 1000, uniqueItems: true }), Type.Null()],
  { description: 'Ids of the providers whose events are sent; null for all.' },
);
const DESCRIPTION = Type.Union([Type.String({ maxLength: 512 }), Type.Null()], { description: 'A note, for people.' });

export const DELIVERY = Type.Object(
  {
    webhook: Type.String({ description: 'Id of the webhook.' }),
    message: Type.String({ description: 'The header webhook-id, which is the same with each attempt.' }),
    event: Type.Enum([...WEBHOOK_EVENT_NAMES, ...Object.values(WEBHOOK_NOTICES)]),
    attempt: Type.Integer({ description: '1 for the first.' }),
    sentDateTime: time('When the request was sent.'),
    status: Type.Union([Type.Integer(), Type.Null()], { description: 'Null if there was no answer.' }),
    problem: Type.Union([Type.String(), Type.Null()], { description: 'Null if the receiver accepted it.' }),
    answer: Type.String({ description: 'The start of the answer.' }),
    tookMs: Type.Integer(),
  },
  { ...closed, description: 'A request to a webhook.' },
);

export const WEBHOOK = Type.Object(
  {
    id: Type.String(),
    url: URL_TEXT,
    events: EVENTS,
    registrationIds: PROVIDERS,
    description: DESCRIPTION,
    isEnabled: Type.Boolean({ description: 'Whether messages are sent.' }),
    disabledReason: Type.Union([Type.Enum([...DISABLED_REASONS]), Type.Null()], {
      description: 'Why the server disabled it: it answered 410, or failed for days.',
    }),
    createdDateTime: time('When it was created.'),
    failingSinceDateTime: timeOrNull('Since when every request has failed; null if the last one was accepted.'),
    previousSecretEndDateTime: timeOrNull(
      'Until when messages are also signed with the old secret; null if there is none.',
    ),
    waiting: Type.Integer({ description: 'Number of messages to be sent.' }),
    oldestWaitingDateTime: timeOrNull('When the oldest waiting message was created; null if none waits.'),
    dead: Type.Integer({
      description: 'Number of dead letters: all attempts failed, so they are not sent unless redelivered.',
    }),
    lastDelivery: Type.Union([DELIVERY, Type.Null()], {
      description: 'The last request; null if none is recorded.',
    }),
  },
  { ...closed, description: 'A webhook of a tenant.' },
);

export const DEAD_LETTER = Type.Object(
  {
    webhook: Type.String({ description: 'Id of the webhook.' }),
    message: Type.String({ description: 'The header webhook-id.' }),
    event: DELIVERY.properties.event,
    item: Type.Union([Type.String(), Type.Null()], { description: 'Id of the activity or content.' }),
    registrationId: Type.Union([Type.String(), Type.Null()], { description: 'Id of its provider.' }),
    createdDateTime: time('When it was queued.'),
    attempts: Type.Integer(),
    problem: Type.Union([Type.String(), Type.Null()], { description: 'Why the last attempt failed.' }),
  },
  { ...closed, description: 'A message whose attempts all failed. It is not sent unless redelivered.' },
);

export const NEW_WEBHOOK = Type.Object(
  {
    url: URL_TEXT,
    events: EVENTS,
    registrationIds: Type.Optional(PROVIDERS),
    description: Type.Optional(DESCRIPTION),
    isEnabled: Type.Optional(Type.Boolean({ description: 'Default true.' })),
  },
  { ...closed, description: 'A webhook to create.' },
);

export const WEBHOOK_CHANGE = Type.Object(
  {
    url: Type.Optional(URL_TEXT),
    events: Type.Optional(EVENTS),
    registrationIds: Type.Optional(PROVIDERS),
    description: Type.Optional(DESCRIPTION),
    isEnabled: Type.Optional(
      Type.Boolean({
        description:
          'Events that happen while it is disabled are not sent later. Waiting messages are sent once it is enabled.',
      }),
    ),
  },
  { ...closed, minProperties: 1, description: 'Properties to change.' },
);

export const ROTATION = Type.Object(
  {
    overlapHours: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_OVERLAP_HOURS,
        description: `How long messages are also signed with the old secret. Default ${DEFAULT_OVERLAP_HOURS}.`,
      }),
    ),
  },
  closed,
);

export const MADE_WEBHOOK = Type.Object(
  {
    webhook: WEBHOOK,
    secret: Type.String({ description: 'Key of the signatures. Only shown once.' }),
  },
  { ...closed, description: 'A webhook with a new secret.' },
);

export const REPLAY = Type.Object({ since: time('Events since this time are sent again.') }, closed);

export const REPLAYED = Type.Object(
  {
    webhook: WEBHOOK,
    sinceDateTime: time('Since when events are sent again: later than requested if changes are not kept that long.'),
    isComplete: Type.Boolean({ description: 'Whether all changes since the requested time are kept.' }),
  },
  { ...closed, description: 'What is sent again.' },
);

export function describeWebhook(
  webhook: Webhook,
  last: DeliveryRecord | undefined,
  { waiting, dead, oldestWaitingAt }: TargetCounts = NO_MESSAGES,
): Static<typeof WEBHOOK> {
  const { id, definition, secrets, isEnabled, disabledReason, createdAt, failingSince } = webhook;
  const [, previous] = secrets;
  return {
    ...{ id, isEnabled, waiting, dead },
    url: definition.url,
    events: [...definition.events],
    registrationIds: definition.registrationIds === undefined ? null : [...definition.registrationIds],
    description: definition.description,
    disabledReason: disabledReason ?? null,
    createdDateTime: formatUtcMilliseconds(createdAt),
    failingSinceDateTime: timeOf(failingSince),
    previousSecretEndDateTime: timeOf(previous?.endsAt ?? undefined),
    oldestWaitingDateTime: timeOf(oldestWaitingAt),
    lastDelivery: last === undefined ? null : describeDelivery(last),
  };
}

export function describeDelivery(delivery: DeliveryRecord): Static<typeof DELIVERY> {
  const { targetId, sentAt, status, problem, tookMs, message } = delivery;
  return {
    webhook: targetId,
    message: message?.id ?? '',
    event: (message?.event ?? '') as Static<typeof DELIVERY>['event'],
    attempt: message?.attempt ?? 1,
    sentDateTime: formatUtcMilliseconds(sentAt),
    status: status ?? null,
    problem: problem ?? null,
    answer: message?.answer ?? '',
    tookMs,
  };
}

export function describeDeadLetter(message: DueWebhookMessage): Static<typeof DEAD_LETTER> {
  const { targetId, id, content, createdAt, attempts, problem } = message;
  return {
    webhook: targetId,
    message: id,
    event: content.event,
    item: content.item?.id ?? null,
    registrationId: content.item?.registrationId ?? null,
    createdDateTime: formatUtcMilliseconds(createdAt),
    attempts,
    problem: problem ?? null,
  };
}

function timeOf(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : formatUtcMilliseconds(epochMs);
}

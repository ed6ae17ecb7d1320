/** Webhooks as the admin API shows and takes them. */
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
  description: 'Where messages go: an address that the setting notificationReach allows.',
});
const EVENTS = Type.Array(Type.Enum([...WEBHOOK_EVENT_NAMES]), {
  minItems: 1,
  uniqueItems: true,
  description: 'What it is told of.',
});
const PROVIDERS = Type.Union(
  [Type.Array(Type.String({ pattern: GUID }), { minItems: 1, maxItems: 1000, uniqueItems: true }), Type.Null()],
  { description: 'Ids of the providers whose events it is told of; null for all.' },
);
const DESCRIPTION = Type.Union([Type.String({ maxLength: 512 }), Type.Null()], { description: 'For people.' });

export const DELIVERY = Type.Object(
  {
    webhook: Type.String({ description: 'Its id.' }),
    message: Type.String({ description: 'As the header webhook-id has it: the same with each attempt.' }),
    event: Type.Enum([...WEBHOOK_EVENT_NAMES, ...Object.values(WEBHOOK_NOTICES)]),
    attempt: Type.Integer({ description: '1 for the first.' }),
    sentDateTime: time('When the request was sent.'),
    status: Type.Union([Type.Integer(), Type.Null()], { description: 'Null where there was no answer.' }),
    problem: Type.Union([Type.String(), Type.Null()], { description: 'Null where the receiver has taken it.' }),
    answer: Type.String({ description: 'How the answer begins.' }),
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
      description: 'Why the server has disabled it: it answered 410, or has failed for days.',
    }),
    createdDateTime: time('When it was made.'),
    failingSinceDateTime: timeOrNull('Since when each request has failed; null where the last one was taken.'),
    previousSecretEndDateTime: timeOrNull('Until when the secret before signs as well; null where there is none.'),
    waiting: Type.Integer({ description: 'Messages that are to be sent.' }),
    oldestWaitingDateTime: timeOrNull('Since when the oldest waits.'),
    dead: Type.Integer({ description: 'Messages that are not sent any more, unless they are redelivered.' }),
    lastDelivery: Type.Union([DELIVERY, Type.Null()], {
      description: 'The last request; null where none is kept.',
    }),
  },
  { ...closed, description: 'A webhook of a tenant.' },
);

export const DEAD_LETTER = Type.Object(
  {
    webhook: Type.String({ description: 'Its id.' }),
    message: Type.String({ description: 'As the header webhook-id has it.' }),
    event: DELIVERY.properties.event,
    item: Type.Union([Type.String(), Type.Null()], { description: 'Id of the activity or the content.' }),
    registrationId: Type.Union([Type.String(), Type.Null()], { description: 'Of its provider.' }),
    createdDateTime: time('When it was first to be sent.'),
    attempts: Type.Integer(),
    problem: Type.Union([Type.String(), Type.Null()], { description: 'Of the last attempt.' }),
  },
  { ...closed, description: 'A message that is not sent any more, unless it is redelivered.' },
);

export const NEW_WEBHOOK = Type.Object(
  {
    url: URL_TEXT,
    events: EVENTS,
    registrationIds: Type.Optional(PROVIDERS),
    description: Type.Optional(DESCRIPTION),
    isEnabled: Type.Optional(Type.Boolean({ description: 'Default true.' })),
  },
  { ...closed, description: 'A webhook to make.' },
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
          'Disabled, it is sent nothing and told of nothing; enabled, it is told of what happens from then on.',
      }),
    ),
  },
  { ...closed, minProperties: 1, description: 'What is to become different.' },
);

export const ROTATION = Type.Object(
  {
    overlapHours: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_OVERLAP_HOURS,
        description: `How long messages are signed with the secret before as well. Default ${DEFAULT_OVERLAP_HOURS}.`,
      }),
    ),
  },
  closed,
);

export const MADE_WEBHOOK = Type.Object(
  {
    webhook: WEBHOOK,
    secret: Type.String({ description: 'What its messages are signed with. Shown this once.' }),
  },
  { ...closed, description: 'A webhook with a new secret.' },
);

export const REPLAY = Type.Object({ since: time('When the first event happened that is told again.') }, closed);

export const REPLAYED = Type.Object(
  {
    webhook: WEBHOOK,
    sinceDateTime: time('From when on events are told again: later than asked for where changes are not kept so long.'),
    isComplete: Type.Boolean({ description: 'Whether changes are kept since the time that was asked for.' }),
  },
  { ...closed, description: 'What is told again.' },
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

/** Webhooks as followers of changes: each is told of the events that it names. */
import { WEBHOOK_NOTICES } from '../model/webhook.ts';
import type { WebhookEvent } from '../model/webhook.ts';
import type { Webhook, WebhookItem } from '../store/notifications/webhook.ts';
import type { NewWebhookMessage, WebhookStore } from '../store/notifications/webhook-store.ts';
import type { ChangedItem, Follower } from './relay.ts';
import { eventsOf, messageIdOf } from './webhook-events.ts';

interface FollowingParts {
  readonly store: WebhookStore;
  readonly realNow: () => number;
}

export function followForWebhook({ store, realNow }: FollowingParts, webhook: Webhook): Follower {
  const add = (one: NewWebhookMessage) => store.writes.add(one, realNow());
  return {
    cursor: webhook.cursor,
    take: async ({ items, next }) => {
      // A removal that cannot be named, such as by a retention rule where there is an audit trail.
      const isMissed = items.some(({ change, isNamed }) => {
        return !isNamed && (change.itemId === undefined || eventsOf(change).some((event) => isToldOf(webhook, event)));
      });
      return [
        ...items.flatMap((item) => messagesOf(webhook, item)).map(add),
        ...(isMissed ? [add(missedOf(webhook, { place: next, at: realNow() }))] : []),
        store.writes.setCursor(webhook, next),
      ];
    },
    restart: (begun) => [
      add(missedOf(webhook, { place: begun, at: realNow() })),
      store.writes.begin(webhook, begun, realNow()),
    ],
  };
}

export function isToldOf({ definition }: Webhook, event: WebhookEvent, registrationId?: string): boolean {
  const { events, registrationIds } = definition;
  if (!events.includes(event)) return false;
  return registrationId === undefined || (registrationIds?.some((id) => id === registrationId) ?? true);
}

function messagesOf(webhook: Webhook, item: ChangedItem): readonly NewWebhookMessage[] {
  const { change, isNamed, registrationId } = item;
  const { registrationIds } = webhook.definition;
  if (!isNamed || (registrationId === undefined && registrationIds !== undefined)) return [];
  const told = eventsOf(change).filter((event) => isToldOf(webhook, event, registrationId));
  return told.map((event) => ({
    targetId: webhook.id,
    id: messageIdOf(webhook.id, change.cursor, event),
    learnerUserId: learnerOf(item),
    content: { event, at: change.changedAt, item: itemOf(item) },
  }));
}

function itemOf(item: ChangedItem): WebhookItem {
  const { change, registrationId } = item;
  if (change.kind === 'learningContent') return { kind: 'content', id: item.id, registrationId: registrationId ?? '' };
  const [activityGuid, learnerUserId] = [change.itemId ?? '', learnerOf(item)];
  const id = item.id.includes(':') || learnerUserId === undefined ? item.id : nameOf(item, learnerUserId);
  return { kind: 'activity', id, learnerUserId, activityGuid, registrationId };
}

function learnerOf({ change, learnerUserId }: ChangedItem): string | undefined {
  return change.kind === 'learningCourseActivity' ? (learnerUserId ?? change.owner) : undefined;
}

/** One that is gone, and of which nothing is known but whose it was. */
function nameOf({ id, type }: ChangedItem, learnerUserId: string): string {
  return type === undefined ? `${learnerUserId}:${id}` : id;
}

function missedOf({ id }: Webhook, { place, at }: { readonly place: string; readonly at: number }): NewWebhookMessage {
  const event = WEBHOOK_NOTICES.missed;
  const content = { event, at };
  return { targetId: id, id: messageIdOf(id, place, event), learnerUserId: undefined, content };
}

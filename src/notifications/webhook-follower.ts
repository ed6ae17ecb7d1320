/** Webhooks as followers of the feed: each gets messages of the events that it names. */
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

export function followForWebhook({ store, realNow }: FollowingParts, listed: Webhook): Follower {
  const add = (one: NewWebhookMessage) => store.writes.add(one, realNow());
  return {
    cursor: listed.cursor,
    take: async ({ items, next }) => {
      // Read again after the changes: a change may follow a PATCH of the webhook within milliseconds.
      const webhook = await store.find(listed.id);
      if (webhook?.isEnabled !== true || webhook.cursor !== listed.cursor) return [];
      // A removal without the item's id, such as by a retention rule where there is an audit trail.
      const isMissed = items.some(({ change, isNamed }) => {
        return (
          !isNamed && (change.itemId === undefined || eventsOf(change).some((event) => wantsEvent(webhook, event)))
        );
      });
      return [
        ...items.flatMap((item) => messagesOf(webhook, item)).map(add),
        ...(isMissed ? [add(missedOf(webhook, { place: next, at: realNow() }))] : []),
        store.writes.setCursor(webhook, next),
      ];
    },
    restart: async (begun) => [
      add(missedOf(listed, { place: begun, at: realNow() })),
      store.writes.begin(listed, begun, realNow()),
    ],
  };
}

export function wantsEvent({ definition }: Webhook, event: WebhookEvent, registrationId?: string): boolean {
  const { events, registrationIds } = definition;
  if (!events.includes(event)) return false;
  return registrationId === undefined || (registrationIds?.some((id) => id === registrationId) ?? true);
}

function messagesOf(webhook: Webhook, item: ChangedItem): readonly NewWebhookMessage[] {
  const { change, isNamed, registrationId } = item;
  const { registrationIds } = webhook.definition;
  if (!isNamed || (registrationId === undefined && registrationIds !== undefined)) return [];
  const events = eventsOf(change).filter((event) => wantsEvent(webhook, event, registrationId));
  return events.map((event) => ({
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

/** Of a removed one, of which only the learner is known. */
function nameOf({ id, type }: ChangedItem, learnerUserId: string): string {
  return type === undefined ? `${learnerUserId}:${id}` : id;
}

function missedOf({ id }: Webhook, { place, at }: { readonly place: string; readonly at: number }): NewWebhookMessage {
  const event = WEBHOOK_NOTICES.missed;
  const content = { event, at };
  return { targetId: id, id: messageIdOf(id, place, event), learnerUserId: undefined, content };
}

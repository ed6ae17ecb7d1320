/** Subscriptions as followers of the feed: each is notified of the item that was changed, and how. */
import { etagOf } from '../odata/etag.ts';
import type { ChangeCursor } from '../store/feed/feed-cursor.ts';
import type {
  NewNotification,
  NotificationStore,
  NotificationTarget,
} from '../store/notifications/notification-store.ts';
import type { ChangedItem, Follower, NotificationParts } from './relay.ts';

export interface SubscriptionParts extends Pick<NotificationParts, 'isBehind' | 'realNow'> {
  readonly store: NotificationStore;
}

export function followForSubscriptions(parts: SubscriptionParts, cursor: ChangeCursor): Follower {
  const { store, realNow } = parts;
  const add = (one: NewNotification) => store.writes.add(one, realNow());
  const missed = (targets: readonly NotificationTarget[]) =>
    targets.flatMap((target) => lifecycleOf(target, 'missed')).map(add);
  return {
    cursor,
    take: async ({ items, hasUnnamed, next }) => {
      // Listed after the changes were read: a change may follow the subscription within milliseconds.
      const targets = await store.listTargets();
      return [
        ...items.flatMap((item) =>
          targets
            .filter((target) => wantsChange(parts, target, item))
            .map((target) => add(notificationOf(target, item))),
        ),
        // The removed items are unknown, and so is which subscriptions they concern.
        ...(hasUnnamed ? missed(targets) : []),
        store.writes.setCursor(next),
      ];
    },
    restart: async (begun) => [...missed(await store.listTargets()), store.writes.setCursor(begun)],
  };
}

/** None without a lifecycleNotificationUrl. */
export function lifecycleOf(
  { id, definition }: NotificationTarget,
  lifecycleEvent: 'missed' | 'reauthorizationRequired',
): readonly NewNotification[] {
  if (definition.lifecycleNotificationUrl === null) return [];
  return [{ targetId: id, learnerUserId: undefined, content: { lifecycleEvent } }];
}

function wantsChange({ isBehind }: SubscriptionParts, target: NotificationTarget, item: ChangedItem): boolean {
  const { change, registrationId, type, isNamed, isGone } = item;
  const { collection, registrationId: only, types, changeTypes } = target.definition;
  const isOfCollection = collection === 'activities' ? types.includes(type ?? '') : type === undefined;
  const isOfKind = (change.kind === 'learningCourseActivity') === (collection === 'activities');
  // Its removal is a change of its own.
  if (isGone || !isNamed || !isOfKind || !isOfCollection || !changeTypes.includes(change.action)) return false;
  if (only !== undefined && only !== registrationId) return false;
  return isBehind(change.cursor, target.from) !== false;
}

/** As Microsoft Graph's notifications are: which item, and where it is. */
function notificationOf({ id: targetId }: NotificationTarget, item: ChangedItem): NewNotification {
  const { change, id, type, registrationId, learnerUserId, rowVersion } = item;
  const collection = type === undefined ? 'learningContents' : 'learningCourseActivities';
  const resource = `employeeExperience/learningProviders('${registrationId}')/${collection}('${id}')`;
  return {
    targetId,
    learnerUserId: type === undefined ? undefined : learnerUserId,
    content: {
      changeType: change.action,
      resource,
      resourceData: {
        '@odata.type': `#Microsoft.Graph.${type ?? 'learningContent'}`,
        '@odata.id': resource,
        ...(rowVersion !== undefined && change.action !== 'deleted' && { '@odata.etag': etagOf(rowVersion) }),
        id,
      },
    },
  };
}

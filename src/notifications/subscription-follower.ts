/** Subscriptions as followers of changes: each is told which item was changed, and how. */
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

export function followForSubscriptions(
  parts: SubscriptionParts,
  targets: readonly NotificationTarget[],
  cursor: ChangeCursor,
): Follower {
  const { store, realNow } = parts;
  const add = (one: NewNotification) => store.writes.add(one, realNow());
  const missed = () => targets.flatMap((target) => lifecycleOf(target, 'missed')).map(add);
  return {
    cursor,
    take: async ({ items, hasUnnamed, next }) => [
      ...items.flatMap((item) =>
        targets.filter((target) => isTold(parts, target, item)).map((target) => add(notificationOf(target, item))),
      ),
      // Whose removal cannot be told, nor whether they would have been told of it.
      ...(hasUnnamed ? missed() : []),
      store.writes.setCursor(next),
    ],
    restart: (begun) => [...missed(), store.writes.setCursor(begun)],
  };
}

/** For those who have said where. */
export function lifecycleOf(
  { id, definition }: NotificationTarget,
  lifecycleEvent: 'missed' | 'reauthorizationRequired',
): readonly NewNotification[] {
  if (definition.lifecycleNotificationUrl === null) return [];
  return [{ targetId: id, learnerUserId: undefined, content: { lifecycleEvent } }];
}

function isTold({ isBehind }: SubscriptionParts, target: NotificationTarget, item: ChangedItem): boolean {
  const { change, registrationId, type, isNamed, isGone } = item;
  const { collection, registrationId: only, types, changeTypes } = target.definition;
  const isOfCollection = collection === 'activities' ? types.includes(type ?? '') : type === undefined;
  const isOfKind = (change.kind === 'learningCourseActivity') === (collection === 'activities');
  // That it is gone is a change of its own.
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

/**
 * From the change feed to notifications that wait: what is new is matched with those who are told of it. The place in the
 * feed is stored with them in one transaction, so that a crash loses none and repeats none.
 */
import type { Tenant } from '../model/directory.ts';
import type { CourseActivity } from '../model/entity.ts';
import { etagOf } from '../odata/etag.ts';
import type { FeedChange, ChangeFeed } from '../store/feed/change-feed.ts';
import type { ChangeCursor } from '../store/feed/feed-cursor.ts';
import type { Write } from '../store/connection.ts';
import type {
  NewNotification,
  NotificationStore,
  NotificationTarget,
} from '../store/notifications/notification-store.ts';

export interface NotificationParts {
  readonly tenant: Tenant;
  readonly store: NotificationStore;
  readonly feed: ChangeFeed;
  readonly record: CurrentRecord;
  /** Whether the one place lies behind the other; `undefined` when they are of different feeds. */
  readonly isBehind: (one: ChangeCursor, other: ChangeCursor) => boolean | undefined;
  /** Epoch milliseconds by the clock of rules. */
  readonly now: () => number;
  /** Of the real time. */
  readonly realNow: () => number;
}

/** Activities as they are. */
export interface CurrentRecord {
  /** By learner and GUID; those that are gone are left out. */
  findActivities(keys: readonly ActivityName[]): Promise<readonly CourseActivity[]>;
}

export interface ActivityName {
  readonly learnerUserId: string;
  readonly activityGuid: string;
}

const CHANGES_AT_ONCE = 200;

export interface RelayedChanges {
  readonly writes: readonly Write[];
  readonly hasMore: boolean;
}

/** What is to be stored for what is new. */
export async function relayNews(
  parts: NotificationParts,
  targets: readonly NotificationTarget[],
): Promise<RelayedChanges> {
  const { tenant, store, feed, realNow } = parts;
  const cursor = await store.findCursor();
  const page = cursor && (await feed.read(tenant.key, cursor, CHANGES_AT_ONCE));
  if (page?.kind !== 'changes') return missAll(parts, targets);
  if (page.changes.length === 0) return { writes: [], hasMore: false };
  const items = await readItems(parts, page.changes);
  // Whose removal cannot be told, nor whether they would have been told of it.
  const hasUnnamed = items.some(({ isNamed }) => !isNamed);
  const told = items.flatMap((item) =>
    targets.flatMap((target) => (isTold(parts, target, item) ? [notificationOf(target, item)] : [])),
  );
  const missed = hasUnnamed ? targets.flatMap((target) => lifecycleOf(target, 'missed')) : [];
  const writes = [...told, ...missed].map((one) => store.writes.add(one, realNow()));
  return { writes: [...writes, store.writes.setCursor(page.next)], hasMore: !page.isEnd };
}

/** The feed has ended: who is told has missed something. */
async function missAll(
  { tenant, store, feed, realNow }: NotificationParts,
  targets: readonly NotificationTarget[],
): Promise<RelayedChanges> {
  const begun = await feed.follow(tenant.key);
  const missed = targets.flatMap((target) => lifecycleOf(target, 'missed'));
  return {
    writes: [...missed.map((one) => store.writes.add(one, realNow())), store.writes.setCursor(begun)],
    hasMore: false,
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

/** A change with what is known of its item. */
interface ChangedItem {
  readonly change: FeedChange;
  readonly isNamed: boolean;
  readonly id: string;
  /** Of an activity. */
  readonly type: string | undefined;
  readonly registrationId: string | undefined;
  readonly learnerUserId: string | undefined;
  readonly rowVersion: number | undefined;
}

const KINDS: ReadonlySet<string> = new Set(['learningCourseActivity', 'learningContent']);

async function readItems(
  { record }: NotificationParts,
  changes: readonly FeedChange[],
): Promise<readonly ChangedItem[]> {
  const ofRecord = changes.filter(({ kind }) => KINDS.has(kind));
  // An update in an audit trail has what it changed, and not what the activity is.
  const unknown = ofRecord.filter((change) => change.kind === 'learningCourseActivity' && isVague(change));
  const keys = unknown.flatMap(({ itemId, owner }) =>
    itemId === undefined || owner === undefined ? [] : [{ learnerUserId: owner, activityGuid: itemId }],
  );
  const found = keys.length === 0 ? [] : await record.findActivities(keys);
  const byGuid = new Map(found.map((activity) => [activity.id.slice(activity.id.indexOf(':') + 1), activity]));
  return ofRecord.flatMap((change): readonly ChangedItem[] => {
    const image = { ...(change.after ?? change.before), ...byGuid.get(change.itemId ?? '') } as Partial<CourseActivity>;
    const isActivity = change.kind === 'learningCourseActivity';
    const registrationId =
      (isActivity ? image.learningProviderId : (change.owner ?? image.learningProviderId)) ?? undefined;
    const isNamed = isActivity ? image.id !== undefined && image.type !== undefined : change.itemId !== undefined;
    const isWhole = isNamed && registrationId !== undefined;
    // What was changed and is gone by now: that it is gone is a change of its own.
    if (!isWhole && change.action !== 'deleted' && change.itemId !== undefined && change.owner !== undefined) return [];
    const { id = change.itemId ?? '', type, learnerUserId } = image;
    const about = { id: isActivity ? id : (change.itemId ?? ''), type, registrationId, learnerUserId };
    return [{ change, isNamed: isWhole, ...about, rowVersion: change.version }];
  });
}

function isVague({ action, before, after }: FeedChange): boolean {
  const { id, type } = (action === 'deleted' ? before : after) ?? {};
  return action !== 'deleted' && (id === undefined || type === undefined);
}

function isTold({ isBehind }: NotificationParts, target: NotificationTarget, item: ChangedItem): boolean {
  const { change, registrationId, type, isNamed } = item;
  const { collection, registrationId: only, types, changeTypes } = target.definition;
  const isOfCollection = collection === 'activities' ? types.includes(type ?? '') : type === undefined;
  const isOfKind = (change.kind === 'learningCourseActivity') === (collection === 'activities');
  if (!isNamed || !isOfKind || !isOfCollection || !changeTypes.includes(change.action)) return false;
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

/**
 * From the change feed to its followers: each turns new changes into messages, which are stored together with its cursor in
 * one transaction, so that a crash neither loses nor repeats any. Followers at the same cursor, as nearly all are, share one
 * read.
 */
import type { Tenant } from '../model/directory.ts';
import type { CourseActivity, Entity } from '../model/entity.ts';
import type { FeedChange, ChangeFeed } from '../store/feed/change-feed.ts';
import type { ChangeCursor } from '../store/feed/feed-cursor.ts';
import type { Write } from '../store/connection.ts';

export interface NotificationParts {
  readonly tenant: Tenant;
  readonly feed: ChangeFeed;
  readonly record: CurrentRecord;
  /** Whether the one place lies behind the other; `undefined` when they are of different feeds. */
  readonly isBehind: (one: ChangeCursor, other: ChangeCursor) => boolean | undefined;
  /** Epoch milliseconds by the clock of rules. */
  readonly now: () => number;
  /** Of the real time. */
  readonly realNow: () => number;
}

/** The record as it is now. */
export interface CurrentRecord {
  /** By learner and GUID; removed ones are left out. */
  findActivities(keys: readonly ActivityName[]): Promise<readonly CourseActivity[]>;
  findContent(registrationId: string, id: string): Promise<Entity<'learningContent'> | undefined>;
  /** What the audit trail knows of a removed activity. */
  findLastKnown(activityGuid: string): Promise<Partial<CourseActivity>>;
}

export interface ActivityName {
  readonly learnerUserId: string;
  readonly activityGuid: string;
}

/** A webhook, the subscriptions of a tenant, or its due dates. */
export interface Follower {
  readonly cursor: ChangeCursor;
  /** Messages for new changes, and the cursor behind them. */
  take(news: ChangedItems): Promise<readonly Write[]>;
  /** When the feed has expired: changes are missing, and the cursor moves to where the next feed begins. */
  restart(begun: ChangeCursor): Promise<readonly Write[]>;
}

export interface ChangedItems {
  readonly items: readonly ChangedItem[];
  /** Whether there are changes of items that cannot be named. */
  readonly hasUnnamed: boolean;
  readonly next: ChangeCursor;
}

/** A change with what is known about its item. */
export interface ChangedItem {
  readonly change: FeedChange;
  readonly isNamed: boolean;
  /** It was updated, and has been removed since. */
  readonly isGone: boolean;
  readonly id: string;
  /** Of an activity. */
  readonly type: string | undefined;
  readonly registrationId: string | undefined;
  readonly learnerUserId: string | undefined;
  readonly rowVersion: number | undefined;
}

const CHANGES_AT_ONCE = 200;

export interface RelayedChanges {
  readonly writes: readonly Write[];
  readonly hasMore: boolean;
}

export async function relayNews(parts: NotificationParts, followers: readonly Follower[]): Promise<RelayedChanges> {
  const writes: Write[] = [];
  let hasMore = false;
  for (const [cursor, some] of Map.groupBy(followers, (follower) => follower.cursor)) {
    const page = await parts.feed.read(parts.tenant.key, cursor, CHANGES_AT_ONCE);
    if (page.kind === 'expired') {
      const begun = await parts.feed.follow(parts.tenant.key);
      for (const follower of some) writes.push(...(await follower.restart(begun)));
    } else if (page.changes.length > 0) {
      const items = await readItems(parts, page.changes);
      const news = { items, hasUnnamed: items.some(({ isNamed }) => !isNamed), next: page.next };
      for (const follower of some) writes.push(...(await follower.take(news)));
      hasMore ||= !page.isEnd;
    }
  }
  return { writes, hasMore };
}

const KINDS: ReadonlySet<string> = new Set(['learningCourseActivity', 'learningContent']);

async function readItems(
  { record }: NotificationParts,
  changes: readonly FeedChange[],
): Promise<readonly ChangedItem[]> {
  const ofRecord = changes.filter(({ kind }) => KINDS.has(kind));
  // An update in an audit trail names the changed properties, but not id and type of the activity.
  const unknown = ofRecord.filter((change) => change.kind === 'learningCourseActivity' && isVague(change));
  const keys = unknown.flatMap(({ itemId, owner }) =>
    itemId === undefined || owner === undefined ? [] : [{ learnerUserId: owner, activityGuid: itemId }],
  );
  const found = keys.length === 0 ? [] : await record.findActivities(keys);
  const known = new Map<string, Partial<CourseActivity>>(
    found.map((activity) => [activity.id.slice(activity.id.indexOf(':') + 1), activity]),
  );
  const gone = new Set<string>();
  for (const { activityGuid } of keys) {
    if (known.has(activityGuid)) continue;
    gone.add(activityGuid);
    known.set(activityGuid, await record.findLastKnown(activityGuid));
  }
  return ofRecord.map((change): ChangedItem => {
    const image = { ...(change.after ?? change.before), ...known.get(change.itemId ?? '') } as Partial<CourseActivity>;
    const isActivity = change.kind === 'learningCourseActivity';
    const registrationId =
      (isActivity ? image.learningProviderId : (change.owner ?? image.learningProviderId)) ?? undefined;
    const isNamed = isActivity ? image.id !== undefined && image.type !== undefined : change.itemId !== undefined;
    const isGone = change.action !== 'deleted' && gone.has(change.itemId ?? '');
    const { id = change.itemId ?? '', type, learnerUserId } = image;
    const about = { id: isActivity ? id : (change.itemId ?? ''), type, registrationId, learnerUserId };
    const isWhole = isNamed && registrationId !== undefined;
    return { change, isNamed: isWhole || isGone, isGone, ...about, rowVersion: change.version };
  });
}

function isVague({ action, before, after }: FeedChange): boolean {
  const { id, type } = (action === 'deleted' ? before : after) ?? {};
  return action !== 'deleted' && (id === undefined || type === undefined);
}

/**
 * Delta queries of learningCourseActivities: all of them as they are, then what has changed since. Changes say which
 * activities; what is answered is what these are by then. So an activity may come twice, and the last one that came is true.
 *
 * The feed is followed before the first page is read: what others write meanwhile comes after the last page.
 */
import { findCourseActivityKey, findGuid } from '../lib/ids.ts';
import type { CourseActivityKey, RegistrationId } from '../lib/ids.ts';
import { GraphError } from '../model/graph-error.ts';
import { MAX_PAGE_SIZE, PAGE_SIZE } from '../model/limits.ts';
import type { CourseActivity } from '../model/entity.ts';
import { buildDeltaLink } from '../odata/next-link.ts';
import { decodeSkipToken, encodeSkipToken } from '../odata/skip-token.ts';
import type { SkipTokenValue, TokenScope } from '../odata/skip-token.ts';
import type { ChangeFeed, FeedChange } from '../store/feed/change-feed.ts';
import type { ChangeCursor } from '../store/feed/feed-cursor.ts';
import type { Work } from '../store/work.ts';
import { visibleTypes } from './activities.ts';
import type { ListResult, RequestContext, ResultItem } from './context.ts';
import { listName, selectList } from './lists.ts';
import { requireProvider } from './providers.ts';

/** Where a walk has come to: in the list as it is, or among changes. */
type Place =
  | { readonly kind: 'list'; readonly cursor: ChangeCursor; readonly after: readonly SkipTokenValue[] }
  | { readonly kind: 'changes'; readonly cursor: ChangeCursor };

/** Changes looked at for one page. Most are of others where many providers write; then a page may be empty. */
const MAX_CHANGES = 2000;
const CHANGES_AT_ONCE = 200;
const LATEST = 'latest';

/** GET …/learningCourseActivities/delta. @throws accessDenied, registrationIdInvalid, syncStateNotFound, changesNotKept */
export function* deltaLearningCourseActivities(context: RequestContext): Work<ListResult> {
  const { services } = context;
  const { feed } = services;
  if (feed === undefined) throw new GraphError('changesNotKept');
  // Of the present, also where reads lag behind: what a page lacks, no later one has.
  return yield* context.store.wait(async () => services.store.run(readDelta(context, feed)));
}

function* readDelta(context: RequestContext, feed: ChangeFeed): Work<ListResult> {
  const { store } = context.services;
  const { deltaToken = '', skipToken } = context.plan.query.tracked ?? {};
  const token = skipToken ?? deltaToken;
  if (token !== '' && token !== LATEST) {
    const place = readPlace(context, token);
    return yield* place.kind === 'list' ? readList(context, place) : readChanges(context, feed, place.cursor);
  }
  const cursor = yield* store.wait(() => feed.follow(context.tenant.key));
  if (token !== LATEST) return yield* readList(context, { cursor, after: undefined });
  const { collection } = yield* selectList(context);
  return { ...resultOf(collection, []), deltaToken: writePlace(context, { kind: 'changes', cursor }) };
}

function* readList(
  context: RequestContext,
  { cursor, after }: { readonly cursor: ChangeCursor; readonly after: readonly SkipTokenValue[] | undefined },
): Work<ListResult> {
  const { selection, collection } = yield* selectList(context);
  const query = { filter: undefined, orderBy: [], after, skip: 0, take: pageSize(context) };
  const { items, next } = yield* context.services.store.lists.readPage(selection, query);
  if (items.length === 0 && 'registrationId' in selection && selection.registrationId !== undefined)
    yield* requireProvider(context, selection.registrationId);
  const result = resultOf(collection, items);
  if (next !== undefined) return { ...result, skipToken: writePlace(context, { kind: 'list', cursor, after: next }) };
  return { ...result, deltaToken: writePlace(context, { kind: 'changes', cursor }) };
}

function* readChanges(context: RequestContext, feed: ChangeFeed, from: ChangeCursor): Work<ListResult> {
  const { store } = context.services;
  const { selection, collection } = yield* selectList(context);
  const provider = 'registrationId' in selection ? selection.registrationId : undefined;
  const size = pageSize(context);
  /** The last change of each activity, by its GUID. */
  const found = new Map<string, FeedChange>();
  let [cursor, isEnd] = [from, false];
  for (let looked = 0; !isEnd && found.size < size && looked < MAX_CHANGES;) {
    const page = yield* store.wait(() => feed.read(context.tenant.key, cursor, CHANGES_AT_ONCE));
    if (page.kind === 'expired') throw startAgain(context);
    const { changes } = page;
    [cursor, isEnd] = [page.next, page.isEnd];
    looked += changes.length;
    for (const [index, change] of changes.entries()) {
      if (change.kind !== 'learningCourseActivity') continue;
      if (change.itemId === undefined) throw startAgain(context);
      // So that the last of its changes is the last of them here.
      found.delete(change.itemId);
      found.set(change.itemId, change);
      if (found.size < size || index === changes.length - 1) continue;
      [cursor, isEnd] = [change.cursor, false];
      break;
    }
  }
  const items = yield* itemsOf(context, [...found.values()], provider);
  const token = writePlace(context, { kind: 'changes', cursor });
  return { ...resultOf(collection, items), ...(isEnd ? { deltaToken: token } : { skipToken: token }) };
}

/** What was changed as it is now; what has gone since is told when its removal is read. */
function* itemsOf(
  context: RequestContext,
  changes: readonly FeedChange[],
  provider: RegistrationId | undefined,
): Work<readonly ResultItem[]> {
  const types: readonly string[] = visibleTypes(context);
  const isWanted = ({ type, learningProviderId }: Pick<CourseActivity, 'type' | 'learningProviderId'>): boolean =>
    types.includes(type) && (provider === undefined || learningProviderId === provider);
  const keys = changes.flatMap((change) => (change.action === 'deleted' ? [] : [keyOf(context, change)]));
  const stored = keys.length === 0 ? [] : yield* context.services.store.activities.findMany(context.tenant, keys);
  const byGuid = new Map(stored.map(({ activity }) => [findCourseActivityKey(activity.id)?.activityGuid, activity]));
  return changes.flatMap((change): readonly ResultItem[] => {
    if (change.action === 'deleted') {
      const { id, type, learningProviderId } = (change.before ?? {}) as Partial<CourseActivity>;
      if (id === undefined || type === undefined || learningProviderId === undefined) throw startAgain(context);
      return isWanted({ type, learningProviderId }) ? [{ removedId: id }] : [];
    }
    const activity = byGuid.get(findGuid(change.itemId ?? ''));
    return activity !== undefined && isWanted(activity) ? [{ type: activity.type, entity: activity }] : [];
  });
}

function keyOf(context: RequestContext, { itemId = '', owner = '' }: FeedChange): Required<CourseActivityKey> {
  const key = findCourseActivityKey(`${owner}:${itemId}`);
  if (key?.learnerUserId === undefined) throw startAgain(context);
  return { ...key, learnerUserId: key.learnerUserId };
}

function resultOf(collection: string, items: readonly ResultItem[]): ListResult {
  return { kind: 'list', items, collection, count: undefined, skipToken: undefined };
}

function pageSize({ plan: { query } }: RequestContext): number {
  return Math.min(Math.max(query.top ?? PAGE_SIZE, 1), MAX_PAGE_SIZE);
}

/** A token is of the collection, and of who may see what its walk has seen. */
function scopeOf(context: RequestContext): TokenScope {
  return { collection: [listName(context), ...visibleTypes(context)].join(' '), filter: '', orderBy: '' };
}

function writePlace(context: RequestContext, place: Place): string {
  return encodeSkipToken(scopeOf(context), [place.kind, place.cursor, ...(place.kind === 'list' ? place.after : [])]);
}

function readPlace(context: RequestContext, token: string): Place {
  try {
    const [kind, text, ...after] = decodeSkipToken(token, scopeOf(context));
    const cursor = String(text) as ChangeCursor;
    return kind === 'list' ? { kind, cursor, after } : { kind: 'changes', cursor };
  } catch (error) {
    throw error instanceof GraphError ? startAgain(context, error) : error;
  }
}

/** With the address of the first page. */
function startAgain({ origin, version, path, queryText }: RequestContext, because?: GraphError): GraphError {
  const location = buildDeltaLink(`${origin}/${version}${path}`, queryText, '');
  return new GraphError('syncStateNotFound', {
    headers: { location },
    ...(because !== undefined && { reasons: because.reasons, cause: because }),
  });
}

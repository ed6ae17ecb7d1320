/** Operations that list and count entities: of the tenant, a provider, a user or me. */
import type { RegistrationId } from '../lib/ids.ts';
import { MAX_PAGE_SIZE, PAGE_SIZE } from '../model/limits.ts';
import type { QueryOptions } from '../odata/query-options.ts';
import { encodeSkipToken } from '../odata/skip-token.ts';
import type { PageQuery } from '../store/list-store.ts';
import type { EntityPage, ListSelection } from '../store/listing.ts';
import type { Work } from '../store/work.ts';
import type { ListResult, RequestContext, OperationResult } from './context.ts';
import { getListScope, visibleTypes } from './activities.ts';
import { getRegistrationId, requireProvider } from './providers.ts';
import { getAddressedUser, namesUser } from './users.ts';

/** GET of a collection: one page. @throws accessDenied, registrationIdInvalid, userNotFound */
export function* listEntities(context: RequestContext): Work<ListResult> {
  const { store, plan } = context;
  const { query } = plan;
  const { selection, collection } = yield* selectList(context);
  const count = query.count ? yield* store.lists.count(selection, query.filter) : undefined;
  const { items, next } = query.top === 0 ? NO_PAGE : yield* store.lists.readPage(selection, pageOf(query));
  if (items.length === 0) yield* refuseUnknownOwner(context, selection);
  const skipToken = next && encodeSkipToken({ ...query.tokenScope, collection: listName(context) }, next);
  return { kind: 'list', items, collection, count, skipToken };
}

/** The name of a list in skip tokens: its tenant, operation and keys. */
export function listName({ tenant, operation, keys }: RequestContext): string {
  return [tenant.id, operation.id, ...Object.values(keys)].join(' ');
}

/** `$top=0` asks for no items, and a page of none has no next one. */
const NO_PAGE: EntityPage = { items: [], next: undefined };

function pageOf({ filter, orderBy, skipToken, skip, top = PAGE_SIZE }: QueryOptions): PageQuery {
  return { filter, orderBy, after: skipToken, skip, take: Math.min(top, MAX_PAGE_SIZE) };
}

/** GET …/$count: a bare number. @throws accessDenied, registrationIdInvalid, userNotFound */
export function* countEntities(context: RequestContext): Work<OperationResult> {
  const { selection } = yield* selectList(context);
  const count = yield* context.store.lists.count(selection, context.plan.query.filter);
  if (count === 0) yield* refuseUnknownOwner(context, selection);
  return { kind: 'count', count };
}

interface SelectedList {
  readonly selection: ListSelection;
  /** What follows `$metadata#` in `@odata.context`. */
  readonly collection: string;
}

/** @throws registrationIdInvalid, userNotFound, accessDenied */
export function* selectList(context: RequestContext): Work<SelectedList> {
  const { tenant, operation } = context;
  switch (operation.entity) {
    case 'learningProvider':
      return { selection: { kind: 'providers', tenant }, collection: 'learningProviders' };
    case 'user':
      return { selection: { kind: 'users', tenant }, collection: 'users' };
    case 'learningContent': {
      const registrationId = getRegistrationId(context);
      const collection = `learningProviders('${registrationId}')/learningContents`;
      return { selection: { kind: 'contents', tenant, registrationId }, collection };
    }
    case 'learningCourseActivity':
      return yield* selectActivities(context);
    default:
      throw new Error(`There is no list of ${operation.entity}`);
  }
}

function* selectActivities(context: RequestContext): Work<SelectedList> {
  const { tenant, operation } = context;
  const scope = yield* getListScope(context);
  const owner = operation.isPersonal === true ? 'me/' : context.keys['userId'] && `users('${scope.learnerUserId}')/`;
  const collection =
    scope.registrationId === undefined
      ? `${owner ?? ''}employeeExperience/learningCourseActivities`
      : `learningProviders('${scope.registrationId}')/learningCourseActivities`;
  return { selection: { kind: 'activities', tenant, ...scope, types: visibleTypes(context) }, collection };
}

/** Nothing was found: perhaps because there is no such provider, or no such user. */
function* refuseUnknownOwner(context: RequestContext, selection: ListSelection): Work<void> {
  const owner: RegistrationId | undefined = 'registrationId' in selection ? selection.registrationId : undefined;
  if (owner !== undefined) yield* requireProvider(context, owner);
  if (namesUser(context)) yield* getAddressedUser(context);
}

/** Operations that list and count entities: of the tenant, a provider, a user or me. */
import type { RegistrationId } from '../lib/ids.ts';
import { MAX_PAGE_SIZE, PAGE_SIZE } from '../model/limits.ts';
import type { QueryOptions } from '../odata/query-options.ts';
import { encodeSkipToken } from '../odata/skip-token.ts';
import type { PageQuery } from '../store/list-store.ts';
import type { EntityPage, ListSelection } from '../store/listing.ts';
import type { ListResult, RequestContext, OperationResult } from './context.ts';
import { getScope } from './activities.ts';
import { getRegistrationId, requireProvider } from './providers.ts';

/** GET of a collection: one page. @throws E2, E5, userNotFound */
export async function listEntities(context: RequestContext): Promise<ListResult> {
  const { query, store } = context;
  const { selection, collection } = await selectList(context);
  const count = query.count ? await store.lists.count(selection, query.filter) : undefined;
  const { items, next } = query.top === 0 ? NO_PAGE : await store.lists.readPage(selection, pageOf(query));
  if (items.length === 0) await refuseUnknownProvider(context, selection);
  const skipToken = next && encodeSkipToken(query.tokenScope, next);
  return { kind: 'list', items, collection, count, skipToken };
}

/** `$top=0` asks for no items, and a page of none has no next one. */
const NO_PAGE: EntityPage = { items: [], next: undefined };

function pageOf({ filter, orderBy, skipToken, skip, top = PAGE_SIZE }: QueryOptions): PageQuery {
  return { filter, orderBy, after: skipToken, skip, take: Math.min(top, MAX_PAGE_SIZE) };
}

/** GET …/$count: a bare number. @throws E2, E5, userNotFound */
export async function countEntities(context: RequestContext): Promise<OperationResult> {
  const { selection } = await selectList(context);
  const count = await context.store.lists.count(selection, context.query.filter);
  if (count === 0) await refuseUnknownProvider(context, selection);
  return { kind: 'count', count };
}

interface SelectedList {
  readonly selection: ListSelection;
  /** What follows `$metadata#` in `@odata.context`. */
  readonly collection: string;
}

async function selectList(context: RequestContext): Promise<SelectedList> {
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
      return selectActivities(context);
    default:
      throw new Error(`No list is of ${operation.entity}`);
  }
}

async function selectActivities(context: RequestContext): Promise<SelectedList> {
  const { tenant, operation } = context;
  const scope = await getScope(context);
  const owner = operation.isPersonal === true ? 'me/' : context.keys['userId'] && `users('${scope.learnerUserId}')/`;
  const collection =
    scope.registrationId === undefined
      ? `${owner ?? ''}employeeExperience/learningCourseActivities`
      : `learningProviders('${scope.registrationId}')/learningCourseActivities`;
  return { selection: { kind: 'activities', tenant, ...scope }, collection };
}

/** Nothing was found: perhaps because there is no such provider. */
async function refuseUnknownProvider(context: RequestContext, selection: ListSelection): Promise<void> {
  const owner: RegistrationId | undefined = 'registrationId' in selection ? selection.registrationId : undefined;
  if (owner !== undefined) await requireProvider(context, owner);
}

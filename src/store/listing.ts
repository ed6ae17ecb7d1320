/** Lists of entities: which list a selection means, and its rows as entities. */
import type { RegistrationId, UserId } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import type { CourseActivityType } from '../model/entity.ts';
import type { EntityName } from '../model/schema.ts';
import { userEntity } from '../model/user-entity.ts';
import type { FilterNode } from '../odata/filter-types.ts';
import type { SkipTokenValue } from '../odata/skip-token.ts';
import { createActivityCodec, typeParams } from './activity-codec.ts';
import { CONTENT_PROPERTIES, PROVIDER_PROPERTIES } from './columns.ts';
import type { Params, Tuple } from './connection.ts';
import { createUserCodec } from './directory-codec.ts';
import type { Dialect } from './dialect.ts';
import { createListStore } from './list-store.ts';
import type { PageQuery } from './list-store.ts';
import type { ListName } from './list-sources.ts';
import { createRowCodec } from './row-codec.ts';
import type { Work } from './work.ts';

/** What a list is of. */
export type ListSelection = { readonly tenant: Tenant } & (
  | { readonly kind: 'providers' | 'users' }
  | { readonly kind: 'contents'; readonly registrationId: RegistrationId }
  | {
      readonly kind: 'activities';
      readonly types: readonly CourseActivityType[];
      readonly registrationId: RegistrationId | undefined;
      /** At most one of provider and learner is given. */
      readonly learnerUserId: UserId | undefined;
    }
);

export interface ListItem {
  readonly type: EntityName;
  readonly entity: Readonly<Record<string, unknown>>;
}

export interface EntityPage {
  readonly items: readonly ListItem[];
  /** Where the next page begins; `undefined` when there is none. */
  readonly next: readonly SkipTokenValue[] | undefined;
}

export interface Listing {
  readPage(selection: ListSelection, query: PageQuery): Work<EntityPage>;
  count(selection: ListSelection, filter: FilterNode | undefined): Work<number>;
}

export function createListing(dialect: Dialect): Listing {
  const lists = createListStore(dialect);
  const { guid } = dialect.columns;
  const readers = createItemReaders(dialect);
  const scopeOf = (selection: ListSelection): Params => {
    const scope = { tenant_id: selection.tenant.key };
    if (selection.kind === 'contents') return { ...scope, registration_id: guid.encode(selection.registrationId) };
    if (selection.kind !== 'activities') return scope;
    const { registrationId, learnerUserId, types } = selection;
    return {
      ...scope,
      ...typeParams(types),
      registration_id: registrationId === undefined ? null : guid.encode(registrationId),
      learner_user_id: learnerUserId === undefined ? null : guid.encode(learnerUserId),
    };
  };
  return {
    *readPage(selection, query) {
      const { rows, next } = yield* lists.readPage(listOf(selection), scopeOf(selection), query);
      return { items: rows.map((row) => readers[selection.kind](row, selection.tenant)), next };
    },
    count: (selection, filter) => lists.count(listOf(selection), scopeOf(selection), filter),
  };
}

function listOf(selection: ListSelection): ListName {
  if (selection.kind !== 'activities') return selection.kind;
  if (selection.registrationId !== undefined) return 'providerActivities';
  return selection.learnerUserId === undefined ? 'activities' : 'learnerActivities';
}

type ItemReader = (row: Tuple, tenant: Tenant) => ListItem;

function createItemReaders(dialect: Dialect): Record<ListSelection['kind'], ItemReader> {
  const providers = createRowCodec(PROVIDER_PROPERTIES, dialect);
  const contents = createRowCodec(CONTENT_PROPERTIES, dialect);
  const users = createUserCodec(dialect);
  const activities = createActivityCodec(dialect);
  return {
    providers: (row) => ({ type: 'learningProvider', entity: providers.fromRow(row) }),
    contents: (row) => ({ type: 'learningContent', entity: contents.fromRow(row) }),
    users: (row, tenant) => ({ type: 'user', entity: userEntity(users.fromTuple(tenant, row)) }),
    activities: (row) => {
      const { activity } = activities.fromRow(row);
      return { type: activity.type, entity: activity };
    },
  };
}

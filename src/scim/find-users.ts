/**
 * Users that pass a filter. What names a user by id, userName or externalId is found by an index; without a filter and an
 * order, a page is read as it lies. All else looks at every user of the tenant, a step at a time.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Directory } from '../directory/directory.ts';
import { findGuid, getGuid } from '../lib/ids.ts';
import type { UserId } from '../lib/ids.ts';
import type { DirectoryUser, Tenant } from '../model/directory.ts';
import type { Work } from '../store/work.ts';
import { isMembers } from './assign.ts';
import { findValues, matches } from './match-filter.ts';
import type { ScimFilter } from './parse-filter.ts';
import type { UserQuery } from './read-query.ts';
import { toResource } from './resource.ts';
import type { Members } from './resource.ts';

export interface FoundUsers {
  /** Of the page. */
  readonly users: readonly DirectoryUser[];
  /** Of all pages. */
  readonly total: number;
}

/** Users that are looked at before other work gets its turn. */
const STEP = 1000;
const FIRST_ID = getGuid<UserId>('00000000-0000-0000-0000-000000000000');

type Scope = { readonly directory: Directory; readonly tenant: Tenant; readonly origin: string };

export function* findUsers(scope: Scope, query: UserQuery): Work<FoundUsers> {
  const { directory, tenant } = scope;
  const { filter, sort, offset, limit } = query;
  if (filter === undefined && sort === undefined) {
    const total = yield* directory.users.countUsers(tenant);
    const users = limit === 0 ? [] : yield* directory.users.listUserPage(tenant, { offset, limit });
    return { users, total };
  }
  const named = filter && (yield* findNamed(scope, filter));
  return named === undefined ? yield* lookAtAll(scope, query) : pageOf(inOrder(named, scope, query), query);
}

/** Users among whom those that pass must be; `undefined`: anyone may. */
function* findNamed({ directory, tenant }: Scope, filter: ScimFilter): Work<readonly DirectoryUser[] | undefined> {
  const terms = filter.kind === 'and' ? filter.parts : [filter];
  for (const term of terms) {
    if (term.kind !== 'compare' || term.by !== 'eq' || typeof term.value !== 'string') continue;
    const { users } = directory;
    const { name } = term.path.sub ?? term.path.attribute;
    if (name === 'id') {
      const id = findGuid(term.value);
      return listOf(id === undefined ? undefined : yield* users.findUser(tenant, id));
    }
    if (name === 'userName') return listOf(yield* users.findUserByPrincipalName(tenant, term.value));
    if (name === 'externalId') return yield* users.listUsersByExternalId(tenant, term.value);
  }
  return undefined;
}

function listOf(user: DirectoryUser | undefined): readonly DirectoryUser[] {
  return user === undefined ? [] : [user];
}

interface Candidate {
  readonly user: DirectoryUser;
  readonly resource: Members;
}

/** Those of the users that pass, in the order that is asked for. */
function inOrder(
  users: readonly DirectoryUser[],
  { origin }: Scope,
  { filter, sort }: UserQuery,
): readonly Candidate[] {
  const all = users.map((user) => ({ user, resource: toResource(user, origin) }));
  const passing = all.filter(({ resource }) => filter === undefined || matches(filter, resource));
  if (sort === undefined) return passing;
  const keyed = passing.map((candidate) => ({ candidate, key: keyOf(candidate.resource, sort.by) }));
  return keyed.toSorted((one, other) => compareKeys(one.key, other.key, sort)).map(({ candidate }) => candidate);
}

function pageOf(found: readonly Candidate[], { offset, limit }: UserQuery): FoundUsers {
  return { users: found.slice(offset, offset + limit).map(({ user }) => user), total: found.length };
}

/** Holds no more than a page of users, and with an order a key of each. */
function* lookAtAll(scope: Scope, query: UserQuery): Work<FoundUsers> {
  const { directory, tenant } = scope;
  const { sort, offset, limit } = query;
  const page: DirectoryUser[] = [];
  const keys: { readonly id: UserId; readonly key: SortKey }[] = [];
  let total = 0;
  let from = FIRST_ID;
  for (;;) {
    const step = yield* directory.users.listUsersFrom(tenant, from, STEP);
    // All but the first step begin where the one before ended.
    const fresh = from === FIRST_ID ? step : step.slice(step[0]?.id === from ? 1 : 0);
    for (const { user, resource } of inOrder(fresh, scope, { ...query, sort: undefined })) {
      if (sort !== undefined) keys.push({ id: user.id, key: keyOf(resource, sort.by) });
      else if (total >= offset && page.length < limit) page.push(user);
      total += 1;
    }
    if (step.length < STEP) break;
    from = step.at(-1)?.id ?? from;
    yield* directory.wait(() => nextTurn());
  }
  if (sort === undefined) return { users: page, total };
  const sorted = keys.toSorted((one, other) => compareKeys(one.key, other.key, sort));
  for (const { id } of sorted.slice(offset, offset + limit)) {
    const user = yield* directory.users.findUser(tenant, id);
    // It may have been removed meanwhile.
    if (user !== undefined) page.push(user);
  }
  return { users: page, total };
}

type SortKey = string | undefined;

/** Of several values the first: RFC 7644, section 3.4.2.3. */
function keyOf(resource: Members, by: NonNullable<UserQuery['sort']>['by']): SortKey {
  const [value] = findValues(resource, by);
  if (value === undefined) return undefined;
  const text = String(isMembers(value) ? value['value'] : value);
  return (by.sub ?? by.attribute).isCaseExact === true ? text : text.toLowerCase();
}

/** What has no value comes last, and first where the order is reversed. */
function compareKeys(one: SortKey, other: SortKey, { isDescending }: NonNullable<UserQuery['sort']>): number {
  const order = one === other ? 0 : one === undefined ? 1 : other === undefined ? -1 : one < other ? -1 : 1;
  return isDescending ? -order : order;
}

/** Operations on users, their licences and employeeExperience, and the user that a path names. */
import { v5 as uuidV5 } from 'uuid';
import { guidBytes } from '../lib/guid-bytes.ts';
import { findGuid } from '../lib/ids.ts';
import type { UserId } from '../lib/ids.ts';
import type { DirectoryUser, Licence, Tenant } from '../model/directory.ts';
import type { Entity } from '../model/entity.ts';
import { GraphError } from '../model/graph-error.ts';
import { PRODUCTS } from '../model/products.ts';
import type { ProductRow } from '../model/products.ts';
import { describeReason, reason } from '../model/reasons.ts';
import type { EntityName } from '../model/schema.ts';
import type { Work } from '../store/work.ts';
import type { EntityResult, ListResult, RequestContext } from './context.ts';

/** GET /me. @throws E2, meNeedsUser, userNotFound */
export function* getMe(context: RequestContext): Work<EntityResult> {
  return userResult(yield* getAddressedUser(context));
}

/** GET /users/{id or userPrincipalName}. @throws E2, userNotFound */
export function* getUser(context: RequestContext): Work<EntityResult> {
  return userResult(yield* getAddressedUser(context));
}

/** GET /users(userPrincipalName='…'). @throws E2, userNotFound */
export function* getUserByPrincipalName({ store, tenant, keys }: RequestContext): Work<EntityResult> {
  const name = keys['userPrincipalName'] ?? '';
  const user = yield* store.users.findUser(tenant, name);
  // An id is found as well, but is another key.
  if (user?.userPrincipalName !== name.toLowerCase()) throw userNotFound(name, 'userPrincipalName');
  return userResult(user);
}

/** Whether the path names a user, be it as /me. */
export function namesUser({ keys, operation }: RequestContext): boolean {
  return keys['userId'] !== undefined || operation.isPersonal === true;
}

function nameOfUser({ keys, principal }: RequestContext): string {
  return keys['userId'] ?? (principal.kind === 'delegated' ? principal.userId : '');
}

/** The id of the user that the path names, if it names one by id; there may be no such user. */
export function findAddressedId(context: RequestContext): UserId | undefined {
  return findGuid<UserId>(nameOfUser(context));
}

/** The user that the path names, or for paths under /me the signed-in one. @throws userNotFound */
export function* getAddressedUser(context: RequestContext): Work<DirectoryUser> {
  const { store, tenant } = context;
  const name = nameOfUser(context);
  const user = yield* store.users.findUser(tenant, name);
  if (user === undefined) throw userNotFound(name);
  return user;
}

/**
 * The user of the token, when the operation shows nothing of others with it; `undefined` with a permission for all, and
 * for applications.
 */
export function findOnlyUser({ principal, operation }: RequestContext): UserId | undefined {
  if (principal.kind === 'application') return undefined;
  const opensAll = operation.delegated.some((name) => name.endsWith('.All') && principal.permissions.has(name));
  return opensAll ? undefined : principal.userId;
}

function userNotFound(user: string, key = 'id or userPrincipalName'): GraphError {
  const reasons = [reason('itemUnknown', { type: 'user', key, found: user })];
  return new GraphError('userNotFound', { values: { user }, reasons });
}

function userResult({ id, displayName, employeeId, mail, userPrincipalName }: DirectoryUser): EntityResult {
  const entity = { id, displayName, employeeId, mail, userPrincipalName };
  return { kind: 'entity', type: 'user', entity, collection: 'users' };
}

/** GET /users/{userId}/licenseDetails, or under /me. @throws E2, userNotFound */
export function* listLicenseDetails(context: RequestContext): Work<ListResult> {
  const { id, licence } = yield* getAddressedUser(context);
  const only = findOnlyUser(context);
  if (only !== undefined && only !== id) {
    const why = reason('ownOnly', { what: 'licences' });
    throw new GraphError('accessDenied', { logDetail: describeReason(why), reasons: [why] });
  }
  const held = productsOf(context.tenant).filter(({ licences }) => licences.includes(licence));
  const details = held.map((product) => describe(product, context.tenant));
  return listOf('licenseDetails', details, `users('${id}')/licenseDetails`);
}

/** GET /subscribedSkus. @throws E2 */
export function* listSubscribedSkus({ store, tenant }: RequestContext): Work<ListResult> {
  const users = yield* store.users.countByLicence(tenant);
  const skus = productsOf(tenant).map((product) => subscribe(product, tenant, users));
  return listOf('subscribedSku', skus, 'subscribedSkus');
}

/** A tenant without a service plan has bought nothing. */
function productsOf({ hasServicePlan }: Tenant): readonly ProductRow[] {
  return hasServicePlan ? PRODUCTS : [];
}

function describe({ skuId, skuPartNumber, servicePlans }: ProductRow, tenant: Tenant): Entity<'licenseDetails'> {
  return { id: licenseDetailsId(tenant.id, skuId), skuId, skuPartNumber, servicePlans };
}

/** There is a unit for each user: seeds say who holds a licence, not how many were bought. */
function subscribe(
  { licences, skuId, skuPartNumber, servicePlans }: ProductRow,
  { id: accountId, displayName: accountName }: Tenant,
  users: ReadonlyMap<Licence, number>,
): Entity<'subscribedSku'> {
  const count = (of: Iterable<Licence>): number => [...of].reduce((sum, one) => sum + (users.get(one) ?? 0), 0);
  return {
    accountName,
    accountId,
    appliesTo: 'User',
    capabilityStatus: 'Enabled',
    consumedUnits: count(licences),
    id: `${accountId}_${skuId}`,
    prepaidUnits: { enabled: count(users.keys()), lockedOut: 0, suspended: 0, warning: 0 },
    servicePlans,
    skuId,
    skuPartNumber,
    subscriptionIds: [uuidV5(skuId, accountId)],
  };
}

function listOf(type: EntityName, entities: ListResult['items'][number]['entity'][], collection: string): ListResult {
  const items = entities.map((entity) => ({ type, entity }));
  return { kind: 'list', items, collection, count: undefined, skipToken: undefined };
}

/** The bytes of the tenant's id and of the SKU's in base64url, as in the example of api/user-list-licensedetails. */
export function licenseDetailsId(tenantId: string, skuId: string): string {
  return Buffer.concat([littleEndianBytes(tenantId), littleEndianBytes(skuId)]).toString('base64url');
}

/** The first three groups of a GUID begin with their lowest byte, as .NET writes them. */
function littleEndianBytes(guid: string): Uint8Array {
  const bytes = guidBytes(guid);
  for (const [start, end] of [
    [0, 4],
    [4, 6],
    [6, 8],
  ] as const) {
    bytes.subarray(start, end).reverse();
  }
  return bytes;
}

/** GET /employeeExperience. @throws E2 */
// oxlint-disable-next-line require-yield -- every operation is work, also one that needs no data
export function* getEmployeeExperience(): Work<EntityResult> {
  return {
    kind: 'entity',
    type: 'employeeExperience',
    entity: {},
    collection: 'employeeExperience',
    isSingleton: true,
  };
}

/** GET /users/{userId}/employeeExperience, or under /me. @throws E2, userNotFound */
export function* getUserEmployeeExperience(context: RequestContext): Work<EntityResult> {
  const { id } = yield* getAddressedUser(context);
  return {
    kind: 'entity',
    type: 'employeeExperienceUser',
    entity: { id },
    collection: `users('${id}')/employeeExperience`,
    isSingleton: true,
  };
}

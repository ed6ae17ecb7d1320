/** Operations on users, their licences and employeeExperience, and the user that a path names. */
import { v5 as uuidV5 } from 'uuid';
import { findGuid } from '../lib/ids.ts';
import type { UserId } from '../lib/ids.ts';
import { addUser, assignLicenses, changeUser, orderLicenses, removeUser } from '../directory/users.ts';
import type { LicenseOrder, LicenseProblem, UserProperties } from '../directory/users.ts';
import { pairId } from '../model/directory-ids.ts';
import type { AssignedLicense, DirectoryUser, Tenant } from '../model/directory.ts';
import type { Entity } from '../model/entity.ts';
import type { ErrorName } from '../model/errors.ts';
import { errorDetail, GraphError } from '../model/graph-error.ts';
import { plansOf, productsOf } from '../model/licences.ts';
import type { HeldProduct } from '../model/licences.ts';
import { PRODUCTS } from '../model/products.ts';
import type { ProductRow } from '../model/products.ts';
import { describeReason, reason } from '../model/reasons.ts';
import type { EntityName } from '../model/schema.ts';
import { userEntity } from '../model/user-entity.ts';
import type { EntityInput, FieldProblem } from '../odata/read-entity.ts';
import type { ProductCounts } from '../store/user-store.ts';
import type { Work } from '../store/work.ts';
import type { EntityResult, ListResult, OperationResult, RequestContext } from './context.ts';
import { requireDirectoryRole } from './directory-roles.ts';
import { fixedProblems, readInput, refuseProblems, viewOf } from './entity-input.ts';
import { removeJudged, writeJudged } from './optimistic.ts';

/** GET /me. @throws accessDenied, meNeedsUser, userNotFound */
export function* getMe(context: RequestContext): Work<EntityResult> {
  return userResult(yield* getAddressedUser(context));
}

/** GET /users/{id or userPrincipalName}. @throws accessDenied, userNotFound */
export function* getUser(context: RequestContext): Work<EntityResult> {
  return userResult(yield* getAddressedUser(context));
}

/**
 * POST /users.
 * @throws accessDenied, directoryValueMissing, directoryValueInvalid, directoryConflict, passwordTooSimple, and those of
 * reading a body
 */
export function* createUser(context: RequestContext): Work<EntityResult> {
  yield* requireDirectoryRole(context);
  const properties = readUser(context, 'create');
  const { userPrincipalName = '', displayName = '' } = properties;
  const named = { ...properties, userPrincipalName, displayName };
  const created = yield* addUser(context.services.directory, context.tenant, named);
  if (created.kind !== 'done') throw conflict('userPrincipalName');
  return userResult(created.item);
}

/**
 * PATCH /users/{id or userPrincipalName}: merge; null clears.
 * @throws accessDenied, userNotFound, preconditionFailed, those of creating a user, and those of reading a body
 */
export function* updateUser(context: RequestContext): Work<EntityResult> {
  yield* requireDirectoryRole(context);
  return yield* writeJudged(
    context,
    () => getAddressedUser(context),
    (stored) => tryUpdate(context, stored),
  );
}

/** `undefined` when another write came first. */
function* tryUpdate(context: RequestContext, stored: DirectoryUser): Work<EntityResult | undefined> {
  const properties = readUser(context, 'update', stored);
  const changed = yield* changeUser(context.services.directory, context.tenant, { stored, properties });
  if (changed.kind === 'notUnique') throw conflict(changed.property);
  return changed.kind === 'done' ? userResult(changed.item) : undefined;
}

/** DELETE /users/{id or userPrincipalName}: its activities stay. @throws accessDenied, userNotFound, preconditionFailed */
export function* deleteUser(context: RequestContext): Work<OperationResult> {
  yield* requireDirectoryRole(context);
  return yield* removeJudged(
    context,
    () => getAddressedUser(context),
    (stored) => removeUser(context.services.directory, context.tenant, stored),
  );
}

/**
 * POST /users/{id or userPrincipalName}/assignLicense. Activities can be written for users who have a plan of Viva Learning.
 * @throws accessDenied, userNotFound, licenseUnknown, licenseNotHeld, licenseAddedAndRemoved, usageLocationMissing, and
 * those of reading a body
 */
export function* assignLicense(context: RequestContext): Work<EntityResult> {
  yield* requireDirectoryRole(context);
  const view = viewOf(context, 'assignLicense');
  const input = readInput(context, 'assignLicense', { mode: 'create' });
  refuseProblems('create', view, input.problems);
  const { addLicenses, removeLicenses } = input.values as unknown as Entity<'assignLicense'>;
  const add = addLicenses.map(({ skuId, disabledPlans }) => ({ skuId: skuId ?? '', disabledPlans }));
  return yield* writeJudged(
    context,
    () => getAddressedUser(context),
    (stored) => tryAssign(context, stored, { add, remove: removeLicenses }),
  );
}

/** `undefined` when another write came first. */
function* tryAssign(
  context: RequestContext,
  stored: DirectoryUser,
  order: LicenseOrder,
): Work<EntityResult | undefined> {
  const assigned = orderLicenses(context.tenant, stored, order);
  if (!isOrdered(assigned)) throw new GraphError(LICENSE_ERRORS[assigned.kind], { values: { skuId: assigned.skuId } });
  const changed = yield* assignLicenses(context.services.directory, context.tenant, { stored, assigned });
  return changed.kind === 'done' ? userResult(changed.item) : undefined;
}

function isOrdered(assigned: ReturnType<typeof orderLicenses>): assigned is readonly AssignedLicense[] {
  return Array.isArray(assigned);
}

const LICENSE_ERRORS = {
  unknownSku: 'licenseUnknown',
  notHeld: 'licenseNotHeld',
  noUsageLocation: 'usageLocationMissing',
  addedAndRemoved: 'licenseAddedAndRemoved',
} as const satisfies Record<LicenseProblem['kind'], ErrorName>;

function conflict(property: string): GraphError {
  const details = [errorDetail('objectConflict', property, { property })];
  return new GraphError('directoryConflict', { values: { property }, details });
}

/** Reads a user from the body. @throws those of creating a user, but for directoryConflict */
function readUser(context: RequestContext, mode: 'create' | 'update', stored?: DirectoryUser): UserProperties {
  const view = viewOf(context, 'user');
  const input = readInput(context, 'user', { mode });
  const fixed = stored === undefined ? [] : fixedProblems(view, input, userEntity(stored));
  refuseProblems(mode, view, [...input.problems, ...fixed, ...formProblems(input)]);
  const { id: _id, assignedLicenses: _assigned, passwordProfile, ...others } = input.values as Partial<Entity<'user'>>;
  const password = passwordProfile?.password ?? undefined;
  if (password !== undefined && !isComplex(password)) throw new GraphError('passwordTooSimple');
  return { ...others, password };
}

/** As Microsoft's page on username policies allows. */
const PRINCIPAL_NAME = /^[A-Za-z0-9'._!#^~-]+@[A-Za-z0-9.-]+$/;
const COUNTRY = /^[A-Za-z]{2}$/;

function formProblems({ values }: EntityInput): readonly FieldProblem[] {
  const { userPrincipalName, usageLocation } = values;
  return [
    ...(isUnfit(userPrincipalName, PRINCIPAL_NAME)
      ? [unfit('userPrincipalName', 'an alias, @ and a domain', values)]
      : []),
    ...(isUnfit(usageLocation, COUNTRY) ? [unfit('usageLocation', 'two letters of ISO 3166', values)] : []),
  ];
}

function isUnfit(value: unknown, form: RegExp): boolean {
  return typeof value === 'string' && !form.test(value);
}

function unfit(field: string, expected: string, values: EntityInput['values']): FieldProblem {
  return { kind: 'invalid', field, reason: reason('unfit', { expected, found: values[field] }) };
}

const PASSWORD_LENGTHS = { least: 8, most: 256 } as const;
const KINDS_OF_CHARACTERS = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u];
const NEEDED_KINDS = 3;

function isComplex(password: string): boolean {
  const { length } = password;
  if (length < PASSWORD_LENGTHS.least || length > PASSWORD_LENGTHS.most) return false;
  return KINDS_OF_CHARACTERS.filter((kind) => kind.test(password)).length >= NEEDED_KINDS;
}

/** Whether the path names a user, /me included. */
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
  const { store, tenant, keys } = context;
  const { userPrincipalName } = keys;
  if (userPrincipalName !== undefined) {
    const named = yield* store.users.findUser(tenant, userPrincipalName);
    // The store also finds users by id, which is another key.
    if (named?.userPrincipalName === userPrincipalName.toLowerCase()) return named;
    throw userNotFound(userPrincipalName, 'userPrincipalName');
  }
  const name = nameOfUser(context);
  const user = yield* store.users.findUser(tenant, name);
  if (user === undefined) throw userNotFound(name);
  return user;
}

/**
 * The user of the token, if its permissions open only that user's own data to the operation; `undefined` with a permission
 * for all users, and for applications.
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

function userResult(user: DirectoryUser): EntityResult {
  return { kind: 'entity', type: 'user', entity: userEntity(user), collection: 'users' };
}

/** GET /users/{userId}/licenseDetails, or under /me. @throws accessDenied, userNotFound */
export function* listLicenseDetails(context: RequestContext): Work<ListResult> {
  const user = yield* getAddressedUser(context);
  const { id } = user;
  const only = findOnlyUser(context);
  if (only !== undefined && only !== id) {
    const why = reason('ownOnly', { what: 'licences' });
    throw new GraphError('accessDenied', { logDetail: describeReason(why), reasons: [why] });
  }
  const held = context.tenant.hasServicePlan ? productsOf(user) : [];
  const details = held.map((product) => licenseDetails(product, context.tenant));
  return listOf('licenseDetails', details, `users('${id}')/licenseDetails`);
}

/** GET /subscribedSkus. @throws accessDenied */
export function* listSubscribedSkus({ store, tenant }: RequestContext): Work<ListResult> {
  const users = yield* store.users.countByProducts(tenant);
  // A tenant without a service plan has bought nothing.
  const products = tenant.hasServicePlan ? PRODUCTS : [];
  const skus = products.map((product) => subscribedSku(product, tenant, users));
  return listOf('subscribedSku', skus, 'subscribedSkus');
}

function licenseDetails(held: HeldProduct, tenant: Tenant): Entity<'licenseDetails'> {
  const { skuId, skuPartNumber } = held.product;
  return { id: pairId(tenant.id, skuId), skuId, skuPartNumber, servicePlans: plansOf(held) };
}

/** One unit for each user: products are not bought here. */
function subscribedSku(
  { skuId, skuPartNumber, servicePlans }: ProductRow,
  { id: accountId, displayName: accountName }: Tenant,
  { holders, all }: ProductCounts,
): Entity<'subscribedSku'> {
  return {
    accountName,
    accountId,
    appliesTo: 'User',
    capabilityStatus: 'Enabled',
    consumedUnits: holders.get(skuId) ?? 0,
    id: `${accountId}_${skuId}`,
    prepaidUnits: { enabled: all, lockedOut: 0, suspended: 0, warning: 0 },
    servicePlans,
    skuId,
    skuPartNumber,
    subscriptionIds: [uuidV5(skuId, accountId)],
  };
}

function listOf(
  type: EntityName,
  entities: readonly Readonly<Record<string, unknown>>[],
  collection: string,
): ListResult {
  const items = entities.map((entity) => ({ type, entity }));
  return { kind: 'list', items, collection, count: undefined, skipToken: undefined };
}

/** GET /employeeExperience. @throws accessDenied */
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

/** GET /users/{userId}/employeeExperience, or under /me. @throws accessDenied, userNotFound */
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

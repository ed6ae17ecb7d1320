/** Users: made, changed, licensed and removed. */
import { getGuid } from '../lib/ids.ts';
import type { UserId } from '../lib/ids.ts';
import { stretchPassword } from '../lib/password.ts';
import { NEW_USER } from '../model/directory.ts';
import type { AssignedLicense, DirectoryUser, Licence, Tenant } from '../model/directory.ts';
import { assignedLicensesOf, licenceOf } from '../model/licences.ts';
import { PRODUCTS } from '../model/products.ts';
import type { Work } from '../store/work.ts';
import type { Change, Directory } from './directory.ts';

/** What is said of a user. `undefined` leaves a property as it is. */
export type UserProperties = {
  readonly [
    Name in keyof Omit<
      DirectoryUser,
      'tenantId' | 'id' | 'name' | 'licence' | 'assignedLicenses' | 'passwordHash' | 'rowVersion'
    >
  ]?: DirectoryUser[Name] | undefined;
} & {
  /** In place of the products that were assigned one by one. */
  readonly licence?: Licence | undefined;
  /** As a person chose it; kept as a hash. Null: none any more. */
  readonly password?: string | null | undefined;
};

export interface NewUser extends UserProperties {
  /** A fresh one when not given. */
  readonly id?: UserId | undefined;
  readonly userPrincipalName: string;
  readonly displayName: string;
}

export function* addUser(
  directory: Directory,
  tenant: Tenant,
  { id = getGuid<UserId>(directory.newId()), ...properties }: NewUser,
): Work<Change<DirectoryUser>> {
  const { userPrincipalName, displayName } = properties;
  const blank = { ...NEW_USER, tenantId: tenant.id, id, name: '', userPrincipalName: '', displayName };
  const user = yield* withProperties(directory, blank, { ...properties, userPrincipalName });
  if (!(yield* directory.users.insertUser(tenant, user))) return REPEATED;
  directory.forgetCallers();
  return { kind: 'done', item: user };
}

/** A learner whom activities name and nobody has registered: a user of whom no more is known than the id. */
export function* registerLearner(
  directory: Directory,
  tenant: Tenant,
  { id, licence }: { readonly id: UserId; readonly licence: Licence },
): Work<void> {
  // When another request was first, there is nothing left to do.
  yield* addUser(directory, tenant, { id, userPrincipalName: `${id}@${tenant.domainName}`, displayName: id, licence });
}

const REPEATED = { kind: 'notUnique', property: 'userPrincipalName' } as const;

/** Changes the user while it is of the version that was read. */
export function* changeUser(
  directory: Directory,
  tenant: Tenant,
  { stored, properties }: { readonly stored: DirectoryUser; readonly properties: UserProperties },
): Work<Change<DirectoryUser>> {
  return yield* replaceUser(directory, tenant, yield* withProperties(directory, stored, properties));
}

/** Stores products in place of those that the user held. */
export function* assignLicenses(
  directory: Directory,
  tenant: Tenant,
  { stored, assigned }: { readonly stored: DirectoryUser; readonly assigned: readonly AssignedLicense[] },
): Work<Change<DirectoryUser>> {
  const user = { ...stored, assignedLicenses: assigned, licence: licenceOf(assigned) };
  return yield* replaceUser(directory, tenant, user);
}

/** Activities stay: they are the record. `false` when another change came first. */
export function* removeUser(directory: Directory, tenant: Tenant, stored: DirectoryUser): Work<boolean> {
  const isDone = yield* directory.users.removeUser(tenant, stored);
  directory.forgetCallers();
  return isDone;
}

/** Why products cannot be assigned. */
export interface LicenseProblem {
  readonly kind: 'unknownSku' | 'notHeld' | 'noUsageLocation' | 'addedAndRemoved';
  readonly skuId: string;
}

export interface LicenseOrder {
  readonly add: readonly AssignedLicense[];
  readonly remove: readonly string[];
}

/** What the user holds once the order is done, or why it cannot be done. */
export function orderLicenses(
  tenant: Tenant,
  user: DirectoryUser,
  { add, remove }: LicenseOrder,
): readonly AssignedLicense[] | LicenseProblem {
  const held = assignedLicensesOf(user);
  const isSold = (skuId: string) => tenant.hasServicePlan && PRODUCTS.some((product) => product.skuId === skuId);
  const unknown = [...add.map(({ skuId }) => skuId), ...remove].find((skuId) => !isSold(skuId));
  if (unknown !== undefined) return { kind: 'unknownSku', skuId: unknown };
  const both = add.find(({ skuId }) => remove.includes(skuId));
  if (both !== undefined) return { kind: 'addedAndRemoved', skuId: both.skuId };
  const missing = remove.find((skuId) => !held.some((one) => one.skuId === skuId));
  if (missing !== undefined) return { kind: 'notHeld', skuId: missing };
  const [first] = add;
  if (first !== undefined && user.usageLocation === null) return { kind: 'noUsageLocation', skuId: first.skuId };
  const added = add.map(({ skuId }) => skuId);
  return [...held.filter(({ skuId }) => !remove.includes(skuId) && !added.includes(skuId)), ...add];
}

function* replaceUser(directory: Directory, tenant: Tenant, user: DirectoryUser): Work<Change<DirectoryUser>> {
  const outcome = yield* directory.users.updateUser(tenant, user);
  if (outcome === 'notUnique') return REPEATED;
  if (outcome === 'changed') return { kind: 'changed' };
  directory.forgetCallers();
  return { kind: 'done', item: { ...user, rowVersion: user.rowVersion + 1 } };
}

function* withProperties(directory: Directory, stored: DirectoryUser, properties: UserProperties): Work<DirectoryUser> {
  const { password, licence, ...others } = properties;
  const sent = Object.entries(others).filter(([, value]) => value !== undefined);
  const user = { ...stored, ...(Object.fromEntries(sent) as Partial<DirectoryUser>) };
  const userPrincipalName = user.userPrincipalName.toLowerCase();
  // A name from a seed stays; one that is the principal name follows it.
  const isNamedByUser = stored.name === '' || stored.name === stored.userPrincipalName || stored.name === stored.id;
  const ownName = userPrincipalName.includes('@') ? userPrincipalName : user.id;
  const passwordHash =
    typeof password === 'string' ? yield* directory.wait(() => stretchPassword(password)) : stored.passwordHash;
  return {
    ...user,
    userPrincipalName,
    name: isNamedByUser ? ownName : stored.name,
    passwordHash: password === null ? null : passwordHash,
    ...(licence !== undefined && { licence, assignedLicenses: null }),
  };
}

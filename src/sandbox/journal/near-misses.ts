/**
 * What a refused client may have meant: the id that it named exists, but elsewhere or as something else. Looked up after
 * the refusal, for the journal only: a client must not learn what other tenants and users have.
 */
import { findCourseActivityKey, findGuid } from '../../lib/ids.ts';
import type { ActivityGuid, LearningContentId, RegistrationId, UserId } from '../../lib/ids.ts';
import type { Tenant } from '../../model/directory.ts';
import type { ErrorName } from '../../model/errors.ts';
import type { StoredActivity } from '../../store/activity-codec.ts';
import type { DirectoryStore } from '../../store/directory-store.ts';
import type { LearningStore } from '../../store/learning-store.ts';

export interface NearMissStores {
  readonly learning: Pick<LearningStore, 'activities' | 'contents' | 'providers' | 'lists'>;
  readonly directory: Pick<DirectoryStore, 'listTenants' | 'findUser' | 'listFirstUsers'>;
}

/** What the refused request named, by the names of path keys and of properties; `undefined` where it named nothing. */
export interface NamedThings {
  readonly tenant: Tenant;
  readonly registrationId?: string | undefined;
  readonly learningContentId?: string | undefined;
  readonly learningCourseActivityId?: string | undefined;
  readonly externalId?: string | undefined;
  readonly userId?: string | undefined;
}

/** At most so many other tenants, providers and users are looked through. */
const MAX_TENANTS = 20;
const MAX_PROVIDERS = 50;
const MAX_USERS = 100;

export const ALL_TYPES = ['learningAssignment', 'learningSelfInitiatedCourse'] as const;

type Finder = (stores: NearMissStores, named: NamedThings) => Promise<readonly string[]>;

/** By the refusal, what is looked for. */
const FINDERS: Partial<Record<ErrorName, Finder>> = {
  assignmentNotFound: findActivityElsewhere,
  assignmentNotFoundOnUpdate: findActivityElsewhere,
  contentNotFound: findContentElsewhere,
  contentOfAnotherProvider: findContentElsewhere,
  fieldsInvalid: findReferencesElsewhere,
  fieldValidationFailed: findReferencesElsewhere,
  registrationIdInvalid: findProviderElsewhere,
  providerNotFound: findProviderElsewhere,
  userNotFound: findUserElsewhere,
  conflict: findRepeated,
};

/** Sentences; none when nothing comes near, or nothing is looked for after such a refusal. */
export async function findNearMisses(
  stores: NearMissStores,
  row: ErrorName,
  named: NamedThings,
): Promise<readonly string[]> {
  const found = (await FINDERS[row]?.(stores, named)) ?? [];
  return [...new Set(found)];
}

async function findActivityElsewhere(stores: NearMissStores, named: NamedThings): Promise<readonly string[]> {
  const { learningCourseActivityId: id, externalId } = named;
  if (externalId !== undefined) return findByExternalId(stores, named, externalId);
  if (id === undefined) return [];
  if (findCourseActivityKey(id) === undefined) {
    const asExternalId = await findByExternalId(stores, named, id);
    const form = `'${id}' is not of the form of an activity's id: a GUID, or the id of the learner, a colon and a GUID.`;
    return [form, ...asExternalId];
  }
  const [here, guidHere, elsewhere, asOther] = await Promise.all([
    stores.learning.activities.find(named.tenant, id),
    findByGuid(stores, named.tenant, id),
    findInOtherTenants(stores, named.tenant, async (tenant) => stores.learning.activities.find(tenant, id)),
    describeAsOther(stores, named, id),
  ]);
  return [
    ...[here, guidHere]
      .filter((found) => found !== undefined)
      .map((found) => placeOf('An activity with this id', found)),
    ...elsewhere.map((tenant) => `An activity with this id exists in the tenant ${describeTenant(tenant)}.`),
    ...asOther,
  ];
}

async function findByExternalId(
  { learning, directory }: NearMissStores,
  { tenant, userId }: NamedThings,
  externalId: string,
): Promise<readonly string[]> {
  const anywhere = { registrationId: undefined, externalId, types: ALL_TYPES, learnerUserId: undefined };
  const found = await learning.activities.findByExternalId(tenant, anywhere);
  const asId = await learning.activities.find(tenant, externalId);
  const user = userId === undefined ? undefined : await directory.findUser(tenant, userId);
  const wording = `An activity with the external id '${externalId}'`;
  return [
    ...found.map((stored) => placeOf(wording, stored)),
    ...(asId === undefined ? [] : [`'${externalId}' is the id of an activity, not its external id.`]),
    ...(userId !== undefined && user === undefined ? [`The user '${userId}' does not exist.`] : []),
  ];
}

/** The activity whose GUID stands at the end of the id, whatever learner the id names. */
async function findByGuid(
  { learning, directory }: NearMissStores,
  tenant: Tenant,
  id: string,
): Promise<StoredActivity | undefined> {
  const key = findCourseActivityKey(id);
  if (key === undefined) return undefined;
  const users = await directory.listFirstUsers(tenant, MAX_USERS);
  const ids = [key.activityGuid, ...users.map((user) => `${user.id}:${key.activityGuid}`)].filter(
    (other) => other !== id,
  );
  const found = await Promise.all(ids.map((other) => learning.activities.find(tenant, other)));
  return found.find((stored) => stored !== undefined);
}

/** A GUID of the tenant that is not what it was taken for. */
async function describeAsOther(stores: NearMissStores, named: NamedThings, id: string): Promise<readonly string[]> {
  const guid = findGuid<LearningContentId & ActivityGuid & RegistrationId & UserId>(id);
  if (guid === undefined) return [];
  const { learning, directory } = stores;
  const [content, provider, user] = await Promise.all([
    findContentOwners(stores, named.tenant, guid),
    learning.providers.find(named.tenant, guid),
    directory.findUser(named.tenant, guid),
  ]);
  return [
    ...content.map((owner) => `'${id}' is the id of a learningContent of the provider ${owner}.`),
    ...(provider === undefined ? [] : [`'${id}' is the id of a learningProvider.`]),
    ...(user === undefined ? [] : [`'${id}' is the id of a user.`]),
  ];
}

async function findContentElsewhere(stores: NearMissStores, named: NamedThings): Promise<readonly string[]> {
  const { learningContentId: id, externalId, tenant, registrationId } = named;
  const text = id ?? externalId;
  if (text === undefined) return [];
  const guid = findGuid<LearningContentId>(text);
  const others = await findOwnersWith(stores, tenant, async (owner, at) => {
    const key =
      id === undefined
        ? ({ kind: 'externalId', externalId: text } as const)
        : guid && ({ kind: 'id', id: guid } as const);
    return key && (await stores.learning.contents.find(at, owner, key)) !== undefined;
  });
  const owner = findGuid<RegistrationId>(registrationId ?? '');
  const byOtherKey = owner && (await describeOtherKey(stores, { tenant, owner, text, isId: id !== undefined }));
  const asActivity = await stores.learning.activities.find(tenant, text);
  return [
    ...others
      .filter((other) => other !== owner)
      .map((other) => `A learningContent '${text}' exists under the provider ${other}.`),
    ...(byOtherKey === undefined ? [] : [byOtherKey]),
    ...(asActivity === undefined ? [] : [`'${text}' is the id of an activity.`]),
    ...(guid === undefined ? [] : await describeInOtherTenants(stores, tenant, guid)),
  ];
}

interface OtherKey {
  readonly tenant: Tenant;
  readonly owner: RegistrationId;
  readonly text: string;
  /** Whether it was taken for an id. */
  readonly isId: boolean;
}

/** An external id in place of an id, or the other way round. */
async function describeOtherKey(
  { learning }: NearMissStores,
  { tenant, owner, text, isId }: OtherKey,
): Promise<string | undefined> {
  const guid = findGuid<LearningContentId>(text);
  if (isId) {
    const found = await learning.contents.find(tenant, owner, { kind: 'externalId', externalId: text });
    return found && `'${text}' is the external id of a learningContent, whose id is ${found.content.id}.`;
  }
  const found = guid && (await learning.contents.find(tenant, owner, { kind: 'id', id: guid }));
  return found && `'${text}' is the id of a learningContent, not its external id.`;
}

async function describeInOtherTenants(
  stores: NearMissStores,
  tenant: Tenant,
  guid: LearningContentId,
): Promise<readonly string[]> {
  const tenants = await findInOtherTenants(stores, tenant, async (other) => {
    const owners = await findContentOwners(stores, other, guid);
    return owners[0];
  });
  return tenants.map((other) => `The learningContent exists in the tenant ${describeTenant(other)}.`);
}

/** Ids that a body refers to: learner, content. */
async function findReferencesElsewhere(stores: NearMissStores, named: NamedThings): Promise<readonly string[]> {
  const content = await findContentElsewhere(stores, { ...named, externalId: undefined });
  const learner = named.userId === undefined ? [] : await findUserElsewhere(stores, named);
  return [...content, ...learner];
}

async function findProviderElsewhere(stores: NearMissStores, named: NamedThings): Promise<readonly string[]> {
  const { registrationId: id, tenant } = named;
  if (id === undefined) return [];
  const guid = findGuid<RegistrationId>(id);
  if (guid === undefined) return [`'${id}' is no GUID.`];
  const tenants = await findInOtherTenants(stores, tenant, (other) => stores.learning.providers.find(other, guid));
  return [
    ...tenants.map((other) => `A provider with this id exists in the tenant ${describeTenant(other)}.`),
    ...(await describeAsOther(stores, named, id)),
  ];
}

async function findUserElsewhere(stores: NearMissStores, named: NamedThings): Promise<readonly string[]> {
  const { userId: id, tenant } = named;
  if (id === undefined || (await stores.directory.findUser(tenant, id)) !== undefined) return [];
  const tenants = await findInOtherTenants(stores, tenant, (other) => stores.directory.findUser(other, id));
  const users = await stores.directory.listFirstUsers(tenant, MAX_USERS);
  const similar = users.find(({ name, mail, displayName }) => [name, mail, displayName].includes(id));
  return [
    ...tenants.map((other) => `The user '${id}' exists in the tenant ${describeTenant(other)}.`),
    ...(similar
      ? [`'${id}' is another name of the user ${similar.id}; paths take the id or the userPrincipalName.`]
      : []),
    ...(await describeAsOther(stores, named, id)),
  ];
}

/** The activity that a create or an update would repeat. */
async function findRepeated({ learning }: NearMissStores, named: NamedThings): Promise<readonly string[]> {
  const { tenant, externalId, registrationId, userId, learningCourseActivityId: id } = named;
  if (externalId === undefined) return [];
  const learner = userId ?? findCourseActivityKey(id ?? '')?.learnerUserId ?? '';
  const found = await learning.activities.findByExternalId(tenant, {
    registrationId: findGuid<RegistrationId>(registrationId ?? ''),
    externalId,
    types: ALL_TYPES,
    learnerUserId: findGuid<UserId>(learner),
  });
  return found.map(({ activity }) => `The activity ${activity.id} has the external id '${externalId}'.`);
}

function findContentOwners(
  stores: NearMissStores,
  tenant: Tenant,
  id: LearningContentId,
): Promise<readonly RegistrationId[]> {
  return findOwnersWith(
    stores,
    tenant,
    async (owner, at) => (await stores.learning.contents.find(at, owner, { kind: 'id', id })) !== undefined,
  );
}

/** Providers of the tenant that pass. */
async function findOwnersWith(
  { learning }: NearMissStores,
  tenant: Tenant,
  passes: (owner: RegistrationId, tenant: Tenant) => Promise<boolean | undefined>,
): Promise<readonly RegistrationId[]> {
  const query = { filter: undefined, orderBy: [], after: undefined, skip: 0, take: MAX_PROVIDERS };
  const { items } = await learning.lists.readPage({ kind: 'providers', tenant }, query);
  const owners = items.map(({ entity }) => entity['id'] as RegistrationId);
  const verdicts = await Promise.all(owners.map((owner) => passes(owner, tenant)));
  return owners.filter((_, index) => verdicts[index] === true);
}

/** The other tenants where there is one. */
async function findInOtherTenants(
  { directory }: NearMissStores,
  own: Tenant,
  find: (tenant: Tenant) => Promise<unknown>,
): Promise<readonly Tenant[]> {
  const others = (await directory.listTenants()).filter(({ id }) => id !== own.id).slice(0, MAX_TENANTS);
  const found = await Promise.all(others.map(find));
  return others.filter((_, index) => found[index] !== undefined);
}

function placeOf(wording: string, { activity }: StoredActivity): string {
  const { id, learningProviderId, learnerUserId, type } = activity;
  return `${wording} exists: the ${type} ${id} under the provider ${learningProviderId}, of the learner ${learnerUserId}.`;
}

function describeTenant({ displayName, id }: Tenant): string {
  return `${displayName} (${id})`;
}

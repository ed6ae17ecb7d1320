/**
 * What a refused client may have meant: the id that it named exists, but elsewhere in its tenant or as something else, or
 * another one is much like it. Looked up after the refusal, never for what is accepted.
 */
import { findCourseActivityKey, findGuid } from '../../lib/ids.ts';
import type { ActivityGuid, LearningContentId, RegistrationId, UserId } from '../../lib/ids.ts';
import type { DirectoryUser, Tenant } from '../../model/directory.ts';
import type { ErrorName } from '../../model/errors.ts';
import type { EntityName } from '../../model/schema.ts';
import type { StoredActivity } from '../../store/activity-codec.ts';
import type { DirectoryStore } from '../../store/directory-store.ts';
import type { AwaitableStores } from '../../store/learning-store.ts';
import type { ListItem, ListSelection } from '../../store/listing.ts';
import { findNearest } from './nearest.ts';
import type { Candidate } from './nearest.ts';

export interface NearMissStores {
  readonly learning: Pick<AwaitableStores, 'activities' | 'contents' | 'providers' | 'lists'>;
  readonly directory: Pick<DirectoryStore, 'listTenants' | 'findUser' | 'listFirstUsers'>;
}

/** What the refused request named, by the names of path keys and of properties; `undefined` where it named nothing. */
export interface RequestedIds {
  readonly tenant: Tenant;
  readonly registrationId?: string | undefined;
  readonly learningContentId?: string | undefined;
  readonly learningCourseActivityId?: string | undefined;
  readonly externalId?: string | undefined;
  readonly userId?: string | undefined;
  /** Whether it only asked if there is one: then many are not there, and none of the others was meant. */
  readonly isProbe: boolean;
}

/** At most so many providers, users and items are looked through. */
const MAX_PROVIDERS = 50;
const MAX_USERS = 100;
const MAX_NEAR_USERS = 500;
const MAX_NEAR_ITEMS = 200;

export const ALL_TYPES = ['learningAssignment', 'learningSelfInitiatedCourse'] as const;

type Finder = (stores: NearMissStores, named: RequestedIds) => Promise<readonly string[]>;

/** By the refusal, what is looked for. */
const FINDERS: Partial<Record<ErrorName, Finder>> = {
  assignmentNotFound: findActivity,
  assignmentNotFoundOnUpdate: findActivity,
  contentNotFound: findContent,
  fieldsInvalid: findReferences,
  fieldValidationFailed: findReferences,
  registrationIdInvalid: findProvider,
  providerNotFound: findProvider,
  userNotFound: findUser,
  conflict: findRepeatedActivity,
  contentConflict: findRepeatedContent,
};

/** Sentences about the caller's tenant; none when nothing comes near, or nothing is looked for after such a refusal. */
export async function findNearMisses(
  stores: NearMissStores,
  row: ErrorName,
  named: RequestedIds,
): Promise<readonly string[]> {
  const found = (await FINDERS[row]?.(stores, named)) ?? [];
  return [...new Set(found)];
}

async function findActivity(stores: NearMissStores, named: RequestedIds): Promise<readonly string[]> {
  const { learningCourseActivityId: id, externalId, tenant, isProbe } = named;
  const written = id ?? externalId;
  if (written === undefined) return [];
  const found = id === undefined ? await findByExternalId(stores, named, written) : await findById(stores, tenant, id);
  if (found.length > 0 || isProbe) return found;
  const items = await readFirst(stores, activitiesOf(named));
  const key = id === undefined ? 'externalcourseActivityId' : 'id';
  return describeNearest(
    'learningCourseActivity',
    written,
    items.map((item) => candidateOf(item, key, 'learnerUserId')),
  );
}

function activitiesOf({ tenant, registrationId }: RequestedIds): ListSelection {
  const provider = findGuid<RegistrationId>(registrationId ?? '');
  return { kind: 'activities', tenant, types: ALL_TYPES, registrationId: provider, learnerUserId: undefined };
}

async function findById(stores: NearMissStores, tenant: Tenant, id: string): Promise<readonly string[]> {
  if (findCourseActivityKey(id) === undefined) {
    const found = await findActivities(stores, tenant, id);
    return found.map((stored) => placeOf(`An activity with the external id '${id}'`, stored));
  }
  const [here, guidHere, asOther] = await Promise.all([
    stores.learning.activities.find(tenant, id),
    findByGuid(stores, tenant, id),
    describeAsOther(stores, tenant, id),
  ]);
  return [
    ...[here, guidHere]
      .filter((found) => found !== undefined)
      .map((found) => placeOf('An activity with this id', found)),
    ...asOther,
  ];
}

async function findByExternalId(
  stores: NearMissStores,
  { tenant, userId }: RequestedIds,
  externalId: string,
): Promise<readonly string[]> {
  const found = await findActivities(stores, tenant, externalId);
  const asId = await stores.learning.activities.find(tenant, externalId);
  const user = userId === undefined ? undefined : await stores.directory.findUser(tenant, userId);
  return [
    ...found.map((stored) => placeOf(`An activity with the external id '${externalId}'`, stored)),
    ...(asId === undefined ? [] : [`'${externalId}' is the id of an activity, not its external id.`]),
    ...(userId !== undefined && user === undefined ? [`The user '${userId}' does not exist.`] : []),
  ];
}

/** Of any provider and learner. */
function findActivities(
  { learning }: NearMissStores,
  tenant: Tenant,
  externalId: string,
): Promise<readonly StoredActivity[]> {
  const anywhere = { registrationId: undefined, externalId, types: ALL_TYPES, learnerUserId: undefined };
  return learning.activities.findByExternalId(tenant, anywhere);
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
async function describeAsOther(stores: NearMissStores, tenant: Tenant, id: string): Promise<readonly string[]> {
  const guid = findGuid<LearningContentId & ActivityGuid & RegistrationId & UserId>(id);
  if (guid === undefined) return [];
  const { learning, directory } = stores;
  const [content, provider, user] = await Promise.all([
    findContentOwners(stores, tenant, guid),
    learning.providers.find(tenant, guid),
    directory.findUser(tenant, guid),
  ]);
  return [
    ...content.map((owner) => `'${id}' is the id of a learningContent of the provider ${owner}.`),
    ...(provider === undefined ? [] : [`'${id}' is the id of a learningProvider.`]),
    ...(user === undefined ? [] : [`'${id}' is the id of a user.`]),
  ];
}

async function findContent(stores: NearMissStores, named: RequestedIds): Promise<readonly string[]> {
  const { learningContentId: id, externalId, tenant, registrationId, isProbe } = named;
  const text = id ?? externalId;
  if (text === undefined) return [];
  const guid = findGuid<LearningContentId>(text);
  const others = await findOwnersWith(stores, tenant, async (owner) => {
    const key =
      id === undefined
        ? ({ kind: 'externalId', externalId: text } as const)
        : guid && ({ kind: 'id', id: guid } as const);
    return key && (await stores.learning.contents.find(tenant, owner, key)) !== undefined;
  });
  const owner = findGuid<RegistrationId>(registrationId ?? '');
  const byOtherKey = owner && (await describeOtherKey(stores, { tenant, owner, text, isId: id !== undefined }));
  const asActivity = await stores.learning.activities.find(tenant, text);
  const found = [
    ...others
      .filter((other) => other !== owner)
      .map((other) => `A learningContent '${text}' exists under the provider ${other}.`),
    ...(byOtherKey === undefined ? [] : [byOtherKey]),
    ...(asActivity === undefined ? [] : [`'${text}' is the id of an activity.`]),
  ];
  const isHere = others.some((other) => other === owner);
  if (owner === undefined || found.length > 0 || isHere || isProbe) return found;
  const items = await readFirst(stores, { kind: 'contents', tenant, registrationId: owner });
  const [key, other] = guid === undefined ? (['externalId', 'id'] as const) : (['id', 'externalId'] as const);
  return describeNearest(
    'learningContent',
    text,
    items.map((item) => candidateOf(item, key, other)),
  );
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

/** Ids that a body refers to: learner, content. */
async function findReferences(stores: NearMissStores, named: RequestedIds): Promise<readonly string[]> {
  const content = await findContent(stores, { ...named, externalId: undefined });
  return [...content, ...(await findUser(stores, named))];
}

async function findProvider(stores: NearMissStores, named: RequestedIds): Promise<readonly string[]> {
  const { registrationId: id, tenant } = named;
  if (id === undefined) return [];
  const asOther = await describeAsOther(stores, tenant, id);
  if (asOther.length > 0) return asOther;
  const items = await readFirst(stores, { kind: 'providers', tenant });
  const candidates = items.map(({ entity }) => {
    const { id: own, displayName } = entity as { readonly id: string; readonly displayName: string };
    return { texts: [own, displayName], label: `${own} (${displayName})` };
  });
  return describeNearest('learningProvider', id, candidates);
}

async function findUser(stores: NearMissStores, named: RequestedIds): Promise<readonly string[]> {
  const { userId: text, tenant } = named;
  if (text === undefined) return [];
  const known = await stores.directory.findUser(tenant, text);
  // Where an id is asked for, a userPrincipalName names the user all the same.
  if (known !== undefined)
    return findGuid(text) === undefined ? [`'${text}' is the userPrincipalName of the user ${known.id}.`] : [];
  const asOther = await describeAsOther(stores, tenant, text);
  if (asOther.length > 0) return asOther;
  const users = await stores.directory.listFirstUsers(tenant, MAX_NEAR_USERS);
  const same = users.find(({ name, mail, displayName }) => [name, mail, displayName].includes(text));
  if (same !== undefined) return [`'${text}' is another name of the user ${same.id} (${same.userPrincipalName}).`];
  return describeNearest('user', localPart(text), users.map(userCandidate));
}

function userCandidate({ id, name, displayName, userPrincipalName }: DirectoryUser): Candidate {
  const texts = [id, name, displayName, localPart(userPrincipalName)];
  return { texts, label: `${id} (${userPrincipalName})` };
}

/** The domain is much the same for all users. */
function localPart(name: string): string {
  return name.split('@', 1)[0] ?? '';
}

/** The activity that a create or an update would repeat. */
async function findRepeatedActivity({ learning }: NearMissStores, named: RequestedIds): Promise<readonly string[]> {
  const { tenant, externalId, registrationId, userId, learningCourseActivityId: id } = named;
  if (externalId === undefined) return [];
  const learner = userId ?? findCourseActivityKey(id ?? '')?.learnerUserId ?? '';
  const found = await learning.activities.findByExternalId(tenant, {
    registrationId: findGuid<RegistrationId>(registrationId ?? ''),
    externalId,
    types: ALL_TYPES,
    learnerUserId: findGuid<UserId>(learner),
  });
  return found.map(({ activity }) => `The ${activity.type} ${activity.id} has the external id '${externalId}'.`);
}

async function findRepeatedContent({ learning }: NearMissStores, named: RequestedIds): Promise<readonly string[]> {
  const { tenant, externalId, registrationId } = named;
  const owner = findGuid<RegistrationId>(registrationId ?? '');
  if (externalId === undefined || owner === undefined) return [];
  const found = await learning.contents.find(tenant, owner, { kind: 'externalId', externalId });
  return found === undefined ? [] : [`The learningContent ${found.content.id} has the external id '${externalId}'.`];
}

export function findContentOwners(
  stores: NearMissStores,
  tenant: Tenant,
  id: LearningContentId,
): Promise<readonly RegistrationId[]> {
  return findOwnersWith(
    stores,
    tenant,
    async (owner) => (await stores.learning.contents.find(tenant, owner, { kind: 'id', id })) !== undefined,
  );
}

/** Providers of the tenant that pass. */
async function findOwnersWith(
  stores: NearMissStores,
  tenant: Tenant,
  passes: (owner: RegistrationId) => Promise<boolean | undefined>,
): Promise<readonly RegistrationId[]> {
  const items = await readFirst(stores, { kind: 'providers', tenant }, MAX_PROVIDERS);
  const owners = items.map(({ entity }) => entity['id'] as RegistrationId);
  const verdicts = await Promise.all(owners.map(passes));
  return owners.filter((_, index) => verdicts[index] === true);
}

async function readFirst(
  { learning }: NearMissStores,
  selection: ListSelection,
  take = MAX_NEAR_ITEMS,
): Promise<readonly ListItem[]> {
  const query = { filter: undefined, orderBy: [], after: undefined, skip: 0, take };
  return (await learning.lists.readPage(selection, query)).items;
}

/** To be known by one property, and shown with another beside it. */
function candidateOf({ entity }: ListItem, key: string, beside: string): Candidate {
  const text = entity[key] as string | null;
  return { texts: text === null ? [] : [text], label: `${text} (${beside} ${String(entity[beside])})` };
}

function describeNearest(type: EntityName, written: string, candidates: readonly Candidate[]): readonly string[] {
  const nearest = findNearest(written, candidates);
  return nearest === undefined ? [] : [`The nearest ${type} is ${nearest.label}.`];
}

function placeOf(wording: string, { activity }: StoredActivity): string {
  const { id, learningProviderId, learnerUserId, type } = activity;
  return `${wording} exists: the ${type} ${id} under the provider ${learningProviderId}, of the learner ${learnerUserId}.`;
}

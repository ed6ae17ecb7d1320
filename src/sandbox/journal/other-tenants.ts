/**
 * That what a refused client named is another tenant's: for the journal, which is the sandbox's. A client must never learn
 * of it.
 */
import { findGuid } from '../../lib/ids.ts';
import type { LearningContentId, RegistrationId } from '../../lib/ids.ts';
import type { Tenant } from '../../model/directory.ts';
import type { ErrorName } from '../../model/errors.ts';
import { findContentOwners } from './near-misses.ts';
import type { RequestedIds, NearMissStores } from './near-misses.ts';

/** At most so many are looked through. */
const MAX_TENANTS = 20;

/** What is looked for after the refusal: a wording, and whether the tenant has it. */
type Search = (stores: NearMissStores, named: RequestedIds) => Found;

interface Found {
  readonly wording: string;
  readonly isIn: ((tenant: Tenant) => Promise<boolean>) | undefined;
}

const ACTIVITY: Search = ({ learning }, { learningCourseActivityId: id }) => ({
  wording: 'An activity with this id',
  isIn: id === undefined ? undefined : async (tenant) => (await learning.activities.find(tenant, id)) !== undefined,
});

const CONTENT: Search = (stores, { learningContentId }) => {
  const id = findGuid<LearningContentId>(learningContentId ?? '');
  return {
    wording: 'The learningContent',
    isIn: id && (async (tenant) => (await findContentOwners(stores, tenant, id)).length > 0),
  };
};

const PROVIDER: Search = ({ learning }, { registrationId }) => {
  const id = findGuid<RegistrationId>(registrationId ?? '');
  return {
    wording: 'A provider with this id',
    isIn: id && (async (tenant) => (await learning.providers.find(tenant, id)) !== undefined),
  };
};

const USER: Search = ({ directory }, { userId: id }) => ({
  wording: `The user '${id}'`,
  isIn: id === undefined ? undefined : async (tenant) => (await directory.findUser(tenant, id)) !== undefined,
});

const SEARCHES: Partial<Record<ErrorName, readonly Search[]>> = {
  assignmentNotFound: [ACTIVITY],
  assignmentNotFoundOnUpdate: [ACTIVITY],
  contentNotFound: [CONTENT],
  fieldsInvalid: [CONTENT, USER],
  fieldValidationFailed: [CONTENT, USER],
  registrationIdInvalid: [PROVIDER],
  providerNotFound: [PROVIDER],
  userNotFound: [USER],
};

/** Sentences that name the other tenants. What the caller's own tenant has is not looked for. */
export async function findInOtherTenants(
  stores: NearMissStores,
  row: ErrorName,
  named: RequestedIds,
): Promise<readonly string[]> {
  const searches = (SEARCHES[row] ?? []).map((search) => search(stores, named));
  const sentences: string[] = [];
  for (const { wording, isIn } of searches) {
    if (isIn === undefined || (await isIn(named.tenant))) continue;
    const others = (await stores.directory.listTenants()).filter(({ id }) => id !== named.tenant.id);
    const first = others.slice(0, MAX_TENANTS);
    const found = await Promise.all(first.map(isIn));
    for (const [index, { displayName, id }] of first.entries())
      if (found[index] === true) sentences.push(`${wording} exists in the tenant ${displayName} (${id}).`);
  }
  return sentences;
}

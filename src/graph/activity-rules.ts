/** Pure rules of course activities: how an input becomes an activity, and why one is refused. */
import type { ActivityGuid, LearningContentId, RegistrationId, UserId } from '../lib/ids.ts';
import { findGuid } from '../lib/ids.ts';
import type { CourseActivity } from '../model/entity.ts';
import { ACTIVITY_LICENCE } from '../model/directory.ts';
import type { Licence } from '../model/directory.ts';
import { GUID_EXPECTED } from '../model/expectations.ts';
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import type { Reason } from '../model/reasons.ts';
import type { EntityName, EntityView } from '../model/schema.ts';
import type { EntityInput, FieldProblem } from '../odata/read-entity.ts';
import { validationError } from '../odata/validation-error.ts';
import type { StoredActivity } from '../store/activity-codec.ts';
import type { CreateFacts } from '../store/activity-store.ts';
import { licenceMissing } from './licence.ts';
import { providerMissing } from './providers.ts';

/** The ids that a create refers to; `undefined` where the body has none that is valid. */
export interface References {
  readonly registrationId: RegistrationId;
  readonly learningContentId: LearningContentId | undefined;
  readonly learnerUserId: UserId | undefined;
  /** Whether the body names a provider other than the URL's. */
  readonly namesOtherProvider: boolean;
}

export function referencesOf({ values }: EntityInput, registrationId: RegistrationId): References {
  const provider = values['learningProviderId'] ?? registrationId;
  return {
    registrationId,
    learningContentId: findGuidOf(values['learningContentId']),
    learnerUserId: findGuidOf(values['learnerUserId']),
    namesOtherProvider: findGuidOf(provider) !== registrationId,
  };
}

function findGuidOf<Id extends LearningContentId | UserId | RegistrationId>(value: unknown): Id | undefined {
  return typeof value === 'string' ? findGuid<Id>(value) : undefined;
}

/** The activity that a checked input creates: every property of its type, null where nothing was sent. */
export function newActivity(
  view: EntityView,
  { values }: EntityInput,
  ids: References & { readonly activityGuid: ActivityGuid },
): CourseActivity {
  const { learnerUserId, learningContentId, registrationId, activityGuid } = ids;
  const assigned = { learnerUserId, learningContentId, learningProviderId: registrationId };
  const id = `${learnerUserId}:${activityGuid}`;
  return { ...unsetOf(view), ...values, ...assigned, id, type: view.name } as unknown as CourseActivity;
}

const unset = new WeakMap<EntityView, Readonly<Record<string, null>>>();

/** Every property of the type, null. */
function unsetOf(view: EntityView): Readonly<Record<string, null>> {
  const known = unset.get(view);
  if (known !== undefined) return known;
  const made = Object.fromEntries(view.properties.map(({ name }) => [name, null]));
  unset.set(view, made);
  return made;
}

export interface JudgedCreate {
  readonly input: EntityInput;
  readonly references: References;
  readonly view: EntityView;
}

/**
 * The first refusal that applies, in the documented order: provider, fields, content's owner, learner's licence.
 * `undefined` when the activity may be created.
 */
export function findCreateRefusal(
  facts: CreateFacts | undefined,
  { input, references, view }: JudgedCreate,
): GraphError | undefined {
  const closed = findProviderRefusal(facts, references.registrationId);
  if (closed !== undefined || facts === undefined) return closed;
  const problems = [...input.problems, ...referenceProblems(facts, input, references)];
  if (problems.length > 0) return validationError('create', problems, view);
  if (facts.contentOwner !== references.registrationId)
    return contentOfOther(facts.contentOwner, {
      content: references.learningContentId,
      provider: references.registrationId,
    });
  return findLicenceRefusal(facts.learnerLicence, 'userLicenseInvalid');
}

/** Whether activities may be written under the provider at all. */
export function findProviderRefusal(
  facts: { readonly isProviderOpen: boolean } | undefined,
  provider: RegistrationId,
): GraphError | undefined {
  if (facts === undefined) return new GraphError('registrationIdInvalid', { reasons: [providerMissing(provider)] });
  if (facts.isProviderOpen) return undefined;
  return new GraphError('providerNotEnabled', { reasons: [reason('providerClosed', { provider })] });
}

/** The content must be the provider's own. */
export function contentOfOther(
  owner: RegistrationId | undefined,
  { content, provider }: { readonly content: LearningContentId | undefined; readonly provider: RegistrationId },
): GraphError {
  const reasons = [reason('contentOfOther', { found: content, owner, provider })];
  return new GraphError('contentOfAnotherProvider', { reasons });
}

/** The learner must hold the licence. */
export function findLicenceRefusal(
  licence: Licence | undefined,
  row: 'userLicenseInvalid' | 'userLicenseInvalidOnUpdate',
): GraphError | undefined {
  if (licence === ACTIVITY_LICENCE) return undefined;
  return new GraphError(row, licenceMissing(licence));
}

/** Problems of fields that refer to something that does not exist; fields that have a problem already are skipped. */
function referenceProblems(facts: CreateFacts, { values }: EntityInput, references: References): FieldProblem[] {
  const { learnerUserId, learningContentId, learningProviderId } = values;
  const ownsContent = facts.contentOwner === references.registrationId;
  const problems: FieldProblem[] = [];
  const add = (field: string, why: Reason) => problems.push({ kind: 'invalid', field, reason: why });
  if (learnerUserId !== undefined && facts.learnerLicence === undefined)
    add('learnerUserId', referenceUnknown('user', learnerUserId));
  if (learningContentId !== undefined && facts.contentOwner === undefined)
    add('learningContentId', referenceUnknown('learningContent', learningContentId));
  // Content of another provider has a refusal of its own.
  const isForeign = facts.contentOwner !== undefined && !ownsContent;
  if (learningProviderId !== undefined && references.namesOtherProvider && !isForeign)
    add('learningProviderId', reason('keyDiffers', { stored: references.registrationId, found: learningProviderId }));
  return problems;
}

function referenceUnknown(type: EntityName, found: unknown): Reason {
  if (findGuidOf(found) === undefined) return reason('unfit', { expected: GUID_EXPECTED, found });
  return reason('referenceUnknown', { type, found });
}

/** The stored activity with the sent values in place of its own. */
export function changedActivity({ activity }: StoredActivity, { values }: EntityInput): CourseActivity {
  const { id, learnerUserId, learningContentId, learningProviderId } = activity;
  return { ...activity, ...values, id, learnerUserId, learningContentId, learningProviderId };
}

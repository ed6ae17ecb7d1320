/** Operations that write learningCourseActivity. */
import { findGuid } from '../base/ids.ts';
import type { LearningContentId, RegistrationId } from '../base/ids.ts';
import type { CourseActivity } from '../model/entity.ts';
import { GraphError } from '../model/graph-error.ts';
import type { ErrorName } from '../model/errors.ts';
import { readJsonObject } from '../odata/payload.ts';
import type { JsonObject } from '../odata/payload.ts';
import type { EntityInput } from '../odata/read-entity.ts';
import type { StoredActivity } from '../store/activity-codec.ts';
import type { UpdateFacts } from '../store/activity-store.ts';
import type { EntityResult, OperationContext, OperationResult } from './context.ts';
import { activityResult, authorizeActivityType } from './course-activity-access.ts';
import {
  changedActivity,
  createRefusal,
  licenceRefusal,
  newActivity,
  providerRefusal,
  referencesOf,
} from './course-activity-rules.ts';
import type { References } from './course-activity-rules.ts';
import { fixedProblems, readInput, refuseProblems, viewOf } from './entity-input.ts';
import { MAX_ATTEMPTS, writeJudged } from './optimistic.ts';
import { getRegistrationId } from './registration.ts';

/**
 * POST …/learningProviders/{registrationId}/learningCourseActivities. The happy path is one guarded statement; only a
 * refusal reads why.
 * @throws E2, E4, E5, E11, E13, E14, E15, conflict, and those of reading a body
 */
export async function createLearningCourseActivity(context: OperationContext): Promise<EntityResult> {
  const registrationId = getRegistrationId(context);
  const body = await readCreateBody(context, registrationId);
  const input = readInput(context, 'learningCourseActivity', { mode: 'create', registrationId, body });
  authorizeActivityType(context, input.type);
  const references = referencesOf(input, registrationId);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const created = await tryCreate(context, input, references);
    if (created !== undefined) return activityResult({ activity: created, rowVersion: 1 }, input.spellings);
    const facts = await context.store.activities.findCreateFacts(context.tenant, references);
    const refusal = createRefusal(facts, { input, references, view: viewOf(context, input.type) });
    if (refusal !== undefined) throw refusal;
  }
  throw new Error('A create was refused by the store again and again, and nothing stands against it.');
}

/** `undefined` when the input has problems or the store refuses it. @throws conflict */
async function tryCreate(
  context: OperationContext,
  input: EntityInput,
  references: References,
): Promise<CourseActivity | undefined> {
  const { learningContentId, learnerUserId, namesOtherProvider } = references;
  const isComplete = learningContentId !== undefined && learnerUserId !== undefined && !namesOtherProvider;
  if (input.problems.length > 0 || !isComplete) return undefined;
  const ids = { ...references, activityGuid: context.newActivityGuid() };
  const activity = newActivity(viewOf(context, input.type), input, ids);
  const mayRepeat = context.behaviour.allowDuplicateExternalIds;
  const outcome = await context.store.activities.insert(context.tenant, { activity, mayRepeat });
  if (outcome === 'repeated') throw new GraphError('conflict');
  return outcome === 'created' ? activity : undefined;
}

/** A body that cannot be read is refused only after a provider that cannot be written to. */
async function readCreateBody(context: OperationContext, registrationId: RegistrationId): Promise<JsonObject> {
  try {
    return readJsonObject(context.request);
  } catch (error) {
    const ids = { registrationId, learningContentId: undefined, learnerUserId: undefined };
    throw providerRefusal(await context.store.activities.findCreateFacts(context.tenant, ids)) ?? error;
  }
}

/**
 * PATCH …/learningProviders/{registrationId}/learningCourseActivities/{id}: merge; null clears. The whole update is
 * judged by one version of the stored row and written only while that version stands.
 * @throws E2, E4, E5, E6, E10, E11, E12, E14, E15, preconditionFailed, and those of reading a body
 */
export async function updateLearningCourseActivity(context: OperationContext): Promise<EntityResult> {
  const registrationId = await getOwningProvider(context);
  return writeJudged(
    context,
    () => getForWrite(context, registrationId, 'assignmentNotFoundOnUpdate'),
    async (judged) => {
      const changed = await judgeUpdate(context, registrationId, judged);
      if (!(await context.store.activities.update(context.tenant, judged, changed))) return undefined;
      return activityResult({ ...changed, rowVersion: changed.rowVersion + 1 });
    },
  );
}

/**
 * DELETE …/learningProviders/{registrationId}/learningCourseActivities/{id}.
 * @throws E2, E4, E5, E6, preconditionFailed
 */
export async function deleteLearningCourseActivity(context: OperationContext): Promise<OperationResult> {
  const registrationId = getRegistrationId(context);
  return writeJudged(
    context,
    () => getForWrite(context, registrationId, 'assignmentNotFound'),
    async (stored) =>
      (await context.store.activities.remove(context.tenant, stored)) ? { kind: 'nothing' } : undefined,
  );
}

/** The provider in the path; where older pages have none in it, the activity's own. @throws E5, E6 */
async function getOwningProvider(context: OperationContext): Promise<RegistrationId> {
  if (context.keys['registrationId'] !== undefined) return getRegistrationId(context);
  const stored = await context.store.activities.find(context.tenant, context.keys['learningCourseActivityId'] ?? '');
  if (stored === undefined) throw new GraphError('assignmentNotFoundOnUpdate');
  return stored.activity.learningProviderId as RegistrationId;
}

type WritableActivity = StoredActivity & Pick<UpdateFacts, 'learnerLicence'>;

/** The stored activity that the caller may write. @throws E5, E4, E6, E2 */
async function getForWrite(
  context: OperationContext,
  registrationId: RegistrationId,
  missing: ErrorName,
): Promise<WritableActivity> {
  const id = context.keys['learningCourseActivityId'] ?? '';
  const facts = await context.store.activities.findUpdateFacts(context.tenant, registrationId, id);
  const closed = providerRefusal(facts);
  if (closed !== undefined) throw closed;
  if (facts?.stored === undefined) throw new GraphError(missing);
  authorizeActivityType(context, facts.stored.activity.type);
  return { ...facts.stored, learnerLicence: facts.learnerLicence };
}

/** The row to write, or the refusal: fields first, then the content's owner, then the learner's licence. */
async function judgeUpdate(
  context: OperationContext,
  registrationId: RegistrationId,
  { learnerLicence, ...stored }: WritableActivity,
): Promise<StoredActivity> {
  const { activity } = stored;
  const rules = { mode: 'update', storedType: activity.type, registrationId } as const;
  const input = readInput(context, 'learningCourseActivity', rules);
  const view = viewOf(context, input.type);
  const fixed = fixedProblems(view, input, activity);
  const namesOtherContent = fixed.some(({ field }) => field === 'learningContentId');
  const isForeign = namesOtherContent && (await isForeignContent(context, registrationId, input));
  const wrong = isForeign ? fixed.filter(({ field }) => field !== 'learningContentId') : fixed;
  refuseProblems('update', view, [...input.problems, ...wrong]);
  if (isForeign) throw new GraphError('contentOfAnotherProvider');
  const unlicensed = licenceRefusal(learnerLicence, 'userLicenseInvalidOnUpdate');
  if (unlicensed !== undefined) throw unlicensed;
  return changedActivity(stored, input);
}

async function isForeignContent(
  { store, tenant }: OperationContext,
  registrationId: RegistrationId,
  { values }: EntityInput,
): Promise<boolean> {
  const learningContentId = findGuid<LearningContentId>(String(values['learningContentId']));
  const ids = { registrationId, learningContentId, learnerUserId: undefined };
  const owner = (await store.activities.findCreateFacts(tenant, ids))?.contentOwner;
  return owner !== undefined && owner !== registrationId;
}

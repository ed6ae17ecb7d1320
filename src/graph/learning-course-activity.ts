/** Operations that write learningCourseActivity. */
import { findGuid } from '../lib/ids.ts';
import type { LearningContentId, RegistrationId } from '../lib/ids.ts';
import type { CourseActivity } from '../model/entity.ts';
import { GraphError } from '../model/graph-error.ts';
import type { ErrorName } from '../model/errors.ts';
import { readJsonObject } from '../odata/payload.ts';
import type { JsonObject } from '../odata/payload.ts';
import type { EntityInput } from '../odata/read-entity.ts';
import { validationError } from '../odata/validation-error.ts';
import type { StoredActivity } from '../store/activity-codec.ts';
import type { UpdateFacts } from '../store/activity-store.ts';
import type { EntityResult, OperationContext, OperationResult } from './context.ts';
import { activityResult, authorizeActivityType, findForWrite } from './course-activity-access.ts';
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
  return createActivity(context, input, registrationId);
}

/** POST /employeeExperience/learningCourseActivities: the body names the provider. @throws as createLearningCourseActivity */
export async function createLearningCourseActivityAtRoot(context: OperationContext): Promise<EntityResult> {
  const input = readInput(context, 'learningCourseActivity', { mode: 'create' });
  const { learningProviderId } = input.values;
  if (typeof learningProviderId !== 'string') {
    authorizeActivityType(context, input.type);
    const { problems } = input;
    const isReported = problems.some(({ field }) => field === 'learningProviderId');
    const missing = isReported ? [] : [{ kind: 'required', field: 'learningProviderId' } as const];
    throw validationError('create', [...problems, ...missing], viewOf(context, input.type));
  }
  const registrationId = findGuid<RegistrationId>(learningProviderId);
  if (registrationId === undefined) throw new GraphError('registrationIdInvalid');
  return createActivity(context, input, registrationId);
}

async function createActivity(
  context: OperationContext,
  input: EntityInput,
  registrationId: RegistrationId,
): Promise<EntityResult> {
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
 * PATCH …/learningCourseActivities/{id}, or by (externalcourseActivityId='…'), under a provider or at the root: merge; null
 * clears. The whole update is judged by one version of the stored row and written only while that version stands.
 * @throws E2, E4, E5, E6, E10, E11, E12, E14, E15, alternateKeyAmbiguous, conflict, preconditionFailed, and those of reading
 * a body
 */
export async function updateLearningCourseActivity(context: OperationContext): Promise<EntityResult> {
  return writeJudged(
    context,
    () => getForWrite(context, 'assignmentNotFoundOnUpdate'),
    async (judged) => {
      const activity = await judgeUpdate(context, judged);
      const mayRepeat = context.behaviour.allowDuplicateExternalIds;
      const outcome = await context.store.activities.update(context.tenant, { judged, activity, mayRepeat });
      if (outcome === 'repeated') throw new GraphError('conflict');
      return outcome === 'updated' ? activityResult({ activity, rowVersion: judged.rowVersion + 1 }) : undefined;
    },
  );
}

/**
 * DELETE …/learningCourseActivities/{id}, or by (externalcourseActivityId='…'), under a provider or at the root.
 * @throws E2, E4, E5, E6, alternateKeyAmbiguous, preconditionFailed
 */
export async function deleteLearningCourseActivity(context: OperationContext): Promise<OperationResult> {
  return writeJudged(
    context,
    () => getForWrite(context, 'assignmentNotFound'),
    async (stored) =>
      (await context.store.activities.remove(context.tenant, stored)) ? { kind: 'nothing' } : undefined,
  );
}

type WritableActivity = StoredActivity & Pick<UpdateFacts, 'learnerLicence'>;

/** The stored activity that the path names and the caller may write. @throws E5, E4, E6, E2, alternateKeyAmbiguous */
async function getForWrite(context: OperationContext, missing: ErrorName): Promise<WritableActivity> {
  const named = await findNamed(context);
  if (named === undefined) throw new GraphError(missing);
  const facts = await context.store.activities.findUpdateFacts(context.tenant, named.registrationId, named.id);
  const closed = providerRefusal(facts);
  if (closed !== undefined) throw closed;
  if (facts?.stored === undefined) throw new GraphError(missing);
  authorizeActivityType(context, facts.stored.activity.type);
  return { ...facts.stored, learnerLicence: facts.learnerLicence };
}

interface NamedActivity {
  /** At the root, the activity's own. */
  readonly registrationId: RegistrationId;
  readonly id: string;
}

/** What the path names, by id or by external id. @throws E5; by external id also E4 and alternateKeyAmbiguous */
async function findNamed(context: OperationContext): Promise<NamedActivity | undefined> {
  const { keys, store, tenant } = context;
  const { learningCourseActivityId: id } = keys;
  const registrationId = keys['registrationId'] === undefined ? undefined : getRegistrationId(context);
  if (registrationId !== undefined) {
    if (id !== undefined) return { registrationId, id };
    const closed = providerRefusal(await store.activities.findUpdateFacts(tenant, registrationId, ''));
    if (closed !== undefined) throw closed;
  }
  const found = id === undefined ? await findForWrite(context) : await store.activities.find(tenant, id);
  return found && { registrationId: found.activity.learningProviderId as RegistrationId, id: found.activity.id };
}

/** The activity to write, or the refusal: fields first, then the content's owner, then the learner's licence. */
async function judgeUpdate(
  context: OperationContext,
  { learnerLicence, ...stored }: WritableActivity,
): Promise<CourseActivity> {
  const { activity } = stored;
  const registrationId = activity.learningProviderId as RegistrationId;
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

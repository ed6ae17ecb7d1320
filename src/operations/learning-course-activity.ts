/** Operations that write learningCourseActivity. */
import { findGuid } from '../base/ids.ts';
import type { LearningContentId, RegistrationId } from '../base/ids.ts';
import { Unavailable } from '../base/unavailable.ts';
import type { CourseActivity } from '../model/entity.ts';
import { GraphError } from '../model/graph-error.ts';
import { getEntity } from '../model/schema.ts';
import { changedFixedProperties } from '../odata/fixed-properties.ts';
import { readJsonObject } from '../odata/payload.ts';
import type { JsonObject } from '../odata/payload.ts';
import type { EntityInput } from '../odata/read-entity.ts';
import { validationError } from '../odata/validation-error.ts';
import type { UpdateFacts } from '../store/learning-store.ts';
import type { StoredActivity } from '../store/activity-codec.ts';
import type { EntityResult, OperationContext, OperationResult } from './context.ts';
import { activityResult, authorizeActivityType, getRegistrationId } from './course-activity-access.ts';
import {
  changedActivity,
  createRefusal,
  licenceRefusal,
  newActivity,
  providerRefusal,
  referencesOf,
} from './course-activity-rules.ts';
import type { References } from './course-activity-rules.ts';

/** How often a write is tried again when what it was judged by changed in between. */
const MAX_ATTEMPTS = 5;

/**
 * POST …/learningProviders/{registrationId}/learningCourseActivities. The happy path is one guarded statement; only a
 * refusal reads why.
 * @throws E2, E4, E5, E11, E13, E14, E15, conflict, and those of reading a body
 */
export async function createLearningCourseActivity(context: OperationContext): Promise<EntityResult> {
  const registrationId = getRegistrationId(context);
  const body = await readBody(context, registrationId);
  const input = context.protocol.readers.learningCourseActivity(body, {
    mode: 'create',
    acceptsHiddenMembers: false,
    registrationId,
    unknownProperty: context.behaviour.unknownProperty,
    requiresOnUpdate: true,
  });
  authorizeActivityType(context, input.type);
  const view = getEntity(context.protocol.schema, input.type);
  const references = referencesOf(input, registrationId);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const created = await tryCreate(context, input, references);
    if (created !== undefined) return activityResult(context, created, input.spellings);
    const facts = await context.store.findCreateFacts(context.tenant, references);
    const refusal = createRefusal(facts, input, references, view);
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
  const view = getEntity(context.protocol.schema, input.type);
  const activity = newActivity(view, input, { ...references, activityGuid: context.newActivityGuid() });
  const mayRepeat = context.behaviour.allowDuplicateExternalIds;
  const outcome = await context.store.insertActivity(context.tenant, { activity, mayRepeat });
  if (outcome === 'repeated') throw new GraphError('conflict');
  return outcome === 'created' ? activity : undefined;
}

/** A body that cannot be read is refused only after a provider that cannot be written to. */
async function readBody(context: OperationContext, registrationId: RegistrationId): Promise<JsonObject> {
  try {
    return readJsonObject(context.request);
  } catch (error) {
    const ids = { registrationId, learningContentId: undefined, learnerUserId: undefined };
    throw providerRefusal(await context.store.findCreateFacts(context.tenant, ids)) ?? error;
  }
}

/**
 * PATCH …/learningProviders/{registrationId}/learningCourseActivities/{id}: merge; null clears. The whole update is
 * judged by one version of the stored row and written only while that version stands.
 * @throws E2, E4, E5, E6, E10, E11, E12, E14, E15, and those of reading a body
 */
export async function updateLearningCourseActivity(context: OperationContext): Promise<OperationResult> {
  const registrationId = getRegistrationId(context);
  const id = context.keys['learningCourseActivityId'] ?? '';
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const facts = await context.store.findUpdateFacts(context.tenant, registrationId, id);
    const changed = await judgeUpdate(context, registrationId, facts);
    if (await context.store.updateActivity(context.tenant, changed)) return { kind: 'nothing' };
  }
  throw new Unavailable('Other updates of the same activity came first again and again.');
}

/** The row to write, or the refusal. */
async function judgeUpdate(
  context: OperationContext,
  registrationId: RegistrationId,
  facts: UpdateFacts | undefined,
): Promise<StoredActivity> {
  const closed = providerRefusal(facts);
  if (closed !== undefined) throw closed;
  const { stored, learnerLicence } = facts as UpdateFacts;
  if (stored === undefined) throw new GraphError('assignmentNotFoundOnUpdate');
  authorizeActivityType(context, stored.activity.type);
  const input = readUpdate(context, registrationId, stored.activity);
  await refuseFixedChanges(context, registrationId, input, stored.activity);
  const unlicensed = licenceRefusal(learnerLicence, 'userLicenseInvalidOnUpdate');
  if (unlicensed !== undefined) throw unlicensed;
  return changedActivity(stored, input);
}

function readUpdate(context: OperationContext, registrationId: RegistrationId, stored: CourseActivity): EntityInput {
  return context.protocol.readers.learningCourseActivity(readJsonObject(context.request), {
    mode: 'update',
    acceptsHiddenMembers: false,
    storedType: stored.type,
    registrationId,
    unknownProperty: context.behaviour.unknownProperty,
    requiresOnUpdate: !context.behaviour.lenientPatch,
  });
}

/** A learningContentId of another provider is E14; every other change of a fixed property is a field problem. */
async function refuseFixedChanges(
  context: OperationContext,
  registrationId: RegistrationId,
  input: EntityInput,
  stored: CourseActivity,
): Promise<void> {
  const view = getEntity(context.protocol.schema, input.type);
  const changed = changedFixedProperties(view, input.values, stored);
  const isForeign = changed.includes('learningContentId') && (await isForeignContent(context, registrationId, input));
  const wrong = isForeign ? changed.filter((name) => name !== 'learningContentId') : changed;
  const problems = [...input.problems, ...wrong.map((field) => ({ kind: 'invalid', field }) as const)];
  if (problems.length > 0) throw validationError('update', problems, view);
  if (isForeign) throw new GraphError('contentOfAnotherProvider');
}

async function isForeignContent(
  context: OperationContext,
  registrationId: RegistrationId,
  { values }: EntityInput,
): Promise<boolean> {
  const learningContentId = findGuid<LearningContentId>(String(values['learningContentId']));
  const ids = { registrationId, learningContentId, learnerUserId: undefined };
  const owner = (await context.store.findCreateFacts(context.tenant, ids))?.contentOwner;
  return owner !== undefined && owner !== registrationId;
}

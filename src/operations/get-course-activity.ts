/** Operations that get one learningCourseActivity. */
import type { RegistrationId } from '../base/ids.ts';
import type { CourseActivity } from '../model/entity.ts';
import { GraphError } from '../model/graph-error.ts';
import type { EntityResult, OperationContext } from './context.ts';
import {
  activityResult,
  authorizeActivityType,
  getRegistrationId,
  visibleLearner,
  visibleTypes,
} from './course-activity-access.ts';

/** GET /employeeExperience/learningCourseActivities/{id}. @throws E2, E6 */
export async function getLearningCourseActivity(context: OperationContext): Promise<EntityResult> {
  return activityResult(context, await getById(context));
}

/** GET …/learningProviders/{registrationId}/learningCourseActivities/{id}. @throws E2, E5, E6 */
export async function getProviderLearningCourseActivity(context: OperationContext): Promise<EntityResult> {
  const registrationId = getRegistrationId(context);
  try {
    return activityResult(context, await getById(context, registrationId));
  } catch (error) {
    await refuseUnknownProvider(context, registrationId);
    throw error;
  }
}

/**
 * GET …/learningProviders/{registrationId}/learningCourseActivities(externalcourseActivityId='…'). Clients probe with it
 * whether they still have to create, so that a missing key is E6 (404) and nothing else.
 * @throws E2, E5, E6, alternateKeyAmbiguous
 */
export async function getLearningCourseActivityByExternalId(context: OperationContext): Promise<EntityResult> {
  const registrationId = getRegistrationId(context);
  const externalId = context.keys['externalId'] ?? '';
  const found = await findByExternalId(context, registrationId, externalId);
  if (found.length > 1) throw new GraphError('alternateKeyAmbiguous');
  const [activity] = found;
  if (activity !== undefined) return activityResult(context, activity);
  await refuseUnknownProvider(context, registrationId);
  throw new GraphError('assignmentNotFound');
}

async function getById(context: OperationContext, registrationId?: RegistrationId): Promise<CourseActivity> {
  const id = context.keys['learningCourseActivityId'] ?? '';
  const stored = await context.store.findActivity(context.tenant, id);
  const learner = visibleLearner(context);
  const isVisible =
    stored !== undefined &&
    (registrationId === undefined || stored.activity.learningProviderId === registrationId) &&
    (learner === undefined || stored.activity.learnerUserId === learner);
  if (!isVisible) throw new GraphError('assignmentNotFound');
  authorizeActivityType(context, stored.activity.type);
  return stored.activity;
}

/** Slashes in keys were once decoded too early, so that clients learned to encode twice: then decode twice. */
async function findByExternalId(
  context: OperationContext,
  registrationId: RegistrationId,
  externalId: string,
): Promise<readonly CourseActivity[]> {
  const search = { registrationId, types: visibleTypes(context), learnerUserId: visibleLearner(context) };
  for (const spelling of new Set([externalId, decodeOnceMore(externalId)])) {
    const found = await context.store.findActivitiesByExternalId(context.tenant, { ...search, externalId: spelling });
    if (found.length > 0) return found.map(({ activity }) => activity);
  }
  return [];
}

function decodeOnceMore(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function refuseUnknownProvider(
  { store, tenant }: OperationContext,
  registrationId: RegistrationId,
): Promise<void> {
  if (!(await store.hasProvider(tenant, registrationId))) throw new GraphError('registrationIdInvalid');
}

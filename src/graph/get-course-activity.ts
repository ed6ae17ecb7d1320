/** Operations that get one learningCourseActivity, at the root, under a provider, a user or me. */
import { GraphError } from '../model/graph-error.ts';
import type { StoredActivity } from '../store/activity-codec.ts';
import type { EntityResult, OperationContext } from './context.ts';
import { activityResult, authorizeActivityType, findByExternalId, getScope } from './course-activity-access.ts';
import type { ActivityScope } from './course-activity-access.ts';
import { findByKeyOfPath } from './external-id.ts';
import { requireProvider } from './registration.ts';

/** GET …/learningCourseActivities/{id}. @throws E2, E5, E6, userNotFound */
export async function getLearningCourseActivity(context: OperationContext): Promise<EntityResult> {
  const scope = await getScope(context);
  const stored = await context.store.activities.find(context.tenant, context.keys['learningCourseActivityId'] ?? '');
  if (stored === undefined || !isWithin(scope, stored)) throw await notFound(context, scope);
  authorizeActivityType(context, stored.activity.type);
  return activityResult(stored);
}

/**
 * GET …/learningCourseActivities(externalcourseActivityId='…'). Clients probe with it whether they still have to create,
 * so that a missing key is E6 (404) and nothing else.
 * @throws E2, E5, E6, userNotFound, alternateKeyAmbiguous
 */
export async function getLearningCourseActivityByExternalId(context: OperationContext): Promise<EntityResult> {
  const scope = await getScope(context);
  const find = (externalId: string) => findByExternalId(context, scope, externalId);
  const stored = await findByKeyOfPath(context, find, 'assignmentNotFound');
  if (stored === undefined) throw await notFound(context, scope);
  return activityResult(stored);
}

function isWithin({ registrationId, learnerUserId }: ActivityScope, { activity }: StoredActivity): boolean {
  const isOfProvider = registrationId === undefined || activity.learningProviderId === registrationId;
  const isOfLearner = learnerUserId === undefined || activity.learnerUserId === learnerUserId;
  return isOfProvider && isOfLearner;
}

/** An unknown provider in the path is told before an unknown activity. */
async function notFound(context: OperationContext, { registrationId }: ActivityScope): Promise<GraphError> {
  if (registrationId !== undefined) await requireProvider(context, registrationId);
  return new GraphError('assignmentNotFound');
}

/** What the operations on activities share: which activities a caller may see, and how one is answered with. */
import { authorizeType, holdsFamily } from '../auth/authorize.ts';
import type { RegistrationId, UserId } from '../lib/ids.ts';
import type { CourseActivityType } from '../model/entity.ts';
import { GraphError } from '../model/graph-error.ts';
import type { EntityName } from '../model/schema.ts';
import type { StoredActivity } from '../store/activity-codec.ts';
import type { EntityResult, OperationContext } from './context.ts';
import { viewOf } from './entity-input.ts';
import { getRegistrationId } from './registration.ts';
import { findOnlyUser, getAddressedUser } from './user.ts';

/** The part of the tenant's activities that a path addresses and a caller may see. */
export interface ActivityScope {
  /** Of one provider, when the path names one. */
  readonly registrationId: RegistrationId | undefined;
  /** Of one learner, when the path names one or the caller may see no other. */
  readonly learnerUserId: UserId | undefined;
  readonly types: readonly CourseActivityType[];
}

/** @throws registrationIdInvalid, userNotFound; accessDenied when the caller may see nothing of what the path addresses */
export async function getScope(context: OperationContext): Promise<ActivityScope> {
  const { keys, operation } = context;
  const namesLearner = keys['userId'] !== undefined || operation.isPersonal === true;
  const addressed = namesLearner ? (await getAddressedUser(context)).id : undefined;
  const only = findOnlyUser(context);
  if (addressed !== undefined && only !== undefined && addressed !== only) {
    const reason = "The token opens its own user's activities only.";
    throw new GraphError('accessDenied', { logDetail: reason, explanation: { reason } });
  }
  return {
    registrationId: keys['registrationId'] === undefined ? undefined : getRegistrationId(context),
    learnerUserId: addressed ?? only,
    types: visibleTypes(context),
  };
}

/** The one activity of the scope with this external id. @throws alternateKeyAmbiguous when there are several */
export async function findByExternalId(
  { store, tenant }: OperationContext,
  scope: ActivityScope,
  externalId: string,
): Promise<StoredActivity | undefined> {
  // The store holds the empty text where an activity has no external id.
  if (externalId === '') return undefined;
  const [stored, other] = await store.activities.findByExternalId(tenant, { ...scope, externalId });
  if (other !== undefined) throw new GraphError('alternateKeyAmbiguous');
  return stored;
}

/**
 * The activity that a write by external id is about: the one of a type that the caller may write, if there is one.
 * @throws alternateKeyAmbiguous when there are several
 */
export async function findForWrite(context: OperationContext): Promise<StoredActivity | undefined> {
  const { keys, store, tenant } = context;
  const { externalId = '' } = keys;
  const scope = await getScope(context);
  const types = concreteTypes(context);
  const writable = await findByExternalId(context, scope, externalId);
  if (writable !== undefined || externalId === '' || scope.types.length === types.length) return writable;
  return (await store.activities.findByExternalId(tenant, { ...scope, types, externalId }))[0];
}

/** Passes when the caller may use the operation on activities of this type. @throws accessDenied */
export function authorizeActivityType(context: OperationContext, type: EntityName): void {
  const { behaviour, principal, operation } = context;
  if (behaviour.typeScopedPermissions) authorizeType(principal, operation, viewOf(context, type));
}

/** The types of activities that the caller may see through this operation. */
function visibleTypes(context: OperationContext): readonly CourseActivityType[] {
  const { behaviour, principal, operation } = context;
  const types = concreteTypes(context);
  if (!behaviour.typeScopedPermissions) return types;
  return types.filter((type) => {
    const family = viewOf(context, type).row.permissionFamily;
    return family === undefined || holdsFamily(principal, operation, family);
  });
}

function concreteTypes(context: OperationContext): readonly CourseActivityType[] {
  return viewOf(context, 'learningCourseActivity').concreteTypes as readonly CourseActivityType[];
}

export function activityResult(
  { activity, rowVersion }: Pick<StoredActivity, 'activity' | 'rowVersion'>,
  spellings?: ReadonlyMap<string, string>,
): EntityResult {
  return {
    kind: 'entity',
    type: activity.type,
    entity: activity,
    collection: `learningProviders('${activity.learningProviderId}')/learningCourseActivities`,
    rowVersion,
    ...(spellings !== undefined && { spellings }),
  };
}

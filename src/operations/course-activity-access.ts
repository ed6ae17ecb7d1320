/** What the operations on activities share: which activities a caller may see, and how one is answered with. */
import { authorizeType, holdsFamily } from '../auth/authorize.ts';
import { findGuid } from '../base/ids.ts';
import type { RegistrationId, UserId } from '../base/ids.ts';
import type { CourseActivity, CourseActivityType } from '../model/entity.ts';
import { GraphError } from '../model/graph-error.ts';
import { getEntity } from '../model/schema.ts';
import type { EntityName } from '../model/schema.ts';
import type { EntityResult, OperationContext } from './context.ts';

/** The provider that the path names. @throws registrationIdInvalid when it is no GUID */
export function getRegistrationId({ keys }: OperationContext): RegistrationId {
  const id = findGuid<RegistrationId>(keys['registrationId'] ?? '');
  if (id === undefined) throw new GraphError('registrationIdInvalid');
  return id;
}

/** Passes when the caller may use the operation on activities of this type. @throws accessDenied */
export function authorizeActivityType(
  { behaviour, principal, operation, protocol }: OperationContext,
  type: EntityName,
): void {
  if (behaviour.typeScopedPermissions) authorizeType(principal, operation, getEntity(protocol.schema, type));
}

/** The types of activities that the caller may see through this operation. */
export function visibleTypes({
  behaviour,
  principal,
  operation,
  protocol,
}: OperationContext): readonly CourseActivityType[] {
  const types = getEntity(protocol.schema, 'learningCourseActivity').concreteTypes as readonly CourseActivityType[];
  if (!behaviour.typeScopedPermissions) return types;
  return types.filter((type) => {
    const family = getEntity(protocol.schema, type).row.permissionFamily;
    return family === undefined || holdsFamily(principal, operation, family);
  });
}

/** The one learner whose activities the caller may see; `undefined` when there is no such bound. */
export function visibleLearner({ principal }: OperationContext): UserId | undefined {
  return principal.kind === 'delegated' ? principal.userId : undefined;
}

export function activityResult(
  { protocol }: OperationContext,
  activity: CourseActivity,
  spellings?: ReadonlyMap<string, string>,
): EntityResult {
  const provider = activity.learningProviderId ?? '';
  return {
    kind: 'entity',
    type: getEntity(protocol.schema, activity.type).name,
    entity: activity,
    collection: `learningProviders('${provider}')/learningCourseActivities`,
    ...(spellings !== undefined && { spellings }),
  };
}

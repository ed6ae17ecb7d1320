/** Operations on employeeExperience, the tenant's and a user's: objects that only lead on. */
import type { EntityResult, OperationContext } from './context.ts';
import { getAddressedUser } from './user.ts';

/** GET /employeeExperience. @throws E2 */
export async function getEmployeeExperience(): Promise<EntityResult> {
  return {
    kind: 'entity',
    type: 'employeeExperience',
    entity: {},
    collection: 'employeeExperience',
    isSingleton: true,
  };
}

/** GET /users/{userId}/employeeExperience, or under /me. @throws E2, userNotFound */
export async function getUserEmployeeExperience(context: OperationContext): Promise<EntityResult> {
  const { id } = await getAddressedUser(context);
  return {
    kind: 'entity',
    type: 'employeeExperienceUser',
    entity: { id },
    collection: `users('${id}')/employeeExperience`,
    isSingleton: true,
  };
}

/** What the holder of a token may do with a control API. */
import type { TenantId, UserId } from '../lib/ids.ts';

/** From least to most: see everything, work with the data and the sandbox, administer people, secrets and the server. */
export const STAFF_ROLES = ['viewer', 'operator', 'administrator'] as const;

/** A learner sees their own learning, and nothing of the server. */
export const ROLES = ['learner', ...STAFF_ROLES] as const;
export type Role = (typeof ROLES)[number];

/** A user of a tenant who has signed in. */
export interface Person {
  readonly tenantId: TenantId;
  readonly userId: UserId;
}

/** Whether the role includes what the other may do. */
export function includesRole(role: Role, other: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(other);
}

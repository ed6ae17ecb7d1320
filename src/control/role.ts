/** What the holder of a token may do with a control API. */

/** From least to most: see, work with the data and the sandbox, administer people, secrets and the server. */
export const ROLES = ['viewer', 'operator', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

/** Whether the role includes what the other may do. */
export function includesRole(role: Role, other: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(other);
}

/** How the published schema of Microsoft Graph and the one that is served are compared. */
import type { ApiVersion } from './versions.ts';
import { BETA } from './versions.ts';

/**
 * Types whose names begin so are compared as a whole, with their annotations. Of other types, such as `user`, only what
 * is served is compared, without annotations: those describe the whole directory.
 */
export const CONTRACT_FAMILIES = ['learning', 'employeeExperience'] as const;

/** An intended difference. */
export interface KnownDifferenceRow {
  /** As a path in the schema, without the namespace. */
  readonly subject: string;
  /** The fact that differs; without it, only one side has the subject. */
  readonly fact?: string;
  readonly reason: string;
  readonly versions?: readonly ApiVersion[];
}

const ENGAGE = 'Leads to Viva Engage, not to learning.';

export const KNOWN_DIFFERENCES: readonly KnownDifferenceRow[] = [
  { subject: 'employeeExperience/communities', reason: ENGAGE },
  { subject: 'employeeExperience/engagementAsyncOperations', reason: ENGAGE },
  { subject: 'employeeExperience/roles', reason: ENGAGE },
  { subject: 'employeeExperience/goals', reason: 'Leads to Viva Goals, not to learning.', versions: [BETA] },
  { subject: 'employeeExperienceUser/assignedRoles', reason: ENGAGE },
  { subject: 'employeeExperienceUser/storyline', reason: ENGAGE, versions: [BETA] },
  {
    subject: 'application',
    fact: 'AlternateKeys',
    reason: 'Apps are found by appId; uniqueName is not kept here.',
  },
  {
    subject: 'GraphService/me/employeeExperience/learningCourseActivities',
    reason: 'The published schema binds this path for users only; from me it leads to the same place.',
  },
];

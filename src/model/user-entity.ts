/** A user as the API shows one. */
import type { DirectoryUser } from './directory.ts';
import type { Entity } from './entity.ts';
import { assignedLicensesOf } from './licences.ts';

export function userEntity(user: DirectoryUser): Entity<'user'> {
  const { id, accountEnabled, displayName, givenName, surname, jobTitle, department, mail, mailNickname } = user;
  const { preferredLanguage, usageLocation, employeeId, userPrincipalName } = user;
  return {
    ...{ id, accountEnabled, displayName, givenName, surname, jobTitle, department, mail, mailNickname },
    ...{ preferredLanguage, usageLocation, employeeId, userPrincipalName },
    assignedLicenses: assignedLicensesOf(user),
    passwordProfile: null,
  };
}

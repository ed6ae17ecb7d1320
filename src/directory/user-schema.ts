/** Users as administrators write them: for the admin API and for imports. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { getGuid } from '../lib/ids.ts';
import type { UserId } from '../lib/ids.ts';
import { LICENCES } from '../model/directory.ts';
import type { DirectoryUser } from '../model/directory.ts';
import type { NewUser } from './users.ts';

const closed = { additionalProperties: false } as const;
const orNull = (maxLength: number) => Type.Union([Type.String({ minLength: 1, maxLength }), Type.Null()]);

/** A GUID, in any casing. */
export const GUID_PATTERN = '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$';

const NAME = Type.String({ pattern: '^[^@\\s]+@[^@\\s]+$', maxLength: 113, description: 'Such as ada@contoso.com.' });
const DISPLAY_NAME = Type.String({ minLength: 1, maxLength: 256 });

/** May be said of a user; null removes. */
const OPTIONAL = {
  givenName: Type.Optional(orNull(64)),
  surname: Type.Optional(orNull(64)),
  jobTitle: Type.Optional(orNull(128)),
  department: Type.Optional(orNull(64)),
  mail: Type.Optional(orNull(256)),
  employeeId: Type.Optional(orNull(16)),
  usageLocation: Type.Optional(orNull(2)),
  preferredLanguage: Type.Optional(orNull(32)),
  licence: Type.Optional(
    Type.Enum([...LICENCES], {
      description: 'Of Viva Learning. Activities are written only for learners with premium.',
    }),
  ),
  accountEnabled: Type.Optional(Type.Boolean({ description: 'Whether the user may sign in.' })),
  directoryRoles: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), { description: 'Such as Knowledge Administrator.' }),
  ),
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'Kept as a hash.' })),
};

export const NEW_USER_BODY = Type.Object(
  {
    id: Type.Optional(Type.String({ pattern: GUID_PATTERN, description: 'A GUID; made when not given.' })),
    userPrincipalName: NAME,
    displayName: DISPLAY_NAME,
    ...OPTIONAL,
  },
  { ...closed, description: 'A user to add.' },
);

export const USER_CHANGE = Type.Object(
  { userPrincipalName: Type.Optional(NAME), displayName: Type.Optional(DISPLAY_NAME), ...OPTIONAL },
  { ...closed, description: 'What changes of a user; null removes.' },
);

export const USER = Type.Object(
  {
    id: Type.String(),
    userPrincipalName: Type.String(),
    displayName: Type.String(),
    accountEnabled: Type.Boolean(),
    licence: Type.Enum([...LICENCES]),
    ...Object.fromEntries(
      (['givenName', 'surname', 'jobTitle', 'department', 'mail', 'employeeId'] as const).map((name) => [
        name,
        Type.Union([Type.String(), Type.Null()]),
      ]),
    ),
    directoryRoles: Type.Array(Type.String()),
  },
  { ...closed, description: 'A user of a tenant.' },
);

/** Of a body that was checked. */
export function readNewUser({ id, ...properties }: Static<typeof NEW_USER_BODY>): NewUser {
  return { ...properties, ...(id !== undefined && { id: getGuid<UserId>(id) }) };
}

export function showUser(user: DirectoryUser): object {
  const { id, userPrincipalName, displayName, accountEnabled, licence, directoryRoles } = user;
  const { givenName, surname, jobTitle, department, mail, employeeId } = user;
  return {
    ...{ id, userPrincipalName, displayName, accountEnabled, licence },
    ...{ givenName, surname, jobTitle, department, mail, employeeId },
    directoryRoles,
  };
}

/** Users, whom scripts look up before they write. */
import { expect } from 'vitest';

import { admin, learner, none, reader, stranger, writer } from '../callers.ts';
import { E2, noProperty, refused } from '../refusals.ts';
import type { Row, Table } from '../row.ts';
import { LEARNER, NOBODY, OTHER_LEARNER } from '../setup.ts';

const lee = {
  id: LEARNER,
  displayName: 'Lee Learner',
  mail: 'lee@contoso.example',
  userPrincipalName: 'learner@contoso.example',
};
const isLee = { status: 200, whole: { '@odata.context': '{root}/$metadata#users/$entity', ...lee } };
const noUser = (user: string) => ({
  status: 404,
  refusal: {
    status: 404,
    code: 'Request_ResourceNotFound',
    message: `Resource '${user}' does not exist or one of its queried reference-property objects are not present.`,
  },
});

const rows: readonly Row[] = [
  {
    id: 'user 1',
    rule: 'a signed-in user is told who it is',
    cites: ['P6'],
    covers: { operations: ['getMe'] },
    steps: [
      { as: learner, send: 'GET /me', gets: isLee },
      {
        as: { user: 'learner', scopes: ['User.Read'] },
        send: 'GET /me?$select=id',
        gets: { status: 200, part: { id: LEARNER }, lacks: ['mail'] },
      },
      {
        as: admin,
        send: 'GET /me',
        gets: { status: 200, part: { userPrincipalName: 'admin@contoso.example', mail: null } },
      },
    ],
  },
  {
    id: 'user 2',
    rule: 'an application is no user',
    covers: { errors: ['meNeedsUser'] },
    steps: [
      {
        as: writer,
        send: 'GET /me',
        gets: {
          status: 400,
          part: { error: { message: '/me request is only valid with delegated authentication flow.' } },
        },
      },
    ],
  },
  {
    id: 'user 3',
    rule: 'a user is got by id and by principal name, in any casing',
    covers: { operations: ['getUser'] },
    steps: [
      LEARNER,
      LEARNER.toUpperCase(),
      'learner@contoso.example',
      'Learner@Contoso.Example',
      'learner%40contoso.example',
    ].map((name) => ({
      as: writer,
      send: `GET /users/${name}`,
      gets: isLee,
    })),
  },
  {
    id: 'user 4',
    rule: 'scripts select the id',
    covers: { operations: ['getUser'], errors: ['propertyUnknown'] },
    steps: [
      {
        as: writer,
        send: 'GET /users/learner@contoso.example?$select=id',
        gets: { status: 200, whole: { '@odata.context': '{root}/$metadata#users(id)/$entity', id: LEARNER } },
      },
      {
        as: writer,
        send: 'GET /users/learner@contoso.example?$select=manager',
        gets: refused(noProperty('manager', 'user')),
      },
    ],
  },
  {
    id: 'user 5',
    rule: 'an unknown user is told, and a user of another tenant is unknown',
    covers: { errors: ['userNotFound'] },
    steps: [
      { as: writer, send: `GET /users/${NOBODY}`, gets: noUser(NOBODY) },
      { as: writer, send: 'GET /users/nobody@contoso.example', gets: noUser('nobody@contoso.example') },
      { as: stranger, send: `GET /users/${LEARNER}`, gets: noUser(LEARNER) },
    ],
  },
  {
    id: 'user 6',
    rule: 'users are listed, filtered and ordered',
    covers: { operations: ['listUsers'] },
    steps: [
      {
        as: reader,
        send: 'GET /users',
        gets: {
          status: 200,
          part: { '@odata.context': '{root}/$metadata#users', value: expect.arrayContaining([lee]) },
        },
      },
      {
        as: reader,
        send: "GET /users?$filter=userPrincipalName eq 'learner@contoso.example'&$select=id",
        gets: { status: 200, part: { value: [{ id: LEARNER }] } },
      },
      {
        as: reader,
        send: "GET /users?$filter=mail eq 'lee@contoso.example'",
        gets: { status: 200, part: { value: [lee] } },
      },
      {
        as: reader,
        send: "GET /users?$filter=startswith(displayName,'O')",
        gets: { status: 200, part: { value: [{ id: OTHER_LEARNER }] } },
      },
      {
        as: reader,
        send: 'GET /users?$orderby=displayName&$top=1&$count=true',
        gets: { status: 200, part: { '@odata.count': 8, value: [{ displayName: 'Ada Admin' }] } },
      },
      { as: stranger, send: 'GET /users', gets: { status: 200, part: { value: [{ displayName: 'Al Adatum' }] } } },
    ],
  },
  {
    id: 'user 7',
    rule: 'the directory is closed to who has no permission for it',
    covers: { errors: ['accessDenied'] },
    steps: [
      { as: none, send: 'GET /users', gets: refused(E2) },
      { as: none, send: `GET /users/${LEARNER}`, gets: refused(E2) },
      { as: learner, send: 'GET /users', gets: refused(E2) },
      {
        as: { user: 'learner', scopes: ['User.ReadBasic.All'] },
        send: `GET /users/${OTHER_LEARNER}`,
        gets: { status: 200 },
      },
      { as: { user: 'learner', scopes: [] }, send: 'GET /me', gets: refused(E2) },
    ],
  },
  {
    id: 'user 8',
    rule: 'what hangs off a user and off the root only leads on',
    covers: { operations: ['getEmployeeExperience', 'getUserEmployeeExperience', 'getMyEmployeeExperience'] },
    steps: [
      {
        as: reader,
        send: 'GET /employeeExperience',
        gets: { status: 200, part: { '@odata.context': '{root}/$metadata#employeeExperience' } },
      },
      { as: reader, send: `GET /users/${LEARNER}/employeeExperience`, gets: { status: 200, part: { id: LEARNER } } },
      { as: learner, send: 'GET /me/employeeExperience', gets: { status: 200, part: { id: LEARNER } } },
    ],
  },
];

export const userTable: Table = { capability: 'users', rows };

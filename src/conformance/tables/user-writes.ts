/** Users that are made, changed, licensed and removed while the server runs. */

import type { RuleCaller } from '../callers.ts';
import { learner, writer } from '../callers.ts';
import { ANY_TEXT, having, including, matching } from '../match.ts';
import { E15, E15_UPDATE, E2, refused } from '../refusals.ts';
import type { Expected, RuleRow, RuleTable } from '../row.ts';
import { A1, ASSIGNMENT, LEARNER, P1_ACTIVITIES, SEEDED, UNLICENSED } from '../setup.ts';

const provisioner: RuleCaller = { roles: ['User.ReadWrite.All'] };
const licenser: RuleCaller = { roles: ['LicenseAssignment.ReadWrite.All'] };
const administrator: RuleCaller = { user: 'globalAdmin', scopes: ['User.ReadWrite.All'] };

const SEEDED_SKU = 'c42b9cae-ea4f-4ab7-9717-81576235ccac';
const PREMIUM_SKU = '61902246-d7cb-453e-85cd-53ee28eec138';
const PREMIUM_PLAN = '7162bd38-edae-4022-83a7-c5837f951759';
const NO_SKU = '11111111-d7cb-453e-85cd-53ee28eec138';

/** The body of the page. */
const adele = {
  accountEnabled: true,
  displayName: 'Adele Vance',
  mailNickname: 'AdeleV',
  userPrincipalName: 'AdeleV@contoso.example',
  passwordProfile: { forceChangePasswordNextSignIn: true, password: 'xWwvJ]6NMw+bWH-d' },
};

const badRequest = (message: string, ...details: readonly (readonly [code: string, target: string])[]): Expected => {
  const texts = details.map(([code, target]) => ({ code, message: ANY_TEXT, target }));
  return refused({ status: 400, code: 'Request_BadRequest', message, ...(texts.length > 0 && { details: texts }) });
};

const assign = (user: string, add: readonly unknown[], remove: readonly string[] = []) => ({
  as: licenser,
  send: `POST /users/${user}/assignLicense`,
  json: { addLicenses: add, removeLicenses: remove },
});

const rows: readonly RuleRow[] = [
  {
    id: 'user-write-1',
    rule: 'a user is created with the body of the page and what scripts add to it, found, changed and removed',
    covers: {
      operations: ['createUser', 'updateUser', 'deleteUser', 'getUser'],
      errors: ['userNotFound'],
    },
    steps: [
      {
        as: provisioner,
        send: 'POST /users',
        json: { ...adele, usageLocation: 'US', employeeId: '4711', givenName: 'Adele', city: 'Seattle' },
        gets: {
          status: 201,
          headers: { location: matching(/\/users\('[0-9a-f-]{36}'\)$/) },
          whole: {
            '@odata.context': '{root}/$metadata#users/$entity',
            id: matching(/^[0-9a-f-]{36}$/),
            displayName: 'Adele Vance',
            givenName: 'Adele',
            jobTitle: null,
            mail: null,
            preferredLanguage: null,
            surname: null,
            userPrincipalName: 'adelev@contoso.example',
          },
        },
        keep: { user: 'id' },
      },
      {
        as: provisioner,
        send: 'GET /users/{user}?$select=accountEnabled,mailNickname,usageLocation,employeeId,passwordProfile,assignedLicenses',
        gets: {
          status: 200,
          part: {
            accountEnabled: true,
            mailNickname: 'AdeleV',
            usageLocation: 'US',
            employeeId: '4711',
            passwordProfile: null,
            assignedLicenses: [],
          },
        },
      },
      {
        as: provisioner,
        send: 'PATCH /users/AdeleV@contoso.example',
        json: { jobTitle: 'Trainer', givenName: null, accountEnabled: false },
        gets: { status: 204 },
      },
      {
        as: provisioner,
        send: 'GET /users?$filter=accountEnabled eq false&$select=jobTitle,givenName',
        gets: { status: 200, part: { value: [{ jobTitle: 'Trainer', givenName: null }] } },
      },
      { as: provisioner, send: 'DELETE /users/{user}', gets: { status: 204 } },
      { as: provisioner, send: 'GET /users/{user}', gets: { status: 404 } },
    ],
  },
  {
    id: 'user-write-2',
    rule: 'a body of a user is refused as the directory refuses it, with every problem',
    covers: {
      errors: ['directoryValueMissing', 'directoryValueInvalid', 'directoryConflict', 'passwordTooSimple'],
    },
    steps: [
      {
        as: provisioner,
        send: 'POST /users',
        json: { displayName: 'Adele Vance', accountEnabled: true },
        gets: badRequest(
          "A value is required for property 'mailNickname' of resource 'User'.",
          ['MissingValue', 'mailNickname'],
          ['MissingValue', 'passwordProfile'],
          ['MissingValue', 'userPrincipalName'],
        ),
      },
      {
        as: provisioner,
        send: 'POST /users',
        json: { ...adele, userPrincipalName: 'no address', usageLocation: 'USA' },
        gets: badRequest(
          "Invalid value specified for property 'usageLocation' of resource 'User'.",
          ['InvalidValue', 'usageLocation'],
          ['InvalidValue', 'userPrincipalName'],
        ),
      },
      {
        as: provisioner,
        send: 'POST /users',
        json: { ...adele, userPrincipalName: 'Learner@contoso.example' },
        gets: badRequest('Another object with the same value for property userPrincipalName already exists.', [
          'ObjectConflict',
          'userPrincipalName',
        ]),
      },
      {
        as: provisioner,
        send: 'POST /users',
        json: { ...adele, passwordProfile: { password: 'password' } },
        gets: badRequest(
          'The specified password does not comply with password complexity requirements. Please provide a different password.',
        ),
      },
      {
        as: provisioner,
        send: `PATCH /users/${LEARNER}`,
        json: { assignedLicenses: [{ skuId: PREMIUM_SKU, disabledPlans: [] }] },
        gets: badRequest("Invalid value specified for property 'assignedLicenses' of resource 'User'.", [
          'InvalidValue',
          'assignedLicenses',
        ]),
      },
    ],
  },
  {
    id: 'user-write-3',
    rule: 'a user is changed and removed by the alternate key',
    covers: { operations: ['updateUserByPrincipalName', 'deleteUserByPrincipalName'] },
    steps: [
      {
        as: provisioner,
        send: "PATCH /users(userPrincipalName='seeded@contoso.example')",
        json: { userPrincipalName: 'sam@contoso.example' },
        gets: { status: 204 },
      },
      {
        as: provisioner,
        send: 'GET /users/sam@contoso.example',
        gets: { status: 200, part: { id: SEEDED } },
      },
      {
        as: provisioner,
        send: "DELETE /users(userPrincipalName='sam@contoso.example')",
        gets: { status: 204 },
      },
    ],
  },
  {
    id: 'user-write-4',
    rule: 'an activity is written for who holds the product, from the request after it was assigned until it is removed',
    covers: {
      operations: ['assignLicense', 'createLearningCourseActivity'],
      errors: ['userLicenseInvalid', 'userLicenseInvalidOnUpdate'],
    },
    steps: [
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: { ...ASSIGNMENT, learnerUserId: UNLICENSED },
        gets: refused(E15),
      },
      {
        as: provisioner,
        send: `PATCH /users/${UNLICENSED}`,
        json: { usageLocation: 'DE' },
        gets: { status: 204 },
      },
      {
        ...assign(UNLICENSED, [{ skuId: PREMIUM_SKU }]),
        gets: { status: 200, part: { id: UNLICENSED, '@odata.context': '{root}/$metadata#users/$entity' } },
      },
      {
        as: licenser,
        send: `GET /users/${UNLICENSED}/licenseDetails?$select=skuPartNumber`,
        gets: { status: 200, part: { value: [{ skuPartNumber: 'VIVA' }] } },
      },
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: { ...ASSIGNMENT, learnerUserId: UNLICENSED },
        gets: { status: 201 },
        keep: { activity: 'id' },
      },
      {
        ...assign(UNLICENSED, [{ skuId: PREMIUM_SKU, disabledPlans: [PREMIUM_PLAN] }]),
        gets: { status: 200 },
      },
      {
        as: licenser,
        send: `GET /users/${UNLICENSED}/licenseDetails`,
        gets: {
          status: 200,
          part: {
            value: [
              {
                skuPartNumber: 'VIVA',
                servicePlans: including([having({ servicePlanId: PREMIUM_PLAN, provisioningStatus: 'Disabled' })]),
              },
            ],
          },
        },
      },
      {
        as: writer,
        send: `PATCH ${P1_ACTIVITIES}/{activity}`,
        json: { '@odata.type': '#microsoft.graph.learningAssignment', status: 'inProgress' },
        gets: refused(E15_UPDATE),
      },
      { ...assign(UNLICENSED, [], [PREMIUM_SKU]), gets: { status: 200 } },
      {
        as: licenser,
        send: `GET /users/${UNLICENSED}/licenseDetails`,
        gets: { status: 200, part: { value: [] } },
      },
    ],
  },
  {
    id: 'user-write-5',
    rule: 'products are assigned to users with a usage location, and removed from who holds them',
    covers: {
      errors: ['licenseUnknown', 'licenseNotHeld', 'licenseAddedAndRemoved', 'usageLocationMissing'],
    },
    steps: [
      {
        ...assign(UNLICENSED, [{ skuId: SEEDED_SKU, disabledPlans: [] }]),
        gets: badRequest('License assignment cannot be done for user with invalid usage location.'),
      },
      {
        ...assign(UNLICENSED, [{ skuId: NO_SKU }]),
        gets: badRequest(`License ${NO_SKU} does not correspond to a valid company License.`),
      },
      { ...assign(UNLICENSED, [], [PREMIUM_SKU]), gets: badRequest('User does not have a corresponding license.') },
      {
        ...assign(LEARNER, [{ skuId: PREMIUM_SKU }], [PREMIUM_SKU]),
        gets: badRequest(`License ${PREMIUM_SKU} cannot be both added and removed.`),
      },
      {
        as: licenser,
        send: `POST /users/${LEARNER}/assignLicense`,
        json: { addLicenses: [] },
        gets: badRequest("A value is required for property 'removeLicenses' of resource 'User'.", [
          'MissingValue',
          'removeLicenses',
        ]),
      },
    ],
  },
  {
    id: 'user-write-6',
    rule: 'a signed-in user needs a directory role besides the permission of the app',
    covers: { operations: ['updateUser'], errors: ['accessDenied'] },
    steps: [
      {
        as: { user: 'learner', scopes: ['User.ReadWrite.All'] },
        send: `PATCH /users/${LEARNER}`,
        json: { jobTitle: 'Chief' },
        gets: refused(E2),
      },
      { as: administrator, send: `PATCH /users/${LEARNER}`, json: { jobTitle: 'Trainer' }, gets: { status: 204 } },
      { as: learner, send: 'GET /me', gets: { status: 200, part: { jobTitle: 'Trainer' } } },
    ],
  },
  {
    id: 'user-write-7',
    rule: 'the tokens of a user who is disabled or removed are refused from the next request on',
    covers: { operations: ['updateUser', 'deleteUser'], errors: ['authenticationInvalid'] },
    steps: [
      { as: learner, send: 'GET /me', gets: { status: 200 } },
      { as: provisioner, send: `PATCH /users/${LEARNER}`, json: { accountEnabled: false }, gets: { status: 204 } },
      { as: learner, send: 'GET /me', gets: disabled('User account is disabled.') },
      { as: provisioner, send: `PATCH /users/${LEARNER}`, json: { accountEnabled: true }, gets: { status: 204 } },
      { as: learner, send: 'GET /me', gets: { status: 200 } },
      { as: provisioner, send: `DELETE /users/${LEARNER}`, gets: { status: 204 } },
      { as: learner, send: 'GET /me', gets: disabled('Invalid user.') },
    ],
  },
  {
    id: 'user-write-8',
    rule: 'the activities of a user who was removed stay, and are not changed any more',
    covers: { operations: ['deleteUser', 'getProviderLearningCourseActivity'], errors: ['userLicenseInvalidOnUpdate'] },
    steps: [
      { as: provisioner, send: `DELETE /users/${LEARNER}`, gets: { status: 204 } },
      { as: writer, send: `GET ${P1_ACTIVITIES}/${A1}`, gets: { status: 200, part: { id: A1 } } },
      {
        as: writer,
        send: `PATCH ${P1_ACTIVITIES}/${A1}`,
        json: { '@odata.type': '#microsoft.graph.learningAssignment', status: 'completed' },
        gets: refused(E15_UPDATE),
      },
    ],
  },
];

function disabled(reason: string): Expected {
  const message = `Access token validation failure. ${reason}`;
  return { status: 401, part: { error: { code: 'InvalidAuthenticationToken', message } } };
}

export const userWriteTable: RuleTable = {
  section: 'user-writes',
  title: 'changing users',
  source: 'Microsoft Graph reference: create, update, delete and restore user; assignLicense',
  rows,
};

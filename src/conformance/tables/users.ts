/** Users, whom scripts look up before they write. */

import type { RuleCaller } from '../callers.ts';
import { admin, auditor, learner, none, reader, stranger, unplanned, unplannedAuditor, writer } from '../callers.ts';
import { including, matching } from '../match.ts';
import { E2, noOption, noProperty, refused } from '../refusals.ts';
import type { RuleRow, RuleTable } from '../row.ts';
import { ACTIVITIES, LEARNER, UNKNOWN_ID, OTHER_LEARNER, SEEDED, UNLICENSED } from '../setup.ts';

const lee = {
  id: LEARNER,
  displayName: 'Lee Learner',
  givenName: null,
  jobTitle: null,
  preferredLanguage: null,
  surname: null,
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

const userReader: RuleCaller = { user: 'learner', scopes: ['User.Read'] };

const servicePlan = (servicePlanName: string, servicePlanId: string) => ({
  servicePlanId,
  servicePlanName,
  provisioningStatus: 'Success',
  appliesTo: 'User',
});
interface Product {
  readonly skuId: string;
  readonly skuPartNumber: string;
  readonly servicePlans: unknown;
}
const isSeeded: Product = {
  skuId: 'c42b9cae-ea4f-4ab7-9717-81576235ccac',
  skuPartNumber: 'DEVELOPERPACK_E5',
  servicePlans: including([servicePlan('VIVA_LEARNING_SEEDED', 'b76fb638-6ba6-402a-b9f9-83d28acb3d86')]),
};
const isPremium: Product = {
  skuId: '61902246-d7cb-453e-85cd-53ee28eec138',
  skuPartNumber: 'VIVA',
  servicePlans: including([servicePlan('VIVA_LEARNING_PREMIUM', '7162bd38-edae-4022-83a7-c5837f951759')]),
};
const holds = (user: string, ...products: readonly Product[]) => ({
  status: 200,
  whole: {
    '@odata.context': `{root}/$metadata#users('${user}')/licenseDetails`,
    value: products.map((product) => ({ id: matching(/^[\w-]{43}$/), ...product })),
  },
});
const guid = matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const subscribed = (product: Product) => ({
  accountName: matching(/^Contoso/),
  accountId: guid,
  appliesTo: 'User',
  capabilityStatus: 'Enabled',
  id: matching(new RegExp(`^[0-9a-f-]{36}_${product.skuId}$`)),
  prepaidUnits: { enabled: 8, lockedOut: 0, suspended: 0, warning: 0 },
  subscriptionIds: [guid],
  ...product,
});

const rows: readonly RuleRow[] = [
  {
    id: 'user-1',
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
    id: 'user-2',
    rule: 'an application is not a user',
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
    id: 'user-3',
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
    id: 'user-4',
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
    id: 'user-5',
    rule: 'an unknown user is told, and a user of another tenant is unknown',
    covers: { errors: ['userNotFound'] },
    steps: [
      { as: writer, send: `GET /users/${UNKNOWN_ID}`, gets: noUser(UNKNOWN_ID) },
      { as: writer, send: 'GET /users/unknown@contoso.example', gets: noUser('unknown@contoso.example') },
      { as: stranger, send: `GET /users/${LEARNER}`, gets: noUser(LEARNER) },
    ],
  },
  {
    id: 'user-6',
    rule: 'users are listed, filtered and ordered',
    covers: { operations: ['listUsers'] },
    steps: [
      {
        as: reader,
        send: 'GET /users',
        gets: {
          status: 200,
          part: { '@odata.context': '{root}/$metadata#users', value: including([lee]) },
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
    id: 'user-7',
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
    id: 'user-8',
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
  {
    id: 'user-9',
    rule: 'a user is got by the alternate key, which takes principal names only',
    covers: { operations: ['getUserByPrincipalName'], errors: ['userNotFound'] },
    steps: [
      { as: writer, send: "GET /users(userPrincipalName='learner@contoso.example')", gets: isLee },
      { as: writer, send: 'GET /users(userPrincipalName=%27Learner%40Contoso.Example%27)', gets: isLee },
      {
        as: reader,
        send: "GET /users(userPrincipalName='learner@contoso.example')?$select=id",
        gets: { status: 200, part: { id: LEARNER }, lacks: ['mail'] },
      },
      {
        as: writer,
        send: "GET /users(userPrincipalName='unknown@contoso.example')",
        gets: noUser('unknown@contoso.example'),
      },
      { as: writer, send: `GET /users(userPrincipalName='${LEARNER}')`, gets: noUser(LEARNER) },
      { as: none, send: "GET /users(userPrincipalName='learner@contoso.example')", gets: refused(E2) },
    ],
  },
  {
    id: 'user-10',
    rule: 'learners are found by the id of the organisation, which answers have only when it is selected',
    covers: { operations: ['listUsers', 'getUser'] },
    steps: [
      {
        as: writer,
        send: "GET /users?$select=id,employeeId&$filter=employeeId eq '1001'",
        gets: { status: 200, part: { value: [{ id: LEARNER, employeeId: '1001' }] } },
      },
      {
        as: writer,
        send: "GET /users?$filter=employeeId in ('1002', '1003')&$orderby=displayName",
        gets: { status: 200, part: { value: [{ displayName: 'Nia Newcomer' }, { id: OTHER_LEARNER }] } },
      },
      {
        as: writer,
        send: "GET /users?$filter=startswith(employeeId,'10')&$count=true&$top=1",
        gets: { status: 200, part: { '@odata.count': 3 } },
      },
      {
        as: writer,
        send: `GET /users?$filter=employeeId eq null and id eq '${UNLICENSED}'&$select=employeeId`,
        gets: { status: 200, part: { value: [{ employeeId: null }] } },
      },
      {
        as: writer,
        send: `GET /users/${LEARNER}?$select=employeeId`,
        gets: { status: 200, part: { employeeId: '1001' }, lacks: ['id'] },
      },
      { as: learner, send: 'GET /me', gets: isLee },
    ],
  },
  {
    id: 'user-11',
    rule: "a user's licences are those that decide what may be written",
    covers: { operations: ['listUserLicenseDetails', 'listMyLicenseDetails'], errors: ['userNotFound'] },
    steps: [
      { as: auditor, send: `GET /users/${LEARNER}/licenseDetails`, gets: holds(LEARNER, isSeeded, isPremium) },
      { as: auditor, send: `GET /users/${SEEDED}/licenseDetails`, gets: holds(SEEDED, isSeeded) },
      { as: auditor, send: `GET /users/${UNLICENSED}/licenseDetails`, gets: holds(UNLICENSED) },
      {
        as: userReader,
        send: 'GET /me/licenseDetails',
        gets: holds(LEARNER, isSeeded, isPremium),
      },
      {
        as: auditor,
        send: `GET /users/seeded@contoso.example/licenseDetails?$select=skuPartNumber`,
        gets: {
          status: 200,
          whole: {
            '@odata.context': `{root}/$metadata#users('${SEEDED}')/licenseDetails(skuPartNumber)`,
            value: [{ skuPartNumber: 'DEVELOPERPACK_E5' }],
          },
        },
      },
      { as: auditor, send: `GET /users/${UNKNOWN_ID}/licenseDetails`, gets: noUser(UNKNOWN_ID) },
      {
        as: auditor,
        send: `GET /users/${LEARNER}/licenseDetails?$top=1`,
        gets: refused(noOption('$top')),
      },
    ],
  },
  {
    id: 'user-12',
    rule: 'a user without a permission for all sees no licences of others',
    covers: { operations: ['listUserLicenseDetails'], errors: ['accessDenied'] },
    steps: [
      { as: userReader, send: `GET /users/${LEARNER}/licenseDetails`, gets: { status: 200 } },
      { as: userReader, send: `GET /users/${SEEDED}/licenseDetails`, gets: refused(E2) },
      {
        as: { user: 'learner', scopes: ['User.Read.All'] },
        send: `GET /users/${SEEDED}/licenseDetails`,
        gets: { status: 200 },
      },
      { as: writer, send: `GET /users/${LEARNER}/licenseDetails`, gets: refused(E2) },
      { as: userReader, send: 'GET /subscribedSkus', gets: refused(E2) },
    ],
  },
  {
    id: 'user-13',
    rule: 'what the tenant has subscribed to is told with how many users hold it',
    needsSeed: true,
    covers: { operations: ['listSubscribedSkus'] },
    steps: [
      {
        as: auditor,
        send: 'GET /subscribedSkus',
        gets: {
          status: 200,
          whole: {
            '@odata.context': '{root}/$metadata#subscribedSkus',
            value: [
              { ...subscribed(isSeeded), consumedUnits: 6 },
              { ...subscribed(isPremium), consumedUnits: 5 },
            ],
          },
        },
      },
    ],
  },
  {
    id: 'user-14',
    rule: 'a tenant without the service plan finds out that it has none, and which is missing',
    covers: { operations: ['listSubscribedSkus', 'listUserLicenseDetails', 'listUsers'], errors: ['noServicePlan'] },
    steps: [
      {
        as: unplannedAuditor,
        send: 'GET /subscribedSkus',
        gets: { status: 200, whole: { '@odata.context': '{root}/$metadata#subscribedSkus', value: [] } },
      },
      {
        as: unplannedAuditor,
        send: 'GET /users/pat@proseware.example/licenseDetails',
        gets: { status: 200, part: { value: [] } },
      },
      { as: unplanned, send: 'GET /users', gets: { status: 200, part: { value: [{ displayName: 'Pat Proseware' }] } } },
      {
        as: unplanned,
        send: `GET ${ACTIVITIES}`,
        gets: {
          status: 403,
          part: { error: { innerError: { missingServicePlan: 'VIVA_LEARNING_SEEDED' } } },
        },
      },
    ],
  },
];

export const userTable: RuleTable = {
  section: 'users',
  title: 'users',
  source: 'Microsoft Graph reference: get and list user, licenseDetails and subscribedSkus',
  rows,
};

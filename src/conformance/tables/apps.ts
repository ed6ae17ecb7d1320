/** Applications, their secrets, service principals, and what they hold of Microsoft Graph. */

import type { OperationId } from '../../model/operations.ts';
import type { RuleCaller } from '../callers.ts';
import { writer } from '../callers.ts';
import { ANY_TEXT, containing, having, including, matching } from '../match.ts';
import { E2, refused } from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';

const registrar: RuleCaller = { roles: ['Application.ReadWrite.All'] };
const owner: RuleCaller = { roles: ['Application.ReadWrite.OwnedBy'] };
const assigner: RuleCaller = { roles: ['AppRoleAssignment.ReadWrite.All', 'Application.Read.All'] };
const granter: RuleCaller = { roles: ['DelegatedPermissionGrant.ReadWrite.All'] };

const GRAPH = '00000003-0000-0000-c000-000000000000';
const WRITER = '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a11';
const USER_READ = 'df021288-bdef-4463-88db-98f22de89214';
const ASSIGN_COURSES = '236c1cbd-1187-427f-b0f5-b1852454973b';
const NOTHING = '00000000-e020-11ec-9d64-0242ac120002';
const guid = matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

const badRequest = (message: string): Expected => ({
  status: 400,
  part: { error: { code: 'Request_BadRequest', message } },
});
const missing: Expected = { status: 404, part: { error: { code: 'Request_ResourceNotFound' } } };
const done: Expected = { status: 204 };

const create: RuleStep = {
  as: registrar,
  send: 'POST /applications',
  json: { displayName: 'Sync', web: { redirectUris: ['https://sync.example/back'] } },
  gets: { status: 201, part: { displayName: 'Sync', signInAudience: 'AzureADMyOrg', passwordCredentials: [] } },
  keep: { id: 'id', appId: 'appId' },
};
const createPrincipal: RuleStep = {
  as: registrar,
  send: 'POST /servicePrincipals',
  json: { appId: '{appId}' },
  gets: { status: 201, part: { displayName: 'Sync', accountEnabled: true } },
  keep: { principal: 'id' },
};
const getGraph: RuleStep = {
  as: assigner,
  send: `GET /servicePrincipals(appId='${GRAPH}')`,
  gets: {
    status: 200,
    part: {
      displayName: 'Microsoft Graph',
      appRoles: including([having({ id: USER_READ, value: 'User.Read.All' })]),
      oauth2PermissionScopes: including([having({ value: 'User.Read' })]),
    },
  },
  keep: { graph: 'id' },
};

/** Each operation that is addressed by either id. */
const both = (...names: readonly string[]): readonly OperationId[] =>
  names.flatMap((name) => [name, `${name}ByAppId`] as OperationId[]);

const rows: readonly RuleRow[] = [
  {
    id: 'app-1',
    rule: 'an application is registered, found, changed and removed, by its object id and by its client id',
    covers: {
      operations: [
        'createApplication',
        'listApplications',
        ...both('getApplication', 'updateApplication', 'deleteApplication'),
      ],
      errors: ['directoryObjectNotFound'],
    },
    steps: [
      create,
      { as: registrar, send: 'GET /applications/{id}', gets: { status: 200, part: { appId: guid, tags: [] } } },
      {
        as: registrar,
        send: "PATCH /applications(appId='{appId}')",
        json: { displayName: 'Renamed', tags: ['learning'] },
        gets: done,
      },
      { as: registrar, send: 'PATCH /applications/{id}', json: { notes: 'Night run' }, gets: done },
      {
        as: registrar,
        send: "GET /applications(appId='{appId}')",
        gets: {
          status: 200,
          part: {
            displayName: 'Renamed',
            tags: ['learning'],
            notes: 'Night run',
            web: { redirectUris: ['https://sync.example/back'] },
          },
        },
      },
      {
        as: registrar,
        send: "GET /applications?$filter=displayName eq 'Renamed'&$select=displayName&$count=true",
        gets: { status: 200, part: { '@odata.count': 1, value: [{ displayName: 'Renamed' }] } },
      },
      { as: registrar, send: 'DELETE /applications/{id}', gets: done },
      { as: registrar, send: 'GET /applications/{id}', gets: missing },
      create,
      { as: registrar, send: "DELETE /applications(appId='{appId}')", gets: done },
      { as: registrar, send: 'GET /applications?$top=1', gets: { status: 200, part: { value: [{ appId: guid }] } } },
    ],
  },
  {
    id: 'app-2',
    rule: 'an app has several secrets, each of which is shown once',
    covers: {
      operations: both('addApplicationPassword', 'removeApplicationPassword'),
      errors: ['passwordCredentialUnknown'],
    },
    steps: [
      create,
      {
        as: registrar,
        send: 'POST /applications/{id}/addPassword',
        json: { passwordCredential: { displayName: 'First', endDateTime: '2099-01-01T00:00:00Z' } },
        gets: {
          status: 200,
          part: {
            '@odata.context': '{root}/$metadata#microsoft.graph.passwordCredential',
            displayName: 'First',
            endDateTime: '2099-01-01T00:00:00Z',
            secretText: matching(/^.{40}$/),
          },
        },
        keep: { first: 'keyId' },
      },
      {
        as: registrar,
        send: "POST /applications(appId='{appId}')/addPassword",
        json: {},
        gets: { status: 200 },
        keep: { second: 'keyId' },
      },
      {
        as: registrar,
        send: 'GET /applications/{id}',
        gets: {
          status: 200,
          part: { passwordCredentials: [{ displayName: 'First', secretText: null }, { secretText: null }] },
        },
      },
      { as: registrar, send: 'POST /applications/{id}/removePassword', json: { keyId: '{first}' }, gets: done },
      {
        as: registrar,
        send: "POST /applications(appId='{appId}')/removePassword",
        json: { keyId: '{second}' },
        gets: done,
      },
      {
        as: registrar,
        send: 'POST /applications/{id}/removePassword',
        json: { keyId: NOTHING },
        gets: badRequest('No password credential found with keyId.'),
      },
    ],
  },
  {
    id: 'app-3',
    rule: 'an app gets a service principal once; without it the tenant does not know the app',
    covers: {
      operations: [
        'createServicePrincipal',
        'listServicePrincipals',
        ...both('getServicePrincipal', 'updateServicePrincipal', 'deleteServicePrincipal'),
      ],
      errors: ['appUnknown', 'servicePrincipalExists'],
    },
    steps: [
      create,
      createPrincipal,
      {
        as: registrar,
        send: 'POST /servicePrincipals',
        json: { appId: '{appId}' },
        gets: { status: 409, part: { error: { code: 'Request_MultipleObjectsWithSameKeyValue' } } },
      },
      {
        as: registrar,
        send: 'POST /servicePrincipals',
        json: { appId: NOTHING },
        gets: badRequest(
          `The appId '${NOTHING}' of the service principal does not reference a valid application object.`,
        ),
      },
      {
        as: registrar,
        send: `GET /servicePrincipals?$filter=appId eq '${GRAPH}'&$select=displayName`,
        gets: { status: 200, part: { value: [{ displayName: 'Microsoft Graph' }] } },
      },
      { as: registrar, send: 'PATCH /servicePrincipals/{principal}', json: { accountEnabled: false }, gets: done },
      {
        as: registrar,
        send: "GET /servicePrincipals(appId='{appId}')",
        gets: { status: 200, part: { accountEnabled: false } },
      },
      {
        as: registrar,
        send: "PATCH /servicePrincipals(appId='{appId}')",
        json: { accountEnabled: true },
        gets: done,
      },
      {
        as: registrar,
        send: 'GET /servicePrincipals/{principal}',
        gets: { status: 200, part: { accountEnabled: true } },
      },
      { as: registrar, send: 'DELETE /servicePrincipals/{principal}', gets: done },
      createPrincipal,
      { as: registrar, send: "DELETE /servicePrincipals(appId='{appId}')", gets: done },
    ],
  },
  {
    id: 'app-4',
    rule: 'app roles of Microsoft Graph are assigned and taken away, from either end',
    covers: {
      operations: both(
        'getServicePrincipal',
        'createAppRoleAssignment',
        'listAppRoleAssignments',
        'deleteAppRoleAssignment',
        'createAppRoleAssignedTo',
        'listAppRoleAssignedTo',
        'deleteAppRoleAssignedTo',
      ).filter((name) => name !== 'getServicePrincipal'),
      errors: ['permissionHeld'],
    },
    steps: [
      create,
      createPrincipal,
      getGraph,
      ...assign('/servicePrincipals/{principal}/appRoleAssignments', USER_READ, 'one'),
      {
        as: assigner,
        send: 'POST /servicePrincipals/{principal}/appRoleAssignments',
        json: { principalId: '{principal}', resourceId: '{graph}', appRoleId: USER_READ },
        gets: badRequest('Permission being assigned already exists on the object'),
      },
      {
        as: assigner,
        send: "GET /servicePrincipals(appId='{appId}')/appRoleAssignments",
        gets: { status: 200, part: { value: [{ appRoleId: USER_READ, principalType: 'ServicePrincipal' }] } },
      },
      { as: assigner, send: 'DELETE /servicePrincipals/{principal}/appRoleAssignments/{one}', gets: done },
      ...assign("/servicePrincipals(appId='{appId}')/appRoleAssignments", USER_READ, 'two'),
      { as: assigner, send: "DELETE /servicePrincipals(appId='{appId}')/appRoleAssignments/{two}", gets: done },
      ...assign('/servicePrincipals/{graph}/appRoleAssignedTo', ASSIGN_COURSES, 'three'),
      {
        as: assigner,
        send: "GET /servicePrincipals/{graph}/appRoleAssignedTo?$filter=principalId eq '{principal}'",
        gets: { status: 200, part: { value: [{ appRoleId: ASSIGN_COURSES }] } },
      },
      { as: assigner, send: 'DELETE /servicePrincipals/{graph}/appRoleAssignedTo/{three}', gets: done },
      ...assign(`/servicePrincipals(appId='${GRAPH}')/appRoleAssignedTo`, ASSIGN_COURSES, 'four'),
      {
        as: assigner,
        send: `GET /servicePrincipals(appId='${GRAPH}')/appRoleAssignedTo?$top=1`,
        gets: { status: 200, part: { '@odata.nextLink': ANY_TEXT } },
      },
      { as: assigner, send: `DELETE /servicePrincipals(appId='${GRAPH}')/appRoleAssignedTo/{four}`, gets: done },
      {
        as: assigner,
        send: 'GET /servicePrincipals/{principal}/appRoleAssignments',
        gets: { status: 200, part: { value: [] } },
      },
    ],
  },
  {
    id: 'app-5',
    rule: 'consent for all users is given, changed and taken back',
    covers: {
      operations: [
        'createOAuth2PermissionGrant',
        'listOAuth2PermissionGrants',
        'getOAuth2PermissionGrant',
        'updateOAuth2PermissionGrant',
        'deleteOAuth2PermissionGrant',
      ],
      errors: ['permissionHeld'],
    },
    steps: [
      create,
      createPrincipal,
      getGraph,
      {
        as: granter,
        send: 'POST /oauth2PermissionGrants',
        json: { clientId: '{principal}', consentType: 'AllPrincipals', resourceId: '{graph}', scope: 'User.Read' },
        gets: { status: 201, part: { scope: 'User.Read', principalId: null } },
        keep: { grant: 'id' },
      },
      {
        as: granter,
        send: 'POST /oauth2PermissionGrants',
        json: { clientId: '{principal}', consentType: 'AllPrincipals', resourceId: '{graph}', scope: 'User.Read' },
        gets: badRequest('Permission being assigned already exists on the object'),
      },
      {
        as: granter,
        send: 'PATCH /oauth2PermissionGrants/{grant}',
        json: { scope: 'LearningProvider.Read User.Read' },
        gets: done,
      },
      {
        as: granter,
        send: 'GET /oauth2PermissionGrants/{grant}',
        gets: { status: 200, part: { scope: containing('LearningProvider.Read') } },
      },
      {
        as: granter,
        send: "GET /oauth2PermissionGrants?$filter=clientId eq '{principal}'",
        gets: { status: 200, part: { value: [{ consentType: 'AllPrincipals' }] } },
      },
      { as: granter, send: 'DELETE /oauth2PermissionGrants/{grant}', gets: done },
      { as: granter, send: 'GET /oauth2PermissionGrants/{grant}', gets: missing },
    ],
  },
  {
    id: 'app-6',
    rule: 'the tokens of an app that is disabled are refused from the next request on',
    covers: { errors: ['authenticationInvalid'] },
    steps: [
      { as: writer, send: 'GET /users?$select=id', gets: { status: 200 } },
      {
        as: registrar,
        send: `PATCH /servicePrincipals(appId='${WRITER}')`,
        json: { accountEnabled: false },
        gets: done,
      },
      {
        as: writer,
        send: 'GET /users?$select=id',
        gets: {
          status: 401,
          part: { error: { message: 'Access token validation failure. Application is disabled.' } },
        },
      },
    ],
  },
  {
    id: 'app-7',
    rule: 'an app that may change its own apps changes no other',
    covers: { operations: ['createApplication', 'updateApplication'], errors: ['accessDenied'] },
    steps: [
      { ...create, as: owner },
      { as: owner, send: 'PATCH /applications/{id}', json: { notes: 'Mine' }, gets: done },
      {
        as: owner,
        send: `PATCH /applications(appId='${WRITER}')`,
        json: { notes: 'Not mine' },
        gets: refused(E2),
      },
    ],
  },
];

function assign(path: string, appRoleId: string, name: string): readonly RuleStep[] {
  return [
    {
      as: assigner,
      send: `POST ${path}`,
      json: { principalId: '{principal}', resourceId: '{graph}', appRoleId },
      gets: {
        status: 201,
        part: { appRoleId, principalDisplayName: 'Sync', resourceDisplayName: 'Microsoft Graph' },
      },
      keep: { [name]: 'id' },
    },
  ];
}

export const appTable: RuleTable = {
  section: 'apps',
  title: 'apps',
  source: 'Microsoft Graph reference: application, servicePrincipal, appRoleAssignment and oAuth2PermissionGrant',
  rows,
};

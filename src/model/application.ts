/** application, servicePrincipal, and what a client holds of Microsoft Graph. */
import type { EntityRow, PropertyRow } from './rows.ts';
import { ID_ROW } from './shared-rows.ts';

const source = 'resources/application, api/application-post-applications, api/application-update';
const principalSource = 'resources/serviceprincipal, api/serviceprincipal-post-serviceprincipals';
const assignmentSource = 'resources/approleassignment, api/serviceprincipal-post-approleassignments';
const grantSource = 'resources/oauth2permissiongrant, api/oauth2permissiongrant-post';

const optional = { nullable: true, onCreate: 'optional', onUpdate: 'optional' } as const satisfies Partial<PropertyRow>;
const readOnly = { nullable: true, onCreate: 'ignored', onUpdate: 'fixed' } as const satisfies Partial<PropertyRow>;
const collection = { ...optional, nullable: false } as const;
const required = { nullable: false, isNullableInSchema: true, onCreate: 'required', onUpdate: 'fixed' } as const;

export const application = {
  name: 'application',
  schemaBase: 'directoryObject',
  isOpen: true,
  alternateKey: 'appId',
  isConcrete: true,
  isOfDirectory: true,
  properties: [
    { ...ID_ROW, isFilterable: true, isGuid: true, source },
    { ...readOnly, name: 'appId', type: 'Edm.String', isGuid: true, isFilterable: true, source },
    { ...readOnly, name: 'createdDateTime', type: 'Edm.DateTimeOffset', source },
    { ...optional, name: 'description', type: 'Edm.String', maxLength: 1024, source },
    {
      ...optional,
      name: 'displayName',
      type: 'Edm.String',
      nullable: false,
      isNullableInSchema: true,
      onCreate: 'required',
      maxLength: 256,
      isFilterable: true,
      source,
    },
    { ...collection, name: 'identifierUris', type: 'Collection(Edm.String)', maxLength: 255, source },
    { ...optional, name: 'isFallbackPublicClient', type: 'Edm.Boolean', source },
    { ...collection, name: 'keyCredentials', type: 'Collection(graph.keyCredential)', source },
    { ...optional, name: 'notes', type: 'Edm.String', maxLength: 1024, source },
    {
      ...readOnly,
      nullable: false,
      name: 'passwordCredentials',
      type: 'Collection(graph.passwordCredential)',
      source: 'resources/application: set by addPassword',
    },
    { ...optional, name: 'publicClient', type: 'graph.publicClientApplication', source },
    { ...collection, name: 'requiredResourceAccess', type: 'Collection(graph.requiredResourceAccess)', source },
    { ...optional, name: 'signInAudience', type: 'Edm.String', maxLength: 64, default: 'AzureADMyOrg', source },
    { ...optional, name: 'spa', type: 'graph.spaApplication', source },
    { ...collection, name: 'tags', type: 'Collection(Edm.String)', maxLength: 256, source },
    { ...optional, name: 'web', type: 'graph.webApplication', source },
  ],
  source,
} as const satisfies EntityRow;

export const servicePrincipal = {
  name: 'servicePrincipal',
  schemaBase: 'directoryObject',
  isOpen: true,
  alternateKey: 'appId',
  isConcrete: true,
  isOfDirectory: true,
  properties: [
    { ...ID_ROW, isFilterable: true, isGuid: true, source: principalSource },
    { ...optional, name: 'accountEnabled', type: 'Edm.Boolean', isFilterable: true, source: principalSource },
    { ...readOnly, name: 'appDisplayName', type: 'Edm.String', source: principalSource },
    { ...required, name: 'appId', type: 'Edm.String', isGuid: true, isFilterable: true, source: principalSource },
    { ...readOnly, name: 'appOwnerOrganizationId', type: 'Edm.Guid', source: principalSource },
    { ...readOnly, nullable: false, name: 'appRoles', type: 'Collection(graph.appRole)', source: principalSource },
    { ...readOnly, name: 'displayName', type: 'Edm.String', isFilterable: true, source: principalSource },
    {
      ...readOnly,
      nullable: false,
      name: 'oauth2PermissionScopes',
      type: 'Collection(graph.permissionScope)',
      source: principalSource,
    },
    {
      ...readOnly,
      nullable: false,
      name: 'servicePrincipalNames',
      type: 'Collection(Edm.String)',
      source: principalSource,
    },
    { ...readOnly, name: 'servicePrincipalType', type: 'Edm.String', source: principalSource },
    { ...readOnly, name: 'signInAudience', type: 'Edm.String', source: principalSource },
  ],
  tolerated: [{ name: 'tags', rule: 'ignored', source: 'resources/serviceprincipal: not kept here' }],
  source: principalSource,
} as const satisfies EntityRow;

export const appRoleAssignment = {
  name: 'appRoleAssignment',
  schemaBase: 'directoryObject',
  isConcrete: true,
  isOfDirectory: true,
  properties: [
    { ...ID_ROW, source: assignmentSource },
    {
      ...required,
      isNullableInSchema: false,
      name: 'appRoleId',
      type: 'Edm.Guid',
      isFilterable: true,
      source: assignmentSource,
    },
    { ...readOnly, name: 'createdDateTime', type: 'Edm.DateTimeOffset', source: 'decided here: the time is not kept' },
    { ...readOnly, name: 'principalDisplayName', type: 'Edm.String', source: assignmentSource },
    { ...required, name: 'principalId', type: 'Edm.Guid', isFilterable: true, source: assignmentSource },
    { ...readOnly, name: 'principalType', type: 'Edm.String', source: assignmentSource },
    { ...readOnly, name: 'resourceDisplayName', type: 'Edm.String', source: assignmentSource },
    { ...required, name: 'resourceId', type: 'Edm.Guid', isFilterable: true, source: assignmentSource },
  ],
  source: assignmentSource,
} as const satisfies EntityRow;

export const oAuth2PermissionGrant = {
  name: 'oAuth2PermissionGrant',
  isConcrete: true,
  isOfDirectory: true,
  properties: [
    { ...ID_ROW, source: grantSource },
    {
      ...required,
      isNullableInSchema: false,
      name: 'clientId',
      type: 'Edm.String',
      isGuid: true,
      isFilterable: true,
      source: grantSource,
    },
    { ...required, name: 'consentType', type: 'Edm.String', isFilterable: true, source: grantSource },
    { ...readOnly, name: 'principalId', type: 'Edm.String', source: grantSource },
    {
      ...required,
      isNullableInSchema: false,
      name: 'resourceId',
      type: 'Edm.String',
      isGuid: true,
      isFilterable: true,
      source: grantSource,
    },
    {
      ...required,
      onUpdate: 'optional',
      name: 'scope',
      type: 'Edm.String',
      maxLength: 3850,
      mayBeEmpty: true,
      source: grantSource,
    },
  ],
  source: grantSource,
} as const satisfies EntityRow;

export const addPasswordAction = {
  name: 'addPassword',
  action: { boundTo: 'application', returns: 'graph.passwordCredential' },
  isConcrete: true,
  isKeyless: true,
  isOfDirectory: true,
  properties: [
    {
      ...optional,
      name: 'passwordCredential',
      type: 'graph.passwordCredential',
      source: 'api/application-addpassword',
    },
  ],
  source: 'api/application-addpassword',
} as const satisfies EntityRow;

export const removePasswordAction = {
  name: 'removePassword',
  action: { boundTo: 'application' },
  isConcrete: true,
  isKeyless: true,
  isOfDirectory: true,
  properties: [
    {
      ...required,
      isNullableInSchema: false,
      name: 'keyId',
      type: 'Edm.Guid',
      source: 'api/application-removepassword',
    },
  ],
  source: 'api/application-removepassword',
} as const satisfies EntityRow;

/** user: what clients of this API read to find a learner's id, and what scripts and provisioning set. */
import type { EntityRow, PropertyRow } from './rows.ts';
import { ID_ROW } from './shared-rows.ts';

const source = 'resources/user, api/user-post-users, api/user-update';

const text = {
  type: 'Edm.String',
  nullable: true,
  onCreate: 'optional',
  onUpdate: 'optional',
  isFilterable: true,
  source,
} as const satisfies Partial<PropertyRow>;
/** Answered when `$select` names it. */
const onDemand = { isOnlySelected: true } as const;

/** Documented properties that set-up scripts send and this server does not keep. */
const NOT_KEPT = [
  'ageGroup',
  'businessPhones',
  'city',
  'companyName',
  'consentProvidedForMinor',
  'country',
  'employeeHireDate',
  'employeeType',
  'faxNumber',
  'identities',
  'mobilePhone',
  'officeLocation',
  'otherMails',
  'passwordPolicies',
  'postalCode',
  'showInAddressList',
  'state',
  'streetAddress',
  'userType',
] as const;

export const user = {
  name: 'user',
  schemaBase: 'directoryObject',
  isOpen: true,
  alternateKey: 'userPrincipalName',
  isConcrete: true,
  isOfDirectory: true,
  properties: [
    { ...ID_ROW, isFilterable: true, column: 'user_id', isGuid: true, source },
    {
      ...onDemand,
      name: 'accountEnabled',
      type: 'Edm.Boolean',
      nullable: false,
      isNullableInSchema: true,
      onCreate: 'required',
      onUpdate: 'optional',
      isFilterable: true,
      column: 'account_enabled',
      source,
    },
    {
      ...onDemand,
      name: 'assignedLicenses',
      type: 'Collection(graph.assignedLicense)',
      nullable: false,
      onCreate: 'ignored',
      onUpdate: 'fixed',
      source: 'resources/user: set by assignLicense',
    },
    { ...text, ...onDemand, name: 'department', maxLength: 64, column: 'department' },
    {
      ...text,
      name: 'displayName',
      nullable: false,
      isNullableInSchema: true,
      onCreate: 'required',
      maxLength: 256,
      isSortable: true,
      column: 'display_name',
    },
    { ...text, ...onDemand, name: 'employeeId', maxLength: 16, column: 'employee_id' },
    { ...text, name: 'givenName', maxLength: 64, column: 'given_name' },
    { ...text, name: 'jobTitle', maxLength: 128, column: 'job_title' },
    { ...text, name: 'mail', maxLength: 256, column: 'mail' },
    { ...text, ...onDemand, name: 'mailNickname', onCreate: 'required', maxLength: 64, column: 'mail_nickname' },
    {
      ...onDemand,
      name: 'passwordProfile',
      type: 'graph.passwordProfile',
      nullable: true,
      onCreate: 'required',
      onUpdate: 'optional',
      source: 'resources/passwordprofile: the password is never answered',
    },
    { ...text, name: 'preferredLanguage', maxLength: 64, column: 'preferred_language' },
    { ...text, name: 'surname', maxLength: 64, column: 'surname' },
    { ...text, ...onDemand, name: 'usageLocation', maxLength: 2, column: 'usage_location' },
    {
      ...text,
      name: 'userPrincipalName',
      nullable: false,
      isNullableInSchema: true,
      onCreate: 'required',
      maxLength: 113,
      isSortable: true,
      column: 'user_principal_name',
    },
  ],
  tolerated: NOT_KEPT.map((name) => ({ name, rule: 'ignored', source: 'resources/user: not kept here' }) as const),
  source,
} as const satisfies EntityRow;

export const assignLicenseAction = {
  name: 'assignLicense',
  action: { boundTo: 'user', returns: 'graph.user', isReturnNullable: true },
  isConcrete: true,
  isKeyless: true,
  isOfDirectory: true,
  properties: [
    {
      name: 'addLicenses',
      type: 'Collection(graph.assignedLicense)',
      nullable: false,
      onCreate: 'required',
      onUpdate: 'optional',
      source: 'api/user-assignlicense',
    },
    {
      name: 'removeLicenses',
      type: 'Collection(Edm.Guid)',
      nullable: false,
      onCreate: 'required',
      onUpdate: 'optional',
      source: 'api/user-assignlicense',
    },
  ],
  source: 'api/user-assignlicense',
} as const satisfies EntityRow;

/** SCIM 2.0 as this server speaks it: schemas, attributes and where each is kept, errors. Sources: RFC 7643 and RFC 7644. */
import type { DirectoryUser } from './directory.ts';

export const SCIM_ROOT = '/scim/v2';
export const SCIM_TYPE = 'application/scim+json';

/** Schemas of what is kept. */
export const SCIM_USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const SCIM_ENTERPRISE_USER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
/** Our own, named as Microsoft Entra has the admins of tenants name extensions. */
export const SCIM_VIVARIUM_USER = 'urn:ietf:params:scim:schemas:extension:vivarium:2.0:User';

/** Schemas of what describes the server. */
export const SCIM_DESCRIPTIONS = {
  serviceProviderConfig: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
  schema: 'urn:ietf:params:scim:schemas:core:2.0:Schema',
  resourceType: 'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
} as const;

/** Schemas of requests and answers. */
export const SCIM_MESSAGES = {
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  search: 'urn:ietf:params:scim:api:messages:2.0:SearchRequest',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
} as const;

/** Resources of an answer: what a client gets that names no count, and the most that it gets. */
export const SCIM_PAGE = { usual: 100, most: 1000 } as const;

export const SCIM_LIMITS = {
  /** Characters of a filter or a path. */
  filterLength: 10_000,
  /** Brackets within brackets. */
  filterDepth: 50,
  operations: 1000,
} as const;

/** What a client does, as the audit trail, the log and the metrics name it. */
export const SCIM_OPERATIONS = [
  'getServiceProviderConfig',
  'listSchemas',
  'getSchema',
  'listResourceTypes',
  'getResourceType',
  'createScimUser',
  'getScimUser',
  'listScimUsers',
  'searchScimUsers',
  'replaceScimUser',
  'patchScimUser',
  'deleteScimUser',
  'listScimGroups',
  'searchScimGroups',
] as const;
export type ScimOperation = (typeof SCIM_OPERATIONS)[number];

/** `scimType` of refusals, each with its status. RFC 7644, table 9. */
export const SCIM_ERROR_TYPES = {
  invalidFilter: 400,
  uniqueness: 409,
  mutability: 400,
  invalidSyntax: 400,
  invalidPath: 400,
  noTarget: 400,
  invalidValue: 400,
} as const;
export type ScimErrorType = keyof typeof SCIM_ERROR_TYPES;

/** A property of the directory that a client may set. `password` is kept as a hash. */
export type ScimProperty =
  | Exclude<
      keyof DirectoryUser,
      'tenantId' | 'id' | 'name' | 'assignedLicenses' | 'directoryRoles' | 'passwordHash' | 'rowVersion'
    >
  | 'password';

/** As `/Schemas` shows it; what a row does not say is RFC 7643's default. */
export interface ScimAttributeRow {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'complex' | 'dateTime' | 'reference';
  readonly description: string;
  readonly isMultiValued?: true;
  readonly isRequired?: true;
  readonly isCaseExact?: true;
  readonly mutability?: 'readOnly' | 'writeOnly';
  readonly returned?: 'always' | 'never' | 'request';
  readonly uniqueness?: 'server';
  readonly canonicalValues?: readonly string[];
  readonly subAttributes?: readonly ScimAttributeRow[];
  /** Where its value is kept. What has none is the same for all users. */
  readonly property?: ScimProperty;
  readonly maxLength?: number;
  /** What a value must match, and how that is said. */
  readonly form?: { readonly pattern: RegExp; readonly expected: string };
}

export interface ScimSchemaRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly ScimAttributeRow[];
  /** Attributes that the RFC defines as well. They are accepted, so that usual mappings work, and not kept. */
  readonly notKept: readonly string[];
}

/** Attributes of every resource; no schema shows them. RFC 7643, section 3.1. */
export const SCIM_COMMON_ATTRIBUTES: readonly ScimAttributeRow[] = [
  {
    name: 'schemas',
    type: 'reference',
    isMultiValued: true,
    mutability: 'readOnly',
    returned: 'always',
    description: 'Schemas of the resource.',
  },
  {
    name: 'id',
    type: 'string',
    mutability: 'readOnly',
    returned: 'always',
    isCaseExact: true,
    uniqueness: 'server',
    description: 'Of the user here and in Microsoft Graph.',
  },
  {
    name: 'externalId',
    type: 'string',
    isCaseExact: true,
    property: 'externalId',
    maxLength: 256,
    description: 'Id that the client has given.',
  },
  {
    name: 'meta',
    type: 'complex',
    mutability: 'readOnly',
    description: 'About the resource.',
    subAttributes: [
      { name: 'resourceType', type: 'string', isCaseExact: true, mutability: 'readOnly', description: 'User.' },
      { name: 'location', type: 'reference', isCaseExact: true, mutability: 'readOnly', description: 'Its URL.' },
      { name: 'version', type: 'string', isCaseExact: true, mutability: 'readOnly', description: 'Its ETag.' },
    ],
  },
];

/** The one address that is kept has this type. */
export const SCIM_MAIL_TYPE = 'work';

const USER: ScimSchemaRow = {
  id: SCIM_USER,
  name: 'User',
  description: 'A user of the tenant.',
  attributes: [
    {
      name: 'userName',
      type: 'string',
      isRequired: true,
      uniqueness: 'server',
      property: 'userPrincipalName',
      maxLength: 113,
      form: { pattern: /^\S+$/, expected: 'text without spaces' },
      description: 'The userPrincipalName, which the user signs in with; kept in lower case.',
    },
    {
      name: 'name',
      type: 'complex',
      description: 'Parts of the name.',
      subAttributes: [
        { name: 'givenName', type: 'string', property: 'givenName', maxLength: 64, description: 'First name.' },
        { name: 'familyName', type: 'string', property: 'surname', maxLength: 64, description: 'Last name.' },
      ],
    },
    {
      name: 'displayName',
      type: 'string',
      isRequired: true,
      property: 'displayName',
      maxLength: 256,
      description: 'Name that people see; made of the other names when a new user has none.',
    },
    { name: 'title', type: 'string', property: 'jobTitle', maxLength: 128, description: 'Job title.' },
    {
      name: 'preferredLanguage',
      type: 'string',
      property: 'preferredLanguage',
      maxLength: 64,
      description: 'Such as en-US.',
    },
    {
      name: 'active',
      type: 'boolean',
      isRequired: true,
      property: 'accountEnabled',
      description: 'Whether the user may sign in; true for a new user of whom it is not said.',
    },
    {
      name: 'password',
      type: 'string',
      isCaseExact: true,
      mutability: 'writeOnly',
      returned: 'never',
      property: 'password',
      maxLength: 256,
      description: 'For the sign-in here; kept as a hash.',
    },
    {
      name: 'emails',
      type: 'complex',
      isMultiValued: true,
      description: 'The one mail address of the user. Of several, the primary one is kept, else that of type work.',
      subAttributes: [
        { name: 'value', type: 'string', property: 'mail', maxLength: 256, description: 'The address.' },
        { name: 'type', type: 'string', canonicalValues: [SCIM_MAIL_TYPE], description: 'What it is used for.' },
        {
          name: 'primary',
          type: 'boolean',
          mutability: 'readOnly',
          returned: 'request',
          description: 'True, as there is one.',
        },
      ],
    },
  ],
  notKept: [
    ...['nickName', 'profileUrl', 'userType', 'locale', 'timezone', 'phoneNumbers', 'ims', 'photos', 'addresses'],
    ...['groups', 'entitlements', 'roles', 'x509Certificates'],
    ...['name.formatted', 'name.middleName', 'name.honorificPrefix', 'name.honorificSuffix', 'emails.display'],
  ],
};

const ENTERPRISE_USER: ScimSchemaRow = {
  id: SCIM_ENTERPRISE_USER,
  name: 'EnterpriseUser',
  description: 'A user as a member of an organisation.',
  attributes: [
    {
      name: 'employeeNumber',
      type: 'string',
      property: 'employeeId',
      // Longer than Microsoft Graph takes: RFC 7643 sets no bound.
      maxLength: 64,
      description: 'The employeeId.',
    },
    { name: 'department', type: 'string', property: 'department', maxLength: 64, description: 'Department.' },
  ],
  notKept: ['costCenter', 'organization', 'division', 'manager'],
};

const VIVARIUM_USER: ScimSchemaRow = {
  id: SCIM_VIVARIUM_USER,
  name: 'VivariumUser',
  description: 'A user as a learner.',
  attributes: [
    {
      name: 'licence',
      type: 'string',
      property: 'licence',
      canonicalValues: ['seeded', 'premium'],
      description: 'Of Viva Learning. Activities are written only for learners with premium.',
    },
  ],
  notKept: [],
};

/** In the order in which answers have their attributes. */
export const SCIM_SCHEMAS: readonly ScimSchemaRow[] = [USER, ENTERPRISE_USER, VIVARIUM_USER];

/** How the types hang together: what the service root holds, and what leads from one type to the next. */

/** The abstract type that every type with a key adds to. */
export const BASE_TYPE = { name: 'entity', key: 'id', keyType: 'Edm.String' } as const;

/** Types between the base type and served ones. Nothing that they add to it is served. */
export const INTERMEDIATE_TYPES = [{ name: 'directoryObject', isOpen: true, source: 'schema' }] as const;

/** Name of the entity container. */
export const CONTAINER = 'GraphService';

export interface NavigationRow {
  /** The type that has the property. */
  readonly owner: string;
  readonly name: string;
  readonly target: string;
  readonly isCollection: boolean;
  /** Where the objects stand that the property does not contain; they are contained when not given. */
  readonly boundTo?: string;
  readonly source: string;
}

const activities = { name: 'learningCourseActivities', target: 'learningCourseActivity', isCollection: true } as const;

export const NAVIGATION: readonly NavigationRow[] = [
  {
    owner: 'employeeExperience',
    name: 'learningProviders',
    target: 'learningProvider',
    isCollection: true,
    source: 'schema, resources/employeeexperience',
  },
  { owner: 'employeeExperience', ...activities, source: 'schema' },
  {
    owner: 'learningProvider',
    name: 'learningContents',
    target: 'learningContent',
    isCollection: true,
    source: 'schema, resources/learningprovider',
  },
  {
    owner: 'learningProvider',
    ...activities,
    source: 'schema, resources/learningprovider',
  },
  {
    owner: 'user',
    name: 'employeeExperience',
    target: 'employeeExperienceUser',
    isCollection: false,
    source: 'schema',
  },
  { owner: 'user', name: 'licenseDetails', target: 'licenseDetails', isCollection: true, source: 'schema' },
  {
    owner: 'servicePrincipal',
    name: 'appRoleAssignedTo',
    target: 'appRoleAssignment',
    isCollection: true,
    source: 'schema',
  },
  {
    owner: 'servicePrincipal',
    name: 'appRoleAssignments',
    target: 'appRoleAssignment',
    isCollection: true,
    source: 'schema',
  },
  {
    owner: 'employeeExperienceUser',
    ...activities,
    boundTo: 'employeeExperience/learningCourseActivities',
    source: 'schema, resources/employeeexperienceuser',
  },
];

/** What the service root holds. */
export interface ContainerRow {
  readonly kind: 'EntitySet' | 'Singleton';
  readonly name: string;
  readonly type: string;
  /** Terms of the Capabilities vocabulary with which the published schema annotates it. */
  readonly capabilities?: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  readonly source: string;
}

export const CONTAINERS: readonly ContainerRow[] = [
  { kind: 'EntitySet', name: 'applications', type: 'application', source: 'schema' },
  { kind: 'EntitySet', name: 'oauth2PermissionGrants', type: 'oAuth2PermissionGrant', source: 'schema' },
  { kind: 'EntitySet', name: 'servicePrincipals', type: 'servicePrincipal', source: 'schema' },
  { kind: 'EntitySet', name: 'subscribedSkus', type: 'subscribedSku', source: 'schema' },
  { kind: 'EntitySet', name: 'subscriptions', type: 'subscription', source: 'schema' },
  { kind: 'EntitySet', name: 'users', type: 'user', source: 'schema' },
  {
    kind: 'Singleton',
    name: 'employeeExperience',
    type: 'employeeExperience',
    capabilities: {
      CountRestrictions: { Countable: false },
      ExpandRestrictions: { Expandable: false },
      FilterRestrictions: { Filterable: false },
      SearchRestrictions: { Searchable: false },
      SelectSupport: { Supported: true },
    },
    source: 'schema',
  },
  { kind: 'Singleton', name: 'me', type: 'user', source: 'schema' },
];

/** How the types hang together: what the service root holds, and what leads from one type to the next. */
import type { OperationId } from './operations.ts';

/** The abstract type that every type with a key adds to. */
export const BASE_TYPE = { name: 'entity', key: 'id', keyType: 'Edm.String' } as const;

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
  /** Shows what can be done with the collection. */
  readonly list?: OperationId;
  readonly source: string;
}

const activities = { name: 'learningCourseActivities', target: 'learningCourseActivity', isCollection: true } as const;

export const NAVIGATION: readonly NavigationRow[] = [
  {
    owner: 'employeeExperience',
    name: 'learningProviders',
    target: 'learningProvider',
    isCollection: true,
    list: 'listLearningProviders',
    source: 'schema, resources/employeeexperience',
  },
  { owner: 'employeeExperience', ...activities, list: 'listLearningCourseActivities', source: 'schema' },
  {
    owner: 'learningProvider',
    name: 'learningContents',
    target: 'learningContent',
    isCollection: true,
    list: 'listLearningContents',
    source: 'schema, resources/learningprovider',
  },
  {
    owner: 'learningProvider',
    ...activities,
    list: 'listProviderLearningCourseActivities',
    source: 'schema, resources/learningprovider',
  },
  {
    owner: 'user',
    name: 'employeeExperience',
    target: 'employeeExperienceUser',
    isCollection: false,
    source: 'schema',
  },
  {
    owner: 'employeeExperienceUser',
    ...activities,
    boundTo: 'employeeExperience/learningCourseActivities',
    list: 'listUserLearningCourseActivities',
    source: 'schema, resources/employeeexperienceuser',
  },
];

/** What the schema says of a singleton itself; collections say more, from their operations. */
export interface SingletonCapabilities {
  readonly isCountable: boolean;
  readonly isExpandable: boolean;
  readonly isFilterable: boolean;
  readonly isSearchable: boolean;
  readonly isSelectable: boolean;
}

interface RootRow {
  readonly name: string;
  readonly type: string;
  readonly source: string;
}

/** What the service root holds. */
export type ContainerRow =
  | (RootRow & { readonly kind: 'EntitySet'; readonly list: OperationId })
  | (RootRow & { readonly kind: 'Singleton'; readonly capabilities?: SingletonCapabilities });

export const CONTAINERS: readonly ContainerRow[] = [
  { kind: 'EntitySet', name: 'users', type: 'user', list: 'listUsers', source: 'schema' },
  {
    kind: 'Singleton',
    name: 'employeeExperience',
    type: 'employeeExperience',
    capabilities: {
      isCountable: false,
      isExpandable: false,
      isFilterable: false,
      isSearchable: false,
      isSelectable: true,
    },
    source: 'schema',
  },
  { kind: 'Singleton', name: 'me', type: 'user', source: 'schema' },
];

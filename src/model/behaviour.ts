/** Switches for what the documentation leaves open or contradicts. Each is a setting; the defaults follow the pages. */

export interface Behaviour {
  readonly externalIdSpelling: 'schema' | 'documented';
  readonly forbiddenCode: 'Forbidden' | 'forbidden';
  readonly unknownProperty: 'error' | 'ignore';
  readonly lenientPatch: boolean;
  readonly allowDuplicateExternalIds: boolean;
  readonly typeScopedPermissions: boolean;
  readonly rootActivityWrites: boolean;
  readonly contentPost: boolean;
  readonly delegatedContent: boolean;
  readonly appListActivities: boolean;
  readonly documentedOnly: boolean;
  readonly strict: boolean;
  readonly lenient: boolean;
}

/** Switches that are on or off. */
export type SwitchName = {
  [Name in keyof Behaviour]: Behaviour[Name] extends boolean ? Name : never;
}[keyof Behaviour];

export interface SwitchRow<Value> {
  readonly default: Value;
  /** The values to choose from; a flag when not given. */
  readonly values?: readonly Value[];
  readonly description: string;
}

export const BEHAVIOUR_SWITCHES: { readonly [Name in keyof Behaviour]: SwitchRow<Behaviour[Name]> } = {
  externalIdSpelling: {
    default: 'schema',
    values: ['schema', 'documented'],
    description:
      "How answers spell the provider's key: externalcourseActivityId as in the schema, which typed SDKs read, or externalCourseActivityId as in the examples. An answer to a create repeats the request's spelling.",
  },
  forbiddenCode: {
    default: 'Forbidden',
    values: ['Forbidden', 'forbidden'],
    description: 'The error code of a 403: as the pages print it, or as the live service was seen to send it.',
  },
  unknownProperty: {
    default: 'error',
    values: ['error', 'ignore'],
    description: 'What a body with a property that the type does not have gets: a 400 that names it, or no notice.',
  },
  lenientPatch: {
    default: false,
    description: 'Let updates of activities leave out status, which the pages call required.',
  },
  allowDuplicateExternalIds: {
    default: false,
    description:
      'Let creates and updates repeat provider, type, learner and external id of another activity, in place of a 409.',
  },
  typeScopedPermissions: {
    default: true,
    description:
      'Ask for a LearningAssignedCourse permission for assignments and a LearningSelfInitiatedCourse permission for self-initiated courses; without it either opens both.',
  },
  rootActivityWrites: {
    default: false,
    description:
      'Accept POST, PATCH and DELETE at /employeeExperience/learningCourseActivities: older pages print the PATCH, and generated clients offer all of them.',
  },
  contentPost: {
    default: false,
    description: 'Take POST of learning contents, which the schema has and no page describes.',
  },
  delegatedContent: {
    default: false,
    description: 'Open learning contents to delegated tokens, as before October 2022.',
  },
  appListActivities: {
    default: false,
    description: "Open the lists of one learner's activities to application tokens.",
  },
  documentedOnly: {
    default: false,
    description:
      'Refuse $filter and $orderby on lists of activities, whose pages do not name them, and what this server adds to Microsoft Graph.',
  },
  strict: {
    default: false,
    description:
      'Refuse every form in docs/strict.md, also those that the sources disagree about, and what this server adds to Microsoft Graph.',
  },
  lenient: {
    default: false,
    description:
      'Accept every form in docs/strict.md, also those that Microsoft Graph is known to refuse. Excludes strict.',
  },
};

/** Every switch as it is when nobody touches it. */
export const DEFAULT_BEHAVIOUR = Object.fromEntries(
  Object.entries<SwitchRow<string | boolean>>(BEHAVIOUR_SWITCHES).map(([name, row]) => [name, row.default]),
) as unknown as Behaviour;

/** How much of `deviations.ts` a server accepts. */
export type Tolerance = 'strict' | 'default' | 'lenient';

export function toleranceOf({ strict, lenient }: Pick<Behaviour, 'strict' | 'lenient'>): Tolerance {
  if (strict) return 'strict';
  return lenient ? 'lenient' : 'default';
}

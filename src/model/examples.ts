/** Request bodies to show and to try: the documented ones, with addresses of an example organisation where pages name real ones. */
import type { OperationId } from './operations.ts';
import { BETA, V1 } from './versions.ts';
import type { ApiVersion } from './versions.ts';

export interface ExampleRow {
  readonly operations: readonly OperationId[];
  readonly name: string;
  readonly summary: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Both when not given. */
  readonly versions?: readonly ApiVersion[];
  readonly source: string;
}

const logo = 'https://learning.contoso.com/media/logo.png';
const logos = {
  squareLogoWebUrlForDarkTheme: logo,
  longLogoWebUrlForDarkTheme: logo,
  squareLogoWebUrlForLightTheme: logo,
  longLogoWebUrlForLightTheme: logo,
} as const;
const externalId = '12a2228a-e020-11ec-9d64-0242ac120002';
const learningContentId = '57baf9dc-e020-11ec-9d64-0242ac120002';
const learningProviderId = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const learnerUserId = '7ba2228a-e020-11ec-9d64-0242ac120002';

const assignment = {
  '@odata.type': '#microsoft.graph.learningAssignment',
  assignedDateTime: '2021-05-11T22:57:17+00:00',
  assignmentType: 'required',
  assignerUserId: 'cea1684d-57dc-438d-a9d1-e666ec1a7f3d',
  completedDateTime: null,
  completionPercentage: 20,
  dueDateTime: { dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'UTC' },
  learningContentId,
  learningProviderId,
  learnerUserId,
  notes: { contentType: 'text', content: 'required assignment added for user' },
} as const;
const selfInitiated = {
  '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
  completedDateTime: null,
  learningContentId,
  status: 'inProgress',
} as const;

const create = {
  operations: ['createLearningCourseActivity'],
  source: 'api/employeeexperience-post-learningcourseactivities',
} as const;
const update = {
  operations: ['updateLearningCourseActivity', 'updateLearningCourseActivityAtRoot'],
  source: 'api/learningcourseactivity-update',
} as const;
const updatedAssignment = { ...assignment, status: 'inProgress' } as const;
const updatedCourse = {
  ...selfInitiated,
  completionPercentage: 30,
  learningProviderId,
  startedDateTime: '2021-05-11T22:57:17+00:00',
} as const;

export const EXAMPLES: readonly ExampleRow[] = [
  {
    operations: ['createLearningProvider'],
    name: 'provider',
    summary: 'A learning provider',
    body: { displayName: 'Contoso Learning', ...logos, loginWebUrl: 'https://learning.contoso.com/login' },
    source: 'api/employeeexperience-post-learningproviders',
  },
  {
    operations: ['updateLearningProvider'],
    name: 'provider',
    summary: 'Every property, and course activities switched on',
    body: {
      displayName: 'Contoso Learning',
      ...logos,
      loginWebUrl: 'https://learning.contoso.com/login',
      isCourseActivitySyncEnabled: true,
    },
    source: 'api/learningprovider-update',
  },
  {
    operations: ['updateLearningContent', 'upsertLearningContentByExternalId'],
    name: 'content',
    summary: 'One item of the catalogue',
    body: {
      title: 'Plan a class with Beedle',
      description: 'How teachers prepare lessons and hand in work.',
      contentWebUrl: 'https://learning.contoso.com/modules/plan-a-class',
      sourceName: 'Contoso Learning',
      thumbnailWebUrl: 'https://learning.contoso.com/media/plan-a-class.gif',
      languageTag: 'en-us',
      numberOfPages: 9,
      duration: 'PT20M',
      format: 'Book',
      createdDateTime: '2018-01-01T00:00:00Z',
      lastModifiedDateTime: '2021-04-01T04:26:06.1995367Z',
      contributors: ['Lina Wagner', 'Lisa Richter'],
      additionalTags: ['Create private or public teams', 'Add members to teams'],
      skillTags: ['Create teams', 'Teams channels', 'Teams members'],
      isActive: true,
      isPremium: false,
      isSearchable: true,
    },
    source: 'api/learningcontent-update',
  },
  {
    ...create,
    name: 'assignment',
    summary: 'An assigned course',
    body: { ...assignment, externalCourseActivityId: externalId, status: 'notStarted' },
  },
  {
    ...create,
    name: 'selfInitiatedCourse',
    summary: 'A course that the learner began unasked',
    body: {
      ...selfInitiated,
      completionPercentage: 20,
      externalCourseActivityId: externalId,
      learnerUserId,
      startedDateTime: '2021-05-21T22:57:17+00:00',
    },
  },
  // The pages of the two versions spell the provider's key differently.
  {
    ...update,
    name: 'assignment',
    summary: 'An assigned course, every property repeated',
    body: { ...updatedAssignment, externalcourseActivityId: externalId },
    versions: [V1],
  },
  {
    ...update,
    name: 'selfInitiatedCourse',
    summary: 'A self-initiated course',
    body: { ...updatedCourse, externalcourseActivityId: externalId },
    versions: [V1],
  },
  {
    ...update,
    name: 'assignment',
    summary: 'An assigned course, every property repeated',
    body: { ...updatedAssignment, externalCourseActivityId: externalId },
    versions: [BETA],
  },
  {
    ...update,
    name: 'selfInitiatedCourse',
    summary: 'A self-initiated course',
    body: { ...updatedCourse, externalCourseActivityId: externalId },
    versions: [BETA],
  },
];

/** The body of the first example of that name for the operation. */
export function getExample(operation: OperationId, name: string): Readonly<Record<string, unknown>> {
  const row = EXAMPLES.find((example) => example.name === name && example.operations.includes(operation));
  if (row === undefined) throw new Error(`No example ${name} of ${operation}`);
  return row.body;
}

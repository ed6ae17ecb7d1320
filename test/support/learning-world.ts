/** What the default seed holds, as far as the commands touch it, and who sends them. */
import { join } from 'node:path';

import { LEARNER } from './learning-commands.ts';
import type { CallerName, Real, Reply, Sent } from './learning-commands.ts';
import type { Activity, Content, World } from './learning-model.ts';
import { EMPTY_CONTENT } from './learning-more-commands.ts';
import type { TestServer } from './server.ts';
import type { OwnTenant } from './tenants.ts';

export const SEED = join(import.meta.dirname, '..', '..', 'seeds', 'default.yaml');

const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const OTHER = '4b7c1d9e-6f20-4a83-b1c5-9e0d2a3f4c56';
const TAILWIND = '13727311-e7bb-470d-8b20-6a23d9030d70';
const CLOSED = 'ba9790ef-21d5-4c17-808c-acda55230253';
const ASSIGNER = 'cea1684d-57dc-438d-a9d1-e666ec1a7f3d';
const UNLICENSED = '3c1f0a52-e020-11ec-9d64-0242ac120002';
const ADMIN = '0b7d8a54-1f3e-4c7a-8f53-6a2d0c9e4b71';

/** A new one each time. */
export function seededWorld(): World {
  const noValues = { additionalTags: [], contributors: [], skillTags: [], thumbnailWebUrl: null, numberOfPages: null };
  const seeded = {
    id: '8ba2228a-e020-11ec-9d64-0242ac120003',
    type: 'learningAssignment',
    provider: PROVIDER,
    learner: LEARNER,
    content: '57baf9dc-e020-11ec-9d64-0242ac120002',
    version: 1,
    values: {
      externalcourseActivityId: null,
      status: 'notStarted',
      completedDateTime: null,
      completionPercentage: null,
      assignedDateTime: '2021-05-11T22:57:17+00:00',
      assignerUserId: ASSIGNER,
      assignmentType: 'required',
      dueDateTime: null,
      notes: null,
    },
  } as const;
  const documentedKey = '12a2228a-e020-11ec-9d64-0242ac120002';
  const activities: readonly Activity[] = [
    seeded,
    {
      ...seeded,
      id: '3e9a4c70-e020-11ec-9d64-0242ac120002',
      learner: ADMIN,
      values: {
        ...seeded.values,
        externalcourseActivityId: documentedKey,
        dueDateTime: { dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'UTC' },
        notes: { contentType: 'text', content: 'required assignment added for user' },
      },
    },
    {
      id: 'be2f4d76-e020-11ec-9d64-0242ac120002',
      type: 'learningSelfInitiatedCourse',
      provider: TAILWIND,
      learner: LEARNER,
      content: '77029588-a660-46b6-ba58-3ce4d21d5678',
      version: 1,
      values: {
        externalcourseActivityId: documentedKey,
        status: 'inProgress',
        completedDateTime: null,
        completionPercentage: 20,
        startedDateTime: '2021-05-21T22:57:17+00:00',
      },
    },
  ];
  const contents: readonly Content[] = [
    {
      id: seeded.content,
      provider: PROVIDER,
      externalId: 'LP4471',
      version: 1,
      values: {
        ...noValues,
        title: 'Manage classes, resources, assessment, and planning',
        languageTag: 'en-us',
        level: 'beginner',
        contentWebUrl: 'https://fabrikam.example/courses/LP4471',
        format: 'Course',
        duration: 'PT20M',
        description: 'A course about running a class.',
        sourceName: 'Fabrikam Learning',
        additionalTags: ['planning', 'assessment'],
        contributors: ['Fabrikam Learning'],
        skillTags: ['teaching'],
        isActive: true,
        isPremium: false,
        isSearchable: true,
        createdDateTime: '2018-01-01T00:00:00Z',
        lastModifiedDateTime: '2021-04-01T04:26:06.1995367Z',
      },
    },
    {
      id: '9c0e7b36-e020-11ec-9d64-0242ac120002',
      provider: OTHER,
      externalId: 'NW-100',
      version: 1,
      values: {},
    },
    {
      id: '77029588-a660-46b6-ba58-3ce4d21d5678',
      provider: TAILWIND,
      externalId: 'LP4471',
      version: 1,
      values: {
        ...EMPTY_CONTENT,
        title: 'Manage classes in Microsoft Teams',
        contentWebUrl: 'https://tailwind.example/courses/LP4471',
        languageTag: 'en-us',
        duration: 'PT20M',
        format: 'Book',
        numberOfPages: 10,
        contributors: ['Lina Wagner', 'Lisa Richter'],
        createdDateTime: '2018-01-01T00:00:00Z',
        lastModifiedDateTime: '2021-04-01T04:26:06.1995367Z',
      },
    },
    ...['99029577-a660-46b6-ba58-3ce4d21d5f50', '6b1e0d94-a660-46b6-ba58-3ce4d21d5f51'].map((id) => ({
      id,
      provider: TAILWIND,
      externalId: id.startsWith('99029577') ? 'LP4771' : '27rg2ifb28gf28',
      version: 1,
      values: {},
    })),
  ];
  return {
    providers: new Map([
      [PROVIDER, true],
      [OTHER, true],
      [CLOSED, false],
      [TAILWIND, true],
    ]),
    learners: new Set([LEARNER, ASSIGNER, UNLICENSED, ADMIN]),
    licensed: new Set([LEARNER, ASSIGNER, ADMIN]),
    contents: new Map(contents.map((content) => [content.id, content])),
    activities: new Map(activities.map((activity) => [activity.id, activity])),
  };
}

const COURSES = ['LearningAssignedCourse', 'LearningSelfInitiatedCourse'];
/** Roles of an app, or scopes of a user. */
export const ROLES: Readonly<Record<CallerName, readonly string[]>> = {
  writer: ['LearningContent.ReadWrite.All', ...COURSES.map((name) => `${name}.ReadWrite.All`)],
  assigner: ['LearningAssignedCourse.ReadWrite.All'],
  none: [],
  learner: COURSES.map((name) => `${name}.Read`),
  admin: ['LearningProvider.ReadWrite'],
};
/** Ids of the callers that are users. */
export const USERS: Partial<Record<CallerName, string>> = { learner: LEARNER, admin: ADMIN };

/** Sends over HTTP, in a tenant whose data is that of {@link seededWorld}. */
export async function sendTo(server: Pick<TestServer, 'call'>, tenant: OwnTenant, sent: Sent): Promise<Reply> {
  const { caller, method, path, headers, json } = sent;
  const holder = USERS[caller] === undefined ? { app: caller } : { user: caller, scopes: ROLES[caller] };
  const authorization = await tenant.authorize(holder);
  const reply = await server.call({ method, path, json, headers: { ...headers, authorization } });
  return { ...reply, body: reply.text === '' ? undefined : reply.body };
}

/** A server over HTTP, as a tenant sees it. */
export function realOf(server: TestServer, tenant: OwnTenant): Real {
  return { origin: server.origin, send: (sent) => sendTo(server, tenant, sent) };
}

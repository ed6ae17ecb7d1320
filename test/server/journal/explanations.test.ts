import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Call } from '../../support/server.ts';
import {
  activity,
  ACTIVITIES,
  ASSIGNER,
  CLOSED_PROVIDER,
  CONTENT,
  LEARNER,
  PROVIDER,
  PROVIDERS,
  SEEDED_ACTIVITY,
  startJournalServer,
  UNLICENSED,
} from './journal-server.ts';
import type { JournalServer } from './journal-server.ts';
import { writeTwoTenants } from './two-tenants.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const OTHER = {
  tenant: '5c1e7f90-2b4d-4a6c-8e0f-1a2b3c4d5e6f',
  provider: '77777777-0000-4000-8000-000000000001',
  content: '77777777-0000-4000-8000-000000000002',
  user: '77777777-0000-4000-8000-000000000003',
  activity: '77777777-0000-4000-8000-000000000004',
};
const AT_ROOT = '/v1.0/employeeExperience/learningCourseActivities';
const CONTENTS = `${PROVIDERS}/${PROVIDER}/learningContents`;

let server: JournalServer;
/** Of the activity that is created first. */
let created = '';
beforeAll(async () => {
  const { seed, [Symbol.dispose]: remove } = writeTwoTenants(OTHER);
  server = await startJournalServer({ seed, explainRefusals: false });
  remove();
  const answer = await server.asWriter({
    method: 'POST',
    path: ACTIVITIES,
    json: activity({ externalcourseActivityId: 'known' }),
  });
  created = answer.body.id;
});
afterAll(() => server[Symbol.asyncDispose]());

async function refusalOf(call: Call) {
  const answer = await server.asWriter(call);
  // The client is told the published text and no more.
  const { refusal } = await server.entryOf(answer);
  for (const sentence of refusal?.nearMisses ?? []) expect(answer.text).not.toContain(sentence);
  return refusal;
}

const post = (json: Record<string, unknown>): Call => ({ method: 'POST', path: ACTIVITIES, json });
const idOf = (parts: string) => parts.replace('{guid}', created.split(':')[1] ?? '').replace('{id}', created);

test.each<readonly [what: string, call: () => Call, row: string, nearMiss: string]>([
  [
    'an activity of another learner',
    () => ({ path: `${AT_ROOT}/${idOf(`${ASSIGNER}:{guid}`)}` }),
    'assignmentNotFound',
    `An activity with this id exists: the learningSelfInitiatedCourse {id} under the provider ${PROVIDER}, of the learner ${LEARNER}.`,
  ],
  [
    'an activity without its learner',
    () => ({ path: `${AT_ROOT}/${idOf('{guid}')}` }),
    'assignmentNotFound',
    `An activity with this id exists: the learningSelfInitiatedCourse {id} under the provider ${PROVIDER}, of the learner ${LEARNER}.`,
  ],
  [
    'an activity of another provider',
    () => ({ path: `${PROVIDERS}/${CLOSED_PROVIDER}/learningCourseActivities/${SEEDED_ACTIVITY}` }),
    'assignmentNotFound',
    `An activity with this id exists: the learningAssignment ${SEEDED_ACTIVITY} under the provider ${PROVIDER}, of the learner ${LEARNER}.`,
  ],
  [
    'an activity of another tenant',
    () => ({ path: `${AT_ROOT}/${OTHER.activity}` }),
    'assignmentNotFound',
    `An activity with this id exists in the tenant Fabrikam (${OTHER.tenant}).`,
  ],
  [
    'a content in place of an activity',
    () => ({ path: `${AT_ROOT}/${CONTENT}` }),
    'assignmentNotFound',
    `'${CONTENT}' is the id of a learningContent of the provider ${PROVIDER}.`,
  ],
  [
    'a user in place of an activity',
    () => ({ path: `${AT_ROOT}/${LEARNER}` }),
    'assignmentNotFound',
    `'${LEARNER}' is the id of a user.`,
  ],
  [
    'an external id in place of an id',
    () => ({ path: `${AT_ROOT}/known` }),
    'assignmentNotFound',
    `An activity with the external id 'known' exists: the learningSelfInitiatedCourse {id} under the provider ${PROVIDER}, of the learner ${LEARNER}.`,
  ],
  [
    'an external id of another provider',
    () => ({ path: `${PROVIDERS}/${CLOSED_PROVIDER}/learningCourseActivities(externalcourseActivityId='known')` }),
    'assignmentNotFound',
    `An activity with the external id 'known' exists: the learningSelfInitiatedCourse {id} under the provider ${PROVIDER}, of the learner ${LEARNER}.`,
  ],
  [
    'an id in place of an external id',
    () => ({ path: `${AT_ROOT}(externalcourseActivityId='${SEEDED_ACTIVITY}')` }),
    'assignmentNotFound',
    `'${SEEDED_ACTIVITY}' is the id of an activity, not its external id.`,
  ],
  [
    'an activity to update',
    () => ({
      method: 'PATCH',
      path: `${ACTIVITIES}/${CONTENT}`,
      json: { '@odata.type': '#microsoft.graph.learningAssignment', status: 'completed' },
    }),
    'assignmentNotFoundOnUpdate',
    `'${CONTENT}' is the id of a learningContent of the provider ${PROVIDER}.`,
  ],
  [
    'an external id in place of the id of a content',
    () => ({ path: `${CONTENTS}/LP4471` }),
    'contentNotFound',
    `'LP4471' is the external id of a learningContent, whose id is ${CONTENT}.`,
  ],
  [
    'an id in place of the external id of a content',
    () => ({ path: `${CONTENTS}(externalId='${CONTENT}')` }),
    'contentNotFound',
    `'${CONTENT}' is the id of a learningContent, not its external id.`,
  ],
  [
    'a content of another provider',
    () => ({ path: `${PROVIDERS}/${CLOSED_PROVIDER}/learningContents/${CONTENT}` }),
    'contentNotFound',
    `A learningContent '${CONTENT}' exists under the provider ${PROVIDER}.`,
  ],
  [
    'a content of another tenant',
    () => ({ path: `${CONTENTS}/${OTHER.content}` }),
    'contentNotFound',
    `The learningContent exists in the tenant Fabrikam (${OTHER.tenant}).`,
  ],
  [
    'an activity in place of a content',
    () => ({ path: `${CONTENTS}/${SEEDED_ACTIVITY}` }),
    'contentNotFound',
    `'${SEEDED_ACTIVITY}' is the id of an activity.`,
  ],
  [
    'a provider of another tenant',
    () => ({ path: `${PROVIDERS}/${OTHER.provider}/learningCourseActivities` }),
    'registrationIdInvalid',
    `A provider with this id exists in the tenant Fabrikam (${OTHER.tenant}).`,
  ],
  [
    'a content in place of a provider',
    () => ({ path: `${PROVIDERS}/${CONTENT}/learningCourseActivities/x` }),
    'registrationIdInvalid',
    `'${CONTENT}' is the id of a learningContent of the provider ${PROVIDER}.`,
  ],
  [
    'a user of another tenant',
    () => ({ path: `/v1.0/users/${OTHER.user}` }),
    'userNotFound',
    `The user '${OTHER.user}' exists in the tenant Fabrikam (${OTHER.tenant}).`,
  ],
  [
    'a display name in place of a user',
    () => ({ path: '/v1.0/users/Lee%20Learner' }),
    'userNotFound',
    `'Lee Learner' is another name of the user ${LEARNER} (learner@contoso.onmicrosoft.com).`,
  ],
  [
    'a repeated create',
    () => post(activity({ externalcourseActivityId: 'known' })),
    'conflict',
    "The learningSelfInitiatedCourse {id} has the external id 'known'.",
  ],
  [
    'a content that the body names and another tenant has',
    () => post(activity({ learningContentId: OTHER.content })),
    'fieldsInvalid',
    `The learningContent exists in the tenant Fabrikam (${OTHER.tenant}).`,
  ],
  [
    'a learner that the body names and another tenant has',
    () => post(activity({ learnerUserId: OTHER.user })),
    'fieldsInvalid',
    `The user '${OTHER.user}' exists in the tenant Fabrikam (${OTHER.tenant}).`,
  ],
  [
    'a misspelt path',
    () => ({ path: '/v1.0/employeeExperience/learningProvider' }),
    'segmentNotFound',
    'The path would match listLearningProviders as GET /employeeExperience/learningProviders.',
  ],
  [
    'a path without version',
    () => ({ path: '/employeeExperience/learningProviders' }),
    'versionInvalid',
    'With /v1.0 or /beta before it, the path would be that of listLearningProviders.',
  ],
  [
    'a made-up version',
    () => ({ path: '/v2.0/employeeExperience/learningCourseActivities' }),
    'versionInvalid',
    'With /v1.0 or /beta before it, the path would be that of listLearningCourseActivities.',
  ],
  [
    'a method that the path does not take',
    () => ({ method: 'PUT', path: `${ACTIVITIES}/${SEEDED_ACTIVITY}` }),
    'methodNotAllowed',
    'With PATCH, the path would match updateLearningCourseActivity.',
  ],
  [
    'a method that the path takes with a setting only',
    () => ({ method: 'DELETE', path: `${AT_ROOT}(externalcourseActivityId='x')` }),
    'methodNotAllowed',
    'The setting rootActivityWrites switches deleteLearningCourseActivityByExternalIdAtRoot on.',
  ],
])('%s is known again', async (_, call, row, nearMiss) => {
  const refusal = await refusalOf(call());
  expect(refusal?.row).toBe(row);
  expect(refusal?.nearMisses).toContain(nearMiss.replace('{id}', created));
});

test.each<readonly [method: string, path: string, nearMisses: readonly string[]]>([
  ['PUT', `${AT_ROOT}/x`, ['With GET, the path would match getLearningCourseActivity.']],
  ['PUT', CONTENTS, ['With GET, the path would match listLearningContents.']],
  ['POST', CONTENTS, ['The setting contentPost switches createLearningContent on.']],
])('%s %s suggests no operation that is switched off', async (method, path, nearMisses) => {
  expect((await refusalOf({ method, path }))?.nearMisses).toEqual(nearMisses);
});

test.each<readonly [what: string, call: Call]>([
  ['an activity', { path: `${AT_ROOT}/${UNKNOWN}` }],
  ['a content', { path: `${CONTENTS}/${UNKNOWN}` }],
  ['a provider', { path: `${PROVIDERS}/${UNKNOWN}/learningContents` }],
  ['a user', { path: `/v1.0/users/${UNKNOWN}` }],
  ['a path', { path: '/v1.0/planner/tasks' }],
])('for %s that nobody has there is no near miss', async (_, call) => {
  expect((await refusalOf(call))?.nearMisses).toEqual([]);
});

test('names each invalid field with its problem', async () => {
  const refusal = await refusalOf(post(activity({ learningContentId: UNKNOWN, completionPercentage: 200 })));
  expect(refusal).toMatchObject({
    id: 'E11',
    fields: [{ target: 'learningContentId' }, { target: 'completionPercentage' }],
  });
});

test('names the licence that a learner lacks', async () => {
  expect(await refusalOf(post(activity({ learnerUserId: UNLICENSED })))).toMatchObject({
    row: 'userLicenseInvalid',
    detail: "The user's licence is none.",
    explanation: {
      requiredLicence: 'premium',
      userLicence: 'none',
      missingServicePlan: 'VIVA_LEARNING_PREMIUM',
    },
  });
});

test('names the permission that a token lacks', async () => {
  const token = await server.appToken('none');
  const answer = await server.call({ path: ACTIVITIES, token });
  expect((await server.entryOf(answer)).refusal).toMatchObject({
    row: 'accessDenied',
    id: 'E2',
    explanation: { requiredTokenKind: 'application', tokenPermissions: [] },
  });
});

test('says why a token was rejected', async () => {
  const token = `${await server.appToken('writer')}x`;
  const answer = await server.call({ path: ACTIVITIES, token });
  expect((await server.entryOf(answer)).refusal).toMatchObject({
    row: 'authenticationInvalid',
    detail: expect.stringContaining('signature'),
    reasons: [expect.stringContaining('signature')],
  });
});

test('says that a provider takes no activities', async () => {
  const path = `${PROVIDERS}/${CLOSED_PROVIDER}/learningCourseActivities`;
  expect(
    await refusalOf({ method: 'POST', path, json: activity({ learningProviderId: CLOSED_PROVIDER }) }),
  ).toMatchObject({
    row: 'providerNotEnabled',
    when: expect.stringContaining('isCourseActivitySyncEnabled'),
  });
});

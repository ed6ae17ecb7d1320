// Run by node:test, with a server in this process. Vitest and Jest differ in the first lines only: docs/library.md.
import assert from 'node:assert/strict';
import * as nodeTest from 'node:test';
import { useVivarium } from 'vivarium/testing';

const { test } = nodeTest;
const vivarium = useVivarium({ http: true }, nodeTest);

/** What is to be tested: code that is handed the address of Microsoft Graph and a token. */
async function completeCourse(graph, token, course) {
  const { registrationId, ...activity } = course;
  const response = await fetch(
    `${graph}/v1.0/employeeExperience/learningProviders/${registrationId}/learningCourseActivities`,
    {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
        status: 'completed',
        completedDateTime: '2026-01-02T03:04:05Z',
        ...activity,
      }),
    },
  );
  return response.status;
}

function courseOf({ users, samples }) {
  const { registrationId, learningContentId } = samples;
  return { registrationId, learningContentId, learnerUserId: users.learner.id, externalCourseActivityId: 'course-1' };
}

test('a completed course is stored', async () => {
  const { server } = vivarium;
  const token = await server.tokenFor({ app: 'writer' });
  assert.equal(await completeCourse(server.baseUrl, token, courseOf(server)), 201);
});

test('each test begins with the data of the seed', async () => {
  const { server } = vivarium;
  const token = await server.tokenFor({ app: 'writer' });
  assert.equal(await completeCourse(server.baseUrl, token, courseOf(server)), 201);
  assert.equal(await completeCourse(server.baseUrl, token, courseOf(server)), 409);
});

test('a busy service asks to wait', async () => {
  const { server } = vivarium;
  await server.faults.add({ effect: { kind: 'error', row: 'tooManyRequests' }, calls: { first: 1 } });
  const token = await server.tokenFor({ app: 'writer' });
  assert.equal(await completeCourse(server.baseUrl, token, courseOf(server)), 429);
  assert.equal(await completeCourse(server.baseUrl, token, courseOf(server)), 201);
});

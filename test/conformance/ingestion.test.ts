import { expect, test } from 'vitest';

import { startTestServer } from '../support/server.ts';
import type { Answer, TestServer } from '../support/server.ts';
import { PLACES } from './places.ts';

const PROVIDERS = '/employeeExperience/learningProviders';

/** One line of a learning history that is carried over. */
const RECORD = {
  learner: 'learner@contoso.onmicrosoft.com',
  courseUrl: "https://learn.contoso.com/courses/what's new?id=1",
  completionId: 'history/2024:000017',
};

interface Imported {
  /** What the run had to create, in order. */
  readonly created: readonly string[];
  readonly providerId: string;
  readonly contentId: string;
  readonly activityId: string;
}

/** Keys stand in quotes, which are doubled within; everything odd is encoded. */
function keyOf(text: string): string {
  return encodeURIComponent(text.replaceAll("'", "''"));
}

/**
 * The calls of a public script that carries learning histories over, in its order. It creates only what its look-ups do
 * not find: a missing external id must be 404 and nothing else.
 */
async function importRecord(server: TestServer, version: string): Promise<Imported> {
  const created: string[] = [];
  const [admin, app] = [await server.userToken('admin'), await server.appToken('writer')];
  const call =
    (token: string, method: string) =>
    async (path: string, json?: unknown): Promise<Answer> =>
      server.call({ method, path: `/${version}${path}`, token, ...(json !== undefined && { json }) });

  const { body: providers } = await call(admin, 'GET')(PROVIDERS);
  let provider = providers.value.find(({ displayName }: { displayName: string }) => displayName === 'Contoso History');
  if (provider === undefined) {
    const logo = 'https://learn.contoso.com/logo.png';
    const answer = await call(admin, 'POST')(PROVIDERS, {
      displayName: 'Contoso History',
      squareLogoWebUrlForDarkTheme: logo,
      longLogoWebUrlForDarkTheme: logo,
      squareLogoWebUrlForLightTheme: logo,
      longLogoWebUrlForLightTheme: logo,
    });
    expect(answer.status).toBe(201);
    created.push('provider');
    provider = answer.body;
  }
  const { status: switched } = await call(admin, 'PATCH')(`${PROVIDERS}/${provider.id}`, {
    isCourseActivitySyncEnabled: true,
  });
  expect(switched).toBe(204);

  const contents = `${PROVIDERS}/${provider.id}/learningContents`;
  const before = await call(app, 'GET')(`${contents}/$count`);
  const content = await call(app, 'PATCH')(`${contents}(externalId='${keyOf(RECORD.courseUrl)}')`, {
    title: "What's new",
    contentWebUrl: 'https://learn.contoso.com/courses/new',
    languageTag: 'en-us',
    createdDateTime: '2022-07-16',
  });
  expect(content.status).toBe(202);
  const after = await call(app, 'GET')(`${contents}/$count`);
  if (after.text !== before.text) created.push('content');

  const { body: learner } = await call(app, 'GET')(`/users/${RECORD.learner}?$select=id`);
  const activities = `${PROVIDERS}/${provider.id}/learningCourseActivities`;
  const byKey = `${activities}(externalCourseActivityId='${keyOf(RECORD.completionId)}')`;
  if ((await call(app, 'GET')(byKey)).status === 404) {
    const { status } = await call(app, 'POST')(activities, {
      '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
      externalcourseActivityId: RECORD.completionId,
      learnerUserId: learner.id,
      learningContentId: content.body.id,
      learningProviderId: provider.id,
      status: 'completed',
      completionPercentage: 100,
      completedDateTime: '2024-03-01T08:00:00Z',
    });
    expect(status).toBe(201);
    created.push('activity');
  }
  const found = await call(app, 'GET')(byKey);
  expect(found).toMatchObject({ status: 200, body: { status: 'completed', learnerUserId: learner.id } });
  return { created, providerId: provider.id, contentId: content.body.id, activityId: found.body.id };
}

test.each(PLACES)(
  '112: a script that carries a learning history over to $version on $store.name creates what is missing, and nothing when it runs again',
  async ({ store, version }) => {
    await using database = store.create();
    await using server = await startTestServer(await database.serverSettings());
    const first = await importRecord(server, version);
    const second = await importRecord(server, version);
    expect(first.created).toEqual(['provider', 'content', 'activity']);
    expect(second).toEqual({ ...first, created: [] });
  },
);

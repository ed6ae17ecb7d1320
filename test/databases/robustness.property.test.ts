/** Whatever a client sends is answered, in the form that clients can read, and no fault of the server is found. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { hostileRequests } from '../support/hostile-requests.ts';
import type { Good } from '../support/hostile-requests.ts';
import { sendBytes } from '../support/raw-http.ts';
import type { RawAnswer } from '../support/raw-http.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';

const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const CONTENT = '57baf9dc-e020-11ec-9d64-0242ac120002';
const LEARNER = '7ba2228a-e020-11ec-9d64-0242ac120002';
const ACTIVITY = '8ba2228a-e020-11ec-9d64-0242ac120003';
const ACTIVITIES = `/v1.0/employeeExperience/learningProviders/${PROVIDER}/learningCourseActivities`;
const BODY_LIMIT = 200_000;

const assignment = {
  '@odata.type': '#microsoft.graph.learningAssignment',
  assignedDateTime: '2021-05-11T22:57:17+00:00',
  assignmentType: 'required',
  assignerUserId: 'cea1684d-57dc-438d-a9d1-e666ec1a7f3d',
  completedDateTime: null,
  completionPercentage: 20,
  dueDateTime: { dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'UTC' },
  externalCourseActivityId: null,
  learningContentId: CONTENT,
  learningProviderId: PROVIDER,
  learnerUserId: LEARNER,
  notes: { contentType: 'text', content: 'notes' },
  status: 'notStarted',
};
const content = {
  title: 'A title',
  contentWebUrl: 'https://a.example/',
  languageTag: 'en-us',
  additionalTags: ['a'],
  createdDateTime: '2018-01-01T00:00:00',
  duration: 'PT20M',
  isActive: true,
  level: 'beginner',
  numberOfPages: '1',
};
const logo = 'https://a.example/logo.png';
const provider = {
  displayName: 'A provider',
  isCourseActivitySyncEnabled: true,
  loginWebUrl: '',
  longLogoWebUrlForDarkTheme: logo,
  longLogoWebUrlForLightTheme: logo,
  squareLogoWebUrlForDarkTheme: logo,
  squareLogoWebUrlForLightTheme: logo,
};

let server: TestServer;
let writer: string;
let admin: string;

/** A success, or the error envelope; to HEAD without its body. */
function expectReadable({ status, headers, text }: RawAnswer, method: string): void {
  expect(status).toBeLessThan(500);
  expect(headers['request-id']).toMatch(/^[\da-f-]{36}$/);
  if (status < 400 || method === 'HEAD') return;
  expect(headers['content-type']).toMatch(/^application\/json\b/);
  expect(JSON.parse(text)).toEqual({
    error: {
      code: expect.stringMatching(/^\w+$/) as unknown,
      message: expect.stringMatching(/./) as unknown,
      innerError: expect.objectContaining({ 'request-id': headers['request-id'] }) as unknown,
      ...(text.includes('"details"') && { details: expect.any(Array) as unknown }),
    },
  });
}

const CONTENTS = `/beta/employeeExperience/learningProviders/${PROVIDER}/learningContents`;
const PROVIDERS = '/v1.0/employeeExperience/learningProviders';

describe.each(STORE_DRIVERS)('on $name', ({ create }) => {
  const open = new AsyncDisposableStack();

  beforeAll(async () => {
    const database = open.use(create());
    const place = await database.serverSettings();
    server = open.use(await startTestServer({ ...place, httpPort: 0, bodyLimitBytes: BODY_LIMIT }));
    writer = await server.appToken('writer');
    admin = await server.userToken('admin', ['LearningProvider.ReadWrite', 'LearningAssignedCourse.Read']);
  });
  afterAll(() => open.disposeAsync());

  test('any request gets a success or an error envelope, never a fault', { timeout: 300_000 }, async () => {
    const good: Good = {
      tokens: [writer, admin, '', 'not.a.token'],
      ids: [PROVIDER, CONTENT, LEARNER, ACTIVITY, `${LEARNER}:${ACTIVITY}`, 'LP4471', "'LP4471'", 'me'],
      writes: [
        { method: 'POST', path: ACTIVITIES, token: writer, body: assignment },
        { method: 'PATCH', path: `${ACTIVITIES}/${ACTIVITY}`, token: writer, body: assignment },
        { method: 'PATCH', path: `${CONTENTS}(externalId='any')`, token: writer, body: content },
        { method: 'POST', path: PROVIDERS, token: admin, body: provider },
      ],
      lists: [
        { path: ACTIVITIES, token: writer },
        { path: CONTENTS, token: writer },
        { path: PROVIDERS, token: admin },
        { path: '/v1.0/users', token: writer },
        { path: '/beta/me/employeeExperience/learningCourseActivities', token: admin },
      ],
    };
    await fc.assert(
      fc.asyncProperty(hostileRequests(good), async ({ bytes, method }) => {
        const answers = await sendBytes(server.app.httpUrl as string, bytes, method);
        expect(answers.length).toBeGreaterThan(0);
        for (const answer of answers) expectReadable(answer, method);
      }),
      { numRuns: 4000 },
    );
    expect((await server.call({ path: '/readyz' })).status).toBe(200);
  });

  describe('every property of every type of body', () => {
    const values: readonly unknown[] = [
      ...[null, true, 0, -1, 1.5, 2 ** 53, '', 'text', '\u0000', 'half a pair \ud800', 'x'.repeat(20_000)],
      ...[[], {}, [[]], [null], ['a', 1], { a: 1 }, { toString: 1 }, { dateTime: {} }, { content: [] }, { length: -1 }],
    ];
    const entities = [
      { name: 'activity', method: 'POST', path: ACTIVITIES, good: assignment },
      { name: 'stored activity', method: 'PATCH', path: `${ACTIVITIES}/${ACTIVITY}`, good: assignment },
      {
        name: 'content',
        method: 'PATCH',
        path: `${CONTENTS}(externalId='new')`,
        good: { ...content, contributors: [], skillTags: [], externalId: 'new' },
      },
      { name: 'provider', method: 'POST', path: PROVIDERS, good: provider },
    ];
    const cases = entities.flatMap((entity) => Object.keys(entity.good).map((property) => ({ ...entity, property })));

    test.each(cases)('$property of $name takes any JSON', async ({ name, method, path, good, property }) => {
      const token = name === 'provider' ? admin : writer;
      for (const value of values) {
        const answer = await server.call({ method, path, token, json: { ...good, [property]: value } });
        expectReadable(answer, method);
      }
    });
  });

  describe('bodies that could exhaust the server', () => {
    const depth = 10_000;
    const nested = (open: string, close: string) => open.repeat(depth) + close.repeat(depth);
    const bodies: readonly (readonly [what: string, body: string])[] = [
      ['deep arrays', nested('[', ']')],
      ['deep objects', `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`],
      ['a deep property', `{"notes":${'{"content":'.repeat(depth)}1${'}'.repeat(depth)}}`],
      ['a deep type', `{"@odata.type":${nested('[', ']')}}`],
      ['deep and never closed', '[{"a":'.repeat(depth)],
      ['many members', `{${Array.from({ length: 10_000 }, (_, index) => `"p${index}":0`).join()}}`],
      ['one member again and again', `{${Array.from({ length: 10_000 }, () => '"status":"a"').join()}}`],
      ['a long text', JSON.stringify({ ...assignment, notes: 'x'.repeat(150_000) })],
      ['a long name', JSON.stringify({ ['x'.repeat(150_000)]: 1 })],
      ['a long number', `{"completionPercentage":${'9'.repeat(150_000)}}`],
      ['more than the limit', JSON.stringify({ notes: 'x'.repeat(BODY_LIMIT) })],
      [
        'deep batches',
        JSON.stringify({ requests: [{ id: '1', method: 'POST', url: '/$batch', body: { requests: [] } }] }),
      ],
      ['a deep batch item', `{"requests":[{"id":"1","method":"POST","url":"/me","body":${nested('[', ']')}}]}`],
      ['a long url in a batch', JSON.stringify({ requests: [{ id: '1', method: 'GET', url: "/('".repeat(60_000) }] })],
    ];
    const places = [
      ['POST', ACTIVITIES],
      ['PATCH', `${ACTIVITIES}/${ACTIVITY}`],
      ['PATCH', `/v1.0/employeeExperience/learningProviders/${PROVIDER}/learningContents(externalId='deep')`],
      ['POST', '/beta/$batch'],
    ] as const;

    test.each(bodies)('%s', async (_, body) => {
      for (const [method, path] of places) {
        const headers = { 'content-type': 'application/json' };
        expectReadable(await server.call({ method, path, token: writer, body, headers }), method);
      }
    });
  });
});

/** Requests that hold too much are refused before they are worked on, in a batch as by themselves. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  MAX_ITEM_HEADERS,
  MAX_ITEM_HEADERS_LENGTH,
  MAX_ITEM_PATH_LENGTH,
  MAX_ITEM_QUERY_LENGTH,
  MAX_ITEM_QUERY_OPTIONS,
  MAX_JSON_DEPTH,
  MAX_JSON_VALUES,
} from '../../src/model/limits.ts';
import { startTestServer } from '../support/server.ts';
import type { Answer, TestServer } from '../support/server.ts';

let server: TestServer;
let activities: string;

beforeAll(async () => {
  server = await startTestServer();
  activities = `/v1.0/employeeExperience/learningProviders/${server.app.credentials.samples['registrationId']}/learningCourseActivities`;
});
afterAll(() => server[Symbol.asyncDispose]());

const UNREADABLE = {
  status: 400,
  body: { error: { code: 'BadRequest', message: expect.stringContaining('Unable to read JSON request payload.') } },
};
const properties = (count: number) => `{${Array.from({ length: count }, (_, index) => `"${index}":1`).join()}}`;
const HOSTILE = {
  'with too many properties': properties(250_000),
  'with too many items': `{"a":[${'1,'.repeat(MAX_JSON_VALUES)}1]}`,
  'nested too deep': `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`,
  'nested too deep in a property': `{"a":${'['.repeat(MAX_JSON_DEPTH)}1${']'.repeat(MAX_JSON_DEPTH)}}`,
};

describe.each(Object.entries(HOSTILE))('a body %s', (_, body) => {
  const headers = { 'content-type': 'application/json' };

  test('is refused', async () => {
    const token = await server.appToken('writer');
    expect(await server.call({ method: 'POST', path: activities, token, body, headers })).toMatchObject(UNREADABLE);
  });

  test('is refused as the body of a batch', async () => {
    const token = await server.appToken('writer');
    expect(await server.call({ method: 'POST', path: '/v1.0/$batch', token, body, headers })).toMatchObject(UNREADABLE);
  });

  test('is refused as the base64 of an item', async () => {
    const item = { id: '1', method: 'POST', url: activities.slice('/v1.0'.length), headers };
    const { body: answer } = await sendBatch({ ...item, body: Buffer.from(body).toString('base64') }, 'writer');
    expect(answer.responses).toMatchObject([{ status: 400, body: UNREADABLE.body }]);
  });
});

test('the body of a caller without permission is not looked at', async () => {
  const token = await server.appToken('none');
  const headers = { 'content-type': 'application/json' };
  const answer = await server.call({ method: 'POST', path: activities, token, body: '{"broken', headers });
  expect(answer).toMatchObject({ status: 403, body: { error: { code: 'Forbidden' } } });
});

describe('the whole batch is refused for an item', () => {
  const get = { id: '1', method: 'GET', url: '/users?$top=1' };

  test.each([
    ['whose path is too long', { url: `/users${'/a'.repeat(MAX_ITEM_PATH_LENGTH / 2)}` }],
    ['with a key of quotes', { url: `/users('${"'".repeat(3_000_000)}')` }],
    ['whose query is too long', { url: `/users?$filter=${'a'.repeat(MAX_ITEM_QUERY_LENGTH)}` }],
    ['whose query is too long behind a second mark', { url: `/users?a?${'a'.repeat(MAX_ITEM_QUERY_LENGTH)}` }],
    ['with too many query options', { url: `/users?${'a&'.repeat(MAX_ITEM_QUERY_OPTIONS + 1)}` }],
    [
      'with too many headers',
      { headers: Object.fromEntries(Array.from({ length: MAX_ITEM_HEADERS + 1 }, (_, n) => [`x-${n}`, '1'])) },
    ],
    ['with a header that is too long', { headers: { 'x-long': 'a'.repeat(MAX_ITEM_HEADERS_LENGTH) } }],
  ])('%s', async (_, changes) => {
    const answer = await sendBatch({ ...get, ...changes });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/^Invalid batch/) } },
    });
  });

  test('and not for one that is within the bounds', async () => {
    const filter = `/users?$filter=${encodeURIComponent(`displayName eq '${'a'.repeat(8000)}'`)}`;
    const headers = Object.fromEntries(Array.from({ length: MAX_ITEM_HEADERS }, (_, n) => [`x-${n}`, '1']));
    expect((await sendBatch({ ...get, url: filter, headers })).body.responses).toMatchObject([{ status: 200 }]);
  });
});

async function sendBatch(item: object, app = 'reader'): Promise<Answer> {
  const token = await server.appToken(app);
  return server.call({ method: 'POST', path: '/v1.0/$batch', token, json: { requests: [item] } });
}

import { describe, expect, test } from 'vitest';

import { API_VERSIONS } from '../../src/model/versions.ts';
import { startTestServer } from '../support/server.ts';
import type { Answer, TestServer } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import { TYPE_IS_INVALID } from './documented-requests.ts';
import { readExample } from '../../src/conformance/setup.ts';

const LEARNER = '7ba2228a-e020-11ec-9d64-0242ac120002';
const PROVIDER = '/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38';
/** As the update page names it. */
const UPDATED = `${PROVIDER}/learningCourseActivities/8ba2228a-e020-11ec-9d64-0242ac120003`;

/** The server prints the ids of its own; all else of the documented answer is to come back. */
function documentedAnswer(name: Parameters<typeof readExample>[0]): object {
  const { '@odata.context': _context, id: _id, ...answer } = JSON.parse(readExample(name));
  return {
    ...answer,
    '@odata.context': expect.stringMatching(/^https:\/\/[^/]+\/(v1\.0|beta)\/\$metadata#learningProviders\(/),
    id: expect.stringMatching(new RegExp(`^${LEARNER}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)),
  };
}

/** What a read shows of a body: the external id comes in the spelling of the schema. */
function shownAs(body: string): object {
  const { externalCourseActivityId, ...rest } = JSON.parse(body);
  return externalCourseActivityId === undefined
    ? rest
    : { ...rest, externalcourseActivityId: externalCourseActivityId };
}

describe.each(API_VERSIONS)('the documented requests, byte for byte, in %s', (version) => {
  const sendTo =
    (server: TestServer) =>
    async (method: string, path: string, body?: string): Promise<Answer> =>
      server.call({
        method,
        path: `/${version}${path}`,
        token: await server.appToken('writer'),
        ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
      });

  test.each(STORE_DRIVERS)('the four of the seeds are stored as they were sent, on $name', async (store) => {
    await using database = store.create();
    await using server = await startTestServer(await database.serverSettings());
    const send = sendTo(server);
    const update = readExample(`update-assignment.${version}`);
    const courseUpdate = readExample(`update-self-initiated.${version}`);

    const assignment = await send('POST', `${PROVIDER}/learningCourseActivities`, readExample('create-assignment'));
    expect(assignment).toMatchObject({ status: 201, body: documentedAnswer('create-assignment.answer') });
    expect(Object.keys(assignment.body).toSorted()).toEqual(
      Object.keys(documentedAnswer('create-assignment.answer')).toSorted(),
    );

    const course = await send('POST', `${PROVIDER}/learningCourseActivities`, readExample('create-self-initiated'));
    expect(course.status).toBe(201);
    expect(course.body).toEqual(documentedAnswer('create-self-initiated.answer'));

    // The page on updating gives another activity the external id of the one that the page on creating creates.
    expect(await send('PATCH', UPDATED, update)).toMatchObject({ status: 409 });
    const created = (body: { readonly id: string }) => `${PROVIDER}/learningCourseActivities/${body.id}`;
    expect(await send('DELETE', created(assignment.body))).toMatchObject({ status: 204 });
    expect(await send('PATCH', UPDATED, update)).toMatchObject({ status: 204, text: '' });
    expect(await send('GET', UPDATED)).toMatchObject({ status: 200, body: shownAs(update) });

    const refused = await send('PATCH', UPDATED, courseUpdate);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatchObject({
      message: 'Input fields are invalid',
      details: [TYPE_IS_INVALID],
    });
    expect(await send('GET', UPDATED)).toMatchObject({ status: 200, body: shownAs(update) });

    expect(await send('PATCH', created(course.body), courseUpdate)).toMatchObject({ status: 204, text: '' });
    expect(await send('GET', created(course.body))).toMatchObject({ status: 200, body: shownAs(courseUpdate) });
  });
});

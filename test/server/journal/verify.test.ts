import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Verification } from '../../../src/sandbox/journal/verify.ts';
import { activity, ACTIVITIES, LEARNER, PROVIDER, PROVIDERS, startJournalServer } from './journal-server.ts';
import type { JournalServer } from './journal-server.ts';

/** For machines that have other things to do. */
const TIMEOUT_MS = 120_000;

let server: JournalServer;
beforeAll(async () => {
  server = await startJournalServer({ httpPort: 0 });
  await server.appToken('writer');
  await server.appToken('reader');
});
afterAll(() => server[Symbol.asyncDispose]());

const clear = () => server.control('DELETE', '/journal');

const create = (values: Record<string, unknown>) =>
  server.asWriter({ method: 'POST', path: ACTIVITIES, json: activity(values) });

test(
  '1,000 requests side by side are 1,000 entries as soon as they are answered',
  async () => {
    await clear();
    const headers = { authorization: `Bearer ${await server.appToken('writer')}` };
    const control = { authorization: `Bearer ${server.app.control?.token}`, 'content-type': 'application/json' };
    // All are on their way at once, ten on each connection.
    const dispatcher = new Agent({ connections: 100, pipelining: 10, connect: { timeout: TIMEOUT_MS } });
    let unseen = 0;
    const one = async (index: number): Promise<void> => {
      const url = `${server.app.httpUrl}${PROVIDERS}/${PROVIDER}/learningContents?$top=1&$skip=${index}`;
      const answer = await request(url, { dispatcher, headers });
      await answer.body.dump();
      if (index % 20 !== 0) return;
      // Asked as soon as this one is answered, while others are on their way.
      const match = { requestId: answer.headers['request-id'] };
      const question = { dispatcher, method: 'POST', headers: control, body: JSON.stringify({ match }) } as const;
      const verification = await request(`${server.app.httpUrl}/_vivarium/journal/verify`, question);
      if (((await verification.body.json()) as Verification).found !== 1) unseen += 1;
    };
    await Promise.all(Array.from({ length: 1000 }, (_, index) => one(index)));
    await dispatcher.close();
    expect(unseen).toBe(0);
    const match = { operation: 'listLearningContents', status: 200, app: 'writer' };
    expect(await server.verify({ match, count: { exactly: 1000 } })).toMatchObject({ isSatisfied: true, found: 1000 });
    expect(await server.verify({ match, count: { exactly: 999 } })).toMatchObject({ isSatisfied: false });
  },
  TIMEOUT_MS,
);

describe('A match', () => {
  let firstId = 0;
  const wanted = { externalcourseActivityId: 'match-1', status: 'inProgress' };
  beforeAll(async () => {
    await clear();
    const answer = await create(wanted);
    firstId = (await server.entryOf(answer)).id;
    await server.asWriter({ method: 'DELETE', path: `${ACTIVITIES}/${answer.body.id}` });
    await server.call({
      path: '/beta/employeeExperience/learningCourseActivities?$top=1',
      token: await server.appToken('reader'),
      headers: { prefer: 'odata.maxpagesize=1', 'client-request-id': 'own-id' },
    });
    await server.call({ path: '/v1.0/me', token: await server.userToken('learner') });
    await server.call({ path: '/employeeExperience' });
  });

  test.each<readonly [match: object, entries: readonly number[]]>([
    [{}, [0, 1, 2, 3, 4]],
    [{ method: 'post' }, [0]],
    [{ method: ['POST', 'DELETE'] }, [0, 1]],
    [{ path: '/employeeExperience/learningProviders/{id}/learningCourseActivities' }, [0]],
    [{ path: '/v1.0/employeeExperience/**' }, [0, 1]],
    [{ path: '/employeeExperience/**' }, [0, 1, 2]],
    [{ path: '/EMPLOYEEEXPERIENCE/learningcourseactivities' }, [2]],
    [{ operation: 'deleteLearningCourseActivity' }, [1]],
    [{ status: 204 }, [1]],
    [{ status: ['2xx', 404] }, [0, 1, 2, 3]],
    [{ status: '4xx' }, [4]],
    [{ app: 'reader' }, [2]],
    [{ app: '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a11' }, [0, 1]],
    [{ tenant: 'contoso.onmicrosoft.com' }, [0, 1, 2, 3]],
    [{ user: 'learner@contoso.onmicrosoft.com' }, [3]],
    [{ user: LEARNER }, [3]],
    [{ learner: 'learner', method: 'DELETE' }, [1]],
    [{ requestId: 'own-id' }, [2]],
    [{ header: { Prefer: 'odata.maxpagesize=1' } }, [2]],
    [{ header: { prefer: null }, method: 'GET' }, [3, 4]],
    [{ body: { externalcourseActivityId: 'match-1' } }, [0]],
    [{ body: { externalcourseActivityId: 'match-2' } }, []],
    [{ refusal: 'versionInvalid' }, [4]],
    [{ kind: 'graph', text: 'MATCH-1' }, [0]],
    [{ kind: 'issuer' }, []],
    [{ since: '2020-01-01T00:00:00Z', until: '2021-01-01T00:00:00Z' }, []],
  ])('%j finds what it says', async (match, entries) => {
    const { body } = await server.control('POST', '/journal/verify', { match, count: { exactly: entries.length } });
    expect(body).toMatchObject({ isSatisfied: true, found: entries.length });
    expect(body.entries).toEqual(entries.map((index) => firstId + index));
  });

  test('selects in a URL as it does in JSON', async () => {
    const query = '&operation=createLearningCourseActivity&operation=getMe&status=2xx&tenant=Contoso';
    expect((await server.read(query)).map(({ operation }) => operation)).toEqual([
      'createLearningCourseActivity',
      'getMe',
    ]);
  });

  test('that names what there is not is refused, with everything that is wrong', async () => {
    const match = {
      app: 'writter',
      operation: 'createActivity',
      refusal: 'conflikt',
      since: 'yesterday',
      learner: 'nobody',
    };
    const answer = await server.control('POST', '/journal/verify', { match });
    expect(answer.status).toBe(400);
    expect(answer.body.problems).toEqual([
      'match.app: there is no "writter" in the directory. Did you mean "writer"?',
      'match.learner: there is no "nobody" in the directory.',
      expect.stringMatching(/^match.operation: there is no "createActivity"/),
      'match.refusal: there is no "conflikt". Did you mean "conflict"?',
      'match.since must be a date and time; got "yesterday".',
    ]);
  });

  test.each(['4x', '600', '099', '4040', 'OK'])('by %s, which is no status, is refused everywhere', async (status) => {
    const answers = await Promise.all([
      server.control('GET', `/journal?status=404&status=${status}`),
      server.control('GET', `/journal.har?status=${status}`),
      server.control('GET', `/journal/stream?status=${status}`),
      server.control('POST', '/journal/verify', { match: { status } }),
    ]);
    const problem = `match.status: "${status}" is neither a status, such as 404, nor a class of them, such as 4xx.`;
    for (const answer of answers) expect(answer).toMatchObject({ status: 400, body: { problems: [problem] } });
  });

  test('by a number that is no status is refused', async () => {
    const { body } = await server.control('POST', '/journal/verify', { match: { status: [404, 4] } });
    expect(body.problems).toEqual([expect.stringMatching(/^match.status: "4" is neither a status/)]);
  });
});

test('what was expected and did not come is explained by what came nearest', async () => {
  await clear();
  await create({ externalcourseActivityId: 'near-1', completionPercentage: 10 });
  const other = await create({ externalcourseActivityId: 'near-2', completionPercentage: 300 });
  const match = {
    operation: 'createLearningCourseActivity',
    status: 201,
    body: { externalcourseActivityId: 'near-2' },
  };
  const { id } = await server.entryOf(other);
  const verification = await server.verify({ match });
  expect(verification).toMatchObject({
    isSatisfied: false,
    explanation: 'Expected at least 1, found 0.',
    expected: { atLeast: 1 },
    found: 0,
    entries: [],
  });
  expect(verification.nearMisses[0]).toMatchObject({
    entry: id,
    method: 'POST',
    url: ACTIVITIES,
    status: 400,
    differs: [{ part: 'status', expected: 201, actual: 400 }],
  });
  expect(verification.nearMisses[1]?.differs.map(({ part }) => part)).toEqual(['body']);
});

test('at least and at most', async () => {
  await clear();
  for (let round = 0; round < 3; round += 1) await server.asWriter({ path: PROVIDERS });
  const match = { operation: 'listLearningProviders' };
  const outcomes = await Promise.all(
    [{ atLeast: 3 }, { atLeast: 4 }, { atMost: 3 }, { atMost: 2 }, { atLeast: 1, atMost: 3 }, { exactly: 3 }].map(
      async (count) => (await server.verify({ match, count })).isSatisfied,
    ),
  );
  expect(outcomes).toEqual([true, false, true, false, true, true]);
});

test('none unexpected: lists requests that no match allows, with the nearest match', async () => {
  await clear();
  const requests = [
    { id: '1', method: 'GET', url: '/employeeExperience/learningCourseActivities' },
    { id: '2', method: 'GET', url: '/users' },
  ];
  const { headers } = await server.asWriter({ method: 'POST', path: '/v1.0/$batch', json: { requests } });
  const [, , users] = await server.read(`&requestId=${headers['request-id']}`);
  const list = { operation: 'listLearningCourseActivities' };

  expect(await server.verify({ unexpected: true, allow: [list, { operation: 'listUsers' }] })).toMatchObject({
    isSatisfied: true,
    found: 0,
  });
  expect(await server.verify({ unexpected: true, allow: [list] })).toMatchObject({
    isSatisfied: false,
    found: 1,
    entries: [users?.id],
    nearMisses: [{ entry: users?.id, differs: [{ part: 'operation', expected: list.operation, actual: 'listUsers' }] }],
  });
  expect(await server.verify({ unexpected: true, after: users?.id ?? 0 })).toMatchObject({ isSatisfied: true });
});

test('an order that contradicts itself is refused', async () => {
  const both = await server.control('POST', '/journal/verify', { match: {}, unexpected: true });
  expect(both.body.problems).toEqual(['match: goes without unexpected']);
  const neither = await server.control('POST', '/journal/verify', { allow: [] });
  expect(neither.body.problems).toEqual(['allow: goes with unexpected', 'match: is needed without unexpected']);
});

test('pages follow one another, newest or oldest first', async () => {
  await clear();
  for (let round = 0; round < 5; round += 1) await server.asWriter({ path: PROVIDERS });
  for (const order of ['newest', 'oldest']) {
    const ids: number[] = [];
    for (let after = ''; ;) {
      const { body } = await server.control('GET', `/journal?limit=2&order=${order}${after}`);
      ids.push(...body.value.map(({ id }: { id: number }) => id));
      if (body.next === undefined) break;
      after = `&after=${body.next}`;
    }
    expect(ids).toHaveLength(5);
    expect(ids).toEqual(ids.toSorted((one, other) => (order === 'oldest' ? one - other : other - one)));
  }
});

test('an entry that is not there is 404', async () => {
  for (const path of ['/journal/123456', '/journal/123456/curl']) {
    expect((await server.control('GET', path)).status).toBe(404);
  }
});

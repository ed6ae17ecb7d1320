/** What others wrote in another tenant is read in, once. */
import { describe, expect, test } from 'vitest';

import {
  assignmentHere,
  learnerId,
  licenseThere,
  readAll,
  readRecord,
  readStatus,
  startPair,
  until,
  untilEqual,
} from '../support/outward.ts';
import type { Pair } from '../support/outward.ts';
import { STORE_DRIVERS } from '../support/store.ts';

const base = (provider: string) => `/employeeExperience/learningProviders/${provider}`;

async function pull(pair: Pair, order: object = {}) {
  const { status, text } = await pair.admin('POST', '/pull', order);
  expect(status).toBe(200);
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly summary?: Readonly<Record<string, number>> });
  return { items: lines.slice(0, -1), summary: lines.at(-1)?.summary };
}

async function writeThere({ there }: Pair) {
  const at = base(there.provider);
  const { body } = await there.graph('PATCH', `${at}/learningContents(externalId='theirs')`, {
    title: 'Theirs',
    contentWebUrl: 'https://fabrikam.example/theirs',
    languageTag: 'en-us',
    skillTags: ['pulling'],
  });
  const activity = (externalId: string | null, members: object = {}) => ({
    '@odata.type': '#microsoft.graph.learningAssignment',
    assignmentType: 'required',
    learnerUserId: learnerId(0),
    learningContentId: body.id as string,
    externalCourseActivityId: externalId,
    dueDateTime: { dateTime: '2030-01-02T03:04:05', timeZone: 'UTC' },
    status: 'notStarted',
    ...members,
  });
  const create = async (json: object): Promise<string> => {
    const answer = await there.graph('POST', `${at}/learningCourseActivities`, json);
    expect(answer.status).toBe(201);
    return `${at}/learningCourseActivities/${answer.body.id}`;
  };
  return { keyed: await create(activity('their key')), bare: await create(activity(null)), create, activity };
}

describe.each(STORE_DRIVERS)('a pull from a sync target into a server on $name', ({ create }) => {
  test('creates and updates here what others wrote there, and sends none of it back', async () => {
    await using database = create();
    await using pair = await startPair({ learners: 2, here: { sandbox: true, ...(await database.serverSettings()) } });
    const { here, there, admin } = pair;
    await admin('POST', '/start');
    await untilEqual(pair);
    const { keyed, bare, create: createThere, activity } = await writeThere(pair);
    expect((await pull(pair, { isDryRun: true })).summary).toMatchObject({ created: 3, refused: 0 });
    expect((await pull(pair)).summary).toMatchObject({ created: 3, updated: 0, refused: 0 });
    const found = (await readRecord(here)).join();
    for (const text of ['Theirs', 'pulling', 'their key', '2030-01-02T03:04:05']) expect(found).toContain(text);
    const again = await pull(pair);
    expect(again).toMatchObject({ items: [], summary: { created: 0, updated: 0, refused: 0 } });

    for (const path of [keyed, bare])
      await there.graph('PATCH', path, { status: 'completed', completionPercentage: 100 });
    // A pull leaves alone what waits, as what the one before has stored does for a moment.
    let updated = 0;
    await until(
      async () => (updated += (await pull(pair)).summary?.updated ?? 0),
      (count) => count >= 2,
    );
    expect((await readRecord(here)).join()).toContain('"completionPercentage":100');
    const before = await readRecord(there);
    await until(
      () => readStatus(pair),
      ({ waiting }) => waiting === 0,
    );
    expect(await readRecord(there)).toEqual(before);

    // What has no user here is refused, and no reason to stop.
    await here.server.call({
      method: 'DELETE',
      path: `/_admin/users/${learnerId(1)}`,
      token: here.server.app.admin?.token,
    });
    await createThere(activity('unknown here', { learnerUserId: learnerId(1) }));
    await createThere(activity('after it'));
    expect((await pull(pair)).summary).toMatchObject({ created: 1, refused: 1 });

    // A change here goes there again, also of what has no external id.
    const list = await here.graph('GET', `${base(here.provider)}/learningCourseActivities?$top=100`);
    const own = (list.body as { value: { id: string; completionPercentage: number }[] }).value;
    const pulled = own.filter(({ completionPercentage }) => completionPercentage === 100);
    expect(pulled).toHaveLength(2);
    for (const { id } of pulled)
      await here.graph('PATCH', `${base(here.provider)}/learningCourseActivities/${id}`, {
        status: 'completed',
        notes: { content: 'Seen here' },
      });
    await until(
      async () => (await readRecord(there)).filter((item) => item.includes('Seen here')),
      ({ length }) => length === 2,
    );
    expect(
      (await there.graph('GET', `/employeeExperience/learningCourseActivities/${bare.split('/').at(-1)}`)).body,
    ).toMatchObject({
      externalcourseActivityId: null,
      notes: { content: 'Seen here' },
    });
  });

  test('leaves alone what was changed here and could not be sent', async () => {
    await using database = create();
    await using pair = await startPair({ learners: 1, here: { sandbox: true, ...(await database.serverSettings()) } });
    const { here, there, admin } = pair;
    const listHere = `${base(here.provider)}/learningCourseActivities`;
    const made = await here.graph('POST', listHere, assignmentHere({ externalCourseActivityId: 'both' }));
    await admin('POST', '/start');
    await untilEqual(pair);
    await licenseThere(pair, learnerId(0), 'none');
    await here.graph('PATCH', `${listHere}/${made.body.id}`, { status: 'inProgress', completionPercentage: 40 });
    await until(
      () => readStatus(pair),
      ({ dead }) => dead === 1,
    );
    await licenseThere(pair, learnerId(0), 'premium');
    const listThere = `${base(there.provider)}/learningCourseActivities`;
    const found = (await readAll(there, listThere)).find((one) => one['externalcourseActivityId'] === 'both');
    await there.graph('PATCH', `${listThere}/${String(found?.['id'])}`, {
      status: 'inProgress',
      completionPercentage: 10,
    });
    expect((await pull(pair)).summary).toMatchObject({ updated: 0, skipped: 1 });
    await admin('POST', '/retry', { isAll: true });
    await untilEqual(pair);
    expect((await readRecord(there)).join()).toContain('"completionPercentage":40');
  });
});

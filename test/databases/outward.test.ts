/** What is written here is kept true in another tenant. */
import { describe, expect, test } from 'vitest';

import {
  learnerId,
  licenseThere,
  PROVIDER_HERE,
  readRecord,
  readStatus,
  startPair,
  TARGET,
  until,
  untilEqual,
} from '../support/outward.ts';
import type { Pair } from '../support/outward.ts';
import { STORE_DRIVERS } from '../support/store.ts';

const LEARNER = '7ba2228a-e020-11ec-9d64-0242ac120002';
const CONTENT = '57baf9dc-e020-11ec-9d64-0242ac120002';
const base = `/employeeExperience/learningProviders/${PROVIDER_HERE}`;
const ACTIVITIES = `${base}/learningCourseActivities`;

const assignment = (externalId: string | null, members: object = {}) => ({
  '@odata.type': '#microsoft.graph.learningAssignment',
  learnerUserId: LEARNER,
  learningContentId: CONTENT,
  externalCourseActivityId: externalId,
  assignmentType: 'required',
  status: 'notStarted',
  ...members,
});

const RESET = { kind: 'reset', when: 'after' };

async function create({ here }: Pair, json: object): Promise<string> {
  const { status, body } = await here.graph('POST', ACTIVITIES, json);
  expect(status).toBe(201);
  return String(body.id);
}

async function start({ admin }: Pair): Promise<void> {
  expect((await admin('POST', '/start')).body).toMatchObject({ name: TARGET, state: 'started' });
}

/** Until nothing waits there any more. */
const untilCalm = (pair: Pair) =>
  until(
    () => readStatus(pair),
    ({ waiting, isScanning }) => waiting === 0 && isScanning === false,
  );

const listDead = async ({ admin }: Pair) =>
  ((await admin('GET', '/items')).body as { readonly value: readonly Readonly<Record<string, unknown>>[] }).value;

describe.each(STORE_DRIVERS)('a sync target of a server on $name', ({ create: createDatabase }) => {
  test('gets the record that is there, and each change of it', async () => {
    await using database = createDatabase();
    await using pair = await startPair({ here: { sandbox: true, ...(await database.serverSettings()) } });
    const { here, there } = pair;
    await start(pair);
    await untilEqual(pair);
    const { lastSentAt, sentLastMinute, requestsPerMinute } = await readStatus(pair);
    expect(Date.parse(String(lastSentAt))).toBeGreaterThan(Date.now() - 60_000);
    expect(sentLastMinute).toBeGreaterThan(1);
    expect(requestsPerMinute).toBe(120_000);
    const path = `${ACTIVITIES}/${await create(pair, assignment('one'))}`;
    await here.graph('PATCH', path, {
      status: 'inProgress',
      completionPercentage: 40,
      notes: { content: 'Well done' },
    });
    await create(pair, {
      ...assignment(null),
      '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
      assignmentType: undefined,
    });
    await here.graph('PATCH', `${base}/learningContents(externalId='n''ew')`, {
      title: 'New',
      contentWebUrl: 'https://fabrikam.example/new',
      languageTag: 'en-us',
      skillTags: ['one'],
      numberOfPages: 3,
    });
    await untilEqual(pair);
    expect((await readRecord(there)).join()).toContain('Well done');
    await here.graph('DELETE', path);
    await create(pair, assignment('one', { status: 'completed' }));
    await here.graph('DELETE', `${base}/learningContents(externalId='n''ew')/$ref`);
    await untilEqual(pair);
    expect((await readRecord(there)).join()).not.toContain('Well done');
    expect(await untilCalm(pair)).toMatchObject({ waiting: 0, dead: 0, trouble: null });
  });

  test('keeps what cannot be sent, says why in words, and sends it when it can be', async () => {
    await using database = createDatabase();
    await using pair = await startPair({ learners: 2, here: { sandbox: true, ...(await database.serverSettings()) } });
    const { here, there, admin } = pair;
    await licenseThere(pair, learnerId(0), 'none');
    await start(pair);
    await untilEqual(pair);
    const unlicensed = await create(pair, assignment('unlicensed', { learnerUserId: learnerId(0) }));
    const dead = await until(
      () => listDead(pair),
      ({ length }) => length === 1,
    );
    expect(dead).toEqual([
      expect.objectContaining({
        id: unlicensed,
        kind: 'activity',
        state: 'dead',
        reason: 'learnerUnlicensed',
        explanation: 'The learner has no Viva Learning licence there. Assign one, then retry.',
        detail: expect.stringContaining('403'),
      }),
    ]);
    await licenseThere(pair, learnerId(0), 'premium');
    expect((await admin('POST', '/retry', { reason: 'learnerUnknown' })).body).toEqual({ items: 0 });
    expect((await admin('POST', '/retry', { reason: 'learnerUnlicensed' })).body).toEqual({ items: 1 });
    await untilEqual(pair);

    const token = await there.server.userToken('admin', ['LearningProvider.ReadWrite']);
    const path = `/v1.0/employeeExperience/learningProviders/${there.provider}`;
    await there.server.call({ method: 'PATCH', path, token, json: { isCourseActivitySyncEnabled: false } });
    const closed = await create(pair, assignment('closed'));
    await until(
      () => listDead(pair),
      (items) => items[0]?.['reason'] === 'syncSwitchedOff',
    );
    expect((await admin('POST', '/skip', { items: [closed] })).body).toEqual({ items: 1 });
    expect(await readStatus(pair)).toMatchObject({ dead: 0, skipped: 1 });
    // The provider here is open: its registration there is brought up to date.
    expect((await admin('POST', '/provider', { accessToken: token })).body).toEqual({
      id: there.provider,
      isNew: false,
    });
    await here.graph('PATCH', `${ACTIVITIES}/${closed}`, { status: 'completed' });
    await untilEqual(pair);
  });

  test('sends nothing while it is paused, and what it would send can be seen before', async () => {
    await using database = createDatabase();
    await using pair = await startPair({ here: { sandbox: true, ...(await database.serverSettings()) } });
    const { there, admin } = pair;
    const untouched = await readRecord(there);
    expect((await admin('GET', '/preview')).body.detail).toContain('was never started. Pause it');
    expect((await admin('POST', '/pause')).body).toMatchObject({ state: 'paused' });
    // Before the first start: the contents of the seed, and its activities.
    const first = (await admin('GET', '/preview')).body as { readonly value: readonly { readonly kind: string }[] };
    expect(new Set(first.value.map(({ kind }) => kind))).toEqual(new Set(['content', 'activity']));
    expect(await readRecord(there)).toEqual(untouched);
    await start(pair);
    await untilEqual(pair);
    expect((await admin('POST', '/pause')).body).toMatchObject({ state: 'paused' });
    const before = await readRecord(there);
    const id = await create(pair, assignment('later', { completionPercentage: 7 }));
    await pair.here.graph('PATCH', `${ACTIVITIES}/${id}`, { status: 'inProgress', completionPercentage: 8 });
    const preview = await until(
      async () => (await admin('GET', '/preview')).body as { readonly value: readonly object[] },
      ({ value }) => value.length === 1,
    );
    expect(preview.value).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: `/employeeExperience/learningProviders/${there.provider}/learningCourseActivities`,
        body: expect.objectContaining({ externalCourseActivityId: 'later', completionPercentage: 8 }),
      }),
    ]);
    expect(await readRecord(there)).toEqual(before);
    const ran = await admin('POST', '/run', {});
    expect(ran.body).toMatchObject({ isSentElsewhere: false, sent: 1, failed: 0, target: { waiting: 0 } });
    await untilEqual(pair);
  });

  test('finds a create again whose answer was lost, also when it was deleted and made again meanwhile', async () => {
    await using database = createDatabase();
    await using pair = await startPair({
      here: { sandbox: true, ...(await database.serverSettings()) },
      there: { allowDuplicateExternalIds: true },
    });
    const { here, there, admin } = pair;
    await start(pair);
    await untilEqual(pair);
    await admin('POST', '/pause');
    const loseAnswer = () =>
      there.control('POST', '/faults', {
        name: 'lost',
        match: { path: '/$batch' },
        calls: { first: 1 },
        effect: RESET,
      });
    await loseAnswer();
    await create(pair, assignment('kept'));
    const removed = await create(pair, assignment('made again'));
    expect((await admin('POST', '/run', {})).body).toMatchObject({ failed: 2, target: { waiting: 2 } });
    await there.control('DELETE', '/faults');
    await here.graph('DELETE', `${ACTIVITIES}/${removed}`);
    await create(pair, assignment('made again', { completionPercentage: 3 }));
    await admin('POST', '/start');
    await untilEqual(pair);
    expect(await untilCalm(pair)).toMatchObject({ dead: 0 });
  });

  test('deletes a content whose create was not answered, also when that is throttled or refused at first', async () => {
    await using database = createDatabase();
    await using pair = await startPair({ here: { sandbox: true, ...(await database.serverSettings()) } });
    const { here, there, admin } = pair;
    await start(pair);
    await untilEqual(pair);
    await admin('POST', '/pause');
    const failNext = async (effect: object): Promise<void> => {
      await there.control('DELETE', '/faults');
      await there.control('POST', '/faults', { name: 'next', match: { path: '/$batch' }, calls: { first: 1 }, effect });
    };
    const content = { title: 'Gone', contentWebUrl: 'https://fabrikam.example/gone', languageTag: 'en-us' };
    const { body } = await here.graph('PATCH', `${base}/learningContents(externalId='gone')`, content);
    await failNext(RESET);
    await admin('POST', '/run', {});
    await here.graph('DELETE', `${base}/learningContents/${body.id}/$ref`);
    await failNext({ kind: 'error', row: 'tooManyRequests', retryAfterSeconds: 0 });
    await until(
      async () => (await admin('POST', '/run', {})).body,
      ({ failed }) => failed === 1,
    );
    await admin('POST', '/start');
    await untilEqual(pair);
  });

  test('tries again what was in a batch that the other side refuses as a whole', async () => {
    await using database = createDatabase();
    await using pair = await startPair({ here: { sandbox: true, ...(await database.serverSettings()) } });
    const { here, there, admin } = pair;
    await start(pair);
    const id = await create(pair, assignment('kept'));
    await create(pair, assignment('changed'));
    await untilEqual(pair);
    await admin('POST', '/pause');
    const effect = { kind: 'error', row: 'contentNotFound' };
    await there.control('POST', '/faults', { name: 'no', match: { path: '/$batch' }, calls: { first: 1 }, effect });
    await here.graph('DELETE', `${ACTIVITIES}/${id}`);
    expect((await admin('POST', '/run', {})).body).toMatchObject({ sent: 0, failed: 1 });
    await admin('POST', '/start');
    await untilEqual(pair);
  });

  test('sends again what was changed since a time, deletes included', async () => {
    await using database = createDatabase();
    await using pair = await startPair({ here: { sandbox: true, ...(await database.serverSettings()) } });
    const { here, there, admin } = pair;
    await start(pair);
    const kept = await create(pair, assignment('kept'));
    const removed = await create(pair, assignment('removed'));
    await untilEqual(pair);
    await there.control('POST', '/snapshots', { name: 'before' });
    const since = new Date().toISOString();
    await here.graph('DELETE', `${ACTIVITIES}/${removed}`);
    await here.graph('PATCH', `${ACTIVITIES}/${kept}`, { status: 'completed' });
    await create(pair, assignment('new'));
    await untilEqual(pair);
    await there.control('POST', '/snapshots/before/restore');
    expect(await readRecord(there)).not.toEqual(await readRecord(here));
    expect((await admin('POST', '/replay', { since })).body).toEqual({ items: 3 });
    await untilEqual(pair);
  });

  test('deletes nothing there when the provider is removed here, until it is started again', async () => {
    await using database = createDatabase();
    await using pair = await startPair({ here: { sandbox: true, ...(await database.serverSettings()) } });
    const { here, there, admin } = pair;
    await start(pair);
    await untilEqual(pair);
    const before = await readRecord(there);
    const token = await here.server.userToken('admin', ['LearningProvider.ReadWrite']);
    await here.server.call({ method: 'DELETE', path: `/v1.0${base}`, token });
    const status = await until(
      () => readStatus(pair),
      ({ state }) => state === 'paused',
    );
    expect(status['trouble']).toContain('The provider was removed here');
    // Everything was walked through.
    await until(
      () => readStatus(pair),
      ({ isScanning }) => isScanning === false,
    );
    expect(await readRecord(there)).toEqual(before);
    await admin('POST', '/start');
    await until(
      () => readRecord(there),
      ({ length }) => length === 0,
    );
  });

  test('forgets an erased learner when what was sent of them is deleted there', async () => {
    await using database = createDatabase();
    await using pair = await startPair({ learners: 1, here: { sandbox: true, ...(await database.serverSettings()) } });
    const { here, there } = pair;
    await create(pair, assignment('theirs', { learnerUserId: learnerId(0) }));
    await start(pair);
    await untilEqual(pair);
    const erase = { method: 'POST', path: `/_admin/learners/${learnerId(0)}/erase`, json: {} };
    const erased = await here.server.call({ ...erase, token: here.server.app.admin?.token });
    expect(erased.status).toBe(200);
    expect(JSON.stringify(erased.body)).toContain('An activity was sent to other tenants, and will be deleted there');
    await untilEqual(pair);
    expect((await readRecord(there)).join()).not.toContain(learnerId(0));
    expect(await untilCalm(pair)).toMatchObject({ dead: 0 });
  });
});

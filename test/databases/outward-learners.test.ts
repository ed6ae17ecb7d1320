/** Learners who have other ids in the other tenant are found there by a property that both sides have. */
import { describe, expect, test } from 'vitest';

import {
  assignmentHere,
  idThere,
  learnerId,
  PROVIDER_HERE,
  readAll,
  readRecord,
  readStatus,
  startPair,
  until,
  untilEqual,
} from '../support/outward.ts';
import type { Pair, PairOptions } from '../support/outward.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';

const ACTIVITIES = `/employeeExperience/learningProviders/${PROVIDER_HERE}/learningCourseActivities`;
const ASSIGNER = 'cea1684d-57dc-438d-a9d1-e666ec1a7f3d';

async function start(database: TestDatabase, options: PairOptions = {}): Promise<Pair> {
  const here = { sandbox: true, ...(await database.serverSettings()) };
  const target = { learnersBy: 'mail', ...options.target };
  const pair = await startPair({ hasOwnIds: true, learners: 3, here, ...options, target });
  // Of users of the seed, who have no mail address.
  for (const { id } of await readAll(pair.here, ACTIVITIES))
    await pair.here.graph('DELETE', `${ACTIVITIES}/${String(id)}`);
  return pair;
}

async function create({ here }: Pair, members: object): Promise<string> {
  const { status, body } = await here.graph('POST', ACTIVITIES, assignmentHere({ ...members }));
  expect(status).toBe(201);
  return String(body.id);
}

const listDead = async ({ admin }: Pair) =>
  ((await admin('GET', '/items')).body as { readonly value: readonly Readonly<Record<string, unknown>>[] }).value;

const admin = ({ server }: Pair['here'], method: string, path: string, json?: object) =>
  server.call({ method, path: `/_admin${path}`, token: server.app.admin?.token, ...(json && { json }) });

/** Those that were answered there, to look for users. */
async function countLookUps({ there }: Pair): Promise<number> {
  const { body } = await there.control('GET', '/journal?limit=1000');
  return JSON.stringify(body).split('"listUsers"').length - 1;
}

async function walk(pair: Pair, path: '/diff' | '/pull', order: object = {}) {
  const { status, text } = await pair.admin('POST', path, order);
  expect(status).toBe(200);
  const lines = text.trim().split('\n');
  const read = (line: string) => JSON.parse(line) as Readonly<Record<string, unknown>>;
  return { items: lines.slice(0, -1).map(read), summary: read(lines.at(-1) ?? '')['summary'] };
}

describe.each(STORE_DRIVERS)('learners with other ids in a sync target of a server on $name', ({ create: open }) => {
  test.each(['userPrincipalName', 'mail', 'employeeId'])('are found by their %s', async (learnersBy) => {
    await using database = open();
    await using pair = await start(database, { target: { learnersBy } });
    const { here, there } = pair;
    await pair.admin('POST', '/start');
    const ids = [
      await create(pair, { externalCourseActivityId: 'one', assignerUserId: learnerId(1) }),
      await create(pair, { externalCourseActivityId: 'two' }),
      await create(pair, { learnerUserId: learnerId(2) }),
    ];
    await untilEqual(pair);
    const found = await readAll(
      there,
      `/employeeExperience/learningProviders/${there.provider}/learningCourseActivities`,
    );
    expect(found.map((one) => String(one['learnerUserId'])).toSorted()).toEqual(
      [0, 0, 2].map((index) => idThere(learnerId(index))),
    );
    await here.graph('PATCH', `${ACTIVITIES}/${ids[0]}`, { status: 'completed' });
    await here.graph('DELETE', `${ACTIVITIES}/${ids[1]}`);
    await untilEqual(pair);
    expect((await readRecord(there)).join()).toContain('"status":"completed"');
    expect(await readStatus(pair)).toMatchObject({ dead: 0, trouble: null });
  });

  test('are looked up once, and those who are not found stop nobody else', async () => {
    await using database = open();
    await using pair = await start(database, { learners: 6 });
    const { there } = pair;
    await admin(there, 'DELETE', `/users/${idThere(learnerId(1))}`);
    await admin(there, 'PATCH', `/users/${idThere(learnerId(3))}`, { mail: 'Learner2@contoso.example' });
    await admin(pair.here, 'PATCH', `/users/${learnerId(4)}`, { mail: null });
    const names = ['unknown', 'ambiguous', 'without', 'found', 'alsoUnknown'];
    const learners = [1, 2, 4, 0, 1];
    for (const [index, name] of names.entries())
      await create(pair, { externalCourseActivityId: name, learnerUserId: learnerId(learners[index] ?? 0) });
    await pair.admin('POST', '/start');
    const dead = await until(
      () => listDead(pair),
      ({ length }) => length === 4,
    );
    const reasons = ['learnerAmbiguous', 'learnerUnknown', 'learnerUnknown', 'learnerWithoutKey'];
    expect(dead.map(({ reason }) => String(reason)).toSorted()).toEqual(reasons);
    expect(dead.map(({ explanation }) => String(explanation)).join()).toContain('Several users, here or there');
    await until(
      () => readStatus(pair),
      ({ waiting }) => waiting === 0,
    );
    const lookUps = await countLookUps(pair);
    expect(lookUps).toBeLessThanOrEqual(4);
    await create(pair, { externalCourseActivityId: 'found too' });
    await until(
      async () => (await readRecord(there)).join(),
      (text) => text.includes('found too'),
    );
    expect(await countLookUps(pair)).toBe(lookUps);

    // Mended, then retried: everybody is looked up again.
    const user = { userPrincipalName: 'new@contoso.onmicrosoft.com', displayName: 'New', licence: 'premium' };
    const added = await admin(there, 'POST', '/users', { ...user, mail: 'Learner1@contoso.example' });
    expect(added.status).toBe(201);
    await admin(there, 'PATCH', `/users/${idThere(learnerId(3))}`, { mail: 'another@contoso.example' });
    await admin(pair.here, 'PATCH', `/users/${learnerId(4)}`, { mail: 'Learner4@contoso.example' });
    await pair.admin('POST', '/retry', { isAll: true });
    expect(
      await until(
        () => readStatus(pair),
        ({ waiting }) => waiting === 0,
      ),
    ).toMatchObject({ dead: 0 });
    const found = (await readRecord(there)).join();
    for (const name of names) expect(found).toContain(`"${name}"`);
  });

  test('are looked up again when the other side does not know them any more', async () => {
    await using database = open();
    await using pair = await start(database, { target: { learnersBy: 'employeeId' } });
    const { there } = pair;
    await pair.admin('POST', '/start');
    await create(pair, { externalCourseActivityId: 'before' });
    await untilEqual(pair);
    const old = idThere(learnerId(0));
    await admin(there, 'DELETE', `/users/${old}`);
    await create(pair, { externalCourseActivityId: 'between' });
    const [dead] = await until(
      () => listDead(pair),
      ({ length }) => length === 1,
    );
    expect(dead).toMatchObject({ reason: 'learnerUnknown' });
    const user = { userPrincipalName: 'again@contoso.onmicrosoft.com', displayName: 'Again', licence: 'premium' };
    await admin(there, 'POST', '/users', { ...user, employeeId: 'E0' });
    await pair.admin('POST', '/retry', { items: [String(dead?.['id'])] });
    await until(
      async () => (await readRecord(there)).join(),
      (text) => text.includes('between'),
    );
    expect(await readStatus(pair)).toMatchObject({ dead: 0 });
  });

  test('need a permission, and the status says which', async () => {
    await using database = open();
    await using pair = await start(database);
    const { there } = pair;
    const denied = { match: { operation: 'listUsers' }, effect: { kind: 'error', row: 'accessDenied' } };
    expect((await there.control('POST', '/faults', denied)).status).toBe(201);
    await create(pair, { externalCourseActivityId: 'one' });
    await pair.admin('POST', '/start');
    const { trouble } = await until(
      () => readStatus(pair),
      (status) => status['trouble'] !== null,
    );
    expect(trouble).toMatch(/may not read users there.*Grant the permission listed in docs\/sync.md/);
    await there.control('DELETE', '/faults');
    await until(
      async () => (await readRecord(there)).join(),
      (text) => text.includes('"one"'),
      20_000,
    );
  });

  test('are found again with a create whose answer was lost', async () => {
    await using database = open();
    await using pair = await start(database, { there: { allowDuplicateExternalIds: true } });
    const { here, there } = pair;
    await pair.admin('POST', '/start');
    await create(pair, { externalCourseActivityId: 'shared' });
    await untilEqual(pair);
    await pair.admin('POST', '/pause');
    const removed = await create(pair, { externalCourseActivityId: 'removed' });
    const lost = { match: { path: '/$batch' }, effect: { kind: 'reset', when: 'after' } };
    await there.control('POST', '/faults', { ...lost, calls: { first: 1 } });
    expect((await pair.admin('POST', '/run', {})).body).toMatchObject({ target: { waiting: 1 } });
    await there.control('DELETE', '/faults');
    // Of another learner, by the same key: its create has no effect.
    await create(pair, { externalCourseActivityId: 'shared', learnerUserId: learnerId(1) });
    const unsent = { match: { path: '/$batch' }, effect: { kind: 'reset', when: 'before' } };
    // The first batch looks the learner up.
    await there.control('POST', '/faults', { ...unsent, calls: { after: 1 } });
    await pair.admin('POST', '/run', {});
    await there.control('DELETE', '/faults');
    await here.graph('DELETE', `${ACTIVITIES}/${removed}`);
    await pair.admin('POST', '/start');
    await untilEqual(pair, 20_000);
    expect(await readStatus(pair)).toMatchObject({ dead: 0 });
  });

  test('are compared and read in as those of here', async () => {
    await using database = open();
    await using pair = await start(database, { learners: 5, target: { learnersBy: 'userPrincipalName' } });
    const { here, there } = pair;
    await pair.admin('POST', '/start');
    for (const index of [0, 1, 2])
      await create(pair, { externalCourseActivityId: `a${index}`, learnerUserId: learnerId(index) });
    await untilEqual(pair);
    expect(await walk(pair, '/diff')).toMatchObject({
      items: [],
      summary: { onlyHere: 0, onlyThere: 0, different: 0 },
    });

    const base = `/employeeExperience/learningProviders/${there.provider}`;
    const all = await readAll(there, `${base}/learningCourseActivities`);
    const [changed, removed] = ['a0', 'a1'].map((key) => all.find((one) => one['externalcourseActivityId'] === key));
    await there.graph('PATCH', `${base}/learningCourseActivities/${String(changed?.['id'])}`, { status: 'completed' });
    await there.graph('DELETE', `${base}/learningCourseActivities/${String(removed?.['id'])}`);
    const theirs = {
      ...assignmentHere({ externalCourseActivityId: 'theirs', assignerUserId: idThere(ASSIGNER) }),
      learnerUserId: idThere(learnerId(3)),
      learningContentId: changed?.['learningContentId'],
      learningProviderId: there.provider,
    };
    const add = async (members: object): Promise<void> => {
      const { status } = await there.graph('POST', `${base}/learningCourseActivities`, { ...theirs, ...members });
      expect(status).toBe(201);
    };
    await add({});
    await admin(here, 'DELETE', `/users/${learnerId(4)}`);
    await add({ externalCourseActivityId: 'nobody', learnerUserId: idThere(learnerId(4)) });
    expect((await walk(pair, '/diff')).summary).toMatchObject({ onlyHere: 1, onlyThere: 2, different: 1 });

    const pulled = await walk(pair, '/pull');
    expect(pulled.summary).toMatchObject({ created: 1, updated: 1, refused: 1 });
    expect(pulled.items.find(({ outcome }) => outcome === 'refused')).toMatchObject({
      externalId: 'nobody',
      why: 'no user here is found by the userPrincipalName of its learner',
    });
    const own = (await readRecord(here)).find((item) => item.includes('"theirs"'));
    expect(own).toContain(`"learnerUserId":"${learnerId(3)}","assignerUserId":"${ASSIGNER}"`);
    expect((await walk(pair, '/pull')).summary).toMatchObject({ created: 0, updated: 0, refused: 1 });

    await walk(pair, '/diff', { repair: true, remove: true });
    await untilEqual(pair);
    expect(await walk(pair, '/diff')).toMatchObject({ items: [] });
  });

  test('who were removed here and added again are read in as who they are now', async () => {
    await using database = open();
    await using pair = await start(database, { target: { learnersBy: 'userPrincipalName' } });
    const { here, there } = pair;
    await pair.admin('POST', '/start');
    const former = await create(pair, { externalCourseActivityId: 'former' });
    await untilEqual(pair);
    const base = `/employeeExperience/learningProviders/${there.provider}/learningCourseActivities`;
    const [sent] = await readAll(there, base);
    await here.graph('DELETE', `${ACTIVITIES}/${former}`);
    await untilEqual(pair);
    await admin(here, 'DELETE', `/users/${learnerId(0)}`);
    const again = { id: learnerId(90), userPrincipalName: 'learner0@contoso.onmicrosoft.com', displayName: 'Again' };
    expect((await admin(here, 'POST', '/users', { ...again, licence: 'premium' })).status).toBe(201);
    const theirs = { ...assignmentHere({ externalCourseActivityId: 'theirs' }), ...references(sent) };
    expect((await there.graph('POST', base, theirs)).status).toBe(201);
    expect((await walk(pair, '/pull')).summary).toMatchObject({ created: 1, refused: 0 });
    expect((await readAll(here, ACTIVITIES))[0]).toMatchObject({ learnerUserId: learnerId(90) });
  });
});

const references = ({
  learnerUserId,
  learningContentId,
  learningProviderId,
}: Readonly<Record<string, unknown>> = {}) => ({
  learnerUserId,
  learningContentId,
  learningProviderId,
});

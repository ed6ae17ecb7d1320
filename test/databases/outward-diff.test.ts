/** What differs between the record and another tenant is found, all of it and nothing else, and mended. */
import { describe, expect, test } from 'vitest';

import {
  learnerId,
  PROVIDER_HERE,
  readAll,
  readStatus,
  startPair,
  TARGET,
  until,
  untilEqual,
} from '../support/outward.ts';
import type { Pair } from '../support/outward.ts';
import { STORE_DRIVERS } from '../support/store.ts';

const LEARNERS = 12;
const PER_LEARNER = 5;
const CONTENT = '57baf9dc-e020-11ec-9d64-0242ac120002';
const BASE_HERE = `/employeeExperience/learningProviders/${PROVIDER_HERE}`;

interface Found {
  readonly what?: string;
  readonly kind?: string;
  readonly externalId?: string;
  readonly properties?: readonly string[];
  readonly summary?: Readonly<Record<string, unknown>>;
}

async function diff(pair: Pair, order: object = {}) {
  const { status, text } = await pair.admin('POST', '/diff', order);
  expect(status).toBe(200);
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Found);
  return { differences: lines.slice(0, -1), summary: lines.at(-1)?.summary };
}

async function fill({ here }: Pair): Promise<void> {
  for (let content = 0; content < 20; content += 1) {
    const json = { title: `T${content}`, contentWebUrl: 'https://fabrikam.example/c', languageTag: 'en-us' };
    await here.graph('PATCH', `${BASE_HERE}/learningContents(externalId='c${content}')`, json);
  }
  for (let index = 0; index < LEARNERS * PER_LEARNER; index += 1) {
    const { status } = await here.graph('POST', `${BASE_HERE}/learningCourseActivities`, {
      '@odata.type': '#microsoft.graph.learningAssignment',
      assignmentType: 'required',
      learnerUserId: learnerId(index % LEARNERS),
      learningContentId: CONTENT,
      externalCourseActivityId: index % 7 === 0 ? null : `a${index}`,
      status: 'notStarted',
    });
    expect(status).toBe(201);
  }
}

/** Behind the back of the target: 50 in all. */
async function plant({ there }: Pair): Promise<readonly string[]> {
  const base = `/employeeExperience/learningProviders/${there.provider}`;
  const activities = await readAll(there, `${base}/learningCourseActivities?$top=100`);
  const contents = await readAll(there, `${base}/learningContents?$top=100`);
  const planted: string[] = [];
  const send = async (what: string, name: unknown, call: ReturnType<typeof there.graph>): Promise<void> => {
    const { status, text } = await call;
    expect(`${status < 300} ${text}`).toContain('true');
    planted.push(`${what} ${String(name)}`);
  };
  const key = 'externalcourseActivityId';
  for (const one of activities.slice(0, 15))
    await send('onlyHere', one[key], there.graph('DELETE', `${base}/learningCourseActivities/${String(one['id'])}`));
  for (const [index, one] of activities.slice(15, 35).entries()) {
    const json = index % 2 === 0 ? { status: 'completed' } : { status: 'notStarted', notes: { content: 'Not ours' } };
    await send(
      'different',
      one[key],
      there.graph('PATCH', `${base}/learningCourseActivities/${String(one['id'])}`, json),
    );
  }
  for (const one of contents.filter(({ externalId }) => externalId !== 'LP4471').slice(0, 5)) {
    const path = `${base}/learningContents/${String(one['id'])}`;
    await send('different', one['externalId'], there.graph('PATCH', path, { title: 'Another' }));
  }
  const content = contents.find(({ externalId }) => externalId === 'LP4471')?.['id'];
  for (let index = 0; index < 10; index += 1) {
    const json = {
      '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
      learnerUserId: learnerId(index % LEARNERS),
      learningContentId: content,
      externalCourseActivityId: `theirs${index}`,
      status: 'inProgress',
    };
    await send('onlyThere', `theirs${index}`, there.graph('POST', `${base}/learningCourseActivities`, json));
  }
  return planted.toSorted();
}

describe.each(STORE_DRIVERS)('the differences of a server on $name from a sync target', ({ create }) => {
  test('are exactly the fifty that were planted, and are mended', { timeout: 120_000 }, async () => {
    await using database = create();
    await using pair = await startPair({
      learners: LEARNERS,
      here: { sandbox: true, ...(await database.serverSettings()) },
    });
    await fill(pair);
    await pair.admin('POST', '/start');
    await untilEqual(pair, 30_000);
    await until(
      () => readStatus(pair),
      ({ waiting }) => waiting === 0,
    );
    expect(await diff(pair)).toMatchObject({ differences: [], summary: { onlyHere: 0, different: 0, onlyThere: 0 } });
    const planted = await plant(pair);
    expect(planted).toHaveLength(50);
    const { differences, summary } = await diff(pair);
    expect(differences.map(({ what, externalId }) => `${what} ${externalId}`).toSorted()).toEqual(planted);
    expect(summary).toMatchObject({ onlyHere: 15, different: 25, onlyThere: 10, waiting: 0, isListed: true });
    expect(differences.find(({ kind }) => kind === 'content')?.properties).toEqual(['title']);

    await pair.there.control('POST', '/faults', { preset: 'flaky500', match: { inBatch: true } });
    await diff(pair, { repair: true });
    await until(
      async () => ({ ...(await readStatus(pair)), left: (await diff(pair)).differences }),
      ({ left }) => left.every(({ what }) => what === 'onlyThere'),
      30_000,
    );
    await pair.there.control('DELETE', '/faults');
    await diff(pair, { remove: true });
    await untilEqual(pair);
  });

  test('are looked for by one at a time, which leaves half of the budget to the sender', async () => {
    await using database = create();
    await using pair = await startPair({ learners: 1, here: { sandbox: true, ...(await database.serverSettings()) } });
    await pair.admin('POST', '/start');
    await untilEqual(pair);
    await pair.there.control('POST', '/faults', {
      match: { operation: 'listLearningContents' },
      calls: { first: 1 },
      latency: { kind: 'fixed', ms: 1500 },
    });
    const compare = async () => (await pair.admin('POST', '/diff', {})).text;
    const both = await Promise.all([compare(), compare()]);
    expect(both.filter((text) => text.includes('"summary"'))).toHaveLength(1);
    expect(both.join()).toContain(`Another comparison or pull of ${TARGET} is under way`);
    expect(await compare()).toContain('"summary"');
  });

  test('are found by looking up each activity where the other side gives no list', async () => {
    await using database = create();
    await using pair = await startPair({ learners: 1, here: { sandbox: true, ...(await database.serverSettings()) } });
    await pair.admin('POST', '/start');
    await untilEqual(pair);
    const base = `/employeeExperience/learningProviders/${pair.there.provider}/learningCourseActivities`;
    const [first] = await readAll(pair.there, base);
    await pair.there.graph('DELETE', `${base}/${String(first?.['id'])}`);
    const match = { operation: 'listProviderLearningCourseActivities' };
    await pair.there.control('POST', '/faults', { match, effect: { kind: 'error', row: 'methodNotAllowed' } });
    const { differences, summary } = await diff(pair);
    expect(differences).toMatchObject([{ what: 'onlyHere', externalId: first?.['externalcourseActivityId'] }]);
    expect(summary).toMatchObject({ onlyHere: 1, isListed: false });
  });

  test('say so when the other side refuses to delete one', async () => {
    await using database = create();
    await using pair = await startPair({ learners: 1, here: { sandbox: true, ...(await database.serverSettings()) } });
    await pair.admin('POST', '/start');
    await untilEqual(pair);
    const base = `/employeeExperience/learningProviders/${pair.there.provider}/learningContents`;
    const content = { title: 'Theirs', contentWebUrl: 'https://fabrikam.example/theirs', languageTag: 'en-us' };
    await pair.there.graph('PATCH', `${base}(externalId='theirs')`, content);
    const fault = {
      match: { operation: 'deleteLearningContent', inBatch: true },
      effect: { kind: 'error', row: 'accessDenied' },
    };
    expect((await pair.there.control('POST', '/faults', fault)).status).toBe(201);
    expect((await pair.admin('POST', '/diff', { remove: true })).text).toMatch(
      /"error":"The content .* was not deleted/,
    );
    await pair.there.control('DELETE', '/faults');
    await diff(pair, { remove: true });
    await untilEqual(pair);
  });
});

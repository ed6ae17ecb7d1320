/** A write reaches the record whose key was sent, and no other: over HTTP, in batches, and in every spelling of the key. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { formName, otherThan, sentAs, storedKey } from '../support/key-requests.ts';
import type { KeyedWrite } from '../support/key-requests.ts';
import type { Real, Reply } from '../support/learning-commands.ts';
import { realOf, SEED } from '../support/learning-world.ts';
import { SeededEngines } from '../support/seeded-engine.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import { startTenantServer } from '../support/tenants.ts';

const PROVIDER_ID = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const PROVIDER = `/employeeExperience/learningProviders/${PROVIDER_ID}`;
const CONTENTS = `${PROVIDER}/learningContents`;
const ACTIVITIES = `${PROVIDER}/learningCourseActivities`;
const KEYED_CONTENT = `${CONTENTS}(externalId=`;
const KEYED_ACTIVITY = `${ACTIVITIES}(externalcourseActivityId=`;

const content = { title: 'Stored', contentWebUrl: 'https://a.example/', languageTag: 'en-us' };
const activity = {
  '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
  learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
  learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
  status: 'inProgress',
};

/** Records with an external id: how one is stored, and each write by that id. */
const KINDS = {
  content: {
    collection: CONTENTS,
    store: (externalId: string) => ({
      method: 'PATCH' as const,
      path: `${KEYED_CONTENT}'${encodeURIComponent(externalId.replaceAll("'", "''"))}')`,
      json: content,
    }),
    key: 'externalId',
    writes: {
      upsert: { method: 'PATCH', before: KEYED_CONTENT, after: ')', json: { ...content, title: 'Written' } },
      delete: { method: 'DELETE', before: KEYED_CONTENT, after: ')' },
      'delete with $ref': { method: 'DELETE', before: KEYED_CONTENT, after: ')/$ref' },
    },
  },
  activity: {
    collection: ACTIVITIES,
    store: (externalcourseActivityId: string) => ({
      method: 'POST' as const,
      path: ACTIVITIES,
      json: { ...activity, externalcourseActivityId },
    }),
    key: 'externalcourseActivityId',
    writes: {
      update: { method: 'PATCH', before: KEYED_ACTIVITY, after: ')', json: { status: 'completed' } },
      delete: { method: 'DELETE', before: KEYED_ACTIVITY, after: ')' },
    },
  },
} as const;

const write = fc.constantFrom(
  ...Object.values(KINDS).flatMap((kind) => Object.values<KeyedWrite>(kind.writes).map((sent) => ({ kind, sent }))),
);

const scenario = storedKey.chain((stored) =>
  fc.record({ stored: fc.constant(stored), other: otherThan(stored), form: formName, write, isInBatch: fc.boolean() }),
);
type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

/** The answer to the write, of a batch that of its item; `undefined` where the form cannot say the key. */
async function send(real: Real, { write, form, isInBatch }: Scenario, key: string): Promise<Reply | undefined> {
  const sent = sentAs(write.sent, { key, form, isInBatch });
  if (sent === undefined) return undefined;
  const reply = await real.send(sent);
  return isInBatch ? reply.body.responses[0] : reply;
}

async function check(real: Real, scenario: Scenario): Promise<void> {
  const { stored, other, write } = scenario;
  const { collection, key, store } = write.kind;
  const { method, path, json } = store(stored);
  const { body } = await real.send({ caller: 'writer', method, path: `/v1.0${path}`, json });
  expect(body).toMatchObject({ [key]: stored });
  const get = async () =>
    (await real.send({ caller: 'writer', method: 'GET', path: `/v1.0${collection}/${body.id}` })).body;
  const before = await get();

  const missed = await send(real, scenario, other);
  expect(await get()).toEqual(before);
  if (missed?.status === 202) expect(missed.body).toMatchObject({ [key]: other });
  else if (missed !== undefined) expect([400, 404]).toContain(missed.status);

  const reached = await send(real, scenario, stored);
  if (reached !== undefined) expect(await get()).not.toEqual(before);
  if (write.sent.method === 'PATCH')
    await real.send({ caller: 'writer', method: 'DELETE', path: `/v1.0${collection}/${body.id}` });
}

/** Over HTTP. */
const RUNS = 80;

describe.each(STORE_DRIVERS)('on $name, a write by external id reaches the record of that id alone,', (store) => {
  test('with the engine', { timeout: 300_000 }, async () => {
    await using engines = new SeededEngines(store);
    await fc.assert(
      fc.asyncProperty(scenario, async (one) => check(await engines.take(), one)),
      { numRuns: 500 },
    );
  });

  test('with the server over HTTP', { timeout: 300_000 }, async () => {
    await using server = await startTenantServer({ seed: SEED, copies: RUNS, store });
    await fc.assert(
      fc.asyncProperty(scenario, async (one) => check(realOf(server, server.takeTenant()), one)),
      // Each run takes a tenant, and there are not enough of them to shrink.
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});

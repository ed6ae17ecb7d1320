/** A write reaches the record whose key was sent, and no other: over HTTP, in batches, and in every spelling of the key. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { formName, otherThan, sentAs, storedKey } from './support/key-requests.ts';
import type { FormName, KeyedWrite } from './support/key-requests.ts';
import type { Real, Reply } from './support/learning-commands.ts';
import { realOf, SEED } from './support/learning-world.ts';
import { SeededEngines } from './support/seeded-engine.ts';
import { STORE_DRIVERS } from './support/store.ts';
import { MAX_COPIES, startTenantServer } from './support/tenants.ts';

const PROVIDER = '/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38';
const CONTENTS = `${PROVIDER}/learningContents`;
const content = { title: 'Stored', contentWebUrl: 'https://a.example/', languageTag: 'en-us' };

const WRITES = {
  upsert: { method: 'PATCH', before: `${CONTENTS}(externalId=`, after: ')', json: { ...content, title: 'Written' } },
  'delete content': { method: 'DELETE', before: `${CONTENTS}(externalId=`, after: ')/$ref' },
} as const satisfies Readonly<Record<string, KeyedWrite>>;

const scenario = storedKey.chain((stored) =>
  fc.record({
    stored: fc.constant(stored),
    other: otherThan(stored),
    form: formName,
    name: fc.constantFrom(...(Object.keys(WRITES) as (keyof typeof WRITES)[])),
    isInBatch: fc.boolean(),
  }),
);
type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

/** The answer to the write, with that of its item for a batch; `undefined` where the form cannot say the key. */
async function write(real: Real, { name, form, isInBatch }: Scenario, key: string): Promise<Reply | undefined> {
  const sent = sentAs(WRITES[name], key, form as FormName, isInBatch);
  if (sent === undefined) return undefined;
  const reply = await real.send(sent);
  return isInBatch ? reply.body.responses[0] : reply;
}

async function check(real: Real, scenario: Scenario): Promise<void> {
  const { stored, other } = scenario;
  const get = async (path: string) => (await real.send({ caller: 'writer', method: 'GET', path: `/v1.0${path}` })).body;
  const path = `/v1.0${CONTENTS}(externalId='${encodeURIComponent(stored.replaceAll("'", "''"))}')`;
  const { body } = await real.send({ caller: 'writer', method: 'PATCH', path, json: content });
  expect(body).toMatchObject({ externalId: stored });
  const item = `${CONTENTS}/${body.id}`;
  const before = await get(item);

  const missed = await write(real, scenario, other);
  expect(await get(item)).toEqual(before);
  const { id, externalId, error } = missed?.body ?? {};
  expect(id).not.toBe(body.id);
  if (missed?.status === 202) expect(externalId).toBe(other);
  else if (missed !== undefined)
    expect({ status: missed.status, error }).toMatchObject({ error: { code: expect.any(String) } });

  const reached = await write(real, scenario, stored);
  if (reached !== undefined) expect(await get(item)).not.toEqual(before);
}

describe.each(STORE_DRIVERS)('on $name, a write by external id reaches the record of that id alone,', (store) => {
  test('with the engine', { timeout: 300_000 }, async () => {
    await using engines = new SeededEngines(store);
    await fc.assert(
      fc.asyncProperty(fc.array(scenario, { maxLength: 10, minLength: 1 }), async (scenarios) => {
        const real = await engines.take();
        for (const one of scenarios) await check(real, one);
      }),
      { numRuns: 80 },
    );
  });

  test('with the server over HTTP', { timeout: 300_000 }, async () => {
    await using server = await startTenantServer({ seed: SEED, copies: MAX_COPIES, store });
    await fc.assert(
      fc.asyncProperty(scenario, async (one) => check(realOf(server, server.takeTenant()), one)),
      // Each run takes a tenant, and there are not enough of them to shrink.
      { numRuns: 80, endOnFailure: true },
    );
  });
});

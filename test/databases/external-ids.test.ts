/** One activity of a provider, type and learner has an external id: whoever asks for it at once, and in data of the release before. */
import { describe, expect, test } from 'vitest';

import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import type { CourseActivity } from '../../src/model/entity.ts';
import { createSchema } from '../../src/model/schema.ts';
import { V1 } from '../../src/model/versions.ts';
import { openStores } from '../../src/store/learning-store.ts';
import { migrate } from '../../src/store/migrations/migrate.ts';
import type { Real, Reply, Sent } from '../support/learning-commands.ts';
import { realOf, SEED } from '../support/learning-world.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import * as fixture from '../support/stored-tenant.ts';
import { startTenantServer } from '../support/tenants.ts';

const ACTIVITIES =
  '/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38/learningCourseActivities';
const course = {
  '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
  learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
  learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
  status: 'inProgress',
};

const RIVALS = 8;
const REFUSED = { status: 409, body: { error: { code: 'conflict' } } };

type Claim = Pick<Sent, 'method' | 'json'> & { readonly url: string };

/** Creates with the external id, and as many updates that give it to activities which have none. */
async function claimsOf(real: Real, externalcourseActivityId: string): Promise<readonly Claim[]> {
  const create = (json: object) =>
    real.send({ caller: 'writer', method: 'POST', path: `/v1.0${ACTIVITIES}`, json: { ...course, ...json } });
  const bare = await Promise.all(Array.from({ length: RIVALS }, () => create({})));
  return bare.flatMap(({ body }): Claim[] => [
    { method: 'POST', url: ACTIVITIES, json: { ...course, externalcourseActivityId } },
    {
      method: 'PATCH',
      url: `${ACTIVITIES}/${body.id}`,
      json: { status: 'inProgress', externalcourseActivityId },
    },
  ]);
}

async function sendEach(real: Real, claims: readonly Claim[]): Promise<readonly Reply[]> {
  return Promise.all(
    claims.map(({ method, url, json }) => real.send({ caller: 'writer', method, path: `/v1.0${url}`, json })),
  );
}

/** Two batches at once, each with half of them. */
async function sendInBatches(real: Real, claims: readonly Claim[]): Promise<readonly Reply[]> {
  const batches = [0, 1].map((half) =>
    real.send({
      caller: 'writer',
      method: 'POST',
      path: '/v1.0/$batch',
      json: {
        requests: claims
          .map(({ method, url, json: body }, index) => ({
            id: String(index),
            method,
            url,
            headers: { 'Content-Type': 'application/json' },
            body,
          }))
          .filter((_, index) => index % RIVALS < RIVALS / 2 === (half === 0)),
      },
    }),
  );
  return (await Promise.all(batches)).flatMap(({ body }) => body.responses as readonly Reply[]);
}

describe.each(STORE_DRIVERS)('on $name', (store) => {
  test('of creates and updates that ask for an external id at once, one gets it', { timeout: 120_000 }, async () => {
    await using server = await startTenantServer({ seed: SEED, copies: 1, store });
    const real = realOf(server, server.takeTenant());
    for (const [name, sendAll] of Object.entries({ sendEach, sendInBatches })) {
      for (let round = 0; round < 5; round += 1) {
        const externalId = `${name} ${round}`;
        const replies = await sendAll(real, await claimsOf(real, externalId));
        expect(replies).toHaveLength(2 * RIVALS);
        const [won, ...others] = replies.filter(({ status }) => status !== REFUSED.status);
        expect([201, 204]).toContain(won?.status);
        expect(others).toEqual([]);
        for (const reply of replies) if (reply !== won) expect(reply).toMatchObject(REFUSED);
        const path = `/v1.0${ACTIVITIES}(externalcourseActivityId='${encodeURIComponent(externalId)}')`;
        const found = await real.send({ caller: 'writer', method: 'GET', path });
        expect(found).toMatchObject({ status: 200, body: { externalcourseActivityId: externalId } });
      }
    }
  });

  test('a database whose updates took external ids of others is opened, and gets no more of them', async () => {
    await using database = store.create();
    const connection = await database.open();
    const marked = fixture.markedTenant(1, 'Contoso');
    const { tenant } = marked;
    await fixture.fillTenant(connection, marked);
    const { activities } = openStores(connection);
    const schema = createSchema(V1, DEFAULT_BEHAVIOUR);
    const insert = (number: number, externalId: string | null, mayRepeat = false) =>
      activities.insert(tenant, { activity: fixture.activityOf(schema, { number, externalId }), mayRepeat });
    for (const number of [1, 2]) await insert(number, 'created', true);
    for (const number of [3, 4]) await insert(number, 'filled', true);
    for (const number of [5, 6]) await insert(number, null);
    // The release before gave no claim to what an update had filled in.
    await connection.script(`
      update learning_course_activity set repeat_number = 7 where external_course_activity_id = 'filled' and repeat_number = 0;
      delete from schema_migration where name = '0004-external-id-claims';
      delete from schema_compatibility where name = '0004-external-id-claims'`);
    expect(await insert(7, 'filled', false)).toBe('created');
    await activities.remove(tenant, { activity: fixture.activityOf(schema, { number: 7 }), rowVersion: 1 });

    expect(await migrate(database.connect())).toEqual(['0004-external-id-claims']);
    const search = { registrationId: fixture.OPEN, types: ['learningAssignment'], learnerUserId: undefined } as const;
    for (const externalId of ['created', 'filled']) {
      expect(await activities.findByExternalId(tenant, { ...search, externalId })).toHaveLength(2);
      expect(await insert(8, externalId)).toBe('repeated');
      const judged = { activity: fixture.activityOf(schema, { number: 5 }), rowVersion: 1 };
      const activity = { ...judged.activity, externalcourseActivityId: externalId } as CourseActivity;
      expect(await activities.update(tenant, { judged, activity, mayRepeat: false })).toBe('repeated');
    }
    expect(await insert(8, null)).toBe('created');
  });
});

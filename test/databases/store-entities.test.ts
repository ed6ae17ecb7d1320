/** What the store keeps of entities, and which writes its guards let pass. */
import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { getGuid } from '../../src/lib/ids.ts';
import type { LearningContentId, RegistrationId } from '../../src/lib/ids.ts';
import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import type { Tenant } from '../../src/model/directory.ts';
import type { CourseActivity, CourseActivityType, Entity } from '../../src/model/entity.ts';
import { createSchema } from '../../src/model/schema.ts';
import { V1 } from '../../src/model/versions.ts';
import type { SqlConnection } from '../../src/store/connection.ts';
import type { StoredActivity } from '../../src/store/activity-codec.ts';
import { createImportWrites } from '../../src/store/import-writes.ts';
import { openStores } from '../../src/store/learning-store.ts';
import type { AwaitableStores } from '../../src/store/learning-store.ts';
import { entityArbitrary } from '../support/random-entities.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';
import * as fixture from '../support/stored-tenant.ts';
import type { ActivityOptions } from '../support/stored-tenant.ts';

const { CLOSED, CONTENT, LEARNER, NO_CONTENT, NO_PROVIDER, NOBODY, OPEN, OTHER, OTHER_CONTENT, UNLICENSED } = fixture;
const schema = createSchema(V1, DEFAULT_BEHAVIOUR);

describe.each(STORE_DRIVERS)('$name', ({ create }) => {
  let database: TestDatabase;
  let connection: SqlConnection;
  let store: AwaitableStores;

  let tenant: Tenant;
  let tenants = 0;

  beforeAll(async () => {
    database = create();
    connection = await database.open();
    store = openStores(connection);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  /** Each test has a tenant of its own. */
  beforeEach(async () => {
    tenants += 1;
    const marked = fixture.markedTenant(tenants, `Contoso${tenants}`);
    ({ tenant } = marked);
    await fixture.fillTenant(connection, marked);
  });

  const activity = (options: ActivityOptions) => fixture.activityOf(schema, options);
  const insert = (options: ActivityOptions & { readonly mayRepeat?: boolean }) =>
    store.activities.insert(tenant, { activity: activity(options), mayRepeat: options.mayRepeat ?? false });
  /** To what it is, at the version that it has. */
  const update = (stored: StoredActivity) =>
    store.activities.update(tenant, { judged: stored, activity: stored.activity, mayRepeat: false });
  const giveExternalId = (number: number, { mayRepeat = false } = {}) => {
    const judged = { activity: activity({ number }), rowVersion: 1 };
    const given = { ...judged.activity, externalcourseActivityId: 'x' } as CourseActivity;
    return store.activities.update(tenant, { judged, activity: given, mayRepeat });
  };
  const importAll = async (activities: readonly CourseActivity[]) => {
    const writes = createImportWrites(connection.dialect);
    return connection.write(activities.map((one) => writes.activity(tenant, one)));
  };
  const countActivities = async () => {
    const sql = 'select count(*) as activities from learning_course_activity where tenant_id = :tenant_id';
    const [row] = await connection.read({ name: 'count', sql }, { tenant_id: tenant.key });
    return Number(row?.['activities']);
  };

  describe('comes back as it was stored', () => {
    test.each(['learningAssignment', 'learningSelfInitiatedCourse'] as const)('any %s', async (type) => {
      const random = entityArbitrary<CourseActivityType>(schema, type);
      await fc.assert(
        fc.asyncProperty(random, fc.boolean(), async (values, hasBareId) => {
          // Made-up ids come again now and then.
          const [learnerUserId, guid] = [randomUUID(), randomUUID()];
          const id = hasBareId ? guid : `${learnerUserId}:${guid}`;
          const one = { ...values, id, type, learnerUserId, learningProviderId: OPEN } as unknown as CourseActivity;
          expect(await importAll([one])).toEqual({ kind: 'done' });
          const found = await store.activities.find(tenant, id);
          expect(found?.activity).toEqual({ ...unsetSibling(type), ...one });
          expect(found?.rowVersion).toBe(1);
        }),
        { numRuns: 200 },
      );
    });

    test('any learningContent, created and then updated to another', async () => {
      const random = entityArbitrary(schema, 'learningContent');
      await fc.assert(
        fc.asyncProperty(random, random, async (first, second) => {
          const id = getGuid<LearningContentId>(randomUUID());
          const externalId = `external ${id}`;
          for (const [version, values] of [first, second].entries()) {
            const content = { ...values, id, externalId } as unknown as Entity<'learningContent'>;
            const stored = { content, registrationId: OPEN, rowVersion: version };
            if (version === 0) await store.contents.insert(tenant, { ...stored, rowVersion: 1 });
            else expect(await store.contents.update(tenant, stored, content)).toBe(true);
            const expected = { content, registrationId: OPEN, rowVersion: version + 1 };
            expect(await store.contents.find(tenant, OPEN, { kind: 'id', id })).toEqual(expected);
            expect(await store.contents.find(tenant, OPEN, { kind: 'externalId', externalId })).toEqual(expected);
          }
        }),
        { numRuns: 100 },
      );
    });

    test('any learningProvider, created and then updated to another', async () => {
      const random = entityArbitrary(schema, 'learningProvider');
      await fc.assert(
        fc.asyncProperty(random, random, async (first, second) => {
          const id = getGuid<RegistrationId>(randomUUID());
          const one = { ...first, id } as unknown as Entity<'learningProvider'>;
          await store.providers.insert(tenant, one);
          expect(await store.providers.find(tenant, id)).toEqual({ provider: one, rowVersion: 1 });
          const changed = { provider: { ...second, id } as unknown as Entity<'learningProvider'>, rowVersion: 1 };
          expect(await store.providers.update(tenant, changed, one)).toBe(true);
          expect(await store.providers.find(tenant, id)).toEqual({ ...changed, rowVersion: 2 });
        }),
        { numRuns: 100 },
      );
    });
  });

  test('providers that are made at once are all stored', async () => {
    const [random] = fc.sample(entityArbitrary(schema, 'learningProvider'), 1);
    const ids = Array.from({ length: 8 }, () => getGuid<RegistrationId>(randomUUID()));
    await Promise.all(
      ids.map((id) => store.providers.insert(tenant, { ...random, id } as unknown as Entity<'learningProvider'>)),
    );
    const found = await Promise.all(ids.map((id) => store.providers.find(tenant, id)));
    expect(found.map((stored) => stored?.provider.id)).toEqual(ids);
  });

  describe('the guards of a new activity', () => {
    test.each<readonly [what: string, options: Omit<ActivityOptions, 'number'>, outcome: string]>([
      ['all is well', {}, 'created'],
      ['the provider is unknown', { registrationId: NO_PROVIDER }, 'refused'],
      ['the provider is switched off', { registrationId: CLOSED }, 'refused'],
      ['the content is unknown', { learningContentId: NO_CONTENT }, 'refused'],
      ["the content is another provider's", { learningContentId: OTHER_CONTENT }, 'refused'],
      ['the provider is not the one of the content', { registrationId: OTHER }, 'refused'],
      ['the learner is unknown', { learnerUserId: NOBODY }, 'refused'],
      ['the learner has no licence', { learnerUserId: UNLICENSED }, 'refused'],
    ])('%s', async (_, options, outcome) => {
      expect(await insert({ number: 1, ...options })).toBe(outcome);
      expect(await countActivities()).toBe(outcome === 'created' ? 1 : 0);
    });

    test('a provider whose switch was never set is off', async () => {
      const stored = await store.providers.find(tenant, OPEN);
      const provider = { ...(stored?.provider as Entity<'learningProvider'>), isCourseActivitySyncEnabled: null };
      await store.providers.update(tenant, { provider, rowVersion: 1 }, provider);
      expect(await insert({ number: 1 })).toBe('refused');
    });
  });

  describe('units that come at once', () => {
    test('have the outcomes that they have one after the other, in whichever order', async () => {
      const kinds: readonly (readonly [options: Omit<ActivityOptions, 'number'>, outcome: string])[] = [
        [{ externalId: 'same' }, 'repeated'],
        [{}, 'created'],
        [{ registrationId: CLOSED }, 'refused'],
        [{ learnerUserId: UNLICENSED }, 'refused'],
        [{ externalId: 'same', type: 'learningSelfInitiatedCourse' }, 'repeated'],
        [{ learningContentId: OTHER_CONTENT }, 'refused'],
      ];
      const all = Array.from({ length: 60 }, (_, number) => kinds[number % kinds.length] as (typeof kinds)[number]);
      const outcomes = await Promise.all(all.map(([options], number) => insert({ number, ...options })));
      for (const [index, [, outcome]] of kinds.entries()) {
        const own = outcomes.filter((_, number) => number % kinds.length === index);
        // Of those that claim one key, one has it.
        const expected = own.map((_, turn) => (outcome === 'repeated' && turn === 0 ? 'created' : outcome));
        expect(own.toSorted()).toEqual(expected);
      }
      expect(await countActivities()).toBe(12);
    });

    test('update different activities, and one of them once', async () => {
      await Promise.all([1, 2, 3].map((number) => insert({ number })));
      const changed = [1, 2, 3, 3].map((number) => ({
        activity: { ...activity({ number }), status: 'completed' } as CourseActivity,
        rowVersion: 1,
      }));
      const outcomes = await Promise.all(changed.map((one) => update(one)));
      expect(outcomes.slice(0, 2)).toEqual(['updated', 'updated']);
      expect(new Set(outcomes.slice(2))).toEqual(new Set(['updated', 'refused']));
      const stored = await Promise.all(changed.map((one) => store.activities.find(tenant, one.activity.id)));
      expect(stored.map((one) => [one?.activity.status, one?.rowVersion])).toEqual(changed.map(() => ['completed', 2]));
    });
  });

  describe('an external id that is taken', () => {
    test.each<readonly [what: string, second: Omit<ActivityOptions, 'number'>, outcome: string]>([
      ['exactly repeated', {}, 'repeated'],
      ['for the other type', { type: 'learningSelfInitiatedCourse' }, 'created'],
      ['by another provider', { registrationId: OTHER, learningContentId: OTHER_CONTENT }, 'created'],
      ['in another casing', { externalId: 'X' }, 'created'],
    ])('%s is %s', async (_, second, outcome) => {
      expect(await insert({ number: 1, externalId: 'x' })).toBe('created');
      expect(await insert({ number: 2, externalId: 'x', ...second })).toBe(outcome);
      expect(await countActivities()).toBe(outcome === 'created' ? 2 : 1);
    });

    test('may be repeated when the caller says so, and is taken for the others', async () => {
      expect(await insert({ number: 1, externalId: 'x', mayRepeat: true })).toBe('created');
      expect(await insert({ number: 2, externalId: 'x', mayRepeat: true })).toBe('created');
      expect(await insert({ number: 3, externalId: 'x' })).toBe('repeated');
      await insert({ number: 4 });
      expect(await giveExternalId(4)).toBe('repeated');
      expect(await giveExternalId(4, { mayRepeat: true })).toBe('updated');
      expect(await countActivities()).toBe(3);
    });

    test('can be none, any number of times', async () => {
      const outcomes = await Promise.all([1, 2, 3].map((number) => insert({ number })));
      expect(outcomes).toEqual(['created', 'created', 'created']);
    });

    test('can be none for activities whose GUIDs differ only before their last group', async () => {
      const node = '0242ac120002';
      const ids = [`1ba2228a-e020-11ec-9d64-${node}`, `2ba2228a-e020-11ec-9d64-${node}`];
      expect(await importAll(ids.map((id) => ({ ...activity({ number: 1 }), id })))).toEqual({ kind: 'done' });
      expect(await countActivities()).toBe(2);
    });

    test('can be given later, and is then found and taken', async () => {
      await insert({ number: 1 });
      expect(await giveExternalId(1)).toBe('updated');
      const { id, type } = activity({ number: 1 });
      const search = { registrationId: OPEN, externalId: 'x', types: [type], learnerUserId: undefined };
      expect(await store.activities.findByExternalId(tenant, search)).toMatchObject([{ activity: { id } }]);
      expect(await insert({ number: 2, externalId: 'x' })).toBe('repeated');
    });

    test('cannot be given later', async () => {
      await insert({ number: 1, externalId: 'x' });
      await insert({ number: 2 });
      expect(await giveExternalId(2)).toBe('repeated');
      const { id } = activity({ number: 2 });
      const unchanged = { rowVersion: 1, activity: { externalcourseActivityId: null } };
      expect(await store.activities.find(tenant, id)).toMatchObject(unchanged);
    });

    test('is had by one of those that claim it at once, by a create or an update', async () => {
      const numbers = Array.from({ length: 20 }, (_, number) => number);
      await Promise.all(numbers.map((number) => insert({ number })));
      const outcomes = await Promise.all(
        numbers.flatMap((number) => [giveExternalId(number), insert({ number: 100 + number, externalId: 'x' })]),
      );
      expect(outcomes.filter((outcome) => outcome !== 'repeated')).toHaveLength(1);
      const search = {
        registrationId: OPEN,
        externalId: 'x',
        types: [activity({ number: 1 }).type],
        learnerUserId: undefined,
      };
      expect(await store.activities.findByExternalId(tenant, search)).toHaveLength(1);
    });

    test('becomes free again when its activity goes', async () => {
      await insert({ number: 1, externalId: 'x' });
      const stored = await store.activities.find(tenant, activity({ number: 1 }).id);
      expect(await store.activities.remove(tenant, stored as NonNullable<typeof stored>)).toBe(true);
      expect(await insert({ number: 2, externalId: 'x' })).toBe('created');
    });
  });

  describe('a change is made only to the version that it was judged by', () => {
    const statusOf = async (id: string) => (await store.activities.find(tenant, id))?.activity.status;

    test('of an activity', async () => {
      await insert({ number: 1 });
      const one = activity({ number: 1 });
      const completed = { activity: { ...one, status: 'completed' } as CourseActivity };
      expect(await update({ ...completed, rowVersion: 2 })).toBe('refused');
      expect(await statusOf(one.id)).toBe('inProgress');
      expect(await update({ ...completed, rowVersion: 1 })).toBe('updated');
      expect(await update({ activity: one, rowVersion: 1 })).toBe('refused');
      expect(await store.activities.remove(tenant, { ...completed, rowVersion: 1 })).toBe(false);
      expect(await store.activities.find(tenant, one.id)).toMatchObject({ rowVersion: 2 });
      expect(await statusOf(one.id)).toBe('completed');
      expect(await store.activities.remove(tenant, { ...completed, rowVersion: 2 })).toBe(true);
      expect(await store.activities.find(tenant, one.id)).toBeUndefined();
    });

    test('of two changes at once one is made', async () => {
      await insert({ number: 1 });
      const changed = { activity: activity({ number: 1 }), rowVersion: 1 };
      const both = [1, 2].map(() => update(changed));
      // Which of them is up to the database.
      expect(new Set(await Promise.all(both))).toEqual(new Set(['updated', 'refused']));
    });

    test('of a content', async () => {
      const key = { kind: 'id', id: CONTENT } as const;
      const stored = await store.contents.find(tenant, OPEN, key);
      const content = { ...(stored?.content as Entity<'learningContent'>), title: 'changed' };
      const changed = { content, registrationId: OPEN, rowVersion: 7 };
      expect(await store.contents.update(tenant, changed, content)).toBe(false);
      expect(await store.contents.remove(tenant, changed)).toBe(false);
      expect(await store.contents.find(tenant, OPEN, key)).toEqual(stored);
    });

    test('of a provider', async () => {
      const stored = await store.providers.find(tenant, OPEN);
      const provider = { ...(stored?.provider as Entity<'learningProvider'>), displayName: 'changed' };
      expect(await store.providers.update(tenant, { provider, rowVersion: 7 }, provider)).toBe(false);
      expect(await store.providers.remove(tenant, { provider, rowVersion: 7 })).toBe(false);
      expect(await store.providers.find(tenant, OPEN)).toEqual(stored);
    });
  });

  describe('an activity is changed only while provider and learner allow it', () => {
    const imported = (options: ActivityOptions) => ({ activity: activity(options), rowVersion: 1 });

    test.each([
      [
        'the provider is switched off',
        imported({ number: 1, registrationId: CLOSED }),
        { updates: false, removes: false },
      ],
      [
        'the learner has no licence',
        imported({ number: 1, learnerUserId: UNLICENSED }),
        { updates: false, removes: true },
      ],
      ['both allow it', imported({ number: 1, learnerUserId: LEARNER }), { updates: true, removes: true }],
    ])('%s', async (_, stored, { updates, removes }) => {
      await importAll([stored.activity]);
      expect(await update(stored)).toBe(updates ? 'updated' : 'refused');
      const now = { ...stored, rowVersion: updates ? 2 : 1 };
      expect(await store.activities.remove(tenant, now)).toBe(removes);
    });
  });

  test('a provider goes with its contents and activities, and leaves those of others', async () => {
    await insert({ number: 1 });
    await insert({ number: 2, registrationId: OTHER, learningContentId: OTHER_CONTENT });
    const stored = await store.providers.find(tenant, OPEN);
    expect(await store.providers.remove(tenant, stored as NonNullable<typeof stored>)).toBe(true);
    expect(await store.contents.find(tenant, OPEN, { kind: 'id', id: CONTENT })).toBeUndefined();
    expect(await store.activities.find(tenant, activity({ number: 1 }).id)).toBeUndefined();
    expect(await store.contents.find(tenant, OTHER, { kind: 'id', id: OTHER_CONTENT })).toBeDefined();
    expect(await store.activities.find(tenant, activity({ number: 2 }).id)).toBeDefined();
  });

  test('a content goes without the activities about it', async () => {
    await insert({ number: 1 });
    const stored = await store.contents.find(tenant, OPEN, { kind: 'id', id: CONTENT });
    expect(await store.contents.remove(tenant, stored as NonNullable<typeof stored>)).toBe(true);
    expect(await store.activities.find(tenant, activity({ number: 1 }).id)).toBeDefined();
  });
});

/** Reading gives null for what only the other type has. */
function unsetSibling(type: CourseActivityType): Record<string, null> {
  const sibling = type === 'learningAssignment' ? 'learningSelfInitiatedCourse' : 'learningAssignment';
  const view = schema.entities.get(sibling);
  return Object.fromEntries((view?.properties ?? []).map(({ name }) => [name, null]));
}

/** The change feed: every change once and in order, whatever is written meanwhile, or a cursor that says that it is expired. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { systemClock } from '../../src/lib/clock.ts';
import { eraseFromLog } from '../../src/store/changes/erase.ts';
import { cutLog } from '../../src/store/changes/retention.ts';
import type { SqlConnection } from '../../src/store/connection.ts';
import { createChangeFeed } from '../../src/store/feed/change-feed.ts';
import type { ChangeFeed, FeedChange } from '../../src/store/feed/change-feed.ts';
import type { ChangeCursor } from '../../src/store/feed/feed-cursor.ts';
import { trimFeeds, trimNotes } from '../../src/store/feed/feed-upkeep.ts';
import { watchChanges } from '../../src/store/feed/next-change.ts';
import { createLearningStore } from '../../src/store/learning-store.ts';
import { openLoggedWorld } from '../support/logged-world.ts';
import type { LoggedWorld } from '../support/logged-world.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';
import { activityGuid, CONTENT, LEARNER, OPEN, providerOf } from '../support/stored-tenant.ts';

/** What the log keeps: nothing but what followers need, or an audit trail. */
const DETAILS = ['notes', 'metadata', 'full'] as const;
const statement = (name: string, sql: string) => ({ name, sql });
const ROLL_BACK = statement(
  'roll back',
  'delete from change_feed where tenant_id = :tenant_id and position > :position',
);
const STEP_BACK = statement(
  'step back',
  'update change_feed_state set position = :position where tenant_id = :tenant_id',
);

const NOTES = statement('notes', 'select place from change_note where tenant_id = :tenant_id');
const USE = statement('use', 'update change_feed_state set used_at = :used_at where tenant_id = :tenant_id');

describe.each(STORE_DRIVERS.flatMap((driver) => DETAILS.map((detail) => ({ ...driver, detail }))))(
  '$name, $detail',
  (driver) => {
    const { create, detail } = driver;
    const LOG = { changeLog: { detail, key: undefined } };
    let database: TestDatabase;
    /** Of three processes. */
    let connections: readonly SqlConnection[];
    let connection: SqlConnection;
    let feed: ChangeFeed;
    let worlds: readonly LoggedWorld[];
    let key: number;
    let tenants = 0;

    beforeAll(async () => {
      database = create();
      connection = await database.open(LOG);
      connections = [connection, database.connect(LOG), database.connect(LOG)];
      feed = createChangeFeed(connection);
    });
    afterAll(() => database[Symbol.asyncDispose]());
    beforeEach(async () => {
      tenants += 1;
      const world = await openLoggedWorld(connection, tenants);
      worlds = [world, ...connections.slice(1).map((other) => world.throughOther(other))];
      key = world.tenant.key;
    });

    const readAll = async (from: ChangeCursor, limit = 100): Promise<readonly FeedChange[]> => {
      const found: FeedChange[] = [];
      let after = from;
      for (;;) {
        const page = await feed.read(key, after, limit);
        if (page.kind === 'expired') throw new Error('expired');
        found.push(...page.changes);
        after = page.next;
        if (page.isEnd) return found;
      }
    };

    const world = (): LoggedWorld => worlds[0] as LoggedWorld;

    test('gives every change once, those of an item in the order of their versions, while others write and read', async () => {
      const after = await feed.follow(key);
      const plan = fc.record({ writer: fc.nat(2), number: fc.integer({ min: 1, max: 12 }), act: fc.nat(9) });
      const made = new Set<number>();
      const act = async (by: LoggedWorld, number: number, what: number): Promise<void> => {
        if (what >= 5) return what < 9 ? by.update(number, 1) : by.remove(number);
        const isNew = !made.has(number + what * 12);
        made.add(number + what * 12);
        if (isNew) await by.create({ number: number + what * 12 });
      };
      const plans = fc.array(plan, { minLength: 30, maxLength: 60 });
      await fc.assert(
        fc.asyncProperty(plans, fc.integer({ min: 1, max: 40 }), async (acts, limit) => {
          const acting = Promise.all(acts.map((one) => act(worlds[one.writer] as LoggedWorld, one.number, one.act)));
          // Readers of several processes bring the same news into the feed.
          const feeds = connections.map(createChangeFeed);
          await Promise.all([acting, ...feeds.map((one) => one.read(key, after, 1000))]);
          const found = await readAll(after, limit);
          const ofItem = Map.groupBy(found, ({ itemId }) => itemId);
          const told = [...world().told].map(([guid, images]) => [guid, images.map((_, index) => index + 1)] as const);
          const versions = [...ofItem].map(([guid, all]) => [guid, all.map(({ version }) => version)] as const);
          expect(new Map(versions)).toEqual(new Map(told));
          for (const [guid, all] of ofItem) {
            const isRemoved =
              world()
                .told.get(guid as string)
                ?.at(-1) === undefined;
            expect([all[0]?.action, all.at(-1)?.action === 'deleted']).toEqual(['created', isRemoved]);
          }
        }),
        { numRuns: 6 },
      );
    });

    test('begins with what comes after it is followed, and says whose an item is', async () => {
      await world().create({ number: 1 });
      const after = await feed.follow(key);
      expect(await feed.follow(key)).toBe(after);
      await world().update(1, 1);
      await world().remove(1);
      const found = await readAll(after);
      expect(found).toMatchObject([
        { kind: 'learningCourseActivity', action: 'updated', version: 2 },
        { action: 'deleted', version: 3, channel: 'graph', operation: 'deleteLearningCourseActivity' },
      ]);
      if (detail === 'full') expect(found[0]?.after).toEqual({ completionPercentage: 1 });
      else expect(found[0]?.changed).toEqual(['completionPercentage']);
      expect(found[1]?.before).toMatchObject({
        id: `${LEARNER}:${activityGuid(1)}`,
        type: 'learningAssignment',
        learnerUserId: LEARNER,
        learningProviderId: OPEN,
        learningContentId: CONTENT,
        status: 'inProgress',
      });
      expect(await readAll(found[0]?.cursor as ChangeCursor)).toEqual([found[1]]);
    });

    test('reads a chain that has more than is read at a time', async () => {
      const after = await feed.follow(key);
      const { providers, run } = createLearningStore(connection);
      const { tenant } = world();
      let stored = { provider: providerOf(OPEN, { tenant, mark: 'a' }), rowVersion: 1 };
      for (let count = 0; count < 1100; count += 1) {
        const provider = { ...stored.provider, displayName: `name ${count}` };
        await run(providers.update(tenant, { ...stored, provider }, stored.provider));
        stored = { provider, rowVersion: stored.rowVersion + 1 };
      }
      expect((await readAll(after, 300)).map(({ version }) => version)).toEqual(
        Array.from({ length: 1100 }, (_, index) => index + 2),
      );
    });

    test('says when a cursor is expired', async () => {
      const isExpired = async (cursor: string) => (await feed.read(key, cursor as ChangeCursor, 10)).kind === 'expired';
      expect(await isExpired('nonsense')).toBe(true);
      expect(await isExpired('AAAAAAAA.0.0')).toBe(true);
      const start = await feed.follow(key);
      for (let number = 1; number < 5; number += 1) await world().create({ number });
      const [first, second, third, fourth] = (await readAll(start)).map(({ cursor }) => cursor);
      // The newest stays, however old it is, as long as the feed is used.
      const later = systemClock.now() + 1000;
      await connection.write([{ statement: USE, params: { tenant_id: key, used_at: later } }]);
      await trimFeeds(connection, later);
      expect(await isExpired(first as string)).toBe(true);
      expect(await readAll(fourth as ChangeCursor)).toEqual([]);
      // An older state of the database, which goes on in another way.
      await world().create({ number: 5 });
      const [fifth] = await readAll(fourth as ChangeCursor);
      await connection.write([
        { statement: ROLL_BACK, params: { tenant_id: key, position: 4 } },
        { statement: STEP_BACK, params: { tenant_id: key, position: 4 } },
      ]);
      await world().create({ number: 6 });
      expect(await isExpired(fifth?.cursor as string)).toBe(true);
      // Nobody has read it for long.
      await trimFeeds(connection, Infinity);
      for (const cursor of [start, second, third, fourth]) expect(await isExpired(cursor as string)).toBe(true);
      expect(await feed.follow(key)).not.toContain(start.slice(0, 8));
    });

    test('what retention removed before it was read expires the cursor, also when it was gathered', async () => {
      const after = await feed.follow(key);
      for (let number = 1; number < 4; number += 1) await world().create({ number });
      await feed.gather(key);
      const before = systemClock.now() + 1;
      if (detail === 'notes') await trimNotes(connection, before);
      else await cutLog({ connection, key: undefined }, { tenantKey: key, before });
      expect((await feed.read(key, after, 10)).kind).toBe('expired');
    });

    test('an erasure expires cursors, as what it has taken out cannot be told any more', async () => {
      const after = await feed.follow(key);
      await world().create({ number: 1 });
      const order = { tenantKey: key, identifiers: [LEARNER], pseudonym: 'someone' };
      await eraseFromLog({ connection, key: undefined }, order);
      expect((await feed.read(key, after, 10)).kind).toBe('expired');
      const rows = await connection.read(NOTES, { tenant_id: key });
      expect(rows).toEqual([]);
    });

    test('wakes who waits at a change of its process, and others after a pause', async () => {
      const { signal } = new AbortController();
      using watch = watchChanges(connection, key);
      const waiting = watch.next(60_000, signal);
      await world().create({ number: 1 });
      await waiting;
      await world().create({ number: 2 });
      await watch.next(60_000, signal);
      await worlds[1]?.create({ number: 3 });
      await watch.next(10, signal);
    });
  },
);

/** The change log: what it tells, that it is chained, and that nobody can change it unseen. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { getGuid } from '../../src/lib/ids.ts';
import type { AppId, UserId } from '../../src/lib/ids.ts';
import { NEW_APP, NEW_USER } from '../../src/model/directory.ts';
import { userItemId } from '../../src/store/changes/directory-changes.ts';
import { eraseFromLog } from '../../src/store/changes/erase.ts';
import { listLog } from '../../src/store/changes/list-log.ts';
import type { LogQuery } from '../../src/store/changes/list-log.ts';
import type { StoredRecord } from '../../src/store/changes/log-statements.ts';
import { readable } from '../../src/store/changes/record.ts';
import { listLoggedTenants, readHistory } from '../../src/store/changes/read-log.ts';
import { createHeadNotes } from '../../src/store/changes/register-writes.ts';
import { cutLog } from '../../src/store/changes/retention.ts';
import { verifyLog } from '../../src/store/changes/verify.ts';
import type { Row, SqlConnection } from '../../src/store/connection.ts';
import { createLearningStore, openStores } from '../../src/store/learning-store.ts';
import type { StoredProvider } from '../../src/store/provider-store.ts';
import { openLoggedWorld } from '../support/logged-world.ts';
import type { LoggedWorld } from '../support/logged-world.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';
import { activityGuid, APP, CLOSED, CONTENT, LEARNER, OPEN, UNLICENSED } from '../support/stored-tenant.ts';

const KEY = new Uint8Array(32).fill(7);
const KEYS = [
  ['without a key', undefined],
  ['with a key', KEY],
] as const;

const NUMBERS = ['chain', 'place', 'changed_at', 'kind', 'action', 'channel', 'segment_size'];
const GUIDS = ['item_id', 'app_id', 'request_id'];
const TEXTS = ['operation', 'payload', 'record_hash', 'previous_link'];
const COLUMNS = ['tenant_id', ...NUMBERS, ...GUIDS, ...TEXTS];

const statement = (name: string, sql: string) => ({ name, sql });
const LIST = statement(
  'list',
  `select ${COLUMNS.join(', ')} from change_log where tenant_id = :tenant_id order by chain, place`,
);
const REMOVE = statement(
  'remove',
  'delete from change_log where tenant_id = :tenant_id and chain = :chain and place = :place',
);
const PUT = statement(
  'put',
  `insert into change_log (${COLUMNS.join(', ')}) values (${COLUMNS.map((column) => `:${column}`).join(', ')})`,
);
const AGE = statement(
  'age',
  `update change_log set changed_at = changed_at - :by
where tenant_id = :tenant_id and chain = :chain and place <= :place`,
);

describe.each(STORE_DRIVERS)('$name', ({ create }) => {
  let database: TestDatabase;
  let connection: SqlConnection;
  let tenants = 0;

  describe.each(KEYS)('%s', (_, key) => {
    let world: LoggedWorld;
    const scope = () => ({ tenant_id: world.tenant.key });
    const listRows = async () => connection.read(LIST, scope());
    const verify = async (expectedHead?: string) => {
      await using view = await connection.openReadView();
      const reader = { dialect: connection.dialect, read: view.read };
      return await verifyLog(reader, world.tenant.key, { key, expectedHead });
    };
    const emptyOf = (column: string) =>
      GUIDS.includes(column) ? connection.dialect.columns.guid.encode(activityGuid(99)) : null;
    const put = async (row: Row) => connection.write([{ statement: PUT, params: row }]);
    const take = async (row: Row) => connection.write([{ statement: REMOVE, params: row }]);
    const work = async (): Promise<void> => {
      await Promise.all([1, 2, 3, 4, 5].map((number) => world.create({ number, externalId: `x${number % 4}` })));
      await Promise.all([world.update(1, 4), world.update(2, 2), world.create({ number: 6, registrationId: CLOSED })]);
      await Promise.all([world.remove(3), world.create({ number: 7 }), world.create({ number: 8, hasBareId: true })]);
    };

    beforeAll(async () => {
      database = create();
      connection = await database.open({ changeLog: { detail: 'full', key } });
    });
    afterAll(() => database[Symbol.asyncDispose]());
    beforeEach(async () => {
      tenants += 1;
      world = await openLoggedWorld(connection, tenants);
    });

    test('tells each change once, with what was there before it', async () => {
      await work();
      expect(world.told.size).toBeGreaterThan(4);
      for (const [guid, images] of world.told) {
        const history = (await readHistory(connection, world.tenant.key, [guid])).map(readable);
        const versions = history.toSorted((one, other) => rankOf(one.action) - rankOf(other.action) || 0);
        expect(versions[0]?.after).toEqual(withoutNulls(images[0]));
        expect(
          history.filter(({ action }) => action === 'updated').map(({ before, after }) => [before, after]),
        ).toEqual(
          expect.arrayContaining(
            changesOf(
              images.filter((image) => image !== undefined).map(({ completionPercentage }) => completionPercentage),
            ),
          ),
        );
        expect(history).toHaveLength(images.length);
        if (images.at(-1) === undefined) expect(versions.at(-1)?.before).toEqual(withoutNulls(images.at(-2)));
        for (const { appId, actor, requestId } of history) {
          expect({ appId, actor, requestId }).toEqual({ appId: APP, actor: UNLICENSED, requestId: activityGuid(1) });
        }
      }
    });

    test('is whole while others write, and after them', async () => {
      await work();
      const [during] = await Promise.all([verify(), world.create({ number: 20 }), world.update(1, 3)]);
      expect(during.problems).toEqual([]);
      expect(await verify()).toMatchObject({ problems: [], tenantKey: world.tenant.key });
      expect(await listLoggedTenants(connection)).toContain(world.tenant.key);
    });

    test('any byte that is changed, inserted or removed is found', async () => {
      await work();
      const rows = await listRows();
      const choice = fc.record({
        row: fc.nat(rows.length - 1),
        column: fc.constantFrom(...COLUMNS.slice(1)),
        at: fc.nat(2000),
        by: fc.integer({ min: 1, max: 15 }),
        how: fc.constantFrom<How>('replace', 'insert', 'remove'),
      });
      await fc.assert(
        fc.asyncProperty(choice, async ({ row: index, column, ...edit }) => {
          const row = rows[index] as Row;
          const changed = { ...row, [column]: change(row[column] ?? emptyOf(column), column, edit) };
          const isFree = rows.every(({ chain, place }) => chain !== changed.chain || place !== changed.place);
          fc.pre(isFree || (changed.chain === row['chain'] && changed.place === row['place']));
          await take(row);
          await put(changed);
          const { problems } = await verify();
          await take(changed);
          await put(row);
          expect(problems).not.toEqual([]);
        }),
        { numRuns: 120 },
      );
      expect((await verify()).problems).toEqual([]);
    });

    test('any record that is removed is found, at the end of a chain by the heads that were noted', async () => {
      await work();
      const notes = await createHeadNotes({ connection, key }).note();
      const head = notes.find(({ tenantKey }) => tenantKey === world.tenant.key)?.head;
      for (const row of await listRows()) {
        await take(row);
        expect((await verify(head)).problems).not.toEqual([]);
        await put(row);
      }
      expect((await verify(head)).problems).toEqual([]);
    });

    test('any two records that change places are found', async () => {
      await work();
      const rows = await listRows();
      const pair = fc.uniqueArray(fc.nat(rows.length - 1), { minLength: 2, maxLength: 2 });
      await fc.assert(
        fc.asyncProperty(pair, fc.boolean(), async ([first = 0, second = 0], takesSegment) => {
          const [one, other] = [rows[first] as Row, rows[second] as Row];
          const swapped = [moved(one, other, takesSegment), moved(other, one, takesSegment)];
          for (const row of [one, other]) await take(row);
          for (const row of swapped) await put(row);
          const { problems } = await verify();
          for (const row of swapped) await take(row);
          for (const row of [one, other]) await put(row);
          expect(problems).not.toEqual([]);
        }),
        { numRuns: 60 },
      );
    });

    test('is still checked when old records have gone', async () => {
      await work();
      const notes = createHeadNotes({ connection, key });
      await notes.note();
      const before = 1 + Math.max(...(await listRows()).map((row) => Number(row['changed_at'])));
      await world.create({ number: 30 });
      const cut = await cutLog({ connection, key }, { tenantKey: world.tenant.key, before });
      expect(cut).toBeGreaterThan(5);
      expect((await readHistory(connection, world.tenant.key, [activityGuid(1)])).length).toBe(0);
      await world.create({ number: 31 });
      await notes.note();
      expect((await verify()).problems).toEqual([]);
      const oldest = (await listRows()).find(({ chain }) => chain !== 0);
      await take(oldest as Row);
      expect((await verify()).problems).not.toEqual([]);
    });

    test('lets go of a person, and of nobody else unseen', async () => {
      await work();
      const order = { tenantKey: world.tenant.key, identifiers: [LEARNER], pseudonym: 'person-1' };
      const rows = await listRows();
      expect(await eraseFromLog({ connection, key }, order)).toBeGreaterThan(5);
      const texts = JSON.stringify(await listRows());
      expect(texts).not.toContain(LEARNER);
      expect(texts).toContain('person-1');
      expect((await verify()).problems).toEqual([]);
      const history = (await readHistory(connection, world.tenant.key, [activityGuid(1)])).map(readable);
      expect(history.every(({ erased, before, after }) => erased === 'person-1' && !before && !after)).toBe(true);
      await world.create({ number: 40 });
      expect((await verify()).problems).toEqual([]);
      const kept = (await listRows()).at(-1) as Row;
      await take(kept);
      await put({ ...kept, payload: rows[1]?.['payload'] ?? null });
      expect((await verify()).problems).not.toEqual([]);
    });

    test('tells of people and apps what was stored, and nothing of a change that came too late', async () => {
      const { users, apps } = openStores(connection);
      const { tenant } = world;
      const user = {
        ...NEW_USER,
        tenantId: tenant.id,
        id: getGuid<UserId>(activityGuid(60)),
        ...named('ada@x.example'),
      };
      const app = { ...NEW_APP, tenantId: tenant.id, id: getGuid<AppId>(activityGuid(61)), ...named('second app') };
      expect(await users.insertUser(tenant, user)).toBe(true);
      expect(await users.insertUser(tenant, user)).toBe(false);
      const licensed = { ...user, licence: 'premium' } as const;
      const outcomes = [licensed, { ...licensed, displayName: 'late' }].map((one) => users.updateUser(tenant, one));
      expect((await Promise.all(outcomes)).toSorted()).toEqual(['changed', 'done']);
      expect(await users.removeUser(tenant, user)).toBe(false);
      expect(await users.removeUser(tenant, { ...user, rowVersion: user.rowVersion + 1 })).toBe(true);
      expect(await apps.insertApp(tenant, app)).toBe(true);
      expect(await apps.updateApp(tenant, { ...app, accountEnabled: false })).toBe('done');
      expect(await apps.removeApp(tenant, { ...app, rowVersion: app.rowVersion + 1 })).toBe(true);
      for (const item of [userItemId(tenant, user.id), app.id]) {
        const history = (await readHistory(connection, tenant.key, [item])).map(readable);
        expect(history.map(({ action }) => action)).toEqual(['created', 'updated', 'deleted']);
      }
      expect((await verify()).problems).toEqual([]);
    });

    test('tells of each content and activity that goes with its provider', async () => {
      await work();
      const { providers, run } = createLearningStore(connection);
      const stored = (await run(providers.find(world.tenant, OPEN))) as StoredProvider;
      const held = [...world.told].filter(([, images]) => images.at(-1) !== undefined).map(([guid]) => guid);
      const remove = (version: number) =>
        run(providers.remove(world.tenant, { ...stored, rowVersion: version }), () => BY);
      expect(await remove(stored.rowVersion + 1)).toBe(false);
      // Creates that come at the same time are stored before it, and told of, or refused.
      const numbers = [101, 102, 103, 104];
      const creating = numbers.map((number) => world.create({ number }));
      expect(await remove(stored.rowVersion)).toBe(true);
      const outcomes = await Promise.all(creating);
      const created = numbers.filter((_, index) => outcomes[index] === 'created').map(activityGuid);
      const items = [...held, ...created, CONTENT, OPEN];
      for (const item of items) {
        const last = (await readHistory(connection, world.tenant.key, [item])).map(readable).at(-1);
        expect({ item, ...last }).toMatchObject({ item, action: 'deleted', operation: BY.operation });
      }
      const { records } = await list({ matches: ({ operation }) => operation === BY.operation });
      expect(records.map(({ itemId }) => String(itemId)).toSorted()).toEqual(items.toSorted());
      expect((await verify()).problems).toEqual([]);
    });

    test('lets old records go although a transaction had thousands', async () => {
      const changes = Array.from({ length: 12_000 }, (_, index) => {
        const itemId = activityGuid(index);
        return { tenantKey: world.tenant.key, kind: 'learningContent', itemId, before: {} } as const;
      });
      await connection.write([], { origin: BY, changes });
      await world.create({ number: 1 });
      const now = 1 + Math.max(...(await listRows()).map((row) => Number(row['changed_at'])));
      const order = { tenantKey: world.tenant.key };
      expect(await cutLog({ connection, key }, { ...order, before: now - 60_000 })).toBe(0);
      expect(await cutLog({ connection, key }, { ...order, before: now })).toBe(12_001);
      await world.create({ number: 2 });
      await createHeadNotes({ connection, key }).note();
      expect((await verify()).problems).toEqual([]);
    });

    const list = (query: Partial<LogQuery>) => listLog(connection, { ...ALL, tenantKey: world.tenant.key, ...query });

    test('shows the newest changes', async () => {
      await work();
      await world.create({ number: 50 });
      const { records, hasMore } = await list({ limit: 3 });
      expect(records).toHaveLength(3);
      expect(hasMore).toBe(true);
      expect(readable(records.at(-1) as StoredRecord)).toMatchObject({
        itemId: activityGuid(50),
        action: 'created',
        kind: 'learningCourseActivity',
      });
    });

    test('is paged through in both directions, each record once, whatever is written meanwhile', async () => {
      await work();
      const first = await list({ limit: 4 });
      const older = [...first.records];
      let number = 100;
      for (let page = first; page.hasMore;) {
        await Promise.all([world.create({ number: (number += 1) }), world.update(1, 2)]);
        page = await list({ limit: 3, cursor: page.before });
        older.unshift(...page.records);
      }
      const newer: StoredRecord[] = [];
      let page = await list({ limit: 3, cursor: first.after, direction: 'newer' });
      for (newer.push(...page.records); page.hasMore; newer.push(...page.records)) {
        if (newer.length < 12) await world.create({ number: (number += 1) });
        page = await list({ limit: 3, cursor: page.after, direction: 'newer' });
      }
      const stored = (await listRows()).map(({ chain, place }) => `${Number(chain)}/${Number(place)}`);
      const read = [...older, ...newer].map(({ chain, place }) => `${chain}/${place}`);
      expect(read.toSorted()).toEqual(stored.toSorted());
      expect(newer.length).toBeGreaterThan(6);
      expect((await list({ cursor: page.after, direction: 'newer' })).records).toEqual([]);
      await world.create({ number: 200 });
      const [late] = (await list({ cursor: page.after, direction: 'newer' })).records.slice(-1);
      expect(late?.itemId).toBe(activityGuid(200));
    });

    test('is listed by item and by time, from chains that are long', async () => {
      for (let number = 1; number <= 30; number += 1) await world.create({ number });
      await world.update(9, 3);
      const all = await list({ limit: 1000 });
      const ofItem = all.records.filter(({ itemId }) => itemId === activityGuid(9));
      const { records, before } = await list({ itemIds: [activityGuid(9)], limit: 2 });
      expect(records).toEqual(ofItem.slice(-2));
      expect((await list({ itemIds: [activityGuid(9)], cursor: before })).records).toEqual(ofItem.slice(0, -2));
      const times = all.records.map(({ changedAt }) => changedAt);
      const [from, until] = [times.at(3) ?? 0, times.at(-3) ?? 0];
      const within = all.records.filter(({ changedAt }) => changedAt >= from && changedAt < until);
      expect((await list({ from, until })).records).toEqual(within);
    });

    test('is found by time among many records, and one that finds nothing ends', async () => {
      await work();
      const hour = 3_600_000;
      const now = Math.max(...(await listRows()).map((row) => Number(row['changed_at'])));
      for (const at of [now - 9 * hour, now + 9 * hour]) {
        expect(await list({ until: at, from: at })).toMatchObject({ records: [], hasMore: false });
      }
      const rows = await listRows();
      const middle = rows[Math.floor(rows.length / 2)] as Row;
      await connection.write([{ statement: AGE, params: { ...middle, by: 9 * hour } }]);
      const old = (await list({ until: now - 4 * hour })).records;
      const aged = ({ chain, place }: StoredRecord) => chain === middle['chain'] && place <= Number(middle['place']);
      expect(old).toEqual((await list({})).records.filter(aged));
      expect(old.length).toBeGreaterThan(0);
      const stopped = await list({ matches: () => false });
      expect(stopped).toMatchObject({ records: [], hasMore: false });
    });
  });
});

const BY = { channel: 'graph', operation: 'deleteLearningProvider' } as const;

const ALL = {
  direction: 'older',
  cursor: undefined,
  limit: 100,
  from: -Infinity,
  until: Infinity,
  matches: () => true,
} as const;

function named(name: string) {
  return { name, displayName: name, userPrincipalName: name };
}

function rankOf(action: string): number {
  return ['created', 'updated', 'deleted'].indexOf(action);
}

function withoutNulls(image: object | undefined): unknown {
  return Object.fromEntries(Object.entries(image ?? {}).filter(([, value]) => value !== null));
}

/** Each value beside the one before it. */
function changesOf(values: readonly unknown[]): unknown[] {
  return values
    .slice(1)
    .map((value, index) => [{ completionPercentage: values[index] }, { completionPercentage: value }]);
}

function moved(row: Row, to: Row, takesSegment: boolean): Row {
  const { chain = null, place = null, previous_link: link = null, segment_size: size = null } = to;
  return { ...row, chain, place, ...(takesSegment && { previous_link: link, segment_size: size }) };
}

type How = 'replace' | 'insert' | 'remove';

/** Another value of the column's kind. */
function change(
  value: Row[string],
  column: string,
  { at, by, how }: { at: number; by: number; how: How },
): Row[string] {
  if (NUMBERS.includes(column)) return value === null ? by : Number(value) + by;
  if (value === null) return 'x';
  if (value instanceof Uint8Array) {
    const place = at % value.length;
    const put = { replace: [(value[place] ?? 0) ^ by], insert: [by, value[place] ?? 0], remove: [] }[how];
    return Uint8Array.from([...value.slice(0, place), ...put, ...value.slice(place + 1)]);
  }
  const text = String(value);
  if (GUIDS.includes(column)) return text.endsWith('0') ? `${text.slice(0, -1)}1` : `${text.slice(0, -1)}0`;
  const place = at % text.length;
  const other = text[place] === 'q' ? 'z' : 'q';
  const put = { replace: other, insert: `${other}${text[place]}`, remove: '' }[how];
  return text.slice(0, place) + put + text.slice(place + 1);
}

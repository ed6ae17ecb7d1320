/** What every database driver keeps: migrations, units of work, group commit, locks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { dumpSchema } from '../../scripts/golden-schema.ts';
import { Unavailable } from '../../src/lib/unavailable.ts';
import type { SqlConnection, Write, WriteResult } from '../../src/store/connection.ts';
import { findSchemaProblem, migrate } from '../../src/store/migrations/migrate.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';

/** A table of the tests' own, so that the contract speaks of connections only. */
const NOTES = `
  create table note (id integer primary key, text text not null unique);
  create table answer (
    id integer primary key,
    note_id integer not null references note (id) deferrable initially deferred
  )`;

const INSERT = { name: 'insertNote', sql: 'insert into note (id, text) values (:id, :text)' };
const UPDATE = { name: 'updateNote', sql: 'update note set text = :text where id = :id' };
const ANSWER = { name: 'insertAnswer', sql: 'insert into answer (id, note_id) values (:id, :note_id)' };
const LIST = { name: 'listNotes', sql: 'select id, text from note order by id' };

const insert = (id: number, text = `note ${id}`): Write => ({ statement: INSERT, params: { id, text } });
const update = (id: number, text: string): Write => ({ statement: UPDATE, params: { id, text }, mustChange: true });
/** Stands against the schema only at COMMIT. */
const strayAnswer: Write = { statement: ANSWER, params: { id: 1, note_id: 404 } };
/** Fails in the database at once, for another reason than a key. */
const nullNote: Write = { statement: INSERT, params: { id: 9, text: null } };
const unboundNote: Write = { statement: INSERT, params: { id: 9 } };

/** Ends the transaction. */
const GIVE_UP = `create trigger give_up before insert on note when new.text = 'give up'
  begin select raise(rollback, 'given up'); end`;

async function listNotes(connection: SqlConnection): Promise<readonly unknown[]> {
  return (await connection.read(LIST, {})).map(({ text }) => text);
}

const done: WriteResult = { kind: 'done' };

describe.each(STORE_DRIVERS)('a $name database', ({ create }) => {
  describe('migrations', () => {
    test('lead from nothing to the schema in the golden file: if a change is meant, run `npm run golden`', async () => {
      await using database = create();
      const connection = database.connect();
      expect(await migrate(connection)).toEqual([
        '0001-initial',
        '0002-sign-in',
        '0003-several-nodes',
        '0004-external-id-claims',
        '0005-employee-id',
        '0006-narrow-activities',
        '0007-sync-health',
        '0008-directory',
        '0009-change-log',
        '0010-imports',
        '0011-outward',
        '0012-scim',
        '0013-change-feed',
        '0014-tenants',
        '0015-notifications',
        '0016-outward-learners',
        '0017-webhooks',
      ]);
      const golden = readFileSync(join(import.meta.dirname, `../golden/schema.${connection.dialect.name}.sql`), 'utf8');
      expect(await dumpSchema(connection)).toBe(golden);
    });

    test('that have run do not run again, and change nothing', async () => {
      await using database = create();
      await database.open();
      const commits = await database.countCommits();
      const again = database.connect();
      expect(await migrate(again)).toEqual([]);
      expect(await database.countCommits()).toBe(commits);
    });

    const FUTURE = `insert into schema_migration (name) values ('9999-from-the-future')`;
    const compatibleSince = (name: string) =>
      `${FUTURE}; insert into schema_compatibility (name, compatible_since) values ('9999-from-the-future', '${name}')`;

    test.each([
      ['that say nothing of earlier ones', FUTURE, '9999-from-the-future'],
      ['that need servers of another one', compatibleSince('9998-also-from-there'), '9998-also-from-there'],
    ])('of a later release %s are refused, and the database stays as it is', async (_, records, needed) => {
      await using database = create();
      const connection = await database.open();
      await connection.script(records);
      const sentence = `it is of a later release: since 9999-from-the-future, servers have to know ${needed}, and this one knows no later than 0017-webhooks`;
      await expect(migrate(database.connect())).rejects.toThrow(sentence);
      expect(await findSchemaProblem(database.connect())).toBe(sentence);
      const names = await connection.read({ name: 'migrations', sql: 'select name from schema_migration' }, {});
      expect(names).toHaveLength(18);
    });

    test('of a later release that this one can live with are left as they are', async () => {
      await using database = create();
      const connection = await database.open();
      expect(await findSchemaProblem(connection)).toBeUndefined();
      await connection.script(compatibleSince('0003-several-nodes'));
      expect(await migrate(database.connect())).toEqual([]);
      expect(await findSchemaProblem(connection)).toBeUndefined();
      expect(await findSchemaProblem(database.connect())).toBeUndefined();
    });

    test('that have run are found so while another process writes', async () => {
      await using database = create();
      await database.open();
      await using _lock = await database.lockElsewhere();
      await expect(migrate(database.connect())).resolves.toEqual([]);
    });

    test('that fail leave nothing behind, and a connection that works', async () => {
      await using database = create();
      const connection = database.connect();
      await expect(connection.script('create table one (id integer); select nonsense')).rejects.toThrow();
      await connection.script(NOTES);
      expect(await connection.write([insert(1)])).toEqual(done);
      const read = async () => connection.read({ name: 'one', sql: 'select id from one' }, {});
      await expect(read()).rejects.toThrow();
    });
  });

  describe('a unit of work', () => {
    test('stores all of its writes', async () => {
      await using database = create();
      const connection = await openNotes(database);
      expect(await connection.write([insert(1), insert(2), update(1, 'changed')])).toEqual(done);
      expect(await listNotes(connection)).toEqual(['changed', 'note 2']);
    });

    test.each<readonly [what: string, writes: readonly Write[], result: WriteResult]>([
      ['one guard that does not hold', [update(404, 'x')], { kind: 'refused', step: 0 }],
      ['a guard after other writes', [insert(1), insert(2), update(404, 'x')], { kind: 'refused', step: 2 }],
      ['a guard before other writes', [update(404, 'x'), insert(1)], { kind: 'refused', step: 0 }],
      ['a key that is taken', [insert(7)], { kind: 'notUnique', step: 0 }],
      ['a unique column that is taken', [insert(1, 'note 7')], { kind: 'notUnique', step: 0 }],
      ['a key taken by the unit itself', [insert(1), insert(2), insert(1, 'again')], { kind: 'notUnique', step: 2 }],
    ])('%s undoes all of it', async (_, writes, result) => {
      await using database = create();
      const connection = await openNotes(database);
      await connection.write([insert(7)]);
      expect(await connection.write(writes)).toEqual(result);
      expect(await listNotes(connection)).toEqual(['note 7']);
    });

    test('a write that may change nothing is done when it does not', async () => {
      await using database = create();
      const connection = await openNotes(database);
      expect(await connection.write([{ ...update(404, 'x'), mustChange: false }, insert(1)])).toEqual(done);
      expect(await listNotes(connection)).toEqual(['note 1']);
    });

    test.each([
      ['alone', [nullNote]],
      ['after others', [insert(1), nullNote]],
      ['with a parameter that was forgotten', [insert(1), unboundNote]],
    ])('an error is thrown, %s, and all is undone', async (_, writes) => {
      await using database = create();
      const connection = await openNotes(database);
      await expect(connection.write(writes)).rejects.not.toBeInstanceOf(Unavailable);
      expect(await listNotes(connection)).toEqual([]);
      expect(await connection.write([insert(2)])).toEqual(done);
    });
  });

  describe('a unit of rows that have stood together before', () => {
    test.each<readonly [ends: string, writes: readonly Write[], end: WriteResult | undefined]>([
      ['is stored', [insert(1)], done],
      ['is refused', [insert(1), update(404, 'x')], { kind: 'refused', step: 1 }],
      ['repeats a key', [insert(1), insert(1)], { kind: 'notUnique', step: 1 }],
      ['fails', [insert(1), nullNote], undefined],
    ])('that %s ends as any other, and references of the others are checked', async (_, writes, end) => {
      await using database = create();
      const connection = await openNotes(database);
      const [stray, kept, later] = await Promise.allSettled([
        connection.write([strayAnswer]),
        connection.writeKept(writes),
        connection.write([strayAnswer]),
      ]);
      expect([stray.status, later.status]).toEqual(['rejected', 'rejected']);
      expect(kept).toMatchObject(end === undefined ? { status: 'rejected' } : { status: 'fulfilled', value: end });
      expect(await listNotes(connection)).toEqual(end === done ? ['note 1'] : []);
      await expect(connection.write([strayAnswer])).rejects.toThrow();
    });
  });

  describe('while another process holds the write lock', () => {
    test('reads go on, and writes wait and succeed when it lets go', async () => {
      await using database = create();
      const connection = await openNotes(database);
      const lock = await database.lockElsewhere();
      const first = connection.write([insert(1)]);
      await nextTurn();
      const second = connection.write([insert(2)]);
      await nextTurn();
      expect(await listNotes(connection)).toEqual([]);
      await lock[Symbol.asyncDispose]();
      expect(await Promise.all([first, second])).toEqual([done, done]);
      expect(await listNotes(connection)).toEqual(['note 1', 'note 2']);
    });

    test('a write that has waited too long is refused, and nothing of it is stored', async () => {
      await using database = create();
      const connection = await openNotes(database, { maxWaitMs: 30 });
      const lock = await database.lockElsewhere();
      const units = [connection.write([insert(1)]), connection.write([insert(2), insert(3)])];
      const results = await Promise.allSettled(units);
      expect(results.map((result) => result.status === 'rejected' && result.reason)).toEqual([
        expect.any(Unavailable),
        expect.any(Unavailable),
      ]);
      await lock[Symbol.asyncDispose]();
      expect(await connection.write([insert(4)])).toEqual(done);
      expect(await listNotes(connection)).toEqual(['note 4']);
    });

    test('closing waits for the writes that wait', async () => {
      await using database = create();
      const connection = await openNotes(database);
      const lock = await database.lockElsewhere();
      const write = connection.write([insert(1)]);
      await nextTurn();
      const closed = connection[Symbol.asyncDispose]();
      await nextTurn();
      await lock[Symbol.asyncDispose]();
      await closed;
      expect(await write).toEqual(done);
      expect(await listNotes(database.connect())).toEqual(['note 1']);
    });
  });

  test('closing answers everything that is queued, and refuses what comes after', async () => {
    await using database = create();
    const connection = await openNotes(database);
    const units = Array.from({ length: 20 }, (_, index) => connection.write([insert(index)]));
    const closed = connection[Symbol.asyncDispose]();
    const late = connection.write([insert(99)]);
    await expect(late).rejects.toBeInstanceOf(Unavailable);
    await closed;
    expect(await Promise.all(units)).toEqual(Array.from({ length: 20 }, () => done));
    expect(await listNotes(database.connect())).toHaveLength(20);
  });
});

/** Others run units side by side. */
const GROUPING_DRIVERS = STORE_DRIVERS.filter(({ hasGroupCommit }) => hasGroupCommit);

describe.each(GROUPING_DRIVERS)('group commit of a $name database', ({ create }) => {
  test('units of one turn share one transaction; others wait for the next', async () => {
    await using database = create();
    const connection = await openNotes(database);
    const before = await database.countCommits();
    const units = Array.from({ length: 50 }, (_, index) => connection.write([insert(index)]));
    expect(await Promise.all(units)).toEqual(Array.from({ length: 50 }, () => done));
    expect((await database.countCommits()) - before).toBe(1);
    await connection.write([insert(50)]);
    await connection.write([insert(51)]);
    expect((await database.countCommits()) - before).toBe(3);
  });

  test('nobody is answered before all of the group is stored for everybody', async () => {
    await using database = create();
    const connection = await openNotes(database);
    // What one connection reads in one turn is of one moment: those who look before and after are two.
    const [before, after] = [database.connect(), database.connect()];
    const seen: Promise<readonly unknown[]>[] = [];
    const units = [1, 2, 3].map(async (id) => {
      await connection.write([insert(id)]);
      seen.push(listNotes(after));
    });
    expect(await listNotes(before)).toEqual([]);
    await Promise.all(units);
    const all = ['note 1', 'note 2', 'note 3'];
    expect(await Promise.all(seen)).toEqual([all, all, all]);
  });

  test('a unit that is refused or fails does not touch the others', async () => {
    await using database = create();
    const connection = await openNotes(database);
    const units = [
      [insert(1)],
      [insert(2), insert(3), update(404, 'x')],
      [insert(4), nullNote],
      [nullNote],
      [insert(1, 'repeated')],
      [insert(5), insert(6)],
    ];
    const results = await Promise.allSettled(units.map((writes) => connection.write(writes)));
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'error'))).toEqual([
      done,
      { kind: 'refused', step: 2 },
      'error',
      'error',
      { kind: 'notUnique', step: 0 },
      done,
    ]);
    expect(await listNotes(connection)).toEqual(['note 1', 'note 5', 'note 6']);
  });

  test('units take effect in the order in which they came', async () => {
    await using database = create();
    const connection = await openNotes(database);
    const texts = ['a', 'b', 'c'].map((text) => connection.write([update(1, text)]));
    const results = await Promise.all([connection.write([insert(1)]), ...texts]);
    // The three updates came first, before there was a note.
    expect(results.map(({ kind }) => kind)).toEqual(['done', 'refused', 'refused', 'refused']);
    await Promise.all(['a', 'b', 'c'].map((text) => connection.write([update(1, text)])));
    expect(await listNotes(connection)).toEqual(['c']);
  });

  test('a COMMIT that fails refuses every unit of the group and stores none', async () => {
    await using database = create();
    const connection = await openNotes(database);
    const results = await Promise.allSettled([
      connection.write([insert(1)]),
      connection.write([strayAnswer]),
      connection.write([insert(2), insert(3)]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await listNotes(connection)).toEqual([]);
    expect(await connection.write([insert(4)])).toEqual(done);
  });

  test('a transaction that the database gives up on its own stores nothing of the group', async () => {
    await using database = create();
    const connection = await openNotes(database);
    await connection.script(GIVE_UP);
    const units = [[insert(1)], [insert(2, 'give up')], [insert(3)], [insert(4), insert(5)]];
    const results = await Promise.allSettled(units.map((writes) => connection.write(writes)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
    expect(await listNotes(connection)).toEqual([]);
    expect(await connection.write([insert(6)])).toEqual(done);
  });

  test('references are checked again when it gives up rows that have stood together before', async () => {
    await using database = create();
    const connection = await openNotes(database);
    await connection.script(GIVE_UP);
    await expect(connection.writeKept([insert(1, 'give up')])).rejects.toThrow('given up');
    await expect(connection.write([strayAnswer])).rejects.toThrow('FOREIGN KEY');
  });
});

async function openNotes(
  database: TestDatabase,
  limits?: Parameters<TestDatabase['connect']>[0],
): Promise<SqlConnection> {
  const connection = database.connect(limits);
  await connection.script(NOTES);
  return connection;
}

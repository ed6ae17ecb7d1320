/** Kept data in the database, without a server: what becomes of it when the schema changes. */
import { describe, expect, test } from 'vitest';

import type { SqlConnection } from '../../src/store/connection.ts';
import { openSnapshotStore } from '../../src/store/snapshot-store.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import { fillTenant, markedTenant } from '../support/stored-tenant.ts';

const dump = async (connection: SqlConnection) =>
  (await connection.read({ name: 'dump', sql: 'select * from directory_user' }, {})).map((row) => JSON.stringify(row));

describe.each(STORE_DRIVERS)('$name', ({ create }) => {
  test('tables for snapshots follow the columns of their tables', async () => {
    await using database = create();
    await using connection = await database.open();
    await fillTenant(connection, markedTenant(1, 'Ours'));
    const before = await openSnapshotStore(connection);
    await connection.write(before.keep(1));
    await connection.script("alter table directory_user add column nickname text default 'none'");
    const store = await openSnapshotStore(connection);
    const users = await dump(connection);
    expect(users.join('\n')).toContain('nickname');
    await connection.write(store.keep(2));
    const name = { name: 'rename', sql: "update directory_user set nickname = 'Lee'" };
    await connection.write([{ statement: name, params: {} }]);
    expect(await connection.write([...store.empty(), ...store.bring(2)])).toEqual({ kind: 'done' });
    expect((await dump(connection)).toSorted()).toEqual(users.toSorted());
  });

  test('a snapshot that has gone is not restored, and leaves the data alone', async () => {
    await using database = create();
    await using connection = await database.open();
    await fillTenant(connection, markedTenant(1, 'Ours'));
    const store = await openSnapshotStore(connection);
    const users = await dump(connection);
    const result = await connection.write([...store.empty(), ...store.bring(7)]);
    expect(result.kind).toBe('refused');
    expect((await dump(connection)).toSorted()).toEqual(users.toSorted());
  });

  test('the states of a snapshot are its own, also where another server has given its id again', async () => {
    await using database = create();
    await using connection = await database.open();
    const [ours, theirs] = [await openSnapshotStore(connection), await openSnapshotStore(connection)];
    const record = { id: 1, name: 'one', tenantId: undefined, schemaName: ours.schemaName } as const;
    const [first, second] = [
      { ...record, createdAt: 1000 },
      { ...record, createdAt: 2000 },
    ];
    await connection.write([ours.record(first, ['first'])]);
    expect(await ours.readStates(first)).toEqual(['first']);
    await connection.write(theirs.forget(1));
    await connection.write([theirs.record(second, ['second'])]);
    expect(await ours.readStates(second)).toEqual(['second']);
  });

  test('a tenant keeps its number as long as anything knows it', async () => {
    await using database = create();
    await using connection = await database.open();
    const { tenant } = markedTenant(4, 'Ours');
    await fillTenant(connection, markedTenant(4, 'Ours'));
    const store = await openSnapshotStore(connection);
    await connection.write(store.keep(1));
    await connection.write(store.empty());
    expect(await store.listTenantKeys()).toEqual([{ id: tenant.id, key: 4 }]);
    await connection.write(store.forget(1));
    expect(await store.listTenantKeys()).toEqual([]);
  });
});

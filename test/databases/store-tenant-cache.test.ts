/** Tenants are remembered for a time, and never as they were before somebody asked to forget them. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';

import type { SqlConnection } from '../../src/store/connection.ts';
import { createDirectoryStore } from '../../src/store/directory-store.ts';
import type { DirectoryStore } from '../../src/store/directory-store.ts';
import { createDirectoryWrites } from '../../src/store/directory-writes.ts';
import { createTenantCache } from '../../src/store/tenant-cache.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import * as fixture from '../support/stored-tenant.ts';

const { tenant } = fixture.markedTenant(1, 'Contoso');
const HOUR_MS = 3_600_000;

describe.each(STORE_DRIVERS)('on $name, a tenant', ({ create }) => {
  const database = create();
  let connection: SqlConnection;
  let directory: DirectoryStore;

  beforeEach(async () => {
    connection = await database.open();
    await connection.script('delete from tenant');
    await connection.write([createDirectoryWrites(connection.dialect).tenant(tenant)]);
    directory = createDirectoryStore(connection);
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const rename = (name: string) => connection.script(`update tenant set display_name = '${name}'`);

  test('is remembered until all are forgotten', async () => {
    const tenants = createTenantCache(directory, HOUR_MS);
    const findName = async () => (await tenants.find(tenant.id))?.displayName;
    expect(await findName()).toBe('Contoso');
    await rename('Fabrikam');
    expect(await findName()).toBe('Contoso');
    tenants.forget();
    expect(await findName()).toBe('Fabrikam');
  });

  test('is not remembered as it was read before all were forgotten', async () => {
    const read = Promise.withResolvers<void>();
    const forgotten = Promise.withResolvers<void>();
    const findTenant = async (id: string) => {
      const found = await directory.findTenant(id);
      read.resolve();
      await forgotten.promise;
      return found;
    };
    const tenants = createTenantCache({ ...directory, findTenant }, HOUR_MS);
    const finding = tenants.find(tenant.id);
    await read.promise;
    await rename('Fabrikam');
    tenants.forget();
    forgotten.resolve();
    await finding;
    expect((await tenants.find(tenant.id))?.displayName).toBe('Fabrikam');
  });

  test('that does not exist is looked for again', async () => {
    await connection.script('delete from tenant');
    const tenants = createTenantCache(directory, HOUR_MS);
    expect(await tenants.find(tenant.id)).toBeUndefined();
    await connection.write([createDirectoryWrites(connection.dialect).tenant(tenant)]);
    expect(await tenants.find(tenant.id)).toEqual(tenant);
  });
});

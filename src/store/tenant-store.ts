/** Tenants in the database, which come and go with everything that is theirs. */
import type { TenantId } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import { readCatalogue } from './catalogue.ts';
import { tenantChange } from './changes/directory-changes.ts';
import type { SqlConnection, Write } from './connection.ts';
import { createTenantCodec } from './directory-codec.ts';
import { statements } from './statements.ts';
import { keptTable } from './snapshot-tables.ts';
import { endFollowing } from './feed/end-feeds.ts';
import { STATE_TABLES, TENANT_COUNT_TABLES } from './tables.ts';
import type { UpdateOutcome } from './user-store.ts';
import { change, readFirst, wait } from './work.ts';
import type { Work } from './work.ts';

export interface TenantStore {
  /** With a number that no tenant has had. `undefined` when another tenant has the id or the domain name. */
  insertTenant(tenant: Omit<Tenant, 'key'>): Work<Tenant | undefined>;
  /** Stores the tenant in place of the one of the same version. `notUnique`: another one has the domain name. */
  updateTenant(tenant: Tenant): Work<UpdateOutcome>;
  /**
   * With all that it has, and with what is to be written beside. `false` when the stored row is no longer of that version, and
   * for the only tenant.
   */
  removeTenant(tenant: Tenant, beside: readonly Write[]): Work<boolean>;
}

/** Others may take a number at the same time. */
const MAX_ATTEMPTS = 5;

export function createTenantStore(connection: Pick<SqlConnection, 'dialect' | 'read'>): TenantStore {
  const { dialect } = connection;
  const codec = createTenantCodec(dialect);
  const { guid } = dialect.columns;
  function* find(id: TenantId, domainName = ''): Work<Tenant | undefined> {
    const row = yield* readFirst(statements.findTenant, { tenant_guid: guid.encode(id), domain_name: domainName });
    return row && codec.fromRow(row);
  }

  return {
    *insertTenant(tenant) {
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        const made = { ...tenant, key: yield* wait(() => findFreeTenantKey(connection)) };
        const write = { statement: statements.insertTenant, params: codec.toRow(made) };
        const result = yield* change([tenantChange({ after: made })], write);
        if (result.kind === 'done') return made;
        if ((yield* find(tenant.id, tenant.domainName)) !== undefined) return undefined;
      }
      throw new Error('Others took the number of a new tenant again and again.');
    },
    *updateTenant(tenant) {
      const before = yield* find(tenant.id);
      if (before?.rowVersion !== tenant.rowVersion) return 'changed';
      const write = { statement: statements.updateTenant, params: codec.toRow(tenant), mustChange: true };
      const result = yield* change([tenantChange({ before, after: tenant })], write);
      return result.kind === 'refused' ? 'changed' : result.kind;
    },
    *removeTenant(tenant, beside) {
      const { key, id, rowVersion } = tenant;
      const ofTenant = STATE_TABLES.toReversed().map((table) => ({
        statement: { name: `remove tenant's ${table}`, sql: `delete from ${table} where tenant_id = :tenant_id` },
        params: { tenant_id: key },
      }));
      const counts = TENANT_COUNT_TABLES.map((table) => ({
        statement: { name: `remove tenant's ${table}`, sql: `delete from ${table} where tenant_guid = :tenant_guid` },
        params: { tenant_guid: guid.encode(id) },
      }));
      const self = {
        statement: statements.deleteTenant,
        params: { tenant_id: key, row_version: rowVersion },
        mustChange: true,
      };
      const told = endFollowing(key);
      const writes = [...ofTenant, ...counts, self, ...told, ...beside];
      const result = yield* change([tenantChange({ before: tenant })], ...writes);
      return result.kind === 'done';
    },
  };
}

/** For a new tenant. The log of a tenant outlives it, and so may snapshots: its number is never given again. */
export async function findFreeTenantKey({ dialect, read }: Pick<SqlConnection, 'dialect' | 'read'>): Promise<number> {
  const catalogue = await readCatalogue({ dialect, read });
  const tables = ['tenant', 'change_log', keptTable('tenant')].filter((table) => catalogue.has(table));
  const known = tables.map((table) => `select max(tenant_id) as tenant_id from ${table}`).join(' union all ');
  const sql = `select coalesce(max(k.tenant_id), 0) + 1 as tenant_id from (${known}) k`;
  const [row] = await read({ name: `free number beside ${tables.join(', ')}`, sql }, {});
  return Number(row?.['tenant_id']);
}

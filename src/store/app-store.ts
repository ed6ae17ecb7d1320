/** Apps of a tenant in the database. */
import type { AppId } from '../lib/ids.ts';
import type { AppRegistration, Tenant } from '../model/directory.ts';
import { appChange } from './changes/directory-changes.ts';
import { createAppCodec } from './directory-codec.ts';
import type { Dialect } from './dialect.ts';
import { statements } from './statements.ts';
import type { UpdateOutcome } from './user-store.ts';
import { change, read, readFirst } from './work.ts';
import type { Work } from './work.ts';

export interface AppStore {
  findApp(tenant: Tenant, id: AppId): Work<AppRegistration | undefined>;
  /** All of the tenant, by name. */
  listApps(tenant: Tenant): Work<readonly AppRegistration[]>;
  /** `false` when another app has the id or the name. */
  insertApp(tenant: Tenant, app: AppRegistration): Work<boolean>;
  /** Stores the app in place of the one of the same version. */
  updateApp(tenant: Tenant, app: AppRegistration): Work<UpdateOutcome>;
  /** `false` when the stored row is no longer of that version. */
  removeApp(tenant: Tenant, app: AppRegistration): Work<boolean>;
}

export function createAppStore(dialect: Dialect): AppStore {
  const codec = createAppCodec(dialect);
  function* findApp(tenant: Tenant, id: AppId): Work<AppRegistration | undefined> {
    const params = { tenant_id: tenant.key, app_id: dialect.columns.guid.encode(id) };
    const row = yield* readFirst(statements.findApp, params);
    return row && codec.fromRow(tenant, row);
  }

  return {
    findApp,
    *listApps(tenant) {
      const rows = yield* read(statements.listApps, { tenant_id: tenant.key });
      return rows.map((row) => codec.fromRow(tenant, row));
    },
    *insertApp(tenant, app) {
      const made = appChange(tenant, { after: app });
      const result = yield* change([made], { statement: statements.insertApp, params: codec.toRow(tenant, app) });
      return result.kind === 'done';
    },
    *updateApp(tenant, app) {
      const before = yield* findApp(tenant, app.id);
      if (before?.rowVersion !== app.rowVersion) return 'changed';
      const params = codec.toRow(tenant, app);
      const made = appChange(tenant, { before, after: app });
      const result = yield* change([made], { statement: statements.updateApp, params, mustChange: true });
      return result.kind === 'refused' ? 'changed' : result.kind;
    },
    *removeApp(tenant, app) {
      const { id, rowVersion } = app;
      const made = appChange(tenant, { before: app });
      const params = { tenant_id: tenant.key, app_id: dialect.columns.guid.encode(id), row_version: rowVersion };
      return (yield* change([made], { statement: statements.deleteApp, params, mustChange: true })).kind === 'done';
    },
  };
}

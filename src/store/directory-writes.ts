/** Writes that fill an empty directory, to be stored in one unit of work. */
import type { AppRegistration, DirectoryUser, Tenant } from '../model/directory.ts';
import type { Write } from './connection.ts';
import { createAppCodec, createUserCodec } from './directory-codec.ts';
import type { Dialect } from './dialect.ts';
import { statements } from './statements.ts';

export interface DirectoryWrites {
  tenant(tenant: Tenant): Write;
  user(tenant: Tenant, user: DirectoryUser): Write;
  app(tenant: Tenant, app: AppRegistration): Write;
}

export function createDirectoryWrites(dialect: Dialect): DirectoryWrites {
  const { guid, boolean } = dialect.columns;
  const users = createUserCodec(dialect);
  const apps = createAppCodec(dialect);
  return {
    tenant: ({ key, id, displayName, domainName, hasServicePlan }) => ({
      statement: statements.insertTenant,
      params: {
        tenant_id: key,
        tenant_guid: guid.encode(id),
        display_name: displayName,
        domain_name: domainName,
        has_service_plan: boolean.encode(hasServicePlan),
      },
    }),
    user: (tenant, user) => ({ statement: statements.insertUser, params: users.toRow(tenant, user) }),
    app: (tenant, app) => ({ statement: statements.insertApp, params: apps.toRow(tenant, app) }),
  };
}

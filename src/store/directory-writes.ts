/** Writes that fill an empty directory, to be stored in one unit of work. */
import type { AppRegistration, DirectoryUser, Tenant } from '../model/directory.ts';
import type { Write } from './connection.ts';
import { createAppCodec, createTenantCodec, createUserCodec } from './directory-codec.ts';
import type { Dialect } from './dialect.ts';
import { statements } from './statements.ts';

export interface DirectoryWrites {
  tenant(tenant: Tenant): Write;
  user(tenant: Tenant, user: DirectoryUser): Write;
  app(tenant: Tenant, app: AppRegistration): Write;
}

export function createDirectoryWrites(dialect: Dialect): DirectoryWrites {
  const tenants = createTenantCodec(dialect);
  const users = createUserCodec(dialect);
  const apps = createAppCodec(dialect);
  return {
    tenant: (tenant) => ({ statement: statements.insertTenant, params: tenants.toRow(tenant) }),
    user: (tenant, user) => ({ statement: statements.insertUser, params: users.toRow(tenant, user) }),
    app: (tenant, app) => ({ statement: statements.insertApp, params: apps.toRow(tenant, app) }),
  };
}

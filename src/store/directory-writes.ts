/** Writes that fill an empty directory, to be stored in one unit of work. */
import type { AppRegistration, DirectoryUser, Tenant } from '../model/directory.ts';
import type { Write } from './connection.ts';
import type { Dialect } from './dialect.ts';
import { statements } from './statements.ts';

export interface DirectoryWrites {
  tenant(tenant: Tenant): Write;
  user(tenant: Tenant, user: DirectoryUser): Write;
  app(tenant: Tenant, app: AppRegistration): Write;
}

export function createDirectoryWrites(dialect: Dialect): DirectoryWrites {
  const { guid, boolean, json } = dialect.columns;
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
    user: (tenant, user) => ({
      statement: statements.insertUser,
      params: {
        tenant_id: tenant.key,
        user_id: guid.encode(user.id),
        name: user.name,
        user_principal_name: user.userPrincipalName,
        display_name: user.displayName,
        mail: user.mail,
        employee_id: user.employeeId,
        licence: user.licence,
        directory_roles: json.encode(user.directoryRoles),
        password_hash: user.passwordHash,
      },
    }),
    app: (tenant, app) => ({
      statement: statements.insertApp,
      params: {
        tenant_id: tenant.key,
        app_id: guid.encode(app.id),
        name: app.name,
        secret_sha256: app.secretSha256,
        certificates: json.encode(app.certificates),
        redirect_uris: json.encode(app.redirectUris),
        app_roles: json.encode(app.appRoles),
        delegated_scopes: json.encode(app.delegatedScopes),
      },
    }),
  };
}

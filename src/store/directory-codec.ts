/** Users and apps <-> rows. */
import type { TenantId } from '../lib/ids.ts';
import type { AppRegistration, DirectoryUser, ScimCredential, Tenant } from '../model/directory.ts';
import type { ColumnSpec } from './columns.ts';
import type { Params, Row, Tuple } from './connection.ts';
import type { ColumnKind, Dialect } from './dialect.ts';
import { createColumnCodec } from './row-codec.ts';

const column = (name: string, kind: ColumnKind = 'text'): ColumnSpec => ({ column: name, kind });

export const TENANT_FIELDS: Readonly<Record<keyof Tenant, ColumnSpec>> = {
  key: column('tenant_id', 'integer'),
  id: column('tenant_guid', 'guid'),
  displayName: column('display_name'),
  domainName: column('domain_name'),
  hasServicePlan: column('has_service_plan', 'boolean'),
  directory: column('directory'),
  openLicence: column('open_licence'),
  rowVersion: column('row_version', 'integer'),
};

type Fields<Item> = Readonly<Record<Exclude<keyof Item, 'tenantId'>, ColumnSpec>>;

export const USER_FIELDS: Fields<DirectoryUser> = {
  id: column('user_id', 'guid'),
  name: column('name'),
  userPrincipalName: column('user_principal_name'),
  displayName: column('display_name'),
  accountEnabled: column('account_enabled', 'boolean'),
  givenName: column('given_name'),
  surname: column('surname'),
  jobTitle: column('job_title'),
  department: column('department'),
  mail: column('mail'),
  mailNickname: column('mail_nickname'),
  preferredLanguage: column('preferred_language'),
  usageLocation: column('usage_location'),
  employeeId: column('employee_id'),
  externalId: column('external_id'),
  licence: column('licence'),
  assignedLicenses: column('assigned_licenses', 'json'),
  directoryRoles: column('directory_roles', 'json'),
  passwordHash: column('password_hash'),
  rowVersion: column('row_version', 'integer'),
};

export const APP_FIELDS: Fields<AppRegistration> = {
  id: column('app_id', 'guid'),
  name: column('name'),
  displayName: column('display_name'),
  secretSha256: column('secret_sha256'),
  passwordCredentials: column('password_credentials', 'json'),
  certificates: column('certificates', 'json'),
  keyCredentials: column('key_credentials', 'json'),
  redirectUris: column('redirect_uris', 'json'),
  appRoles: column('app_roles', 'json'),
  delegatedScopes: column('delegated_scopes', 'json'),
  withdrawn: column('withdrawn', 'json'),
  manifest: column('manifest', 'json'),
  createdDateTime: column('created_date_time', 'instant'),
  createdByAppId: column('created_by_app_id', 'guid'),
  accountEnabled: column('account_enabled', 'boolean'),
  hasServicePrincipal: column('has_service_principal', 'boolean'),
  rowVersion: column('row_version', 'integer'),
};

export const SCIM_CREDENTIAL_FIELDS: Fields<ScimCredential> = {
  id: column('credential_id', 'guid'),
  displayName: column('display_name'),
  tokenSha256: column('token_sha256'),
  createdAt: column('created_at', 'integer'),
  expiresAt: column('expires_at', 'integer'),
  licence: column('licence'),
};

export function columnsOfFields(fields: Readonly<Record<string, ColumnSpec>>): readonly string[] {
  return Object.values(fields).map((spec) => spec.column);
}

export interface ItemCodec<Item> {
  toRow(tenant: Tenant, item: Item): Params;
  fromRow(tenant: Tenant, row: Row): Item;
  /** Of a row with the columns of {@link columnsOfFields}, in their order. */
  fromTuple(tenant: Tenant, row: Tuple): Item;
}

export interface TenantCodec {
  toRow(tenant: Tenant): Params;
  fromRow(row: Row): Tenant;
}

export function createTenantCodec(dialect: Dialect): TenantCodec {
  const codecs = codecsOf(TENANT_FIELDS, dialect);
  return {
    toRow: (tenant) => {
      const values = tenant as unknown as Readonly<Record<string, unknown>>;
      return Object.fromEntries(codecs.map(([name, columnName, codec]) => [columnName, codec.encode(values[name])]));
    },
    fromRow: (row) =>
      Object.fromEntries(
        codecs.map(([name, columnName, codec]) => [name, codec.decode(row[columnName])]),
      ) as unknown as Tenant,
  };
}

export function createUserCodec(dialect: Dialect): ItemCodec<DirectoryUser> {
  return createItemCodec<DirectoryUser>(USER_FIELDS, dialect);
}

export function createAppCodec(dialect: Dialect): ItemCodec<AppRegistration> {
  const codec = createItemCodec<AppRegistration>(APP_FIELDS, dialect);
  // Servers of the release before store apps without one.
  const named = (app: AppRegistration): AppRegistration =>
    (app.displayName as string | null) === null ? { ...app, displayName: app.name } : app;
  return {
    ...codec,
    fromRow: (tenant, row) => named(codec.fromRow(tenant, row)),
    fromTuple: (tenant, row) => named(codec.fromTuple(tenant, row)),
  };
}

export function createScimCredentialCodec(dialect: Dialect): ItemCodec<ScimCredential> {
  return createItemCodec<ScimCredential>(SCIM_CREDENTIAL_FIELDS, dialect);
}

function createItemCodec<Item extends { readonly tenantId: TenantId }>(
  fields: Readonly<Record<string, ColumnSpec>>,
  dialect: Dialect,
): ItemCodec<Item> {
  const codecs = codecsOf(fields, dialect);
  return {
    toRow: (tenant, item) => {
      const values = item as Readonly<Record<string, unknown>>;
      const row = codecs.map(([name, columnName, codec]) => [columnName, codec.encode(values[name])] as const);
      return { tenant_id: tenant.key, ...Object.fromEntries(row) };
    },
    fromRow: (tenant, row) => {
      const values = codecs.map(([name, columnName, codec]) => [name, codec.decode(row[columnName])] as const);
      return { tenantId: tenant.id, ...Object.fromEntries(values) } as unknown as Item;
    },
    fromTuple: (tenant, row) => {
      const values = codecs.map(([name, , codec], place) => [name, codec.decode(row[place])] as const);
      return { tenantId: tenant.id, ...Object.fromEntries(values) } as unknown as Item;
    },
  };
}

function codecsOf(fields: Readonly<Record<string, ColumnSpec>>, dialect: Dialect) {
  return Object.entries(fields).map(([name, spec]) => [name, spec.column, createColumnCodec(spec, dialect)] as const);
}

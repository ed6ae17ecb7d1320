/** Tenants, users, app registrations and signing keys in the database. */
import { setImmediate as yieldTurn } from 'node:timers/promises';
import { foldText } from '../lib/fold-text.ts';
import type { AppId, TenantId, UserId } from '../lib/ids.ts';
import { findGuid } from '../lib/ids.ts';
import type { AppRegistration, DirectoryUser, Licence, Tenant } from '../model/directory.ts';
import type { Row, SqlConnection } from './connection.ts';
import { isTrue } from './dialect.ts';
import type { Dialect, SqlValue } from './dialect.ts';
import { statements } from './statements.ts';
import { awaitable, read, readFirst } from './work.ts';
import type { Awaitable, Work } from './work.ts';

/** A private key of the embedded issuer. */
export interface SigningKeyRow {
  readonly keyId: string;
  readonly privateJwk: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** The longest that its tokens were given. */
  readonly tokenLifetimeSeconds: number;
}

export interface DirectoryStore extends Awaitable<UserStore> {
  countTenants(): Promise<number>;
  /** By GUID or domain name, in any casing. */
  findTenant(idOrName: string): Promise<Tenant | undefined>;
  listTenants(): Promise<readonly Tenant[]>;
  findApp(tenant: Tenant, id: AppId): Promise<AppRegistration | undefined>;
  listApps(tenant: Tenant): Promise<readonly AppRegistration[]>;
  listUsers(tenant: Tenant): Promise<readonly DirectoryUser[]>;
  /** By display name, at most so many. */
  listFirstUsers(tenant: Tenant, limit: number): Promise<readonly DirectoryUser[]>;
  /** Users that have every word in one of their names, in any casing, with or without accents; at most so many. */
  searchUsers(tenant: Tenant, text: string, limit: number): Promise<readonly DirectoryUser[]>;
  listSigningKeys(): Promise<readonly SigningKeyRow[]>;
  /**
   * Stores the key as the successor of another, or as the first one when that is `undefined`; nothing when the other has
   * a successor already, or there is a first one.
   */
  addSigningKey(key: SigningKeyRow, followsKeyId: string | undefined): Promise<void>;
  /** Notes that the key signs tokens that live as long; a longer lifetime that was noted before stays. */
  raiseTokenLifetime(keyId: string, tokenLifetimeSeconds: number): Promise<void>;
  removeSigningKey(keyId: string): Promise<void>;
}

export function createDirectoryStore(connection: SqlConnection): DirectoryStore {
  const { dialect } = connection;
  const rows = async (name: keyof typeof statements, params: Readonly<Record<string, SqlValue>> = {}) =>
    connection.read(statements[name], params);
  return {
    countTenants: async () => Number((await rows('countTenants'))[0]?.['tenant_count']),
    findTenant: async (idOrName) => {
      const guid = findGuid<TenantId>(idOrName);
      const [row] = await rows('findTenant', {
        tenant_guid: guid === undefined ? null : dialect.columns.guid.encode(guid),
        domain_name: idOrName.toLowerCase(),
      });
      return row && readTenant(row, dialect);
    },
    listTenants: async () => (await rows('listTenants')).map((row) => readTenant(row, dialect)),
    findApp: async (tenant, id) => {
      const [row] = await rows('findApp', { tenant_id: tenant.key, app_id: dialect.columns.guid.encode(id) });
      return row && readApp(row, tenant, dialect);
    },
    listApps: async (tenant) =>
      (await rows('listApps', { tenant_id: tenant.key })).map((row) => readApp(row, tenant, dialect)),
    ...awaitable(createUserStore(dialect), connection),
    listUsers: async (tenant) =>
      (await rows('listUsers', { tenant_id: tenant.key })).map((row) => readUser(row, tenant, dialect)),
    listFirstUsers: async (tenant, limit) =>
      (await rows('listFirstUsers', { tenant_id: tenant.key, row_limit: limit })).map((row) =>
        readUser(row, tenant, dialect),
      ),
    searchUsers: async (tenant, text, limit) => {
      const words = foldText(text)
        .split(/\s+/)
        .filter((word) => word !== '');
      const found: DirectoryUser[] = [];
      let first = FIRST_GUID;
      while (found.length < limit) {
        const from = { tenant_id: tenant.key, user_id: dialect.columns.guid.encode(first), row_limit: SEARCH_STEP };
        const step = (await rows('listUsersFrom', from)).map((row) => readUser(row, tenant, dialect));
        // All but the first step begin where the one before ended.
        found.push(...step.filter((user) => (user.id !== first || first === FIRST_GUID) && isNamed(user, words)));
        first = step.at(-1)?.id ?? first;
        if (step.length < SEARCH_STEP) break;
        await yieldTurn();
      }
      return found.slice(0, limit);
    },
    listSigningKeys: async () => (await rows('listSigningKeys')).map((row) => readSigningKey(row, dialect)),
    addSigningKey: async ({ keyId, privateJwk, createdAt, tokenLifetimeSeconds }, followsKeyId = '') => {
      const params = {
        key_id: keyId,
        created_at: createdAt,
        private_jwk: dialect.columns.json.encode(privateJwk),
        token_lifetime_seconds: tokenLifetimeSeconds,
        follows_key_id: followsKeyId,
      };
      await connection.write([{ statement: statements.insertSigningKey, params }]);
    },
    raiseTokenLifetime: async (keyId, tokenLifetimeSeconds) => {
      const params = { key_id: keyId, token_lifetime_seconds: tokenLifetimeSeconds };
      await connection.write([{ statement: statements.raiseTokenLifetime, params }]);
    },
    removeSigningKey: async (keyId) => {
      await connection.write([{ statement: statements.deleteSigningKey, params: { key_id: keyId } }]);
    },
  };
}

/** Users that are looked at before other work gets its turn. */
const SEARCH_STEP = 1000;
const FIRST_GUID = '00000000-0000-0000-0000-000000000000';

function isNamed({ displayName, userPrincipalName, name, mail, employeeId }: DirectoryUser, words: readonly string[]) {
  const names = foldText([displayName, userPrincipalName, name, mail, employeeId].join('\n'));
  return words.every((word) => names.includes(word));
}

export interface UserStore {
  /** By id or userPrincipalName, in any casing. */
  findUser(tenant: Tenant, idOrName: string): Work<DirectoryUser | undefined>;
  countByLicence(tenant: Tenant): Work<ReadonlyMap<Licence, number>>;
}

export function createUserStore(dialect: Dialect): UserStore {
  return {
    *findUser(tenant, idOrName) {
      const id = findGuid<UserId>(idOrName);
      const scope = { tenant_id: tenant.key };
      const row =
        id === undefined
          ? yield* readFirst(statements.findUserByPrincipalName, {
              ...scope,
              user_principal_name: idOrName.toLowerCase(),
            })
          : yield* readFirst(statements.findUser, { ...scope, user_id: dialect.columns.guid.encode(id) });
      return row && readUser(row, tenant, dialect);
    },
    *countByLicence(tenant) {
      const counts = yield* read(statements.countUsersByLicence, { tenant_id: tenant.key });
      return new Map(counts.map((row) => [row['licence'] as Licence, Number(row['user_count'])]));
    },
  };
}

function readTenant(row: Row, dialect: Dialect): Tenant {
  return {
    id: readGuid(row, 'tenant_guid', dialect) as TenantId,
    key: Number(row['tenant_id']),
    displayName: String(row['display_name']),
    domainName: String(row['domain_name']),
    hasServicePlan: isTrue(dialect, row['has_service_plan']),
  };
}

function readApp(row: Row, tenant: Tenant, dialect: Dialect): AppRegistration {
  return {
    tenantId: tenant.id,
    id: readGuid(row, 'app_id', dialect) as AppId,
    name: String(row['name']),
    secretSha256: row['secret_sha256'] as string | null,
    certificates: readJson(row, 'certificates', dialect) as readonly string[],
    redirectUris: readJson(row, 'redirect_uris', dialect) as readonly string[],
    appRoles: readJson(row, 'app_roles', dialect) as readonly string[],
    delegatedScopes: readJson(row, 'delegated_scopes', dialect) as readonly string[],
  };
}

function readUser(row: Row, tenant: Tenant, dialect: Dialect): DirectoryUser {
  return {
    tenantId: tenant.id,
    id: readGuid(row, 'user_id', dialect) as UserId,
    name: String(row['name']),
    userPrincipalName: String(row['user_principal_name']),
    displayName: String(row['display_name']),
    mail: row['mail'] as string | null,
    employeeId: row['employee_id'] as string | null,
    licence: row['licence'] as Licence,
    directoryRoles: readJson(row, 'directory_roles', dialect) as readonly string[],
    passwordHash: row['password_hash'] as string | null,
  };
}

function readSigningKey(row: Row, dialect: Dialect): SigningKeyRow {
  return {
    keyId: String(row['key_id']),
    privateJwk: readJson(row, 'private_jwk', dialect) as Readonly<Record<string, unknown>>,
    createdAt: Number(row['created_at']),
    tokenLifetimeSeconds: Number(row['token_lifetime_seconds']),
  };
}

function readGuid(row: Row, column: string, dialect: Dialect): string {
  return dialect.columns.guid.decode(row[column] as SqlValue) as string;
}

function readJson(row: Row, column: string, dialect: Dialect): unknown {
  return dialect.columns.json.decode(row[column] as SqlValue);
}

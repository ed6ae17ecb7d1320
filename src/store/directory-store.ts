/** Tenants, users, app registrations and signing keys in the database. */
import { setImmediate as yieldTurn } from 'node:timers/promises';
import { foldText } from '../lib/fold-text.ts';
import type { TenantId } from '../lib/ids.ts';
import { findGuid } from '../lib/ids.ts';
import type { DirectoryUser, Tenant } from '../model/directory.ts';
import { createAppStore } from './app-store.ts';
import type { AppStore } from './app-store.ts';
import type { Row, SqlConnection } from './connection.ts';
import { createTenantCodec, createUserCodec } from './directory-codec.ts';
import type { Dialect, SqlValue } from './dialect.ts';
import { statements } from './statements.ts';
import { createUserStore } from './user-store.ts';
import type { UserStore } from './user-store.ts';
import { awaitable } from './work.ts';
import type { Awaitable } from './work.ts';

/** A private key of the embedded issuer. */
export interface SigningKeyRow {
  readonly keyId: string;
  readonly privateJwk: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** The longest that its tokens were given. */
  readonly tokenLifetimeSeconds: number;
}

export interface DirectoryStore extends Awaitable<UserStore>, Awaitable<AppStore> {
  countTenants(): Promise<number>;
  /** By GUID or domain name, in any casing. */
  findTenant(idOrName: string): Promise<Tenant | undefined>;
  listTenants(): Promise<readonly Tenant[]>;
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
  const users = createUserCodec(dialect);
  const tenants = createTenantCodec(dialect);
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
      return row && tenants.fromRow(row);
    },
    listTenants: async () => (await rows('listTenants')).map((row) => tenants.fromRow(row)),
    ...awaitable(createAppStore(dialect), connection),
    ...awaitable(createUserStore(dialect), connection),
    listUsers: async (tenant) =>
      (await rows('listUsers', { tenant_id: tenant.key })).map((row) => users.fromRow(tenant, row)),
    listFirstUsers: async (tenant, limit) =>
      (await rows('listFirstUsers', { tenant_id: tenant.key, row_limit: limit })).map((row) =>
        users.fromRow(tenant, row),
      ),
    searchUsers: async (tenant, text, limit) => {
      const words = foldText(text)
        .split(/\s+/)
        .filter((word) => word !== '');
      const found: DirectoryUser[] = [];
      let first = FIRST_GUID;
      while (found.length < limit) {
        const from = { tenant_id: tenant.key, user_id: dialect.columns.guid.encode(first), row_limit: SEARCH_STEP };
        const step = (await rows('listUsersFrom', from)).map((row) => users.fromRow(tenant, row));
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

function readSigningKey(row: Row, dialect: Dialect): SigningKeyRow {
  return {
    keyId: String(row['key_id']),
    privateJwk: readJson(row, 'private_jwk', dialect) as Readonly<Record<string, unknown>>,
    createdAt: Number(row['created_at']),
    tokenLifetimeSeconds: Number(row['token_lifetime_seconds']),
  };
}

function readJson(row: Row, column: string, dialect: Dialect): unknown {
  return dialect.columns.json.decode(row[column] as SqlValue);
}

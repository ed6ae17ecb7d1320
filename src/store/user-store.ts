/** Users of a tenant in the database. */
import { findGuid } from '../lib/ids.ts';
import type { UserId } from '../lib/ids.ts';
import type { AssignedLicense, DirectoryUser, Licence, Tenant } from '../model/directory.ts';
import { productsOf } from '../model/licences.ts';
import { userChange } from './changes/directory-changes.ts';
import type { Params, Statement } from './connection.ts';
import { createUserCodec } from './directory-codec.ts';
import type { Dialect, SqlValue } from './dialect.ts';
import { statements } from './statements.ts';
import { change, read, readFirst } from './work.ts';
import type { Work } from './work.ts';

/** `changed`: the stored row is no longer of that version, or gone. `notUnique`: another has the name or id. */
export type UpdateOutcome = 'done' | 'changed' | 'notUnique';

export interface ProductCounts {
  /** Users by the id of the product. */
  readonly holders: ReadonlyMap<string, number>;
  /** All users. */
  readonly all: number;
}

export interface UserPage {
  readonly offset: number;
  readonly limit: number;
}

export interface UserStore {
  /** By id or userPrincipalName, in any casing. */
  findUser(tenant: Tenant, idOrName: string): Work<DirectoryUser | undefined>;
  /** By userPrincipalName alone, in any casing. */
  findUserByPrincipalName(tenant: Tenant, name: string): Work<DirectoryUser | undefined>;
  listUsersByExternalId(tenant: Tenant, externalId: string): Work<readonly DirectoryUser[]>;
  countUsers(tenant: Tenant): Work<number>;
  /** In the order of their ids. */
  listUserPage(tenant: Tenant, page: UserPage): Work<readonly DirectoryUser[]>;
  /** In the order of their ids, that of `id` and those after it. */
  listUsersFrom(tenant: Tenant, id: UserId, limit: number): Work<readonly DirectoryUser[]>;
  /** How many users hold each product. */
  countByProducts(tenant: Tenant): Work<ProductCounts>;
  /** How many users hold each licence; none where it is left out. */
  countByLicence(tenant: Tenant): Work<ReadonlyMap<Licence, number>>;
  /** `false` when another user has the id or a name. */
  insertUser(tenant: Tenant, user: DirectoryUser): Work<boolean>;
  /** Stores the user in place of the one of the same version. */
  updateUser(tenant: Tenant, user: DirectoryUser): Work<UpdateOutcome>;
  /** Activities stay. `false` when the stored row is no longer of that version. */
  removeUser(tenant: Tenant, user: DirectoryUser): Work<boolean>;
}

export function createUserStore(dialect: Dialect): UserStore {
  const codec = createUserCodec(dialect);
  const { json } = dialect.columns;
  function* findById(tenant: Tenant, id: UserId): Work<DirectoryUser | undefined> {
    const params = { tenant_id: tenant.key, user_id: dialect.columns.guid.encode(id) };
    const row = yield* readFirst(statements.findUser, params);
    return row && codec.fromRow(tenant, row);
  }

  function* findByName(tenant: Tenant, name: string): Work<DirectoryUser | undefined> {
    const params = { tenant_id: tenant.key, user_principal_name: name.toLowerCase() };
    const row = yield* readFirst(statements.findUserByPrincipalName, params);
    return row && codec.fromRow(tenant, row);
  }
  function* list(tenant: Tenant, statement: Statement, params: Params): Work<readonly DirectoryUser[]> {
    const rows = yield* read(statement, { tenant_id: tenant.key, ...params });
    return rows.map((row) => codec.fromRow(tenant, row));
  }

  return {
    *findUser(tenant, idOrName) {
      const id = findGuid<UserId>(idOrName);
      return yield* id === undefined ? findByName(tenant, idOrName) : findById(tenant, id);
    },
    findUserByPrincipalName: findByName,
    listUsersByExternalId: (tenant, externalId) =>
      list(tenant, statements.listUsersByExternalId, { external_id: externalId }),
    *countUsers(tenant) {
      return Number((yield* readFirst(statements.countUsers, { tenant_id: tenant.key }))?.['user_count']);
    },
    listUserPage: (tenant, { offset, limit }) =>
      list(tenant, statements.listUserPage, { row_offset: offset, row_limit: limit }),
    listUsersFrom: (tenant, id, limit) =>
      list(tenant, statements.listUsersFrom, { user_id: dialect.columns.guid.encode(id), row_limit: limit }),
    *countByProducts(tenant) {
      const counts = yield* read(statements.countUsersByLicence, { tenant_id: tenant.key });
      const holders = new Map<string, number>();
      let all = 0;
      for (const row of counts) {
        const count = Number(row['user_count']);
        const assigned = row['assigned_licenses'];
        const held = {
          licence: row['licence'] as Licence,
          assignedLicenses:
            assigned === null ? null : (json.decode(assigned as SqlValue) as readonly AssignedLicense[]),
        };
        for (const { product } of productsOf(held))
          holders.set(product.skuId, (holders.get(product.skuId) ?? 0) + count);
        all += count;
      }
      return { holders, all };
    },
    *countByLicence(tenant) {
      const counts = new Map<Licence, number>();
      for (const row of yield* read(statements.countUsersByLicence, { tenant_id: tenant.key })) {
        const licence = row['licence'] as Licence;
        counts.set(licence, (counts.get(licence) ?? 0) + Number(row['user_count']));
      }
      return counts;
    },
    *insertUser(tenant, user) {
      const made = userChange(tenant, { after: user });
      const result = yield* change([made], { statement: statements.insertUser, params: codec.toRow(tenant, user) });
      return result.kind === 'done';
    },
    *updateUser(tenant, user) {
      const before = yield* findById(tenant, user.id);
      if (before?.rowVersion !== user.rowVersion) return 'changed';
      const params = codec.toRow(tenant, user);
      const made = userChange(tenant, { before, after: user });
      const result = yield* change([made], { statement: statements.updateUser, params, mustChange: true });
      return result.kind === 'refused' ? 'changed' : result.kind;
    },
    *removeUser(tenant, user) {
      const { id, rowVersion } = user;
      const made = userChange(tenant, { before: user });
      const params = { tenant_id: tenant.key, user_id: dialect.columns.guid.encode(id), row_version: rowVersion };
      return (yield* change([made], { statement: statements.deleteUser, params, mustChange: true })).kind === 'done';
    },
  };
}

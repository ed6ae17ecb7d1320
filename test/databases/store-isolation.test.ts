/** No statement of the store reads or changes what is not its tenant's, and every one finds its rows by an index. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { findCourseActivityKey } from '../../src/lib/ids.ts';
import type { CourseActivityKey } from '../../src/lib/ids.ts';
import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import { ACTIVITY_LICENCE } from '../../src/model/directory.ts';
import type { ScimCredential, Tenant } from '../../src/model/directory.ts';
import type { Grant } from '../../src/model/grants.ts';
import { createSchema } from '../../src/model/schema.ts';
import { V1 } from '../../src/model/versions.ts';
import { createActivityCodec } from '../../src/store/activity-codec.ts';
import { CONTENT_PROPERTIES, PROVIDER_PROPERTIES } from '../../src/store/columns.ts';
import type { Params, Row, SqlConnection, Statement } from '../../src/store/connection.ts';
import { createAppCodec, createScimCredentialCodec, createUserCodec } from '../../src/store/directory-codec.ts';
import { createDirectoryStore } from '../../src/store/directory-store.ts';
import type { DirectoryStore } from '../../src/store/directory-store.ts';
import { createGrantStore } from '../../src/store/grant-store.ts';
import type { GrantTable } from '../../src/store/grant-store.ts';
import { createImportWrites } from '../../src/store/import-writes.ts';
import { openStores } from '../../src/store/learning-store.ts';
import type { AwaitableStores } from '../../src/store/learning-store.ts';
import type { ListSelection } from '../../src/store/listing.ts';
import { createRowCodec } from '../../src/store/row-codec.ts';
import { statements } from '../../src/store/statements.ts';
import { PASSING_TABLES, SHARED_TABLES, TENANT_TABLES } from '../../src/store/tables.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';
import * as fixture from '../support/stored-tenant.ts';

const { APP, CLOSED, CONTENT, LEARNER, OPEN } = fixture;
const schema = createSchema(V1, DEFAULT_BEHAVIOUR);

/** Equal in all ids: only the tenant's key and the marks in its texts tell their rows apart. */
const ours = fixture.markedTenant(1, 'Ours');
const theirs = fixture.markedTenant(2, 'Theirs');

/** Of no tenant: the tenants themselves, the keys of the server, what has been migrated, what servers tell each other. */
const OTHER_TABLES: readonly string[] = [...SHARED_TABLES, ...PASSING_TABLES];

/** Has the GUID of the first activity, which is another learner's. */
const bareActivity = { number: 1, hasBareId: true, learnerUserId: fixture.UNLICENSED };

const activities = (mark: string) =>
  [
    { ...fixture.activityOf(schema, { number: 1, externalId: 'x' }), notes: { contentType: 'text', content: mark } },
    { ...fixture.activityOf(schema, bareActivity), notes: { contentType: 'text', content: mark } },
    { ...fixture.activityOf(schema, { number: 3, type: 'learningSelfInitiatedCourse', externalId: mark }) },
  ] as const;

/** A device that waits for a person; its codes are the same in both tenants. */
const grantOf = (mark: string): Grant<'deviceCode'> => ({
  kind: 'deviceCode',
  hash: 'grant',
  state: 'open',
  appId: APP,
  userId: null,
  userCodeHash: 'code',
  details: { scope: mark, isOfOneTenant: true, userTenantId: null },
  expiresAt: 1000,
  polledAt: null,
});

/** Its id and token are the same in both tenants. */
const credentialOf = ({ mark, tenant }: fixture.MarkedTenant): ScimCredential => ({
  tenantId: tenant.id,
  id: APP,
  displayName: mark,
  tokenSha256: 'token',
  createdAt: 1000,
  expiresAt: 2000,
  licence: 'none',
});

describe.each(STORE_DRIVERS)('$name', ({ create, catalogue }) => {
  let database: TestDatabase;
  let connection: SqlConnection;

  beforeAll(async () => {
    database = create();
    connection = await database.open();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  /** A fresh database for each test would take too long on a server. */
  const fill = async () => {
    const tables = [
      'learning_course_activity',
      'learning_content',
      'learning_provider',
      'issuer_grant',
      'scim_credential',
    ];
    await connection.write(
      [...tables, 'app_registration', 'directory_user', 'tenant'].map((table) => ({
        statement: { name: `empty ${table}`, sql: `delete from ${table}` },
        params: {},
      })),
    );
    for (const marked of [ours, theirs]) {
      const writes = createImportWrites(connection.dialect);
      const more = activities(marked.mark).map((one) => writes.activity(marked.tenant, one as never));
      await fixture.fillTenant(connection, marked, more);
      await createGrantStore(connection).add(marked.tenant, grantOf(marked.mark), 0);
      await openStores(connection).scimCredentials.insertScimCredential(marked.tenant, credentialOf(marked));
    }
  };

  const rowsOf = async (tenant: Tenant) => {
    const tables = TENANT_TABLES.map(async (table) => {
      const statement = { name: table, sql: `select * from ${table} where tenant_id = :tenant_id order by 1, 2, 3` };
      return connection.read(statement, { tenant_id: tenant.key });
    });
    return Promise.all(tables);
  };

  describe('a statement with the key of one tenant', () => {
    beforeAll(fill);

    /** A value for every parameter of every statement: ids that both tenants have. */
    const allParams = (tenant: Tenant): Params => {
      const { guid, json } = connection.dialect.columns;
      const [activity] = activities(ours.mark);
      return {
        ...createUserCodec(connection.dialect).toRow(tenant, fixture.userOf(LEARNER, ours)),
        ...createAppCodec(connection.dialect).toRow(tenant, fixture.appOf(ours)),
        ...createScimCredentialCodec(connection.dialect).toRow(tenant, credentialOf(ours)),
        ...createRowCodec(PROVIDER_PROPERTIES, connection.dialect).toRow(fixture.providerOf(OPEN, ours)),
        ...createRowCodec(CONTENT_PROPERTIES, connection.dialect).toRow(fixture.contentOf(CONTENT, ours)),
        ...createActivityCodec(connection.dialect).toRow(tenant, { activity, rowVersion: 1 }),
        other_activity_type: 1,
        required_licence: ACTIVITY_LICENCE,
        user_id: guid.encode(LEARNER),
        app_id: guid.encode(APP),
        name: 'another',
        row_limit: 10,
        row_offset: 0,
        grant_hash: 'grant',
        kind: 'deviceCode',
        state: 'open',
        next_state: 'approved',
        user_code_hash: 'code',
        details: json.encode({}),
        expires_at: 2000,
        polled_at: 1,
      };
    };

    const ofTenants = Object.values(statements).filter(({ sql }) => TENANT_TABLES.some((table) => sql.includes(table)));
    const isRead = ({ sql }: Statement) => sql.trimStart().startsWith('select');

    test.each(ofTenants.filter(isRead))('$name reads its own', async (one) => {
      const rows = await connection.read(one, allParams(ours.tenant));
      expect(rows.length).toBeGreaterThan(0);
      expect(printRows(rows)).not.toContain(theirs.mark);
    });

    test.each(ofTenants.filter((statement) => !isRead(statement)))('$name changes its own', async (one) => {
      await fill();
      const [mine, before] = [await rowsOf(ours.tenant), await rowsOf(theirs.tenant)];
      const result = await connection.write([{ statement: one, params: allParams(ours.tenant) }]);
      expect(await rowsOf(theirs.tenant)).toEqual(before);
      // It did what it is for, or said that it could not: a statement that never matches proves nothing.
      const hasChanged = JSON.stringify(await rowsOf(ours.tenant)) !== JSON.stringify(mine);
      expect(hasChanged || result.kind === 'notUnique').toBe(true);
    });

    test.each(ofTenants)('$name names the tenant for every table', ({ sql }) => {
      const tables = sql.matchAll(/\b(?:from|join|update|into)\s+(\w+)(?:\s+(?!where|set|join|left|values|on)(\w+))?/g);
      for (const [, table = '', alias] of tables) {
        const column = alias === undefined ? 'tenant_id' : `${alias}.tenant_id`;
        expect({ table, names: sql.includes(`${column} =`) || sql.includes(`${table} (tenant_id`) }).toEqual({
          table,
          names: true,
        });
      }
    });
  });

  test('every table, key and unique index of tenant data begins with the tenant', async () => {
    const tables = await connection.read({ name: 'tables', sql: catalogue.tables }, {});
    const names = tables.map(({ name }) => String(name)).filter((name) => !OTHER_TABLES.includes(name));
    expect(names.toSorted()).toEqual(TENANT_TABLES.toSorted());
    const keys = await connection.read({ name: 'keys', sql: catalogue.keys }, {});
    const ofTenants = keys.filter(({ in_table: table }) => !OTHER_TABLES.includes(String(table)));
    expect(ofTenants.length).toBeGreaterThan(TENANT_TABLES.length);
    expect(ofTenants.filter(({ first_column: column }) => column !== 'tenant_id')).toEqual([]);
  });

  /** Every function of the stores, for one tenant, with ids that both have. The types see to it that none is forgotten. */
  describe('every function of the stores', () => {
    beforeAll(fill);

    const { tenant } = ours;
    const [activity, bare] = activities(ours.mark) as unknown as readonly Parameters<
      AwaitableStores['activities']['insert']
    >[1]['activity'][];
    const stored = { activity: activity as never, rowVersion: 1 };
    const content = { content: fixture.contentOf(CONTENT, ours), registrationId: OPEN, rowVersion: 1 };
    const provider = { provider: fixture.providerOf(OPEN, ours), rowVersion: 1 };
    const search = {
      registrationId: OPEN,
      externalId: 'x',
      types: ['learningAssignment'] as const,
      learnerUserId: LEARNER,
    };
    const page = { filter: undefined, orderBy: [], after: undefined, skip: 0, take: 100 };
    const types = ['learningAssignment', 'learningSelfInitiatedCourse'] as const;
    const selections: readonly ListSelection[] = [
      { kind: 'providers', tenant },
      { kind: 'users', tenant },
      { kind: 'contents', tenant, registrationId: OPEN },
      { kind: 'activities', tenant, types, registrationId: undefined, learnerUserId: undefined },
      { kind: 'activities', tenant, types, registrationId: OPEN, learnerUserId: undefined },
      { kind: 'activities', tenant, types, registrationId: undefined, learnerUserId: LEARNER },
    ];

    type Calls<Store> = Readonly<Record<keyof Store, (store: Store) => Promise<unknown>>>;

    const listing: Calls<AwaitableStores['lists']> = {
      readPage: (lists) => Promise.all(selections.map((selection) => lists.readPage(selection, page))),
      count: (lists) => Promise.all(selections.map((selection) => lists.count(selection, undefined))),
    };
    const directory: Calls<
      Omit<
        DirectoryStore,
        | ('countTenants' | 'listTenants' | 'raiseTokenLifetime')
        | `${string}SigningKey${string}`
        | `${'insert' | 'update' | 'remove'}${'User' | 'App'}`
      >
    > = {
      findTenant: (store) => store.findTenant(tenant.id),
      findApp: (store) => store.findApp(tenant, APP),
      listApps: (store) => store.listApps(tenant),
      findUser: (store) => store.findUser(tenant, LEARNER),
      findUserByPrincipalName: async (store) => {
        const name = (await store.findUser(tenant, LEARNER))?.userPrincipalName ?? '';
        return store.findUserByPrincipalName(tenant, name);
      },
      listUsersByExternalId: (store) => store.listUsersByExternalId(tenant, fixture.EXTERNAL_ID),
      countUsers: (store) => store.countUsers(tenant),
      listUserPage: (store) => store.listUserPage(tenant, { offset: 0, limit: 10 }),
      listUsersFrom: (store) => store.listUsersFrom(tenant, LEARNER, 10),
      listUsers: (store) => store.listUsers(tenant),
      countByProducts: (store) => store.countByProducts(tenant),
      countByLicence: (store) => store.countByLicence(tenant),
      listFirstUsers: (store) => store.listFirstUsers(tenant, 10),
      searchUsers: (store) => store.searchUsers(tenant, '', 10),
    };
    const user = { ...fixture.userOf(fixture.NOBODY, ours), mail: null };
    const app = { ...fixture.appOf(ours), id: fixture.OTHER_APP, name: 'other' };
    const directoryWrites: Calls<
      Pick<DirectoryStore, 'insertUser' | 'updateUser' | 'removeUser' | 'insertApp' | 'updateApp' | 'removeApp'>
    > = {
      insertUser: (store) => store.insertUser(tenant, user),
      updateUser: (store) => store.updateUser(tenant, { ...user, displayName: 'changed' }),
      removeUser: (store) => store.removeUser(tenant, { ...user, rowVersion: 2 }),
      insertApp: (store) => store.insertApp(tenant, app),
      updateApp: (store) => store.updateApp(tenant, { ...app, displayName: 'changed' }),
      removeApp: (store) => store.removeApp(tenant, { ...app, rowVersion: 2 }),
    };
    const grants: Calls<GrantTable> = {
      find: (store) => store.find(tenant, 'deviceCode', 'grant'),
      findByUserCode: (store) => store.findByUserCode(tenant, 'code'),
      notePoll: async (store) => {
        await store.notePoll(tenant, grantOf(ours.mark), 5);
        return 'noted';
      },
      move: (store) => store.move(tenant, grantOf(ours.mark), { from: 'open', to: 'approved', userId: LEARNER }),
      // Forgets the grants that expired a day ago: here, all of them.
      add: (store) => store.add(tenant, { ...grantOf(ours.mark), hash: 'another', userCodeHash: null }, 10 ** 12),
    };
    const scimCredentials: Calls<AwaitableStores['scimCredentials']> = {
      findScimCredential: (store) => store.findScimCredential(tenant, 'token'),
      listScimCredentials: (store) => store.listScimCredentials(tenant),
      insertScimCredential: async (store) => {
        const another = { ...credentialOf(ours), id: fixture.OTHER_APP, tokenSha256: 'another' };
        await store.insertScimCredential(tenant, another);
        return 'created';
      },
      removeScimCredential: (store) => store.removeScimCredential(tenant, credentialOf(ours)),
    };
    const activityReads: Calls<
      Pick<
        AwaitableStores['activities'],
        'find' | 'findMany' | 'findByExternalId' | 'findCreateFacts' | 'findUpdateFacts'
      >
    > = {
      find: (store) => Promise.all([activity, bare].map((one) => store.find(tenant, one?.id ?? ''))),
      findMany: (store) => {
        const keys = [activity, bare].map((one) => findCourseActivityKey(`${LEARNER}:${one?.id.split(':').at(-1)}`));
        return store.findMany(tenant, keys as Required<CourseActivityKey>[]);
      },
      findByExternalId: async (store) => [
        ...(await store.findByExternalId(tenant, search)),
        ...(await store.findByExternalId(tenant, { ...search, registrationId: undefined })),
        ...(await store.findByExternalId(tenant, { ...search, learnerUserId: undefined })),
        ...(await store.findByExternalId(tenant, { ...search, registrationId: undefined, learnerUserId: undefined })),
      ],
      findCreateFacts: (store) =>
        store.findCreateFacts(tenant, { registrationId: OPEN, learningContentId: CONTENT, learnerUserId: LEARNER }),
      findUpdateFacts: (store) => store.findUpdateFacts(tenant, OPEN, activity?.id ?? ''),
    };
    /** In this order: what removes comes last. */
    const activityWrites: Calls<Omit<AwaitableStores['activities'], keyof typeof activityReads>> = {
      insert: (store) => {
        const created = fixture.activityOf(schema, { number: 9 });
        return store.insert(tenant, { activity: created, mayRepeat: false });
      },
      update: (store) => store.update(tenant, { judged: stored, activity: stored.activity, mayRepeat: false }),
      remove: (store) => store.remove(tenant, { ...stored, rowVersion: 2 }),
    };
    const contents: Calls<AwaitableStores['contents']> = {
      find: (store) => store.find(tenant, OPEN, { kind: 'id', id: CONTENT }),
      insert: (store) => store.insert(tenant, content),
      update: (store) => store.update(tenant, content, content.content),
      remove: (store) => store.remove(tenant, { ...content, rowVersion: 2 }),
    };
    const providers: Calls<AwaitableStores['providers']> = {
      find: (store) => store.find(tenant, OPEN),
      insert: async (store) => {
        await store.insert(tenant, { ...provider.provider, id: fixture.NO_PROVIDER });
        return 'created';
      },
      update: (store) => store.update(tenant, provider, provider.provider),
      remove: (store) => store.remove(tenant, { ...provider, rowVersion: 2 }),
    };
    const perform = (store: AwaitableStores): readonly (() => Promise<unknown>)[] => [
      ...Object.values({ ...directory, ...directoryWrites }).map(
        (call) => () => call(createDirectoryStore(connection)),
      ),
      ...Object.values(grants).map((call) => () => call(createGrantStore(connection))),
      ...Object.values(scimCredentials).map((call) => () => call(store.scimCredentials)),
      ...Object.values(listing).map((call) => () => call(store.lists)),
      ...Object.values(activityReads).map((call) => () => call(store.activities)),
      ...Object.values(activityWrites).map((call) => () => call(store.activities)),
      ...Object.values(contents).map((call) => () => call(store.contents)),
      ...Object.values(providers).map((call) => () => call(store.providers)),
    ];

    test('sees and changes the tenant that it is called for, and no other', async () => {
      const before = await rowsOf(theirs.tenant);
      for (const call of perform(openStores(connection))) {
        const result = await call();
        expect(result === undefined || result === false || result === 'refused' ? call.toString() : 'done').toBe(
          'done',
        );
        expect(JSON.stringify(result) ?? '').not.toContain(theirs.mark);
        expect(await rowsOf(theirs.tenant)).toEqual(before);
      }
      const left = (await rowsOf(ours.tenant))[TENANT_TABLES.indexOf('learning_provider')];
      expect(left).toHaveLength([fixture.OTHER, CLOSED, fixture.NO_PROVIDER].length);
    });
  });
});

function printRows(rows: readonly Row[]): string {
  return rows.map((row) => Object.values(row).map(String).join(' ')).join('\n');
}

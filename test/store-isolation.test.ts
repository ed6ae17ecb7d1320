/** No statement of the store reads or changes what is not its tenant's, and every one finds its rows by an index. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { DEFAULT_BEHAVIOUR } from '../src/model/behaviour.ts';
import { ACTIVITY_LICENCE } from '../src/model/directory.ts';
import type { Tenant } from '../src/model/directory.ts';
import { createSchema } from '../src/model/schema.ts';
import { V1 } from '../src/model/versions.ts';
import { createActivityCodec } from '../src/store/activity-codec.ts';
import type { ActivityStore } from '../src/store/activity-store.ts';
import { CONTENT_PROPERTIES, PROVIDER_PROPERTIES } from '../src/store/columns.ts';
import type { Params, Row, SqlConnection, Statement } from '../src/store/connection.ts';
import type { ContentStore } from '../src/store/content-store.ts';
import { createDirectoryStore } from '../src/store/directory-store.ts';
import type { DirectoryStore } from '../src/store/directory-store.ts';
import { createImportWrites } from '../src/store/import-writes.ts';
import { createLearningStore } from '../src/store/learning-store.ts';
import type { LearningStore } from '../src/store/learning-store.ts';
import type { Listing, ListSelection } from '../src/store/listing.ts';
import type { ProviderStore } from '../src/store/provider-store.ts';
import { createRowCodec } from '../src/store/row-codec.ts';
import { statements } from '../src/store/statements.ts';
import { STORE_DRIVERS } from './support/store.ts';
import type { TestDatabase } from './support/store.ts';
import * as fixture from './support/stored-tenant.ts';

const { APP, CLOSED, CONTENT, LEARNER, OPEN } = fixture;
const schema = createSchema(V1, DEFAULT_BEHAVIOUR);

/** Equal in all ids: only the tenant's key and the marks in its texts tell their rows apart. */
const ours = fixture.markedTenant(1, 'Ours');
const theirs = fixture.markedTenant(2, 'Theirs');

const TENANT_TABLES = [
  'app_registration',
  'directory_user',
  'learning_provider',
  'learning_content',
  'learning_course_activity',
];
/** Of no tenant: the tenants themselves, the keys of the server, what has been migrated. */
const SHARED_TABLES = ['tenant', 'signing_key', 'schema_migration'];

/** Has the GUID of the first activity, which is another learner's. */
const bareActivity = { number: 1, hasBareId: true, learnerUserId: fixture.UNLICENSED };

const activities = (mark: string) =>
  [
    { ...fixture.activityOf(schema, { number: 1, externalId: 'x' }), notes: { contentType: 'text', content: mark } },
    { ...fixture.activityOf(schema, bareActivity), notes: { contentType: 'text', content: mark } },
    { ...fixture.activityOf(schema, { number: 3, type: 'learningSelfInitiatedCourse', externalId: mark }) },
  ] as const;

describe.each(STORE_DRIVERS)('$name', ({ create, catalogue }) => {
  let database: TestDatabase;
  let connection: SqlConnection;

  const open = async () => {
    database = create();
    connection = await database.open();
    for (const marked of [ours, theirs]) {
      const writes = createImportWrites(connection.dialect);
      const more = activities(marked.mark).map((one) => writes.activity(marked.tenant, one as never));
      await fixture.fillTenant(connection, marked, more);
    }
  };
  const close = () => database[Symbol.asyncDispose]();

  const rowsOf = async (tenant: Tenant) => {
    const tables = TENANT_TABLES.map((table) => {
      const statement = { name: table, sql: `select * from ${table} where tenant_id = :tenant_id order by 1, 2, 3` };
      return connection.read(statement, { tenant_id: tenant.key });
    });
    return Promise.all(tables);
  };

  describe('a statement with the key of one tenant', () => {
    beforeEach(async () => {
      await open();
      return close;
    });

    /** A value for every parameter of every statement: ids that both tenants have. */
    const allParams = (tenant: Tenant): Params => {
      const { guid, boolean, json } = connection.dialect.columns;
      const [activity] = activities(ours.mark);
      return {
        ...createRowCodec(PROVIDER_PROPERTIES, connection.dialect).toRow(fixture.providerOf(OPEN, ours)),
        ...createRowCodec(CONTENT_PROPERTIES, connection.dialect).toRow(fixture.contentOf(CONTENT, ours)),
        ...createActivityCodec(connection.dialect).toRow(tenant, {
          activity,
          rowVersion: 1,
          claimsExternalId: true,
        }),
        other_activity_type: 1,
        required_licence: ACTIVITY_LICENCE,
        user_id: guid.encode(LEARNER),
        app_id: guid.encode(APP),
        name: 'another',
        user_principal_name: `${LEARNER}@contoso.example`,
        display_name: ours.mark,
        mail: ours.mark,
        licence: 'none',
        directory_roles: json.encode([]),
        secret_sha256: ours.mark,
        app_roles: json.encode([]),
        delegated_scopes: json.encode([]),
        tenant_guid: guid.encode(tenant.id),
        domain_name: tenant.domainName,
        has_service_plan: boolean.encode(true),
        key_id: 'key',
        created_at: 0,
        private_jwk: json.encode({}),
      };
    };

    const all = Object.values(statements);
    const isRead = ({ sql }: Statement) => sql.trimStart().startsWith('select');
    const isShared = ({ name }: Statement) => ['countTenants', 'listTenants', 'listSigningKeys'].includes(name);

    test.each(all.filter((statement) => isRead(statement) && !isShared(statement)))(
      '$name reads its own',
      async (one) => {
        const rows = await connection.read(one, allParams(ours.tenant));
        expect(rows.length).toBeGreaterThan(0);
        expect(printRows(rows)).not.toContain(theirs.mark);
      },
    );

    test.each(all.filter((statement) => !isRead(statement)))('$name changes its own', async (one) => {
      const [mine, before] = [await rowsOf(ours.tenant), await rowsOf(theirs.tenant)];
      const result = await connection.write([{ statement: one, params: allParams(ours.tenant) }]);
      expect(await rowsOf(theirs.tenant)).toEqual(before);
      // It did what it is for, or said that it could not: a statement that never matches proves nothing.
      const hasChanged = JSON.stringify(await rowsOf(ours.tenant)) !== JSON.stringify(mine);
      expect(hasChanged || result.kind === 'notUnique' || one.name === 'insertSigningKey').toBe(true);
    });

    test.each(all.filter(({ sql }) => TENANT_TABLES.some((table) => sql.includes(table))))(
      '$name names the tenant for every table',
      ({ sql }) => {
        const tables = sql.matchAll(
          /\b(?:from|join|update|into)\s+(\w+)(?:\s+(?!where|set|join|left|values|on)(\w+))?/g,
        );
        for (const [, table = '', alias] of tables) {
          const column = alias === undefined ? 'tenant_id' : `${alias}.tenant_id`;
          expect({ table, names: sql.includes(`${column} =`) || sql.includes(`${table} (tenant_id`) }).toEqual({
            table,
            names: true,
          });
        }
      },
    );
  });

  test('every table, key and unique index of tenant data begins with the tenant', async () => {
    await open();
    const tables = await connection.read({ name: 'tables', sql: catalogue.tables }, {});
    const names = tables.map(({ name }) => String(name)).filter((name) => !SHARED_TABLES.includes(name));
    expect(names.toSorted()).toEqual(TENANT_TABLES.toSorted());
    const keys = await connection.read({ name: 'keys', sql: catalogue.keys }, {});
    const ofTenants = keys.filter(({ in_table: table }) => !SHARED_TABLES.includes(String(table)));
    expect(ofTenants.length).toBeGreaterThan(TENANT_TABLES.length);
    expect(ofTenants.filter(({ first_column: column }) => column !== 'tenant_id')).toEqual([]);
    await close();
  });

  /** Every function of the stores, for one tenant, with ids that both have. The types see to it that none is forgotten. */
  describe('every function of the stores', () => {
    beforeAll(open);
    afterAll(close);

    const { tenant } = ours;
    const [activity, bare] = activities(ours.mark) as unknown as readonly Parameters<
      ActivityStore['insert']
    >[1]['activity'][];
    const stored = { activity: activity as never, rowVersion: 1, claimsExternalId: true };
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

    const listing: Calls<Listing> = {
      readPage: (lists) => Promise.all(selections.map((selection) => lists.readPage(selection, page))),
      count: (lists) => Promise.all(selections.map((selection) => lists.count(selection, undefined))),
    };
    const directory: Calls<Omit<DirectoryStore, 'countTenants' | 'listTenants' | 'listSigningKeys' | 'addSigningKey'>> =
      {
        findTenant: (store) => store.findTenant(tenant.id),
        findApp: (store) => store.findApp(tenant, APP),
        listApps: (store) => store.listApps(tenant),
        findUser: (store) => store.findUser(tenant, LEARNER),
        listUsers: (store) => store.listUsers(tenant),
      };
    const activityReads: Calls<
      Pick<ActivityStore, 'find' | 'findByExternalId' | 'findCreateFacts' | 'findUpdateFacts'>
    > = {
      find: (store) => Promise.all([activity, bare].map((one) => store.find(tenant, one?.id ?? ''))),
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
    const activityWrites: Calls<Omit<ActivityStore, keyof typeof activityReads>> = {
      insert: (store) => {
        const created = fixture.activityOf(schema, { number: 9 });
        return store.insert(tenant, { activity: created, mayRepeat: false });
      },
      update: (store) => store.update(tenant, stored),
      remove: (store) => store.remove(tenant, { ...stored, rowVersion: 2 }),
    };
    const contents: Calls<ContentStore> = {
      find: (store) => store.find(tenant, OPEN, { kind: 'id', id: CONTENT }),
      insert: (store) => store.insert(tenant, content),
      update: (store) => store.update(tenant, content),
      remove: (store) => store.remove(tenant, { ...content, rowVersion: 2 }),
    };
    const providers: Calls<ProviderStore> = {
      find: (store) => store.find(tenant, OPEN),
      insert: async (store) => {
        await store.insert(tenant, { ...provider.provider, id: fixture.NO_PROVIDER });
        return 'created';
      },
      update: (store) => store.update(tenant, provider),
      remove: (store) => store.remove(tenant, { ...provider, rowVersion: 2 }),
    };
    const perform = (store: LearningStore, users: DirectoryStore): readonly (() => Promise<unknown>)[] => [
      ...Object.values(directory).map((call) => () => call(users)),
      ...Object.values(listing).map((call) => () => call(store.lists)),
      ...Object.values(activityReads).map((call) => () => call(store.activities)),
      ...Object.values(activityWrites).map((call) => () => call(store.activities)),
      ...Object.values(contents).map((call) => () => call(store.contents)),
      ...Object.values(providers).map((call) => () => call(store.providers)),
    ];

    test('sees and changes the tenant that it is called for, and no other', async () => {
      const before = await rowsOf(theirs.tenant);
      for (const call of perform(createLearningStore(connection), createDirectoryStore(connection))) {
        const result = await call();
        expect(result === undefined || result === false || result === 'refused' ? call.toString() : 'done').toBe(
          'done',
        );
        expect(JSON.stringify(result) ?? '').not.toContain(theirs.mark);
        expect(await rowsOf(theirs.tenant)).toEqual(before);
      }
      const [, , left] = await rowsOf(ours.tenant);
      expect(left).toHaveLength([fixture.OTHER, CLOSED, fixture.NO_PROVIDER].length);
    });
  });
});

function printRows(rows: readonly Row[]): string {
  return rows.map((row) => Object.values(row).map(String).join(' ')).join('\n');
}

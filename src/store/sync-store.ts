/** Counts of what became of the writes of providers. They are of requests, not of the record: no snapshot keeps them. */
import type { RegistrationId, TenantId, UserId } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import type { Params, Row, SqlConnection, Statement, Write } from './connection.ts';
import type { SqlValue } from './dialect.ts';

export interface SyncKey {
  readonly tenantId: TenantId;
  readonly registrationId: RegistrationId;
}

export interface SyncCount extends SyncKey {
  /** `accepted`, or the row of an error. */
  readonly outcome: string;
  readonly requests: number;
  /** Epoch milliseconds. */
  readonly lastAt: number;
}

export interface UnmappedLearner extends SyncKey {
  readonly learnerUserId: UserId;
  readonly requests: number;
  readonly lastAt: number;
}

export interface SyncReport {
  readonly counts: readonly SyncCount[];
  readonly learners: readonly UnmappedLearner[];
}

export interface SyncedProvider {
  readonly registrationId: RegistrationId;
  readonly displayName: string;
  /** Whether its activities can be written. */
  readonly isEnabled: boolean;
}

export interface ContentRange {
  readonly tenant: Tenant;
  readonly registrationId: RegistrationId;
  /** The last one of the page before. */
  readonly after: string | undefined;
}

export interface SyncedContent {
  readonly id: string;
  readonly externalId: string;
  readonly title: string;
}

export interface SyncStore {
  add(report: SyncReport, now: number): Promise<void>;
  /** Forgets what is of the tenant, or everything. */
  clear(tenantId: TenantId | undefined): Promise<void>;
  /** Of all time. */
  listTotals(key: SyncKey): Promise<readonly SyncCount[]>;
  /** Of each hour from this one on, as hours of the epoch. */
  listHours(key: SyncKey, from: number): Promise<readonly (SyncCount & { readonly hour: number })[]>;
  /** Of the tenant, by name. */
  listProviders(tenant: Tenant): Promise<readonly SyncedProvider[]>;
  /** Of the provider, by id; the next ones after the last. */
  listContents(provider: ContentRange): Promise<readonly SyncedContent[]>;
  /** The latest first. */
  listUnmapped(key: SyncKey): Promise<readonly UnmappedLearner[]>;
}

export const HOUR_MS = 3_600_000;
const KEPT_MS = 7 * 24 * HOUR_MS;
const TOTAL = 0;
const MAX_LEARNERS = 1000;
const FIRST_GUID = '00000000-0000-0000-0000-000000000000';

const named = (name: string, sql: string): Statement => ({ name, sql });
const latest = (table: string) =>
  `last_at = case when excluded.last_at > ${table}.last_at then excluded.last_at else ${table}.last_at end`;
const ofProvider = 'tenant_guid = :tenant_guid and provider_guid = :provider_guid';

const STATEMENTS = {
  addCount: named(
    'addSyncCount',
    `insert into sync_count (tenant_guid, provider_guid, hour, outcome, requests, last_at)
values (:tenant_guid, :provider_guid, :hour, :outcome, :requests, :last_at)
on conflict (tenant_guid, provider_guid, hour, outcome)
do update set requests = sync_count.requests + excluded.requests, ${latest('sync_count')}`,
  ),
  dropHours: named('dropSyncHours', `delete from sync_count where hour > ${TOTAL} and hour < :hour`),
  addLearner: named(
    'addUnmappedLearner',
    `insert into unmapped_learner (tenant_guid, provider_guid, learner_guid, requests, last_at)
values (:tenant_guid, :provider_guid, :learner_guid, :requests, :last_at)
on conflict (tenant_guid, provider_guid, learner_guid)
do update set requests = unmapped_learner.requests + excluded.requests, ${latest('unmapped_learner')}`,
  ),
  dropLearners: named('dropUnmappedLearners', 'delete from unmapped_learner where last_at < :last_at'),
  dropMoreLearners: named(
    'dropMoreUnmappedLearners',
    `delete from unmapped_learner where ${ofProvider} and last_at < (
  select min(newest.last_at) from (
    select l.last_at from unmapped_learner l where l.tenant_guid = :tenant_guid and l.provider_guid = :provider_guid
    order by l.last_at desc limit ${MAX_LEARNERS}) as newest)`,
  ),
  hasProvider: named(
    'hasSyncProvider',
    `select 1 as found from tenant t
join learning_provider p on p.tenant_id = t.tenant_id and p.registration_id = :registration_id
where t.tenant_guid = :tenant_guid`,
  ),
  totals: named(
    'listSyncTotals',
    `select hour, outcome, requests, last_at from sync_count where ${ofProvider} and hour = ${TOTAL}`,
  ),
  hours: named(
    'listSyncHours',
    `select hour, outcome, requests, last_at from sync_count where ${ofProvider} and hour >= :hour order by hour, outcome`,
  ),
  learners: named(
    'listUnmappedLearners',
    `select guid_text(learner_guid) as learner_guid, requests, last_at from unmapped_learner
where ${ofProvider} order by last_at desc limit ${MAX_LEARNERS}`,
  ),
  providers: named(
    'listSyncProviders',
    `select guid_text(p.registration_id) as registration_id, p.display_name, p.is_course_activity_sync_enabled as is_enabled
from learning_provider p where p.tenant_id = :tenant_id order by p.display_name, p.registration_id`,
  ),
  contents: named(
    'listSyncContents',
    `select guid_text(c.learning_content_id) as content_id, c.external_id, c.title from learning_content c
where c.tenant_id = :tenant_id and c.registration_id = :registration_id and c.learning_content_id > :learning_content_id
order by c.learning_content_id limit 5000`,
  ),
  clear: named('clearSyncCounts', 'delete from sync_count'),
  clearLearners: named('clearUnmappedLearners', 'delete from unmapped_learner'),
  clearOfTenant: named('clearSyncCountsOfTenant', 'delete from sync_count where tenant_guid = :tenant_guid'),
  clearLearnersOfTenant: named(
    'clearUnmappedLearnersOfTenant',
    'delete from unmapped_learner where tenant_guid = :tenant_guid',
  ),
} as const;

export function createSyncStore(connection: SqlConnection): SyncStore {
  return { ...createWrites(connection), ...createReads(connection) };
}

function keyParams({ dialect }: SqlConnection): (key: SyncKey) => Params {
  const { guid } = dialect.columns;
  return ({ tenantId, registrationId }) => ({
    tenant_guid: guid.encode(tenantId),
    provider_guid: guid.encode(registrationId),
  });
}

function createWrites(connection: SqlConnection): Pick<SyncStore, 'add' | 'clear'> {
  const { guid } = connection.dialect.columns;
  const paramsOf = keyParams(connection);
  /** Requests may name any id: only providers that exist have a health. */
  const hasProvider = async ({ tenantId, registrationId }: SyncKey): Promise<boolean> => {
    const params = { tenant_guid: guid.encode(tenantId), registration_id: guid.encode(registrationId) };
    return (await connection.read(STATEMENTS.hasProvider, params)).length > 0;
  };
  return {
    add: async ({ counts, learners }, now) => {
      const providers = [...new Map([...counts, ...learners].map((one) => [keyText(one), one])).values()];
      const known = new Set<string>();
      for (const one of providers) if (await hasProvider(one)) known.add(keyText(one));
      const hour = Math.floor(now / HOUR_MS);
      const writes = [
        ...counts
          .filter((one) => known.has(keyText(one)))
          .flatMap((count) =>
            [hour, TOTAL].map((bucket) => ({
              statement: STATEMENTS.addCount,
              params: {
                ...paramsOf(count),
                hour: bucket,
                outcome: count.outcome,
                requests: count.requests,
                last_at: count.lastAt,
              },
            })),
          ),
        ...learners
          .filter((one) => known.has(keyText(one)))
          .map((learner) => ({
            statement: STATEMENTS.addLearner,
            params: {
              ...paramsOf(learner),
              learner_guid: guid.encode(learner.learnerUserId),
              requests: learner.requests,
              last_at: learner.lastAt,
            },
          })),
        ...providers.map((one) => ({ statement: STATEMENTS.dropMoreLearners, params: paramsOf(one) })),
        { statement: STATEMENTS.dropHours, params: { hour: Math.floor((now - KEPT_MS) / HOUR_MS) } },
        { statement: STATEMENTS.dropLearners, params: { last_at: now - KEPT_MS } },
      ] satisfies readonly Write[];
      await connection.write(writes);
    },
    clear: async (tenantId) => {
      const params: Readonly<Record<string, SqlValue>> =
        tenantId === undefined ? {} : { tenant_guid: guid.encode(tenantId) };
      const statements =
        tenantId === undefined
          ? [STATEMENTS.clear, STATEMENTS.clearLearners]
          : [STATEMENTS.clearOfTenant, STATEMENTS.clearLearnersOfTenant];
      await connection.write(statements.map((statement) => ({ statement, params })));
    },
  };
}

function createReads(connection: SqlConnection): Omit<SyncStore, 'add' | 'clear'> {
  const { guid } = connection.dialect.columns;
  const paramsOf = keyParams(connection);
  const toCount = (key: SyncKey, row: Row) => ({
    ...key,
    hour: Number(row['hour']),
    outcome: String(row['outcome']),
    requests: Number(row['requests']),
    lastAt: Number(row['last_at']),
  });
  return {
    listTotals: async (key) =>
      (await connection.read(STATEMENTS.totals, paramsOf(key))).map((row) => toCount(key, row)),
    listHours: async (key, from) =>
      (await connection.read(STATEMENTS.hours, { ...paramsOf(key), hour: from })).map((row) => toCount(key, row)),
    listProviders: async ({ key }) =>
      (await connection.read(STATEMENTS.providers, { tenant_id: key })).map((row) => ({
        registrationId: guid.decode(row['registration_id'] as SqlValue) as RegistrationId,
        displayName: String(row['display_name']),
        isEnabled: Number(row['is_enabled']) === 1,
      })),
    listContents: async ({ tenant, registrationId, after = FIRST_GUID }) => {
      const ids = { registration_id: guid.encode(registrationId), learning_content_id: guid.encode(after) };
      const rows = await connection.read(STATEMENTS.contents, { tenant_id: tenant.key, ...ids });
      return rows.map((row) => ({
        id: String(guid.decode(row['content_id'] as SqlValue)),
        externalId: String(row['external_id']),
        title: String(row['title']),
      }));
    },
    listUnmapped: async (key) =>
      (await connection.read(STATEMENTS.learners, paramsOf(key))).map((row) => ({
        ...key,
        learnerUserId: guid.decode(row['learner_guid'] as SqlValue) as UserId,
        requests: Number(row['requests']),
        lastAt: Number(row['last_at']),
      })),
  };
}

function keyText({ tenantId, registrationId }: SyncKey): string {
  return `${tenantId} ${registrationId}`;
}

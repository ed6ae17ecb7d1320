/** A person's rows, in all tables that name one, and what takes them away. */
import { systemClock } from '../lib/clock.ts';
import type { UserId } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import type { CourseActivity } from '../model/entity.ts';
import { createActivityCodec } from './activity-codec.ts';
import { PARAMETER_KINDS, registrationIdOf, selectedActivity } from './columns.ts';
import type { Params, SqlConnection, Statement, Write } from './connection.ts';
import { readCatalogue } from './catalogue.ts';
import { forgetLearnerSql } from './outward/outward-statements.ts';
import type { SqlValue } from './dialect.ts';
import { keptTable } from './snapshot-tables.ts';
import { readTuples, runWork } from './work.ts';

/** A column, and what becomes of a row that has the person in it. */
export interface PersonPlace {
  readonly table: string;
  readonly column: string;
  readonly isOwn: boolean;
  /** Rows stay until others have done what they have to, without the person. */
  readonly isHandedOver?: true;
  /** `tenant_id` where it is not given. */
  readonly tenantColumn?: 'tenant_id' | 'tenant_guid';
}

/**
 * Columns that hold ids of people. Rows of the person go; of a row that only mentions them, the column is emptied. A test
 * compares the list with the catalogue.
 */
export const PERSON_COLUMNS: readonly PersonPlace[] = [
  { table: 'directory_user', column: 'user_id', isOwn: true },
  { table: 'learning_course_activity', column: 'learner_user_id', isOwn: true },
  { table: 'learning_course_activity', column: 'assigner_user_id', isOwn: false },
  { table: 'issuer_grant', column: 'user_id', isOwn: true },
  { table: 'unmapped_learner', column: 'learner_guid', isOwn: true, tenantColumn: 'tenant_guid' },
  { table: 'notification', column: 'learner_user_id', isOwn: true },
  // Learners are found there by it.
  { table: 'outward_learner', column: 'user_id', isOwn: true },
  { table: 'webhook_due', column: 'learner_user_id', isOwn: true },
  // What was sent of them is deleted there, and forgotten then.
  { table: 'outward_item', column: 'learner_user_id', isOwn: true, isHandedOver: true },
];

export interface SignIn {
  readonly kind: string;
  readonly state: string;
  readonly appId: string | null;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface UnmappedRequests {
  readonly providerId: string;
  readonly requests: number;
  /** Epoch milliseconds. */
  readonly lastAt: number;
}

export interface PersonRows {
  readonly activities: readonly CourseActivity[];
  /** Of others, with the person as the assigner. */
  readonly assigned: readonly CourseActivity[];
  readonly signIns: readonly SignIn[];
  /** Requests of providers for them, when no user had the id. */
  readonly unmapped: readonly UnmappedRequests[];
  /** Rows in saved states of a sandbox, by table. */
  readonly snapshotRows: Readonly<Record<string, number>>;
}

/** A text with JSON that may mention the person, and how it is changed. */
export interface KeptDocument {
  readonly document: unknown;
  replace(document: unknown): Write;
}

export interface PersonStore {
  read(tenant: Tenant, id: UserId): Promise<PersonRows>;
  /** To be stored as one unit. */
  erase(tenant: Tenant, id: UserId): Promise<readonly Write[]>;
  /** How many activities of theirs were sent to other tenants, or are to be. */
  countSent(tenant: Tenant, id: UserId): Promise<number>;
  /** Credentials of the sandbox, and states that snapshots hold. */
  listDocuments(): Promise<readonly KeptDocument[]>;
  /** Those that hold data of people, to be purged after an erasure. */
  listTables(): Promise<readonly string[]>;
}

export function createPersonStore(connection: SqlConnection): PersonStore {
  const reads = createReads(connection);
  const listPlaces = async (): Promise<readonly PersonPlace[]> => {
    const catalogue = await readCatalogue(connection);
    const kept = PERSON_COLUMNS.map((place) => ({ ...place, table: keptTable(place.table) }));
    return [...PERSON_COLUMNS, ...kept].filter(({ table }) => catalogue.has(table));
  };
  const listDocumentPlaces = async (): Promise<readonly DocumentPlace[]> => {
    const catalogue = await readCatalogue(connection);
    return DOCUMENTS.filter(({ table }) => catalogue.has(table));
  };
  return {
    read: async (tenant, id) => ({
      activities: await reads.activities(LEARNER, tenant, id),
      assigned: await reads.activities(ASSIGNER, tenant, id),
      signIns: await reads.signIns(tenant, id),
      unmapped: await reads.unmapped(tenant, id),
      snapshotRows: await reads.countKept(await listPlaces(), tenant, id),
    }),
    erase: async (tenant, id) =>
      (await listPlaces()).flatMap((place) =>
        valuesOf(connection, place, id).map((params) => ({
          statement: { name: `erase ${place.table} ${place.column}`, sql: eraseSql(place) },
          params: { ...scopeOf(connection, tenant), ...params, now: systemClock.now() },
        })),
      ),
    countSent: async ({ key }, id) => {
      const params = { tenant_id: key, learner_user_id: connection.dialect.columns.guid.encode(id) };
      return Number((await connection.read(SENT, params))[0]?.['row_count']);
    },
    listTables: async () => {
      const places = [...(await listPlaces()), ...(await listDocumentPlaces())];
      return [...new Set([...places.map(({ table }) => table), 'change_log', 'change_note'])];
    },
    listDocuments: async () => {
      const found: KeptDocument[] = [];
      for (const place of await listDocumentPlaces()) found.push(...(await reads.documents(place)));
      return found;
    },
  };
}

const [, LEARNER, ASSIGNER] = PERSON_COLUMNS as readonly [PersonPlace, PersonPlace, PersonPlace];

function createReads(connection: SqlConnection) {
  const codec = createActivityCodec(connection.dialect);
  const { guid, json } = connection.dialect.columns;
  return {
    activities: async (place: PersonPlace, tenant: Tenant, id: UserId): Promise<readonly CourseActivity[]> => {
      const statement = { name: `person ${place.column}`, sql: activitiesSql(place), givesTuples: true } as const;
      const found: CourseActivity[] = [];
      for (const params of valuesOf(connection, place, id)) {
        const rows = await runWork(readTuples(statement, { tenant_id: tenant.key, ...params }), connection);
        found.push(...rows.map((row) => codec.fromRow(row).activity));
      }
      return found;
    },
    signIns: async (tenant: Tenant, id: UserId): Promise<readonly SignIn[]> => {
      const rows = await connection.read(SIGN_INS, { tenant_id: tenant.key, user_id: guid.encode(id) });
      return rows.map((row) => ({
        kind: String(row['kind']),
        state: String(row['state']),
        appId: row['app_id'] === null ? null : String(guid.decode(row['app_id'] as SqlValue)),
        expiresAt: Number(row['expires_at']),
      }));
    },
    unmapped: async (tenant: Tenant, id: UserId): Promise<readonly UnmappedRequests[]> => {
      const params = { tenant_guid: guid.encode(tenant.id), learner_guid: guid.encode(id) };
      return (await connection.read(UNMAPPED, params)).map((row) => ({
        providerId: String(guid.decode(row['provider_guid'] as SqlValue)),
        requests: Number(row['requests']),
        lastAt: Number(row['last_at']),
      }));
    },
    /** Of the person's own in snapshots, by table. */
    countKept: async (places: readonly PersonPlace[], tenant: Tenant, id: UserId) => {
      const counts: [string, number][] = [];
      for (const place of places.filter(({ table, isOwn }) => isOwn && KEPT.includes(table))) {
        const params = { ...scopeOf(connection, tenant), ...valuesOf(connection, place, id)[0] };
        const rows = await connection.read({ name: `count ${place.table}`, sql: countSql(place) }, params);
        const count = Number(rows[0]?.['row_count']);
        if (count > 0) counts.push([place.table, count]);
      }
      return Object.fromEntries(counts);
    },
    documents: async (place: DocumentPlace): Promise<readonly KeptDocument[]> => {
      const rows = await connection.read(documentsOf(place), {});
      return rows.map((row) => ({
        document: json.decode(row[place.column] as SqlValue),
        replace: (document: unknown) => ({
          statement: replaceOf(place),
          params: { ...row, document: json.encode(document) },
        }),
      }));
    },
  };
}

const KEPT: readonly string[] = PERSON_COLUMNS.map(({ table }) => keptTable(table));

function scopeOf({ dialect }: SqlConnection, { key, id }: Tenant): Params {
  return { tenant_id: key, tenant_guid: dialect.columns.guid.encode(id) };
}

/** As a parameter. An assigner is a text that the client chose: GUIDs come in either casing. */
function valuesOf({ dialect }: SqlConnection, { column, isOwn }: PersonPlace, id: UserId): readonly Params[] {
  const { encode } = dialect.columns[PARAMETER_KINDS.get(column) ?? 'guid'];
  return (isOwn ? [id] : [id, id.toUpperCase()]).map((value) => ({ [column]: encode(value) }));
}

const IMPORT_TAIL = { key: ['tenant_id', 'import_id'], column: 'tail', changed: '' } as const;

/** Texts with JSON. Who remembers one tells by `changed` that it has changed. */
const DOCUMENTS = [
  { table: 'sandbox_card', key: ['card_id'], column: 'card', changed: '' },
  { table: keptTable('sandbox_card'), key: ['snapshot_id', 'card_id'], column: 'card', changed: '' },
  { table: 'snapshot', key: ['snapshot_id'], column: 'states', changed: ', created_at = created_at + 1' },
  { table: 'import_job', ...IMPORT_TAIL },
  { table: keptTable('import_job'), ...IMPORT_TAIL, key: ['snapshot_id', ...IMPORT_TAIL.key] },
] as const;

type DocumentPlace = (typeof DOCUMENTS)[number];

function documentsOf({ table, key, column }: DocumentPlace): Statement {
  return { name: `documents ${table}`, sql: `select ${[...key, column].join(', ')} from ${table}` };
}

function replaceOf({ table, key, column, changed }: DocumentPlace): Statement {
  const isThis = key.map((name) => `${name} = :${name}`).join(' and ');
  return { name: `replace ${table}`, sql: `update ${table} set ${column} = :document${changed} where ${isThis}` };
}

const isTheirs = ({ column, tenantColumn = 'tenant_id' }: PersonPlace): string =>
  `t.${tenantColumn} = :${tenantColumn} and t.${column} = :${column}`;

const SIGN_INS: Statement = {
  name: 'person sign-ins',
  sql: 'select kind, state, app_id, expires_at from issuer_grant where tenant_id = :tenant_id and user_id = :user_id',
};

const SENT: Statement = {
  name: 'person sent',
  sql: 'select count(*) as row_count from outward_item where tenant_id = :tenant_id and learner_user_id = :learner_user_id',
};

const UNMAPPED: Statement = {
  name: 'person unmapped',
  sql: 'select provider_guid, requests, last_at from unmapped_learner where tenant_guid = :tenant_guid and learner_guid = :learner_guid',
};

function activitiesSql(place: PersonPlace): string {
  return `select ${selectedActivity('t', registrationIdOf('t'))} from ${place.table} t where ${isTheirs(place)}`;
}

function countSql(place: PersonPlace): string {
  return `select count(*) as row_count from ${place.table} t where ${isTheirs(place)}`;
}

function eraseSql(place: PersonPlace): string {
  const { table, column, isOwn, isHandedOver } = place;
  if (isHandedOver === true) return forgetLearnerSql(isTheirs(place));
  if (isOwn) return `delete from ${table} as t where ${isTheirs(place)}`;
  return `update ${table} as t set ${column} = null, row_version = row_version + 1 where ${isTheirs(place)}`;
}

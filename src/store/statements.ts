/**
 * Every fixed SQL text of the store, written in the part of SQL that SQLite and PostgreSQL share; column lists come from
 * the property tables. A statement on tenant data names the tenant first, and binds each table to it by a condition of the
 * table's own: a cluster that shards by tenant does not conclude it from a join when another parameter is null.
 */
import { selectedIdentity } from './activity-codec.ts';
import {
  ACTIVITY_CHANGEABLE_COLUMNS,
  ACTIVITY_COLUMNS,
  ACTIVITY_EXTERNAL_ID_COLUMNS,
  CONTENT_COLUMNS,
  PROVIDER_COLUMNS,
  selected,
  selectedActivity,
} from './columns.ts';
import type { Statement, TupleStatement } from './connection.ts';
import { APP_FIELDS, columnsOfFields, SCIM_CREDENTIAL_FIELDS, TENANT_FIELDS, USER_FIELDS } from './directory-codec.ts';

const list = (columns: readonly string[]) => columns.join(', ');
const parameters = (columns: readonly string[]) => columns.map((column) => `:${column}`).join(', ');
const assignments = (columns: readonly string[]) => columns.map((column) => `${column} = :${column}`).join(', ');

const insert = (table: string, columns: readonly string[]) =>
  `insert into ${table} (${list(columns)}) values (${parameters(columns)})`;

const activityColumns = selectedActivity('a', 'p.registration_id');

/** Holds while the provider takes writes of activities. */
const providerIsOpen = `exists (
  select 1 from learning_provider p
  where p.tenant_id = :tenant_id and p.registration_id = :registration_id and p.is_course_activity_sync_enabled)`;

const learnerIsLicensed = `exists (
  select 1 from directory_user u
  where u.tenant_id = :tenant_id and u.user_id = :learner_user_id and u.licence = :required_licence)`;

const updateActivity = (columns: readonly string[]) => `
update learning_course_activity
set row_version = row_version + 1, ${assignments(columns)}
where tenant_id = :tenant_id and learner_user_id = :learner_user_id and activity_guid = :activity_guid
  and row_version = :row_version
  and ${providerIsOpen}
  and ${learnerIsLicensed}`;

/** The activity beside the state of its provider and learner, so that one read tells why an update is refused. */
const activityForUpdate = (isThisActivity: string) => `
select ${activityColumns}, p.is_course_activity_sync_enabled, u.licence
from learning_provider p
left join learning_course_activity a
  on a.tenant_id = :tenant_id and a.provider_key = p.provider_key and ${isThisActivity}
left join directory_user u on u.tenant_id = :tenant_id and u.user_id = a.learner_user_id
where p.tenant_id = :tenant_id and p.registration_id = :registration_id`;

const byKey = 'a.learner_user_id = :learner_user_id and a.activity_guid = :activity_guid and not a.has_bare_id';
const byBareId = 'a.activity_guid = :activity_guid and a.has_bare_id';

const oneActivity = (isThisActivity: string) => `
select ${activityColumns}
from learning_course_activity a
join learning_provider p on p.tenant_id = :tenant_id and p.provider_key = a.provider_key
where a.tenant_id = :tenant_id and ${isThisActivity}`;

const oneProvider = 'and p.registration_id = :registration_id';
const oneLearner = 'and a.learner_user_id = :learner_user_id';

/** Goes from the providers, few in a tenant, to the key under each. Two are enough to know that the key is shared. */
const activitiesByExternalId = (...bounds: readonly string[]) => `
select ${activityColumns}
from learning_provider p
join learning_course_activity a
  on a.tenant_id = :tenant_id and a.provider_key = p.provider_key
  and a.external_course_activity_id = :external_course_activity_id
where p.tenant_id = :tenant_id and a.activity_type in (:activity_type, :other_activity_type) ${bounds.join(' ')}
limit 2`;

const SIGNING_KEY_COLUMNS = ['key_id', 'created_at', 'private_jwk', 'token_lifetime_seconds'];
const APP_COLUMNS = columnsOfFields(APP_FIELDS);
const USER_COLUMNS = columnsOfFields(USER_FIELDS);
const SCIM_CREDENTIAL_COLUMNS = columnsOfFields(SCIM_CREDENTIAL_FIELDS);
/** What an update may set of a user or an app. */
const without = (columns: readonly string[], ...names: readonly string[]) =>
  columns.filter((column) => !names.includes(column));
const GRANT_COLUMNS = [
  ...['grant_hash', 'kind', 'state', 'app_id', 'user_id', 'user_code_hash', 'details', 'expires_at', 'polled_at'],
];
const THROTTLE_REPORT_COLUMNS = ['node_id', 'report_number', 'sent_at', 'counts'];
const TENANT_COLUMNS = columnsOfFields(TENANT_FIELDS);

const table = {
  countTenants: 'select count(*) as tenant_count from tenant',
  insertTenant: insert('tenant', TENANT_COLUMNS),
  findTenant: `
select ${list(TENANT_COLUMNS)} from tenant
where tenant_guid = :tenant_guid or domain_name = :domain_name`,
  updateTenant: `
update tenant set row_version = row_version + 1, ${assignments(without(TENANT_COLUMNS, 'tenant_id', 'tenant_guid', 'row_version'))}
where tenant_id = :tenant_id and row_version = :row_version`,
  // A server without a tenant would be filled from the seed again.
  deleteTenant: `
delete from tenant
where tenant_id = :tenant_id and row_version = :row_version
  and exists (select 1 from tenant o where o.tenant_id <> :tenant_id)`,
  listTenants: `select ${list(TENANT_COLUMNS)} from tenant order by tenant_id`,

  insertSigningKey: insert('signing_key', [...SIGNING_KEY_COLUMNS, 'follows_key_id']),
  listSigningKeys: `select ${list(SIGNING_KEY_COLUMNS)} from signing_key order by created_at, key_id`,
  raiseTokenLifetime: `
update signing_key set token_lifetime_seconds = :token_lifetime_seconds
where key_id = :key_id and token_lifetime_seconds < :token_lifetime_seconds`,
  deleteSigningKey: 'delete from signing_key where key_id = :key_id',

  storeCredentials: `
insert into sandbox_card (card_id, card) values (1, :card)
on conflict (card_id) do update set card = excluded.card`,
  findCredentials: 'select card from sandbox_card where card_id = 1',

  insertThrottleReport: insert('throttle_report', THROTTLE_REPORT_COLUMNS),
  listThrottleReports: `
select ${list(THROTTLE_REPORT_COLUMNS)} from throttle_report
where sent_at > :since and node_id <> :node_id order by node_id, report_number`,
  deleteThrottleReports: 'delete from throttle_report where sent_at < :forgotten_before',

  insertApp: insert('app_registration', ['tenant_id', ...APP_COLUMNS]),
  findApp: `
select ${list(APP_COLUMNS)} from app_registration
where tenant_id = :tenant_id and app_id = :app_id`,
  listApps: `
select ${list(APP_COLUMNS)} from app_registration
where tenant_id = :tenant_id order by name`,

  updateApp: `
update app_registration set row_version = row_version + 1, ${assignments(without(APP_COLUMNS, 'app_id', 'row_version'))}
where tenant_id = :tenant_id and app_id = :app_id and row_version = :row_version`,
  deleteApp: `
delete from app_registration
where tenant_id = :tenant_id and app_id = :app_id and row_version = :row_version`,

  insertUser: insert('directory_user', ['tenant_id', ...USER_COLUMNS]),
  findUser: `
select ${list(USER_COLUMNS)} from directory_user
where tenant_id = :tenant_id and user_id = :user_id`,
  findUserByPrincipalName: `
select ${list(USER_COLUMNS)} from directory_user
where tenant_id = :tenant_id and user_principal_name = :user_principal_name`,
  listUsers: `
select ${list(USER_COLUMNS)} from directory_user
where tenant_id = :tenant_id order by name`,
  listFirstUsers: `
select ${list(USER_COLUMNS)} from directory_user
where tenant_id = :tenant_id order by display_name, user_id limit :row_limit`,
  listUsersFrom: `
select ${list(USER_COLUMNS)} from directory_user
where tenant_id = :tenant_id and user_id >= :user_id order by user_id limit :row_limit`,

  listUsersByExternalId: `
select ${list(USER_COLUMNS)} from directory_user
where tenant_id = :tenant_id and external_id = :external_id order by user_id`,
  listUserPage: `
select ${list(USER_COLUMNS)} from directory_user
where tenant_id = :tenant_id order by user_id limit :row_limit offset :row_offset`,
  countUsers: 'select count(*) as user_count from directory_user where tenant_id = :tenant_id',

  updateUser: `
update directory_user set row_version = row_version + 1, ${assignments(without(USER_COLUMNS, 'user_id', 'row_version'))}
where tenant_id = :tenant_id and user_id = :user_id and row_version = :row_version`,
  deleteUser: `
delete from directory_user
where tenant_id = :tenant_id and user_id = :user_id and row_version = :row_version`,

  countUsersByLicence: `
select licence, assigned_licenses, count(*) as user_count from directory_user
where tenant_id = :tenant_id group by licence, assigned_licenses`,

  insertScimCredential: insert('scim_credential', ['tenant_id', ...SCIM_CREDENTIAL_COLUMNS]),
  findScimCredential: `
select ${list(SCIM_CREDENTIAL_COLUMNS)} from scim_credential
where tenant_id = :tenant_id and token_sha256 = :token_sha256`,
  listScimCredentials: `
select ${list(SCIM_CREDENTIAL_COLUMNS)} from scim_credential
where tenant_id = :tenant_id order by created_at, credential_id`,
  deleteScimCredential: `
delete from scim_credential where tenant_id = :tenant_id and credential_id = :credential_id`,

  insertGrant: insert('issuer_grant', ['tenant_id', ...GRANT_COLUMNS]),
  findGrant: `
select ${list(GRANT_COLUMNS)} from issuer_grant
where tenant_id = :tenant_id and grant_hash = :grant_hash`,
  findGrantByUserCode: `
select ${list(GRANT_COLUMNS)} from issuer_grant
where tenant_id = :tenant_id and user_code_hash = :user_code_hash`,
  moveGrant: `
update issuer_grant set state = :next_state, user_id = :user_id, details = :details, expires_at = :expires_at
where tenant_id = :tenant_id and grant_hash = :grant_hash and state = :state`,
  noteGrantPoll: `
update issuer_grant set polled_at = :polled_at
where tenant_id = :tenant_id and grant_hash = :grant_hash`,
  deleteExpiredGrants: `
delete from issuer_grant
where tenant_id = :tenant_id and expires_at < :expires_at`,

  // Two that are inserted at once may find the same key, which is unique.
  insertProvider: `
insert into learning_provider (tenant_id, row_version, ${list(PROVIDER_COLUMNS)}, provider_key)
select :tenant_id, :row_version, ${parameters(PROVIDER_COLUMNS)}, coalesce(max(p.provider_key), 0) + 1
from learning_provider p where p.tenant_id = :tenant_id`,
  updateProvider: `
update learning_provider set row_version = row_version + 1, ${assignments(PROVIDER_COLUMNS)}
where tenant_id = :tenant_id and registration_id = :registration_id and row_version = :row_version`,
  // Contents and activities go with it, by their foreign keys.
  deleteProvider: `
delete from learning_provider
where tenant_id = :tenant_id and registration_id = :registration_id and row_version = :row_version`,

  listOwnContents: `
select guid_text(learning_content_id) as item_id, external_id from learning_content
where tenant_id = :tenant_id and registration_id = :registration_id`,
  listOwnActivities: `
select ${selectedIdentity('a', 'p.registration_id')}
from learning_provider p
join learning_course_activity a on a.tenant_id = :tenant_id and a.provider_key = p.provider_key
where p.tenant_id = :tenant_id and p.registration_id = :registration_id`,

  insertContent: `
insert into learning_content (tenant_id, row_version, registration_id, ${list(CONTENT_COLUMNS)})
select p.tenant_id, :row_version, p.registration_id, ${parameters(CONTENT_COLUMNS)}
from learning_provider p where p.tenant_id = :tenant_id and p.registration_id = :registration_id`,
  updateContent: `
update learning_content set row_version = row_version + 1, ${assignments(CONTENT_COLUMNS)}
where tenant_id = :tenant_id and learning_content_id = :learning_content_id and row_version = :row_version`,
  deleteContent: `
delete from learning_content
where tenant_id = :tenant_id and learning_content_id = :learning_content_id and row_version = :row_version`,

  importActivity: `
insert into learning_course_activity (tenant_id, provider_key, ${list(ACTIVITY_COLUMNS)})
select p.tenant_id, p.provider_key, ${parameters(ACTIVITY_COLUMNS)}
from learning_provider p where p.tenant_id = :tenant_id and p.registration_id = :registration_id`,
  insertActivity: `
insert into learning_course_activity (tenant_id, provider_key, ${list(ACTIVITY_COLUMNS)})
select p.tenant_id, p.provider_key, ${parameters(ACTIVITY_COLUMNS)}
from learning_provider p
join learning_content c
  on c.tenant_id = :tenant_id and c.registration_id = p.registration_id and c.learning_content_id = :learning_content_id
join directory_user u
  on u.tenant_id = :tenant_id and u.user_id = :learner_user_id and u.licence = :required_licence
where p.tenant_id = :tenant_id and p.registration_id = :registration_id and p.is_course_activity_sync_enabled`,

  explainCreate: `
select p.is_course_activity_sync_enabled as is_provider_open, guid_text(c.registration_id) as content_owner, u.licence as learner_licence
from learning_provider p
left join learning_content c on c.tenant_id = :tenant_id and c.learning_content_id = :learning_content_id
left join directory_user u on u.tenant_id = :tenant_id and u.user_id = :learner_user_id
where p.tenant_id = :tenant_id and p.registration_id = :registration_id`,

  // An index is rewritten when one of its columns is set, even to the same value: a third of an update's cost.
  updateActivity: updateActivity(ACTIVITY_CHANGEABLE_COLUMNS),
  updateActivityAndExternalId: updateActivity([...ACTIVITY_EXTERNAL_ID_COLUMNS, ...ACTIVITY_CHANGEABLE_COLUMNS]),

  deleteActivity: `
delete from learning_course_activity
where tenant_id = :tenant_id and learner_user_id = :learner_user_id and activity_guid = :activity_guid
  and row_version = :row_version
  and ${providerIsOpen}`,
} as const;

export type StatementName = keyof typeof table;

export const statements = Object.fromEntries(
  Object.entries(table).map(([name, sql]) => [name, { name, sql }]),
) as Readonly<Record<StatementName, Statement>>;

/** What reads entities, beginning with the columns of their table. */
const entityTable = {
  findProvider: `
select ${selected(PROVIDER_COLUMNS, 'p')}, p.row_version from learning_provider p
where p.tenant_id = :tenant_id and p.registration_id = :registration_id`,
  findContent: `
select ${selected(CONTENT_COLUMNS, 'c')}, c.row_version from learning_content c
where c.tenant_id = :tenant_id and c.learning_content_id = :learning_content_id and c.registration_id = :registration_id`,
  findContentByExternalId: `
select ${selected(CONTENT_COLUMNS, 'c')}, c.row_version from learning_content c
where c.tenant_id = :tenant_id and c.registration_id = :registration_id and c.external_id = :external_id`,

  findActivityForUpdate: activityForUpdate(byKey),
  findBareActivityForUpdate: activityForUpdate(byBareId),

  findActivity: oneActivity(byKey),
  findBareActivity: oneActivity(byBareId),

  findActivitiesByExternalId: activitiesByExternalId(oneProvider),
  findOwnActivitiesByExternalId: activitiesByExternalId(oneProvider, oneLearner),
  findActivitiesAnywhereByExternalId: activitiesByExternalId(),
  findOwnActivitiesAnywhereByExternalId: activitiesByExternalId(oneLearner),
} as const;

export type EntityReadName = keyof typeof entityTable;

export const entityReads = Object.fromEntries(
  Object.entries(entityTable).map(([name, sql]) => [name, { name, sql, givesTuples: true }]),
) as Readonly<Record<EntityReadName, TupleStatement>>;

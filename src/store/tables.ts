/** Which tables there are, by what they belong to: what a cluster and snapshots have to know of them. */

/** What a tenant has at present; a table comes after those that its foreign keys name. */
export const STATE_TABLES = [
  'app_registration',
  'directory_user',
  'learning_provider',
  'learning_content',
  'learning_course_activity',
  'issuer_grant',
  'scim_credential',
  'import_job',
] as const;

/**
 * The order in which the changes of a tenant are followed. Neither copied nor restored: a feed that began in another
 * database, or before a restore, must not be followed further.
 */
export const FEED_TABLES = [
  ...(['change_feed_state', 'change_feed_chain', 'change_feed', 'change_note'] as const),
  ...(['notification_state', 'notification', 'notification_delivery'] as const),
] as const;

/** Who is told of changes, and of due dates. Neither copied nor restored: a copy must not tell anybody by itself. */
export const NOTIFIED_TABLES = ['notification_target', 'webhook', 'webhook_due_state', 'webhook_due'] as const;

/** What a copy and a backup have of tenants; a table comes after those that its foreign keys name. */
export const RECORD_TABLES = [
  ...STATE_TABLES,
  'change_log',
  'outward_target',
  'outward_item',
  'outward_learner',
] as const;

/** Every row is a tenant's and its key begins with `tenant_id`. A table comes after those that its foreign keys name. */
export const TENANT_TABLES = [...RECORD_TABLES, ...FEED_TABLES, ...NOTIFIED_TABLES] as const;

/** Of no tenant, small, seldom written and read by every server: the tenants themselves, and what servers share. */
export const SHARED_TABLES = [
  'tenant',
  'signing_key',
  'sandbox_card',
  'schema_migration',
  'schema_compatibility',
] as const;

/** Of a tenant by its id: counts of requests, which may be of tenants that do not exist. */
export const TENANT_COUNT_TABLES = ['sync_count', 'unmapped_learner'] as const;

/** Without a tenant, written constantly and short-lived; never read together with others. */
export const PASSING_TABLES = ['throttle_report', ...TENANT_COUNT_TABLES] as const;

/**
 * What a sandbox is reset with and a snapshot keeps; a table comes after those that its foreign keys name. The log of
 * changes is none of it: what was done stays done.
 */
export const SNAPSHOT_TABLES = ['tenant', ...STATE_TABLES, 'sandbox_card'] as const;

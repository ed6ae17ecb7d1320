/** One log of all changes, written in their transactions: the audit trail reads it. `store/changes/` says how it is chained. */
import type { Migration } from './migration.ts';

export const changeLog: Migration = {
  name: '0009-change-log',
  compatibleSince: '0006-narrow-activities',
  sql: ({ integer, member, guid, text }) => `
-- No reference to the tenant: the log of a tenant outlives it. Of no tenant: 0.
-- previous_link, segment_size: of the first record of a transaction.
create table change_log (
  tenant_id ${integer} not null,
  chain ${integer} not null,
  place ${integer} not null,
  changed_at ${integer} not null,
  kind ${member} not null,
  action ${member} not null,
  item_id ${guid},
  channel ${member} not null,
  operation ${text} not null,
  app_id ${guid},
  request_id ${guid},
  payload ${text} not null,
  record_hash ${text} not null,
  previous_link ${text},
  segment_size ${integer},
  primary key (tenant_id, chain, place)
);

create index change_log_item on change_log (tenant_id, item_id) where item_id is not null
`,
};

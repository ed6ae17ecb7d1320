/** What is sent to other tenants: targets with their leases, and of each item what was sent and what waits. */
import type { Migration } from './migration.ts';

export const outward: Migration = {
  name: '0011-outward',
  compatibleSince: '0006-narrow-activities',
  sql: ({ integer, member, guid, text }) => `
-- No reference to the tenant: what was sent stays sent when a sandbox is reset.
create table outward_target (
  tenant_id ${integer} not null,
  target_name ${text} not null,
  is_started ${member} not null,
  -- Where the reading of changes has come to; null: it was never started.
  feed_cursor ${text},
  -- Where the walk through the whole record has come to; null: there is none under way.
  scan_place ${text},
  remote_provider_id ${guid},
  trouble ${text},
  lease_owner ${guid},
  lease_until ${integer} not null,
  primary key (tenant_id, target_name)
);

create table outward_item (
  tenant_id ${integer} not null,
  target_name ${text} not null,
  kind ${member} not null,
  item_id ${guid} not null,
  -- Of an activity: with the item, its key here. Null once the learner was erased.
  learner_user_id ${guid},
  -- As it was sent.
  sent_external_id ${text},
  state ${member} not null,
  -- Grows with each change.
  wanted ${integer} not null,
  waiting_since ${integer},
  next_at ${integer} not null,
  attempts ${integer} not null,
  remote_id ${text},
  sent_state ${text},
  sent_at ${integer},
  -- Whether a create was begun whose end is not known.
  is_in_doubt ${member} not null,
  reason ${text},
  detail ${text},
  primary key (tenant_id, target_name, kind, item_id)
);

create index outward_item_due on outward_item (tenant_id, target_name, state, kind, next_at);
create index outward_item_remote on outward_item (tenant_id, target_name, remote_id);
create index outward_item_learner on outward_item (tenant_id, learner_user_id) where learner_user_id is not null
`,
};

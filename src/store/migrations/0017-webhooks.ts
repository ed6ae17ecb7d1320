/** Plain webhooks, due dates that they are told of, and what became of each request. */
import type { Migration } from './migration.ts';

export const webhooks: Migration = {
  name: '0017-webhooks',
  compatibleSince: '0006-narrow-activities',
  sql: ({ integer, boolean, guid, text, json }) => `
create table webhook (
  tenant_id ${integer} not null,
  webhook_id ${guid} not null,
  -- Where to, and what it is told of.
  definition ${json} not null,
  -- The newest first; others with their ends.
  secrets ${json} not null,
  is_enabled ${boolean} not null,
  -- Null unless the server has disabled it.
  disabled_reason ${text},
  created_at ${integer} not null,
  -- Null where the last request was taken.
  failing_since ${integer},
  -- What it was told up to there.
  feed_cursor ${text} not null,
  -- From when on it was told of everything.
  followed_since ${integer} not null,
  primary key (tenant_id, webhook_id)
);

-- Of tenants where somebody is told of due dates that pass.
create table webhook_due_state (
  tenant_id ${integer} not null,
  feed_cursor ${text} not null,
  -- How far activities were read that were there before. Null: to the end.
  filled_to ${json},
  -- Due dates before are not told.
  begun_at ${integer} not null,
  primary key (tenant_id)
);

create table webhook_due (
  tenant_id ${integer} not null,
  activity_guid ${guid} not null,
  learner_user_id ${guid} not null,
  due_at ${integer} not null,
  is_told ${boolean} not null,
  primary key (tenant_id, activity_guid)
);

create index webhook_due_time on webhook_due (tenant_id, is_told, due_at);
create index webhook_due_learner on webhook_due (tenant_id, learner_user_id);

create index notification_due_of_target on notification (tenant_id, target_id, state, next_at);

-- Of a webhook, whose requests have one message each.
alter table notification_delivery add column notification_id ${guid};
alter table notification_delivery add column event ${text};
alter table notification_delivery add column attempt ${integer};
alter table notification_delivery add column answer ${text}
`,
};

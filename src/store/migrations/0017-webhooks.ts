/** Webhooks, the due dates that they want, and their part of the log of deliveries. */
import type { Migration } from './migration.ts';

export const webhooks: Migration = {
  name: '0017-webhooks',
  compatibleSince: '0006-narrow-activities',
  sql: ({ integer, boolean, guid, text, json }) => `
create table webhook (
  tenant_id ${integer} not null,
  webhook_id ${guid} not null,
  -- URL, events, providers.
  definition ${json} not null,
  -- Newest first; old ones with their ends.
  secrets ${json} not null,
  is_enabled ${boolean} not null,
  -- Null unless the server has disabled it.
  disabled_reason ${text},
  created_at ${integer} not null,
  -- Null if the last request was accepted.
  failing_since ${integer},
  -- Its messages are queued up to here.
  feed_cursor ${text} not null,
  -- Since when no event is missing.
  followed_since ${integer} not null,
  primary key (tenant_id, webhook_id)
);

-- Of tenants with a webhook for due dates.
create table webhook_due_state (
  tenant_id ${integer} not null,
  feed_cursor ${text} not null,
  -- How far the record was read. Null: to the end.
  filled_to ${json},
  -- Earlier due dates are not reported.
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

create index notification_delivery_time on notification_delivery (tenant_id, sent_at, delivery_id);

-- Of a webhook, whose requests have one message each.
alter table notification_delivery add column notification_id ${guid};
alter table notification_delivery add column event ${text};
alter table notification_delivery add column attempt ${integer};
alter table notification_delivery add column answer ${text}
`,
};

/** Who is told of changes, how far that has come, what waits to be sent, and what was. */
import type { Migration } from './migration.ts';

export const notifications: Migration = {
  name: '0015-notifications',
  compatibleSince: '0006-narrow-activities',
  sql: ({ integer, member, guid, text, json }) => `
create table notification_target (
  tenant_id ${integer} not null,
  target_id ${guid} not null,
  -- 1: a subscription of Microsoft Graph's form.
  kind ${member} not null,
  -- Whose it is.
  app_id ${guid},
  definition ${json} not null,
  -- Where it begins in the feed.
  from_cursor ${text} not null,
  expires_at ${integer},
  -- For which end it was warned.
  warned_of ${integer},
  primary key (tenant_id, target_id)
);

-- Missing where there are targets: the feed has ended, and they have missed something.
create table notification_state (
  tenant_id ${integer} not null,
  feed_cursor ${text} not null,
  lease_owner ${guid},
  lease_until ${integer} not null,
  primary key (tenant_id)
);

create table notification (
  tenant_id ${integer} not null,
  target_id ${guid} not null,
  notification_id ${guid} not null,
  -- Null where it is about no activity.
  learner_user_id ${guid},
  content ${json} not null,
  -- 1: waits. 2: is not sent any more.
  state ${member} not null,
  created_at ${integer} not null,
  next_at ${integer} not null,
  attempts ${integer} not null,
  problem ${text},
  primary key (tenant_id, target_id, notification_id)
);

create index notification_due on notification (tenant_id, state, next_at);
create index notification_learner on notification (tenant_id, learner_user_id) where learner_user_id is not null;

create table notification_delivery (
  tenant_id ${integer} not null,
  target_id ${guid} not null,
  delivery_id ${guid} not null,
  sent_at ${integer} not null,
  notifications ${integer} not null,
  -- Null where none was answered.
  status ${integer},
  problem ${text},
  took_ms ${integer} not null,
  primary key (tenant_id, target_id, delivery_id)
)
`,
};

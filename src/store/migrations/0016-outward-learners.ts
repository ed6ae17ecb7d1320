/** Which users of other tenants learners are, where the directories have ids of their own; and walks along both sides. */
import type { Migration } from './migration.ts';

export const outwardLearners: Migration = {
  name: '0016-outward-learners',
  compatibleSince: '0006-narrow-activities',
  sql: ({ integer, guid, text }) => `
create table outward_learner (
  tenant_id ${integer} not null,
  target_name ${text} not null,
  -- Here.
  user_id ${guid} not null,
  -- There; null where none was found.
  remote_guid ${guid},
  -- Why none was found.
  reason ${text},
  -- The property that both sides have in common.
  matched_by ${text} not null,
  sought_at ${integer} not null,
  primary key (tenant_id, target_name, user_id)
);

create index outward_learner_remote on outward_learner (tenant_id, target_name, remote_guid);

-- Until when a comparison or a pull has half of the budget.
alter table outward_target add column walk_until ${integer} not null default 0
`,
};

/** What became of the writes of providers, counted by servers: for the health of their synchronisation. */
import type { Migration } from './migration.ts';

export const syncHealth: Migration = {
  name: '0007-sync-health',
  compatibleSince: '0006-narrow-activities',
  sql: ({ guid, text, integer }) => `
-- hour: of the epoch; 0 for the total of all time. outcome: accepted, or the row of an error. last_at: epoch milliseconds.
create table sync_count (
  tenant_guid ${guid} not null,
  provider_guid ${guid} not null,
  hour ${integer} not null,
  outcome ${text} not null,
  requests ${integer} not null,
  last_at ${integer} not null,
  primary key (tenant_guid, provider_guid, hour, outcome)
);

-- Learners that a provider names and that no user is. Kept for a week, the latest thousand of each provider.
create table unmapped_learner (
  tenant_guid ${guid} not null,
  provider_guid ${guid} not null,
  learner_guid ${guid} not null,
  requests ${integer} not null,
  last_at ${integer} not null,
  primary key (tenant_guid, provider_guid, learner_guid)
)
`,
};

/** The change log in one order for each tenant, for those that follow it: `store/feed/` says how it is kept. */
import type { Migration } from './migration.ts';

export const changeFeed: Migration = {
  name: '0013-change-feed',
  compatibleSince: '0006-narrow-activities',
  sql: ({ integer, text }) => `
-- A tenant whose changes are followed; feed_id tells this feed from one that was given up.
create table change_feed_state (
  tenant_id ${integer} not null,
  feed_id ${text} not null,
  position ${integer} not null,
  used_at ${integer} not null,
  primary key (tenant_id)
);

-- How far each chain of the log is in the feed.
create table change_feed_chain (
  tenant_id ${integer} not null,
  chain ${integer} not null,
  place ${integer} not null,
  primary key (tenant_id, chain)
);

-- part: which of the changes of a note it is; null where it is a record of the log.
create table change_feed (
  tenant_id ${integer} not null,
  position ${integer} not null,
  chain ${integer} not null,
  place ${integer} not null,
  part ${integer},
  noted_at ${integer} not null,
  primary key (tenant_id, position)
);

-- Where there is no audit trail: the changes of one transaction.
create table change_note (
  tenant_id ${integer} not null,
  chain ${integer} not null,
  place ${integer} not null,
  changed_at ${integer} not null,
  payload ${text} not null,
  primary key (tenant_id, chain, place)
)
`,
};

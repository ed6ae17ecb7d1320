/** What servers share that work on one database: who made the next key, the card of a sandbox, counts of requests. */
import type { Migration } from './migration.ts';

export const severalNodes: Migration = {
  name: '0003-several-nodes',
  compatibleSince: '0002-sign-in',
  sql: ({ guid, json, text, integer }) => `
-- Of a migration that older servers can live with: the one that they must know. Others are not in it.
create table schema_compatibility (
  name ${text} not null primary key,
  compatible_since ${text} not null
);

-- The key before, empty for the first: so that a key has one successor, and a database one first key.
alter table signing_key add column follows_key_id ${text};

create unique index signing_key_succession on signing_key (follows_key_id);

-- One row. Holds secrets, as signing_key does.
create table sandbox_card (
  card_id ${integer} not null primary key,
  card ${json} not null
);

-- sent_at: epoch milliseconds of the server's clock. counts: requests by app and tenant.
create table throttle_report (
  node_id ${guid} not null,
  report_number ${integer} not null,
  sent_at ${integer} not null,
  counts ${json} not null,
  primary key (node_id, report_number)
);

create index throttle_report_time on throttle_report (sent_at)
`,
};

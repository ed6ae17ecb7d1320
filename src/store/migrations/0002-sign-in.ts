/** What signing users in needs: certificates and redirect URIs of apps, passwords, and a table for what is under way. */
import type { Migration } from './migration.ts';

export const signIn: Migration = {
  name: '0002-sign-in',
  sql: ({ guid, json, text, integer }) => `
alter table app_registration add column certificates ${json} not null default '[]';
alter table app_registration add column redirect_uris ${json} not null default '[]';

alter table directory_user add column password_hash ${text};

-- The longest lifetime that tokens of this key were given: as long, the key is needed after its successor has come.
alter table signing_key add column token_lifetime_seconds ${integer} not null default 0;

-- grant_hash, user_code_hash: of the values that clients and people hold, which are kept nowhere.
create table issuer_grant (
  tenant_id ${integer} not null references tenant,
  grant_hash ${text} not null,
  kind ${text} not null,
  state ${text} not null,
  app_id ${guid},
  user_id ${guid},
  user_code_hash ${text},
  details ${json} not null,
  expires_at ${integer} not null,
  polled_at ${integer},
  primary key (tenant_id, grant_hash),
  unique (tenant_id, user_code_hash)
);

create index issuer_grant_expiry on issuer_grant (tenant_id, expires_at)
`,
};

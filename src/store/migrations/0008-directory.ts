/** Users and apps that change while the server runs, and the credentials of clients that provision users. */
import type { Migration } from './migration.ts';

export const directory: Migration = {
  name: '0008-directory',
  compatibleSince: '0006-narrow-activities',
  sql: ({ guid, json, text, integer, boolean, instant }) => `
alter table directory_user add column account_enabled ${boolean} not null default true;
alter table directory_user add column given_name ${text};
alter table directory_user add column surname ${text};
alter table directory_user add column job_title ${text};
alter table directory_user add column department ${text};
alter table directory_user add column mail_nickname ${text};
alter table directory_user add column preferred_language ${text};
alter table directory_user add column usage_location ${text};
alter table directory_user add column external_id ${text};
-- Null where the licence was given as such.
alter table directory_user add column assigned_licenses ${json};
alter table directory_user add column row_version ${integer} not null default 1;

create index directory_user_external_id on directory_user (tenant_id, external_id);

-- Where it is null, the app is called by its name.
alter table app_registration add column display_name ${text};
alter table app_registration add column password_credentials ${json} not null default '[]';
alter table app_registration add column key_credentials ${json} not null default '[]';
alter table app_registration add column withdrawn ${json} not null default '[]';
alter table app_registration add column manifest ${json};
alter table app_registration add column created_date_time ${instant};
alter table app_registration add column created_by_app_id ${guid};
alter table app_registration add column account_enabled ${boolean} not null default true;
alter table app_registration add column has_service_principal ${boolean} not null default true;
alter table app_registration add column row_version ${integer} not null default 1;

update app_registration set display_name = name;

-- Bearer tokens of provisioning clients, by their hash. Times are epoch milliseconds.
create table scim_credential (
  tenant_id ${integer} not null references tenant,
  credential_id ${guid} not null,
  display_name ${text} not null,
  token_sha256 ${text} not null,
  created_at ${integer} not null,
  expires_at ${integer},
  primary key (tenant_id, credential_id),
  unique (tenant_id, token_sha256)
)
`,
};

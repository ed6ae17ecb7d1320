/**
 * The first tables. Every key begins with tenant_id, a small number of the tenant's own: that is the isolation, and what
 * a database sharded by tenant distributes by.
 */
import type { Migration } from './migration.ts';

export const initial: Migration = {
  name: '0001-initial',
  sql: ({ guid, boolean, json, text, integer, member, instant }) => `
create table tenant (
  tenant_id ${integer} not null primary key,
  tenant_guid ${guid} not null unique,
  display_name ${text} not null,
  domain_name ${text} not null unique,
  has_service_plan ${boolean} not null
);

create table signing_key (
  key_id ${text} not null primary key,
  created_at ${integer} not null,
  private_jwk ${json} not null
);

create table app_registration (
  tenant_id ${integer} not null references tenant,
  app_id ${guid} not null,
  name ${text} not null,
  secret_sha256 ${text},
  app_roles ${json} not null,
  delegated_scopes ${json} not null,
  primary key (tenant_id, app_id),
  unique (tenant_id, name)
);

create table directory_user (
  tenant_id ${integer} not null references tenant,
  user_id ${guid} not null,
  name ${text} not null,
  user_principal_name ${text} not null,
  display_name ${text} not null,
  mail ${text},
  licence ${text} not null,
  directory_roles ${json} not null,
  primary key (tenant_id, user_id),
  unique (tenant_id, name),
  unique (tenant_id, user_principal_name)
);

-- provider_key: a small number of the provider's own in its tenant, for keys that would be long with the registration id.
create table learning_provider (
  tenant_id ${integer} not null references tenant,
  registration_id ${guid} not null,
  provider_key ${integer} not null,
  display_name ${text} not null,
  is_course_activity_sync_enabled ${boolean},
  login_web_url ${text},
  long_logo_web_url_for_dark_theme ${text} not null,
  long_logo_web_url_for_light_theme ${text} not null,
  square_logo_web_url_for_dark_theme ${text} not null,
  square_logo_web_url_for_light_theme ${text} not null,
  row_version ${integer} not null,
  primary key (tenant_id, registration_id),
  unique (tenant_id, provider_key)
);

create table learning_content (
  tenant_id ${integer} not null,
  learning_content_id ${guid} not null,
  registration_id ${guid} not null,
  external_id ${text} not null,
  title ${text} not null,
  content_web_url ${text} not null,
  language_tag ${text} not null,
  additional_tags ${json} not null,
  contributors ${json} not null,
  created_date_time ${instant},
  description ${text},
  duration ${text},
  format ${text},
  is_active ${boolean},
  is_premium ${boolean},
  is_searchable ${boolean},
  last_modified_date_time ${instant},
  level ${member},
  number_of_pages ${integer},
  skill_tags ${json} not null,
  source_name ${text},
  thumbnail_web_url ${text},
  row_version ${integer} not null,
  primary key (tenant_id, learning_content_id),
  unique (tenant_id, registration_id, external_id),
  foreign key (tenant_id, registration_id) references learning_provider on delete cascade
);

-- has_bare_id: the wire id is the GUID alone, without the learner before it.
-- external_course_activity_id: empty when there is none.
-- repeat_number: 0 for the activity that a create with this external id made, so that an exact repeat is not unique;
-- a number of the activity's own where there is no external id, or where it may be shared.
-- A content may go while activities about it stay: they are the learner's record. Hence no foreign key to it.
create table learning_course_activity (
  tenant_id ${integer} not null,
  learner_user_id ${guid} not null,
  activity_guid ${guid} not null,
  has_bare_id ${boolean} not null,
  registration_id ${guid} not null,
  provider_key ${integer} not null,
  learning_content_id ${guid} not null,
  activity_type ${member} not null,
  external_course_activity_id ${text} not null,
  repeat_number ${integer} not null,
  status ${member},
  completion_percentage ${integer},
  completed_date_time ${instant},
  assigned_date_time ${instant},
  assigner_user_id ${text},
  assignment_type ${member},
  due_date_time ${text},
  due_date_time_time_zone ${text},
  notes ${text},
  notes_content_type ${member},
  started_date_time ${instant},
  row_version ${integer} not null,
  primary key (tenant_id, learner_user_id, activity_guid),
  foreign key (tenant_id, provider_key) references learning_provider (tenant_id, provider_key) on delete cascade
);

-- Finds an activity by its provider's key, refuses an exact repeat, and lists a provider's activities.
create unique index learning_course_activity_external_id on learning_course_activity
  (tenant_id, provider_key, external_course_activity_id, learner_user_id, activity_type, repeat_number);

create unique index learning_course_activity_bare_id on learning_course_activity (tenant_id, activity_guid)
  where has_bare_id
`,
};

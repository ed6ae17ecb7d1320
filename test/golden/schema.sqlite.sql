CREATE TABLE app_registration (
  tenant_id integer not null references tenant,
  app_id blob not null,
  name text not null,
  secret_sha256 text,
  app_roles text not null,
  delegated_scopes text not null, certificates text not null default '[]', redirect_uris text not null default '[]', display_name text, password_credentials text not null default '[]', key_credentials text not null default '[]', withdrawn text not null default '[]', manifest text, created_date_time text, created_by_app_id blob, account_enabled integer not null default true, has_service_principal integer not null default true, row_version integer not null default 1,
  primary key (tenant_id, app_id),
  unique (tenant_id, name)
);

CREATE TABLE change_feed (
  tenant_id integer not null,
  position integer not null,
  chain integer not null,
  place integer not null,
  part integer,
  noted_at integer not null,
  primary key (tenant_id, position)
);

CREATE TABLE change_feed_chain (
  tenant_id integer not null,
  chain integer not null,
  place integer not null,
  primary key (tenant_id, chain)
);

CREATE TABLE change_feed_state (
  tenant_id integer not null,
  feed_id text not null,
  position integer not null,
  used_at integer not null,
  primary key (tenant_id)
);

CREATE TABLE change_log (
  tenant_id integer not null,
  chain integer not null,
  place integer not null,
  changed_at integer not null,
  kind integer not null,
  action integer not null,
  item_id blob,
  channel integer not null,
  operation text not null,
  app_id blob,
  request_id blob,
  payload text not null,
  record_hash text not null,
  previous_link text,
  segment_size integer,
  primary key (tenant_id, chain, place)
);

CREATE TABLE change_note (
  tenant_id integer not null,
  chain integer not null,
  place integer not null,
  changed_at integer not null,
  payload text not null,
  primary key (tenant_id, chain, place)
);

CREATE TABLE directory_user (
  tenant_id integer not null references tenant,
  user_id blob not null,
  name text not null,
  user_principal_name text not null,
  display_name text not null,
  mail text,
  licence text not null,
  directory_roles text not null, password_hash text, employee_id text, account_enabled integer not null default true, given_name text, surname text, job_title text, department text, mail_nickname text, preferred_language text, usage_location text, external_id text, assigned_licenses text, row_version integer not null default 1,
  primary key (tenant_id, user_id),
  unique (tenant_id, name),
  unique (tenant_id, user_principal_name)
);

CREATE TABLE import_job (
  tenant_id integer not null references tenant,
  import_id blob not null,
  fingerprint text not null,
  state text not null,
  settings text not null,
  done_rows integer not null,
  counts text not null,
  tail text not null,
  created_at integer not null,
  changed_at integer not null,
  primary key (tenant_id, import_id)
);

CREATE TABLE issuer_grant (
  tenant_id integer not null references tenant,
  grant_hash text not null,
  kind text not null,
  state text not null,
  app_id blob,
  user_id blob,
  user_code_hash text,
  details text not null,
  expires_at integer not null,
  polled_at integer,
  primary key (tenant_id, grant_hash),
  unique (tenant_id, user_code_hash)
);

CREATE TABLE learning_content (
  tenant_id integer not null,
  learning_content_id blob not null,
  registration_id blob not null,
  external_id text not null,
  title text not null,
  content_web_url text not null,
  language_tag text not null,
  additional_tags text not null,
  contributors text not null,
  created_date_time text,
  description text,
  duration text,
  format text,
  is_active integer,
  is_premium integer,
  is_searchable integer,
  last_modified_date_time text,
  level integer,
  number_of_pages integer,
  skill_tags text not null,
  source_name text,
  thumbnail_web_url text,
  row_version integer not null,
  primary key (tenant_id, learning_content_id),
  unique (tenant_id, registration_id, external_id),
  foreign key (tenant_id, registration_id) references learning_provider on delete cascade
);

CREATE TABLE "learning_course_activity" (
  tenant_id integer not null,
  learner_user_id blob not null,
  activity_guid blob not null,
  has_bare_id integer not null,
  provider_key integer not null,
  learning_content_id blob not null,
  activity_type integer not null,
  external_course_activity_id guid_or_text not null,
  repeat_number integer not null,
  status integer,
  completion_percentage integer,
  completed_date_time text,
  assigned_date_time text,
  assigner_user_id guid_or_text,
  assignment_type integer,
  due_date_time text,
  due_date_time_time_zone text,
  notes text,
  notes_content_type integer,
  started_date_time text,
  row_version integer not null,
  primary key (tenant_id, learner_user_id, activity_guid),
  foreign key (tenant_id, provider_key) references learning_provider (tenant_id, provider_key) on delete cascade
);

CREATE TABLE learning_provider (
  tenant_id integer not null references tenant,
  registration_id blob not null,
  provider_key integer not null,
  display_name text not null,
  is_course_activity_sync_enabled integer,
  login_web_url text,
  long_logo_web_url_for_dark_theme text not null,
  long_logo_web_url_for_light_theme text not null,
  square_logo_web_url_for_dark_theme text not null,
  square_logo_web_url_for_light_theme text not null,
  row_version integer not null,
  primary key (tenant_id, registration_id),
  unique (tenant_id, provider_key)
);

CREATE TABLE notification (
  tenant_id integer not null,
  target_id blob not null,
  notification_id blob not null,
  -- Null where it is about no activity.
  learner_user_id blob,
  content text not null,
  -- 1: waits. 2: is not sent any more.
  state integer not null,
  created_at integer not null,
  next_at integer not null,
  attempts integer not null,
  problem text,
  primary key (tenant_id, target_id, notification_id)
);

CREATE TABLE notification_delivery (
  tenant_id integer not null,
  target_id blob not null,
  delivery_id blob not null,
  sent_at integer not null,
  notifications integer not null,
  -- Null where none was answered.
  status integer,
  problem text,
  took_ms integer not null, notification_id blob, event text, attempt integer, answer text,
  primary key (tenant_id, target_id, delivery_id)
);

CREATE TABLE notification_state (
  tenant_id integer not null,
  feed_cursor text not null,
  lease_owner blob,
  lease_until integer not null,
  primary key (tenant_id)
);

CREATE TABLE notification_target (
  tenant_id integer not null,
  target_id blob not null,
  -- 1: a subscription of Microsoft Graph's form.
  kind integer not null,
  -- Whose it is.
  app_id blob,
  definition text not null,
  -- Where it begins in the feed.
  from_cursor text not null,
  expires_at integer,
  -- For which end it was warned.
  warned_of integer,
  primary key (tenant_id, target_id)
);

CREATE TABLE outward_item (
  tenant_id integer not null,
  target_name text not null,
  kind integer not null,
  item_id blob not null,
  -- Of an activity: with the item, its key here. Null once the learner was erased.
  learner_user_id blob,
  -- As it was sent.
  sent_external_id text,
  state integer not null,
  -- Grows with each change.
  wanted integer not null,
  waiting_since integer,
  next_at integer not null,
  attempts integer not null,
  remote_id text,
  sent_state text,
  sent_at integer,
  -- Whether a create was begun whose end is not known.
  is_in_doubt integer not null,
  reason text,
  detail text,
  primary key (tenant_id, target_name, kind, item_id)
);

CREATE TABLE outward_learner (
  tenant_id integer not null,
  target_name text not null,
  -- Here.
  user_id blob not null,
  -- There; null where none was found.
  remote_guid blob,
  -- Why none was found.
  reason text,
  -- The property that both sides have in common.
  matched_by text not null,
  sought_at integer not null,
  primary key (tenant_id, target_name, user_id)
);

CREATE TABLE outward_target (
  tenant_id integer not null,
  target_name text not null,
  is_started integer not null,
  -- Where the reading of changes has come to; null: it was never started.
  feed_cursor text,
  -- Where the walk through the whole record has come to; null: there is none under way.
  scan_place text,
  remote_provider_id blob,
  trouble text,
  lease_owner blob,
  lease_until integer not null, walk_until integer not null default 0,
  primary key (tenant_id, target_name)
);

CREATE TABLE sandbox_card (
  card_id integer not null primary key,
  card text not null
);

CREATE TABLE schema_compatibility (
  name text not null primary key,
  compatible_since text not null
);

CREATE TABLE schema_migration (name text not null primary key);

CREATE TABLE scim_credential (
  tenant_id integer not null references tenant,
  credential_id blob not null,
  display_name text not null,
  token_sha256 text not null,
  created_at integer not null,
  expires_at integer, licence text not null default 'none',
  primary key (tenant_id, credential_id),
  unique (tenant_id, token_sha256)
);

CREATE TABLE signing_key (
  key_id text not null primary key,
  created_at integer not null,
  private_jwk text not null
, token_lifetime_seconds integer not null default 0, follows_key_id text);

CREATE TABLE sync_count (
  tenant_guid blob not null,
  provider_guid blob not null,
  hour integer not null,
  outcome text not null,
  requests integer not null,
  last_at integer not null,
  primary key (tenant_guid, provider_guid, hour, outcome)
);

CREATE TABLE tenant (
  tenant_id integer not null primary key,
  tenant_guid blob not null unique,
  display_name text not null,
  domain_name text not null unique,
  has_service_plan integer not null
, directory text, open_licence text, row_version integer not null default 1);

CREATE TABLE throttle_report (
  node_id blob not null,
  report_number integer not null,
  sent_at integer not null,
  counts text not null,
  primary key (node_id, report_number)
);

CREATE TABLE unmapped_learner (
  tenant_guid blob not null,
  provider_guid blob not null,
  learner_guid blob not null,
  requests integer not null,
  last_at integer not null,
  primary key (tenant_guid, provider_guid, learner_guid)
);

CREATE TABLE webhook (
  tenant_id integer not null,
  webhook_id blob not null,
  -- URL, events, providers.
  definition text not null,
  -- Newest first; old ones with their ends.
  secrets text not null,
  is_enabled integer not null,
  -- Null unless the server has disabled it.
  disabled_reason text,
  created_at integer not null,
  -- Null if the last request was accepted.
  failing_since integer,
  -- Its messages are queued up to here.
  feed_cursor text not null,
  -- Since when no event is missing.
  followed_since integer not null,
  primary key (tenant_id, webhook_id)
);

CREATE TABLE webhook_due (
  tenant_id integer not null,
  activity_guid blob not null,
  learner_user_id blob not null,
  due_at integer not null,
  is_told integer not null,
  primary key (tenant_id, activity_guid)
);

CREATE TABLE webhook_due_state (
  tenant_id integer not null,
  feed_cursor text not null,
  -- How far the record was read. Null: to the end.
  filled_to text,
  -- Earlier due dates are not reported.
  begun_at integer not null,
  primary key (tenant_id)
);

CREATE INDEX change_log_item on change_log (tenant_id, item_id) where item_id is not null
;

CREATE INDEX directory_user_employee_id on directory_user (tenant_id, employee_id)
;

CREATE INDEX directory_user_external_id on directory_user (tenant_id, external_id);

CREATE INDEX directory_user_mail on directory_user (tenant_id, lower(mail));

CREATE INDEX issuer_grant_expiry on issuer_grant (tenant_id, expires_at)
;

CREATE UNIQUE INDEX learning_course_activity_bare_id on learning_course_activity (tenant_id, activity_guid)
  where has_bare_id
;

CREATE UNIQUE INDEX learning_course_activity_external_id on learning_course_activity
  (tenant_id, provider_key, external_course_activity_id, learner_user_id, activity_type, repeat_number);

CREATE INDEX notification_due on notification (tenant_id, state, next_at);

CREATE INDEX notification_due_of_target on notification (tenant_id, target_id, state, next_at);

CREATE INDEX notification_learner on notification (tenant_id, learner_user_id) where learner_user_id is not null;

CREATE INDEX notification_delivery_time on notification_delivery (tenant_id, sent_at, delivery_id);

CREATE INDEX outward_item_due on outward_item (tenant_id, target_name, state, kind, next_at);

CREATE INDEX outward_item_learner on outward_item (tenant_id, learner_user_id) where learner_user_id is not null
;

CREATE INDEX outward_item_remote on outward_item (tenant_id, target_name, remote_id);

CREATE INDEX outward_learner_remote on outward_learner (tenant_id, target_name, remote_guid);

CREATE UNIQUE INDEX signing_key_succession on signing_key (follows_key_id);

CREATE INDEX throttle_report_time on throttle_report (sent_at)
;

CREATE INDEX webhook_due_learner on webhook_due (tenant_id, learner_user_id);

CREATE INDEX webhook_due_time on webhook_due (tenant_id, is_told, due_at);

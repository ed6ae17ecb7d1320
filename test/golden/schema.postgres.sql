create table app_registration (
  tenant_id bigint not null,
  app_id uuid not null,
  name text collate "C" not null,
  secret_sha256 text collate "C",
  app_roles text collate "C" not null,
  delegated_scopes text collate "C" not null,
  certificates text collate "C" not null default '[]'::text,
  redirect_uris text collate "C" not null default '[]'::text,
  display_name text collate "C",
  password_credentials text collate "C" not null default '[]'::text,
  key_credentials text collate "C" not null default '[]'::text,
  withdrawn text collate "C" not null default '[]'::text,
  manifest text collate "C",
  created_date_time text collate "C",
  created_by_app_id uuid,
  account_enabled boolean not null default true,
  has_service_principal boolean not null default true,
  row_version bigint not null default 1,
  PRIMARY KEY (tenant_id, app_id),
  FOREIGN KEY (tenant_id) REFERENCES tenant(tenant_id),
  UNIQUE (tenant_id, name)
);

create table change_feed (
  tenant_id bigint not null,
  position bigint not null,
  chain bigint not null,
  place bigint not null,
  part bigint,
  noted_at bigint not null,
  PRIMARY KEY (tenant_id, "position")
);

create table change_feed_chain (
  tenant_id bigint not null,
  chain bigint not null,
  place bigint not null,
  PRIMARY KEY (tenant_id, chain)
);

create table change_feed_state (
  tenant_id bigint not null,
  feed_id text collate "C" not null,
  position bigint not null,
  used_at bigint not null,
  PRIMARY KEY (tenant_id)
);

create table change_log (
  tenant_id bigint not null,
  chain bigint not null,
  place bigint not null,
  changed_at bigint not null,
  kind smallint not null,
  action smallint not null,
  item_id uuid,
  channel smallint not null,
  operation text collate "C" not null,
  app_id uuid,
  request_id uuid,
  payload text collate "C" not null,
  record_hash text collate "C" not null,
  previous_link text collate "C",
  segment_size bigint,
  PRIMARY KEY (tenant_id, chain, place)
);

create table change_note (
  tenant_id bigint not null,
  chain bigint not null,
  place bigint not null,
  changed_at bigint not null,
  payload text collate "C" not null,
  PRIMARY KEY (tenant_id, chain, place)
);

create table directory_user (
  tenant_id bigint not null,
  user_id uuid not null,
  name text collate "C" not null,
  user_principal_name text collate "C" not null,
  display_name text collate "C" not null,
  mail text collate "C",
  licence text collate "C" not null,
  directory_roles text collate "C" not null,
  password_hash text collate "C",
  employee_id text collate "C",
  account_enabled boolean not null default true,
  given_name text collate "C",
  surname text collate "C",
  job_title text collate "C",
  department text collate "C",
  mail_nickname text collate "C",
  preferred_language text collate "C",
  usage_location text collate "C",
  external_id text collate "C",
  assigned_licenses text collate "C",
  row_version bigint not null default 1,
  PRIMARY KEY (tenant_id, user_id),
  FOREIGN KEY (tenant_id) REFERENCES tenant(tenant_id),
  UNIQUE (tenant_id, name),
  UNIQUE (tenant_id, user_principal_name)
);

create table import_job (
  tenant_id bigint not null,
  import_id uuid not null,
  fingerprint text collate "C" not null,
  state text collate "C" not null,
  settings text collate "C" not null,
  done_rows bigint not null,
  counts text collate "C" not null,
  tail text collate "C" not null,
  created_at bigint not null,
  changed_at bigint not null,
  PRIMARY KEY (tenant_id, import_id),
  FOREIGN KEY (tenant_id) REFERENCES tenant(tenant_id)
);

create table issuer_grant (
  tenant_id bigint not null,
  grant_hash text collate "C" not null,
  kind text collate "C" not null,
  state text collate "C" not null,
  app_id uuid,
  user_id uuid,
  user_code_hash text collate "C",
  details text collate "C" not null,
  expires_at bigint not null,
  polled_at bigint,
  PRIMARY KEY (tenant_id, grant_hash),
  FOREIGN KEY (tenant_id) REFERENCES tenant(tenant_id),
  UNIQUE (tenant_id, user_code_hash)
);

create table learning_content (
  tenant_id bigint not null,
  learning_content_id uuid not null,
  registration_id uuid not null,
  external_id text collate "C" not null,
  title text collate "C" not null,
  content_web_url text collate "C" not null,
  language_tag text collate "C" not null,
  additional_tags text collate "C" not null,
  contributors text collate "C" not null,
  created_date_time text collate "C",
  description text collate "C",
  duration text collate "C",
  format text collate "C",
  is_active boolean,
  is_premium boolean,
  is_searchable boolean,
  last_modified_date_time text collate "C",
  level smallint,
  number_of_pages bigint,
  skill_tags text collate "C" not null,
  source_name text collate "C",
  thumbnail_web_url text collate "C",
  row_version bigint not null,
  PRIMARY KEY (tenant_id, learning_content_id),
  UNIQUE (tenant_id, registration_id, external_id),
  FOREIGN KEY (tenant_id, registration_id) REFERENCES learning_provider(tenant_id, registration_id) ON DELETE CASCADE
);

create table learning_course_activity (
  tenant_id bigint not null,
  learner_user_id uuid not null,
  activity_guid uuid not null,
  has_bare_id boolean not null,
  provider_key bigint not null,
  learning_content_id uuid not null,
  activity_type smallint not null,
  external_course_activity_id bytea not null,
  repeat_number bigint not null,
  status smallint,
  completion_percentage bigint,
  completed_date_time text collate "C",
  assigned_date_time text collate "C",
  assigner_user_id bytea,
  assignment_type smallint,
  due_date_time text collate "C",
  due_date_time_time_zone text collate "C",
  notes text collate "C",
  notes_content_type smallint,
  started_date_time text collate "C",
  row_version bigint not null,
  PRIMARY KEY (tenant_id, learner_user_id, activity_guid),
  FOREIGN KEY (tenant_id, provider_key) REFERENCES learning_provider(tenant_id, provider_key) ON DELETE CASCADE
);

create table learning_provider (
  tenant_id bigint not null,
  registration_id uuid not null,
  provider_key bigint not null,
  display_name text collate "C" not null,
  is_course_activity_sync_enabled boolean,
  login_web_url text collate "C",
  long_logo_web_url_for_dark_theme text collate "C" not null,
  long_logo_web_url_for_light_theme text collate "C" not null,
  square_logo_web_url_for_dark_theme text collate "C" not null,
  square_logo_web_url_for_light_theme text collate "C" not null,
  row_version bigint not null,
  PRIMARY KEY (tenant_id, registration_id),
  FOREIGN KEY (tenant_id) REFERENCES tenant(tenant_id),
  UNIQUE (tenant_id, provider_key)
);

create table notification (
  tenant_id bigint not null,
  target_id uuid not null,
  notification_id uuid not null,
  learner_user_id uuid,
  content text collate "C" not null,
  state smallint not null,
  created_at bigint not null,
  next_at bigint not null,
  attempts bigint not null,
  problem text collate "C",
  PRIMARY KEY (tenant_id, target_id, notification_id)
);

create table notification_delivery (
  tenant_id bigint not null,
  target_id uuid not null,
  delivery_id uuid not null,
  sent_at bigint not null,
  notifications bigint not null,
  status bigint,
  problem text collate "C",
  took_ms bigint not null,
  notification_id uuid,
  event text collate "C",
  attempt bigint,
  answer text collate "C",
  PRIMARY KEY (tenant_id, target_id, delivery_id)
);

create table notification_state (
  tenant_id bigint not null,
  feed_cursor text collate "C" not null,
  lease_owner uuid,
  lease_until bigint not null,
  PRIMARY KEY (tenant_id)
);

create table notification_target (
  tenant_id bigint not null,
  target_id uuid not null,
  kind smallint not null,
  app_id uuid,
  definition text collate "C" not null,
  from_cursor text collate "C" not null,
  expires_at bigint,
  warned_of bigint,
  PRIMARY KEY (tenant_id, target_id)
);

create table outward_item (
  tenant_id bigint not null,
  target_name text collate "C" not null,
  kind smallint not null,
  item_id uuid not null,
  learner_user_id uuid,
  sent_external_id text collate "C",
  state smallint not null,
  wanted bigint not null,
  waiting_since bigint,
  next_at bigint not null,
  attempts bigint not null,
  remote_id text collate "C",
  sent_state text collate "C",
  sent_at bigint,
  is_in_doubt smallint not null,
  reason text collate "C",
  detail text collate "C",
  PRIMARY KEY (tenant_id, target_name, kind, item_id)
);

create table outward_learner (
  tenant_id bigint not null,
  target_name text collate "C" not null,
  user_id uuid not null,
  remote_guid uuid,
  reason text collate "C",
  matched_by text collate "C" not null,
  sought_at bigint not null,
  PRIMARY KEY (tenant_id, target_name, user_id)
);

create table outward_target (
  tenant_id bigint not null,
  target_name text collate "C" not null,
  is_started smallint not null,
  feed_cursor text collate "C",
  scan_place text collate "C",
  remote_provider_id uuid,
  trouble text collate "C",
  lease_owner uuid,
  lease_until bigint not null,
  walk_until bigint not null default 0,
  PRIMARY KEY (tenant_id, target_name)
);

create table sandbox_card (
  card_id bigint not null,
  card text collate "C" not null,
  PRIMARY KEY (card_id)
);

create table schema_compatibility (
  name text collate "C" not null,
  compatible_since text collate "C" not null,
  PRIMARY KEY (name)
);

create table schema_migration (
  name text collate "C" not null,
  PRIMARY KEY (name)
);

create table scim_credential (
  tenant_id bigint not null,
  credential_id uuid not null,
  display_name text collate "C" not null,
  token_sha256 text collate "C" not null,
  created_at bigint not null,
  expires_at bigint,
  licence text collate "C" not null default 'none'::text,
  PRIMARY KEY (tenant_id, credential_id),
  FOREIGN KEY (tenant_id) REFERENCES tenant(tenant_id),
  UNIQUE (tenant_id, token_sha256)
);

create table signing_key (
  key_id text collate "C" not null,
  created_at bigint not null,
  private_jwk text collate "C" not null,
  token_lifetime_seconds bigint not null default 0,
  follows_key_id text collate "C",
  PRIMARY KEY (key_id)
);

create table sync_count (
  tenant_guid uuid not null,
  provider_guid uuid not null,
  hour bigint not null,
  outcome text collate "C" not null,
  requests bigint not null,
  last_at bigint not null,
  PRIMARY KEY (tenant_guid, provider_guid, hour, outcome)
);

create table tenant (
  tenant_id bigint not null,
  tenant_guid uuid not null,
  display_name text collate "C" not null,
  domain_name text collate "C" not null,
  has_service_plan boolean not null,
  directory text collate "C",
  open_licence text collate "C",
  row_version bigint not null default 1,
  PRIMARY KEY (tenant_id),
  UNIQUE (domain_name),
  UNIQUE (tenant_guid)
);

create table throttle_report (
  node_id uuid not null,
  report_number bigint not null,
  sent_at bigint not null,
  counts text collate "C" not null,
  PRIMARY KEY (node_id, report_number)
);

create table unmapped_learner (
  tenant_guid uuid not null,
  provider_guid uuid not null,
  learner_guid uuid not null,
  requests bigint not null,
  last_at bigint not null,
  PRIMARY KEY (tenant_guid, provider_guid, learner_guid)
);

create table webhook (
  tenant_id bigint not null,
  webhook_id uuid not null,
  definition text collate "C" not null,
  secrets text collate "C" not null,
  is_enabled boolean not null,
  disabled_reason text collate "C",
  created_at bigint not null,
  failing_since bigint,
  feed_cursor text collate "C" not null,
  followed_since bigint not null,
  PRIMARY KEY (tenant_id, webhook_id)
);

create table webhook_due (
  tenant_id bigint not null,
  activity_guid uuid not null,
  learner_user_id uuid not null,
  due_at bigint not null,
  is_told boolean not null,
  PRIMARY KEY (tenant_id, activity_guid)
);

create table webhook_due_state (
  tenant_id bigint not null,
  feed_cursor text collate "C" not null,
  filled_to text collate "C",
  begun_at bigint not null,
  PRIMARY KEY (tenant_id)
);

CREATE INDEX change_log_item ON public.change_log USING btree (tenant_id, item_id) WHERE (item_id IS NOT NULL);

CREATE INDEX directory_user_employee_id ON public.directory_user USING btree (tenant_id, employee_id);

CREATE INDEX directory_user_external_id ON public.directory_user USING btree (tenant_id, external_id);

CREATE INDEX directory_user_mail ON public.directory_user USING btree (tenant_id, lower(mail));

CREATE INDEX issuer_grant_expiry ON public.issuer_grant USING btree (tenant_id, expires_at);

CREATE UNIQUE INDEX learning_course_activity_bare_id ON public.learning_course_activity USING btree (tenant_id, activity_guid) WHERE has_bare_id;

CREATE UNIQUE INDEX learning_course_activity_external_id ON public.learning_course_activity USING btree (tenant_id, provider_key, external_course_activity_id, learner_user_id, activity_type, repeat_number);

CREATE INDEX notification_delivery_time ON public.notification_delivery USING btree (tenant_id, sent_at, delivery_id);

CREATE INDEX notification_due ON public.notification USING btree (tenant_id, state, next_at);

CREATE INDEX notification_due_of_target ON public.notification USING btree (tenant_id, target_id, state, next_at);

CREATE INDEX notification_learner ON public.notification USING btree (tenant_id, learner_user_id) WHERE (learner_user_id IS NOT NULL);

CREATE INDEX outward_item_due ON public.outward_item USING btree (tenant_id, target_name, state, kind, next_at);

CREATE INDEX outward_item_learner ON public.outward_item USING btree (tenant_id, learner_user_id) WHERE (learner_user_id IS NOT NULL);

CREATE INDEX outward_item_remote ON public.outward_item USING btree (tenant_id, target_name, remote_id);

CREATE INDEX outward_learner_remote ON public.outward_learner USING btree (tenant_id, target_name, remote_guid);

CREATE UNIQUE INDEX signing_key_succession ON public.signing_key USING btree (follows_key_id);

CREATE INDEX throttle_report_time ON public.throttle_report USING btree (sent_at);

CREATE INDEX webhook_due_learner ON public.webhook_due USING btree (tenant_id, learner_user_id);

CREATE INDEX webhook_due_time ON public.webhook_due USING btree (tenant_id, is_told, due_at);

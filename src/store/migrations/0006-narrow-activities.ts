/**
 * Activities without their provider's registration id, which its row has, and with GUIDs among the ids of other systems as
 * 16 bytes. Every row is written again, and no server of the release before can go on: it names the column that goes.
 */
import type { Migration } from './migration.ts';

const PACKED = ['external_course_activity_id', 'assigner_user_id'];
const KEPT_BEFORE = [
  'tenant_id',
  'learner_user_id',
  'activity_guid',
  'has_bare_id',
  'provider_key',
  'learning_content_id',
];
const COLUMNS = [
  ...KEPT_BEFORE,
  ...['activity_type', 'external_course_activity_id', 'repeat_number', 'status', 'completion_percentage'],
  ...['completed_date_time', 'assigned_date_time', 'assigner_user_id', 'assignment_type', 'due_date_time'],
  ...['due_date_time_time_zone', 'notes', 'notes_content_type', 'started_date_time', 'row_version'],
];

const digits = (count: number): string => '[0-9a-f]'.repeat(count);
const GUID = [8, 4, 4, 4, 12].map(digits).join('-');
const bytes = (column: string): string =>
  `case when ${column} glob '${GUID}' then unhex(replace(${column}, '-', '')) else ${column} end`;

/** In the order of arrival, so that rows lie as they lay. */
const SQLITE = `
create table narrow_activity (
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

insert into narrow_activity (${COLUMNS.join(', ')})
select ${COLUMNS.map((column) => (PACKED.includes(column) ? bytes(column) : column)).join(', ')}
from learning_course_activity order by rowid;

drop table learning_course_activity;

alter table narrow_activity rename to learning_course_activity;

create unique index learning_course_activity_external_id on learning_course_activity
  (tenant_id, provider_key, external_course_activity_id, learner_user_id, activity_type, repeat_number);

create unique index learning_course_activity_bare_id on learning_course_activity (tenant_id, activity_guid)
  where has_bare_id
`;

const marked = (column: string): string => `
  case when ${column} ~ '^${GUID}$' then decode('ff', 'hex') || decode(replace(${column}, '-', ''), 'hex')
  else convert_to(${column}, 'UTF8') end`;

/** In place, so that a table which is spread over a cluster stays where it is. */
const POSTGRES = `
alter table learning_course_activity
  drop column registration_id,
  ${PACKED.map((column) => `alter column ${column} type bytea using ${marked(column)}`).join(',\n  ')}
`;

export const narrowActivities: Migration = {
  name: '0006-narrow-activities',
  sql: (_, dialect) => (dialect === 'sqlite' ? SQLITE : POSTGRES),
};

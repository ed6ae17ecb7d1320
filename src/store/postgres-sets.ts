/**
 * Statements that do for many rows of one tenant what a statement of the same name does for one: a group of units of work
 * as one statement, hence one round trip and one COMMIT. They take a row of values for each unit, and return the
 * `activity_guid` of each unit that was done; a unit that is refused or not unique fails nobody else. `:name[]` is the
 * values of all units, `:name` a value that they share.
 */
import { ACTIVITY_CHANGEABLE_COLUMNS, ACTIVITY_COLUMNS } from './columns.ts';
import type { Statement } from './connection.ts';
import type { StatementName } from './statements.ts';

const list = (columns: readonly string[], prefix = '') => columns.map((column) => prefix + column).join(', ');
const values = (columns: readonly string[]) => columns.map((column) => `:${column}[]`).join(', ');

const UPDATE_COLUMNS = [
  ...new Set([
    ...['learner_user_id', 'activity_guid', 'row_version', 'registration_id'],
    ...ACTIVITY_CHANGEABLE_COLUMNS,
  ]),
];

const INSERT_COLUMNS = [...ACTIVITY_COLUMNS, 'registration_id'];

/** In the order of the units: of two that claim one external id the first has it. */
const insertActivity = `
insert into learning_course_activity (tenant_id, provider_key, ${list(ACTIVITY_COLUMNS)})
select p.tenant_id, p.provider_key, ${list(ACTIVITY_COLUMNS, 'i.')}
from unnest(${values(INSERT_COLUMNS)}) with ordinality as i(${list(INSERT_COLUMNS)}, place)
join learning_provider p
  on p.tenant_id = :tenant_id and p.registration_id = i.registration_id and p.is_course_activity_sync_enabled
join learning_content c
  on c.tenant_id = :tenant_id and c.registration_id = i.registration_id and c.learning_content_id = i.learning_content_id
join directory_user u
  on u.tenant_id = :tenant_id and u.user_id = i.learner_user_id and u.licence = :required_licence
order by i.place
on conflict do nothing
returning activity_guid`;

const updateActivity = `
update learning_course_activity a
set row_version = a.row_version + 1, ${ACTIVITY_CHANGEABLE_COLUMNS.map((column) => `${column} = i.${column}`).join(', ')}
from unnest(${values(UPDATE_COLUMNS)}) as i(${list(UPDATE_COLUMNS)})
join learning_provider p
  on p.tenant_id = :tenant_id and p.registration_id = i.registration_id and p.is_course_activity_sync_enabled
join directory_user u
  on u.tenant_id = :tenant_id and u.user_id = i.learner_user_id and u.licence = :required_licence
where a.tenant_id = :tenant_id and a.learner_user_id = i.learner_user_id and a.activity_guid = i.activity_guid
  and a.row_version = i.row_version
returning a.activity_guid`;

/** By the name of the statement for one row. */
export const SET_STATEMENTS: ReadonlyMap<string, Statement> = new Map(
  Object.entries({ insertActivity, updateActivity } satisfies Partial<Record<StatementName, string>>).map(
    ([name, sql]) => [name, { name: `${name} of many`, sql }],
  ),
);

/** What tells the units of a set apart. */
export const SET_KEY = 'activity_guid';

/** Imports: how far each has come, and what learners are found by whom another system knows by mail or employee number. */
import type { Migration } from './migration.ts';

export const imports: Migration = {
  name: '0010-imports',
  compatibleSince: '0006-narrow-activities',
  sql: ({ guid, text, integer, json }) => `
-- settings: what the import was begun with. done_rows, counts: changed in the transaction of the rows. tail: what became of
-- the rows of the part that was sent last, until the next one, so that a reader who lost the answer gets it.
create table import_job (
  tenant_id ${integer} not null references tenant,
  import_id ${guid} not null,
  fingerprint ${text} not null,
  state ${text} not null,
  settings ${json} not null,
  done_rows ${integer} not null,
  counts ${json} not null,
  tail ${json} not null,
  created_at ${integer} not null,
  changed_at ${integer} not null,
  primary key (tenant_id, import_id)
);

create index directory_user_mail on directory_user (tenant_id, lower(mail));

create index directory_user_employee_id on directory_user (tenant_id, employee_id)
`,
};

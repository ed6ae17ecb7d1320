/** The id that the organisation gives a user, which learning systems know learners by. */
import type { Migration } from './migration.ts';

export const employeeId: Migration = {
  name: '0005-employee-id',
  compatibleSince: '0002-sign-in',
  sql: ({ text }) => `
alter table directory_user add column employee_id ${text}
`,
};

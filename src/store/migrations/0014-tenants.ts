/** Tenants that change while the server runs, and whether learners who are no users become some. */
import type { Migration } from './migration.ts';

export const tenants: Migration = {
  name: '0014-tenants',
  compatibleSince: '0006-narrow-activities',
  sql: ({ text, integer }) => `
-- Null: as the setting says.
alter table tenant add column directory ${text};
alter table tenant add column open_licence ${text};
alter table tenant add column row_version ${integer} not null default 1
`,
};

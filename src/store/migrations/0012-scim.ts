/** The licence of users that a provisioning client creates. */
import type { Migration } from './migration.ts';

export const scim: Migration = {
  name: '0012-scim',
  compatibleSince: '0006-narrow-activities',
  sql: ({ text }) => `
-- Of users that it creates without one of their own.
alter table scim_credential add column licence ${text} not null default 'none'
`,
};

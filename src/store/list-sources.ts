/** What can be listed: which rows belong to a list, and the key that orders and identifies them within it. */
import { ACTIVITY_TYPES } from './activity-codec.ts';
import {
  ACTIVITY_COLUMNS,
  ACTIVITY_VALUES,
  CONTENT_COLUMNS,
  PROVIDER_COLUMNS,
  registrationIdOf,
  selected,
  selectedActivity,
} from './columns.ts';
import { columnsOfFields, USER_FIELDS } from './directory-codec.ts';
import type { ListSource } from './list-columns.ts';

export interface ListableSource extends ListSource {
  readonly name: string;
  readonly table: string;
  /** Of the table: what conditions and values are made of. */
  readonly held: readonly string[];
  /** What a row is read with. */
  readonly columns: readonly string[];
  /** The same, as a statement selects it. */
  readonly values: string;
  /** The part of the table that the list is of. An index begins with its columns and goes on with the keys. */
  readonly scope: string;
}

const inTenant = 't.tenant_id = :tenant_id';
const ofProvider = `${inTenant} and t.registration_id = :registration_id`;
const ofProviderByKey = `${inTenant} and t.provider_key = (
  select p.provider_key from learning_provider p
  where p.tenant_id = :tenant_id and p.registration_id = :registration_id)`;
const ofTypes = 't.activity_type in (:activity_type, :other_activity_type)';

/** @param registrationId the provider of each, as an expression */
const readActivities = (registrationId: string) => ({
  held: ['provider_key', ...ACTIVITY_COLUMNS],
  columns: ACTIVITY_VALUES,
  values: selectedActivity('t', registrationId),
  expressions: { registration_id: registrationId },
});

const activities = {
  alias: 't',
  table: 'learning_course_activity',
  ...readActivities(registrationIdOf('t')),
  discriminator: { column: 'activity_type', numbers: ACTIVITY_TYPES },
} as const;

export const LIST_SOURCES = {
  providers: {
    alias: 't',
    name: 'listProviders',
    table: 'learning_provider',
    ...read([...PROVIDER_COLUMNS, 'row_version']),
    scope: inTenant,
    keys: [{ column: 'registration_id', kind: 'guid' }],
  },
  contents: {
    alias: 't',
    name: 'listContents',
    table: 'learning_content',
    ...read([...CONTENT_COLUMNS, 'row_version']),
    scope: ofProvider,
    keys: [{ column: 'external_id', kind: 'text' }],
  },
  users: {
    alias: 't',
    name: 'listUsers',
    table: 'directory_user',
    ...read(columnsOfFields(USER_FIELDS)),
    scope: inTenant,
    keys: [{ column: 'user_id', kind: 'guid' }],
  },
  activities: {
    ...activities,
    name: 'listActivities',
    scope: `${inTenant} and ${ofTypes}`,
    keys: [
      { column: 'learner_user_id', kind: 'guid' },
      { column: 'activity_guid', kind: 'guid' },
    ],
  },
  // Of a learner who is in the directory. Ids of activities begin with the time at which they were made: this is the order of creation.
  learnerActivities: {
    ...activities,
    name: 'listLearnerActivities',
    scope: `${inTenant} and t.learner_user_id = :learner_user_id and ${ofTypes} and exists (
  select 1 from directory_user u where u.tenant_id = :tenant_id and u.user_id = :learner_user_id)`,
    keys: [{ column: 'activity_guid', kind: 'guid' }],
  },
  providerActivities: {
    ...activities,
    ...readActivities(':registration_id'),
    name: 'listProviderActivities',
    scope: `${ofProviderByKey} and ${ofTypes}`,
    keys: [
      { column: 'external_course_activity_id', kind: 'guidOrText' },
      { column: 'learner_user_id', kind: 'guid' },
      { column: 'activity_type', kind: 'member' },
      { column: 'repeat_number', kind: 'integer' },
    ],
  },
} as const satisfies Record<string, ListableSource>;

export type ListName = keyof typeof LIST_SOURCES;

function read(columns: readonly string[]): Pick<ListableSource, 'held' | 'columns' | 'values'> {
  return { held: columns, columns, values: selected(columns, 't') };
}

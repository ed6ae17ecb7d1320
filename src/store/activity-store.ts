/** learningCourseActivities in the database. Reports facts; what they mean is for operations to say. */
import { findCourseActivityKey } from '../lib/ids.ts';
import type { CourseActivityKey, LearningContentId, RegistrationId, UserId } from '../lib/ids.ts';
import { ACTIVITY_LICENCE } from '../model/directory.ts';
import type { Licence, Tenant } from '../model/directory.ts';
import type { CourseActivity, CourseActivityType } from '../model/entity.ts';
import { createActivityCodec, typeParams } from './activity-codec.ts';
import type { ActivityCodec, StoredActivity } from './activity-codec.ts';
import type { ItemChange } from './changes/change.ts';
import { registrationIdOf, selectedActivity } from './columns.ts';
import type { Row, Statement, Tuple, TupleStatement } from './connection.ts';
import { isTrue } from './dialect.ts';
import type { Dialect, SqlValue } from './dialect.ts';
import { entityReads, statements } from './statements.ts';
import type { EntityReadName } from './statements.ts';
import { change, readFirst, readTuples } from './work.ts';
import type { Work } from './work.ts';

/** Why a create was refused, or would be. `undefined` means "does not exist". */
export interface CreateFacts {
  readonly isProviderOpen: boolean;
  readonly contentOwner: RegistrationId | undefined;
  readonly learnerLicence: Licence | undefined;
}

export interface UpdateFacts {
  readonly isProviderOpen: boolean;
  readonly learnerLicence: Licence | undefined;
  readonly stored: StoredActivity | undefined;
}

export interface CreateActivity {
  readonly activity: CourseActivity;
  /** Whether another activity may have the same provider, type, learner and external id. */
  readonly mayRepeat: boolean;
}

export interface UpdateActivity extends CreateActivity {
  /** As it was read: what the update was judged by. */
  readonly judged: StoredActivity;
}

export interface ExternalIdSearch {
  /** Of all providers when not given. */
  readonly registrationId: RegistrationId | undefined;
  readonly externalId: string;
  readonly types: readonly CourseActivityType[];
  /** Only this learner's, when given. */
  readonly learnerUserId: UserId | undefined;
}

export interface ActivityStore {
  /** `refused`: the provider is unknown or closed, the content is not its own, or the learner has not the licence. */
  insert(tenant: Tenant, create: CreateActivity): Work<'created' | 'refused' | 'repeated'>;
  /** `undefined` when the tenant has no such provider. */
  findCreateFacts(
    tenant: Tenant,
    ids: {
      readonly registrationId: RegistrationId;
      readonly learningContentId: LearningContentId | undefined;
      readonly learnerUserId: UserId | undefined;
    },
  ): Work<CreateFacts | undefined>;
  /** `undefined` when the tenant has no such provider. */
  findUpdateFacts(tenant: Tenant, registrationId: RegistrationId, id: string): Work<UpdateFacts | undefined>;
  /** `refused`: the stored row is no longer of the judged version, or provider or learner do not allow it any more. */
  update(tenant: Tenant, update: UpdateActivity): Work<'updated' | 'refused' | 'repeated'>;
  find(tenant: Tenant, id: string): Work<StoredActivity | undefined>;
  /** Those that there are, in any order. */
  findMany(tenant: Tenant, keys: readonly Required<CourseActivityKey>[]): Work<readonly StoredActivity[]>;
  /** At most two of them: enough to know that the key is shared. */
  findByExternalId(tenant: Tenant, search: ExternalIdSearch): Work<readonly StoredActivity[]>;
  /** `false` when the stored row is no longer of that version, or the provider does not allow it any more. */
  remove(tenant: Tenant, stored: StoredActivity): Work<boolean>;
}

interface ActivityWrite {
  readonly statement: Statement;
  readonly stored: StoredActivity;
  /** As it was, when there was one: of the version that the statement asks for. */
  readonly before?: CourseActivity;
  readonly mayRepeat: boolean;
}

export function createActivityStore(dialect: Dialect): ActivityStore {
  const activities = createActivityCodec(dialect);
  const findMany = findManyStatement(dialect);
  const guid = (id: string | undefined): SqlValue => (id === undefined ? null : dialect.columns.guid.encode(id));
  return {
    *insert(tenant, { activity, mayRepeat }) {
      const created = { statement: statements.insertActivity, stored: { activity, rowVersion: 1 }, mayRepeat };
      const outcome = yield* writeActivity(activities, tenant, created);
      return outcome === 'done' ? 'created' : outcome;
    },
    *findCreateFacts(tenant, ids) {
      const row = yield* readFirst(statements.explainCreate, {
        tenant_id: tenant.key,
        registration_id: guid(ids.registrationId),
        learning_content_id: guid(ids.learningContentId),
        learner_user_id: guid(ids.learnerUserId),
      });
      return row && readCreateFacts(row, dialect);
    },
    *findUpdateFacts(tenant, registrationId, id) {
      const key = findCourseActivityKey(id);
      const name = key?.learnerUserId === undefined ? 'findBareActivityForUpdate' : 'findActivityForUpdate';
      const [row] = yield* readTuples(entityReads[name], {
        tenant_id: tenant.key,
        registration_id: guid(registrationId),
        activity_guid: guid(key?.activityGuid),
        learner_user_id: guid(key?.learnerUserId),
      });
      return row && readUpdateFacts(row, dialect, activities);
    },
    *update(tenant, { judged, activity, mayRepeat }) {
      const { activity: before, rowVersion } = judged;
      const statement =
        statements[hasSameExternalId(before, activity) ? 'updateActivity' : 'updateActivityAndExternalId'];
      const updated = { statement, stored: { activity, rowVersion }, before, mayRepeat };
      const outcome = yield* writeActivity(activities, tenant, updated);
      return outcome === 'done' ? 'updated' : outcome;
    },
    *remove(tenant, stored) {
      const params = activities.toRow(tenant, stored);
      const changes = [changeOf(tenant, { before: stored.activity, version: stored.rowVersion + 1 })];
      const result = yield* change(changes, { statement: statements.deleteActivity, params, mustChange: true });
      return result.kind === 'done';
    },
    *find(tenant, id) {
      const key = findCourseActivityKey(id);
      if (key === undefined) return undefined;
      const name = key.learnerUserId === undefined ? 'findBareActivity' : 'findActivity';
      const [row] = yield* readTuples(entityReads[name], {
        tenant_id: tenant.key,
        activity_guid: guid(key.activityGuid),
        learner_user_id: guid(key.learnerUserId),
      });
      return row && activities.fromRow(row);
    },
    *findMany(tenant, keys) {
      const rows = keys.map(({ learnerUserId, activityGuid }) => JSON.stringify([learnerUserId, activityGuid]));
      // One that is named twice is found once.
      const params = { tenant_id: tenant.key, rows: `[${[...new Set(rows)].join(',')}]` };
      return (yield* readTuples(findMany, params)).map((row) => activities.fromRow(row));
    },
    *findByExternalId(tenant, { registrationId, externalId, types, learnerUserId }) {
      const reach = registrationId === undefined ? 'AnywhereByExternalId' : 'ByExternalId';
      const name = learnerUserId === undefined ? `findActivities${reach}` : `findOwnActivities${reach}`;
      const rows = yield* readTuples(entityReads[name as EntityReadName], {
        tenant_id: tenant.key,
        registration_id: guid(registrationId),
        external_course_activity_id: dialect.columns.guidOrText.encode(externalId),
        learner_user_id: guid(learnerUserId),
        ...typeParams(types),
      });
      return rows.map((row) => activities.fromRow(row));
    },
  };
}

function findManyStatement({ jsonRows, columns: { guid } }: Dialect): TupleStatement {
  const found = jsonRows.lookUp(jsonRows.relation(':rows'), {
    table: 'learning_course_activity a',
    condition: `a.tenant_id = :tenant_id and a.learner_user_id = ${jsonRows.value(0, guid.sql)}
  and a.activity_guid = ${jsonRows.value(1, guid.sql)}`,
  });
  const sql = `
select ${selectedActivity('a', registrationIdOf('a'))} from ${found}`;
  return { name: 'findActivities', sql, givesTuples: true };
}

/** Of the activities with one external id, the first has the claim on it, also where others may repeat it. */
function* writeActivity(
  activities: ActivityCodec,
  tenant: Tenant,
  { statement, stored, before, mayRepeat }: ActivityWrite,
): Work<'done' | 'refused' | 'repeated'> {
  const writeOf = (claims: boolean) => {
    const params = activities.toRow(tenant, stored, claims);
    params['required_licence'] = ACTIVITY_LICENCE;
    return { statement, params, mustChange: true };
  };
  const version = before === undefined ? stored.rowVersion : stored.rowVersion + 1;
  const changes = [changeOf(tenant, { before, after: stored.activity, version })];
  const result = yield* change(changes, writeOf(true));
  const { kind } = result.kind === 'notUnique' && mayRepeat ? yield* change(changes, writeOf(false)) : result;
  return kind === 'notUnique' ? 'repeated' : kind;
}

function hasSameExternalId(one: CourseActivity, other: CourseActivity): boolean {
  return one.externalcourseActivityId === other.externalcourseActivityId;
}

/** A statement that asks for a version changes the row as it was read, or nothing: so `before` is what it was. */
function changeOf(tenant: Tenant, { before, after, version }: ActivityImages): ItemChange {
  const { id } = (after ?? before) as CourseActivity;
  // Of what is stored, or about to be, it is an id.
  const itemId = id.slice(id.indexOf(':') + 1);
  return { tenantKey: tenant.key, kind: 'learningCourseActivity', itemId, version, before, after };
}

interface ActivityImages {
  readonly before?: CourseActivity | undefined;
  readonly after?: CourseActivity | undefined;
  readonly version: number;
}

function readCreateFacts(row: Row, dialect: Dialect): CreateFacts {
  const owner = row['content_owner'] ?? null;
  return {
    isProviderOpen: isTrue(dialect, row['is_provider_open']),
    contentOwner: owner === null ? undefined : (dialect.columns.guid.decode(owner) as RegistrationId),
    learnerLicence: (row['learner_licence'] ?? undefined) as Licence | undefined,
  };
}

function readUpdateFacts(row: Tuple, dialect: Dialect, activities: ActivityCodec): UpdateFacts {
  const [isOpen, licence] = row.slice(-2);
  return {
    isProviderOpen: isTrue(dialect, isOpen),
    learnerLicence: (licence ?? undefined) as Licence | undefined,
    // The key of an activity is null where there is none.
    stored: row[0] === null ? undefined : activities.fromRow(row),
  };
}

/** What an import asks of the database: what stands for many rows at once, and units that several rows are stored as. */
import type { LearningContentId, RegistrationId, UserId } from '../lib/ids.ts';
import type { DirectoryUser, LearnerKey, Licence, Tenant } from '../model/directory.ts';
import type { CourseActivityType, Entity } from '../model/entity.ts';
import { ACTIVITY_TYPES, createActivityCodec } from './activity-codec.ts';
import type { StoredActivity } from './activity-codec.ts';
import type { ItemChange, Origin } from './changes/change.ts';
import { CONTENT_COLUMNS, CONTENT_PROPERTIES, selected, selectedActivity } from './columns.ts';
import type { Params, SqlConnection, Statement, Tuple, Write, WriteResult } from './connection.ts';
import type { StoredContent } from './content-store.ts';
import { columnsOfFields, createUserCodec, USER_FIELDS } from './directory-codec.ts';
import type { Dialect, SqlValue } from './dialect.ts';
import { createRowCodec } from './row-codec.ts';
import { statements } from './statements.ts';
import { runWork } from './work.ts';
import type { Work } from './work.ts';

export interface FoundLearner {
  /** The value that was asked for: GUIDs, names and mail addresses in lower case. */
  readonly value: string;
  readonly id: UserId;
  readonly licence: Licence;
}

/** Where there may be an activity, of one provider. */
export interface ActivityPlace {
  readonly externalId: string;
  readonly learnerUserId: UserId;
  readonly type: CourseActivityType;
}

export interface BulkStore {
  /** Whether the database works in another process, so that this one can go on meanwhile. */
  readonly isElsewhere: boolean;
  findLearners(tenant: Tenant, by: LearnerKey, values: readonly string[]): Promise<readonly FoundLearner[]>;
  findUsers(
    tenant: Tenant,
    by: 'id' | 'userPrincipalName',
    values: readonly string[],
  ): Promise<readonly DirectoryUser[]>;
  findContents(tenant: Tenant, ids: readonly LearningContentId[]): Promise<readonly StoredContent[]>;
  findContentsByExternalId(
    tenant: Tenant,
    registrationId: RegistrationId,
    externalIds: readonly string[],
  ): Promise<readonly StoredContent[]>;
  /** Several of a place where an external id may repeat. */
  findActivities(
    tenant: Tenant,
    registrationId: RegistrationId,
    places: readonly ActivityPlace[],
  ): Promise<readonly StoredActivity[]>;
  findActivitiesById(
    tenant: Tenant,
    ids: readonly { readonly learnerUserId: UserId; readonly activityGuid: string }[],
  ): Promise<readonly StoredActivity[]>;
  openUnit(origin: Origin): BulkUnit;
}

/** Work whose writes are kept back and stored together, all of them or none. Until then it is told that they are done. */
export interface BulkUnit {
  run<Result>(work: Work<Result>): Result | Promise<Result>;
  /** @param more that belong to the unit and to no work */
  commit(more?: readonly Write[]): Promise<WriteResult>;
}

export function createBulkStore(connection: SqlConnection): BulkStore {
  const { dialect } = connection;
  const texts = createTexts(dialect);
  const activities = createActivityCodec(dialect);
  const contents = createRowCodec(CONTENT_PROPERTIES, dialect);
  const users = createUserCodec(dialect);
  const readAll = async <Found>(
    statement: Statement,
    params: Params & { readonly rows: string },
    toFound: (row: Tuple) => Found,
  ): Promise<readonly Found[]> =>
    params.rows === '[]' ? [] : ((await connection.read(statement, params)) as unknown as Tuple[]).map(toFound);
  const toContent = (row: Tuple): StoredContent => ({
    content: contents.fromRow(row) as Entity<'learningContent'>,
    registrationId: dialect.columns.guid.decode(row.at(-2) as SqlValue) as RegistrationId,
    rowVersion: Number(row.at(-1)),
  });
  const rowsOf = (rows: readonly unknown[]): string => JSON.stringify(rows);
  return {
    isElsewhere: dialect.name === 'postgres',
    findLearners: (tenant, by, values) =>
      readAll(texts.learners[by], { tenant_id: tenant.key, rows: rowsOf(values.map((value) => [value])) }, (row) => ({
        value: by === 'id' ? String(dialect.columns.guid.decode(row[1] as SqlValue)) : String(row[0]),
        id: dialect.columns.guid.decode(row[1] as SqlValue) as UserId,
        licence: row[2] as Licence,
      })),
    findUsers: (tenant, by, values) =>
      readAll(texts.users[by], { tenant_id: tenant.key, rows: rowsOf(values.map((value) => [value])) }, (row) =>
        users.fromTuple(tenant, row),
      ),
    findContents: (tenant, ids) =>
      readAll(texts.contents, { tenant_id: tenant.key, rows: rowsOf(ids.map((id) => [id])) }, toContent),
    findContentsByExternalId: (tenant, registrationId, externalIds) => {
      const rows = rowsOf(externalIds.map((id) => [id]));
      const registration = dialect.columns.guid.encode(registrationId);
      return readAll(
        texts.contentsByExternalId,
        { tenant_id: tenant.key, registration_id: registration, rows },
        toContent,
      );
    },
    findActivities: (tenant, registrationId, places) => {
      const rows = places.map(({ externalId, learnerUserId, type }) => [
        dialect.jsonRows.packed(externalId),
        learnerUserId,
        ACTIVITY_TYPES[type],
      ]);
      const registration = dialect.columns.guid.encode(registrationId);
      return readAll(
        texts.activities,
        { tenant_id: tenant.key, registration_id: registration, rows: rowsOf(rows) },
        activities.fromRow,
      );
    },
    findActivitiesById: (tenant, ids) => {
      const rows = ids.map(({ learnerUserId, activityGuid }) => [learnerUserId, activityGuid]);
      return readAll(texts.activitiesById, { tenant_id: tenant.key, rows: rowsOf(rows) }, activities.fromRow);
    },
    openUnit: (origin) => openUnit(connection, origin),
  };
}

/** Each goes from the rows to the table, row by row. */
function createTexts({ jsonRows, columns }: Dialect) {
  const rows = jsonRows.relation(':rows');
  const value = (place: number, kind: 'guid' | 'text' | 'member') =>
    jsonRows.value(place, kind === 'text' ? 'text' : columns[kind].sql);
  const text = (name: string, sql: string): Statement => ({ name: `bulk ${name}`, sql, givesTuples: true });
  const users = (condition: string) =>
    jsonRows.lookUp(rows, { table: 'directory_user u', condition: `u.tenant_id = :tenant_id and ${condition}` });
  const learner = (column: string, asked: string) =>
    text(
      `learners by ${column}`,
      `select ${column}, guid_text(u.user_id), u.licence from ${users(`${column} = ${asked}`)}`,
    );
  const user = (condition: string) =>
    text('users', `select ${selected(columnsOfFields(USER_FIELDS), 'u')} from ${users(condition)}`);
  const content = (condition: string) =>
    text(
      'contents',
      `select ${selected(CONTENT_COLUMNS, 'c')}, guid_text(c.registration_id), c.row_version
from ${jsonRows.lookUp(rows, { table: 'learning_content c', condition: `c.tenant_id = :tenant_id and ${condition}` })}`,
    );
  const activity = (from: string, condition: string) =>
    text(
      'activities',
      `select ${selectedActivity('a', 'p.registration_id')} from ${from} where p.tenant_id = :tenant_id and ${condition}`,
    );
  const activityOf = (relation: string, condition: string) =>
    jsonRows.lookUp(relation, {
      table: 'learning_course_activity a',
      condition: `a.tenant_id = :tenant_id and ${condition}`,
    });
  return {
    learners: {
      id: learner('u.user_id', value(0, 'guid')),
      userPrincipalName: learner('u.user_principal_name', value(0, 'text')),
      mail: learner('lower(u.mail)', value(0, 'text')),
      employeeId: learner('u.employee_id', value(0, 'text')),
    },
    users: {
      id: user(`u.user_id = ${value(0, 'guid')}`),
      userPrincipalName: user(`u.user_principal_name = ${value(0, 'text')}`),
    },
    contents: content(`c.learning_content_id = ${value(0, 'guid')}`),
    contentsByExternalId: content(`c.registration_id = :registration_id and c.external_id = ${value(0, 'text')}`),
    activities: activity(
      activityOf(
        `learning_provider p cross join ${rows}`,
        `a.provider_key = p.provider_key and a.external_course_activity_id = ${jsonRows.packedValue(0)}
  and a.learner_user_id = ${value(1, 'guid')} and a.activity_type = ${value(2, 'member')}`,
      ),
      'p.registration_id = :registration_id',
    ),
    activitiesById: activity(
      `${activityOf(rows, `a.learner_user_id = ${value(0, 'guid')} and a.activity_guid = ${value(1, 'guid')}`)}
cross join learning_provider p`,
      'p.provider_key = a.provider_key',
    ),
  };
}

function openUnit(connection: SqlConnection, origin: Origin): BulkUnit {
  const writes: Write[] = [];
  const changes: ItemChange[] = [];
  const keep = (more: readonly Write[]): void => {
    for (const write of more) writes.push(write);
  };
  return {
    run: (work) =>
      runWork(work, {
        read: connection.read,
        write: (kept, logged) => {
          keep(kept);
          for (const change of logged?.changes ?? []) changes.push(change);
          return { kind: 'done' };
        },
      }),
    commit: (more = []) => {
      const all = [...grouped(writes), ...more];
      return connection.write(all, changes.length === 0 ? undefined : { origin, changes });
    },
  };
}

/**
 * Those of one statement as one write of many, in the order in which the statements were first needed; but contents first,
 * since an activity whose content was there before may come ahead of one that needs a new content.
 */
function grouped(writes: readonly Write[]): readonly Write[] {
  const byStatement = Map.groupBy(writes, ({ statement }) => statement);
  const isLater = (statement: Statement): number => (statement === statements.insertContent ? 0 : 1);
  const ordered = [...byStatement].toSorted(([one], [other]) => isLater(one) - isLater(other));
  return ordered.map(([statement, same]) => {
    const [first] = same as unknown as readonly [Write];
    if (same.length === 1) return first;
    return { statement, params: first.params, many: same.map(({ params }) => params), mustChange: true };
  });
}

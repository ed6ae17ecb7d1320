/** Activity <-> row: the property columns, and the columns that make up its key, type and version. */
import { hash } from 'node:crypto';

import { findCourseActivityKey } from '../lib/ids.ts';
import type { CourseActivityKey } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import type { CourseActivity, CourseActivityType } from '../model/entity.ts';
import { ACTIVITY_PROPERTIES, ACTIVITY_VALUES } from './columns.ts';
import type { Image } from './changes/change.ts';
import type { Params, Row, Tuple } from './connection.ts';
import { isTrue } from './dialect.ts';
import type { Dialect, SqlValue } from './dialect.ts';
import { createRowCodec } from './row-codec.ts';

export interface StoredActivity {
  readonly activity: CourseActivity;
  /** Grows by one with each update. */
  readonly rowVersion: number;
}

/** What the column activity_type holds. */
export const ACTIVITY_TYPES: Readonly<Record<CourseActivityType, number>> = {
  learningAssignment: 0,
  learningSelfInitiatedCourse: 1,
};

/** The parameters that bound a statement to activities of these types, one or both. */
export function typeParams(types: readonly CourseActivityType[]): Params {
  const [type = null, otherType = type] = types.map((name) => ACTIVITY_TYPES[name]);
  return { activity_type: type, other_activity_type: otherType };
}

const placeOf = (column: string): number => ACTIVITY_VALUES.indexOf(column);
const PLACES = {
  activityGuid: placeOf('activity_guid'),
  hasBareId: placeOf('has_bare_id'),
  type: placeOf('activity_type'),
  rowVersion: placeOf('row_version'),
};

export interface ActivityCodec {
  /** @param claimsExternalId whether no other activity of the provider, type and learner may have its external id */
  toRow(tenant: Tenant, stored: StoredActivity, claimsExternalId?: boolean): Record<string, SqlValue>;
  /** @param row begins with ACTIVITY_VALUES */
  fromRow(row: Tuple): StoredActivity;
}

export function createActivityCodec(dialect: Dialect): ActivityCodec {
  const properties = createRowCodec(ACTIVITY_PROPERTIES, dialect, ACTIVITY_VALUES);
  const { guid, boolean } = dialect.columns;
  const toRow: ActivityCodec['toRow'] = (tenant, { activity, rowVersion }, claimsExternalId = true) => {
    const key = findCourseActivityKey(activity.id);
    if (key === undefined) throw new Error(`No id of an activity: ${activity.id}`);
    const row = properties.toRow(activity);
    row['tenant_id'] = tenant.key;
    row['activity_guid'] = guid.encode(key.activityGuid);
    row['has_bare_id'] = boolean.encode(key.learnerUserId === undefined);
    row['activity_type'] = ACTIVITY_TYPES[activity.type];
    const claimsKey = claimsExternalId && activity.externalcourseActivityId !== null;
    row['repeat_number'] = claimsKey ? 0 : ownRepeatNumber(key);
    row['row_version'] = rowVersion;
    return row;
  };
  return {
    toRow,
    fromRow: (row) => {
      const values = properties.fromRow(row);
      const activityGuid = guid.decode(row[PLACES.activityGuid] as SqlValue) as string;
      const hasBareId = isTrue(dialect, row[PLACES.hasBareId]);
      const type = typeOf(row[PLACES.type] as SqlValue);
      values['id'] = hasBareId ? activityGuid : `${String(values['learnerUserId'])}:${activityGuid}`;
      values['type'] = type;
      return { activity: values as unknown as CourseActivity, rowVersion: Number(row[PLACES.rowVersion]) };
    },
  };
}

/** Columns that name an activity and its owners, without its values. @param registrationId the provider, as an expression */
export function selectedIdentity(alias: string, registrationId: string): string {
  const guids = ['activity_guid', 'learner_user_id', 'learning_content_id'].map(
    (column) => `guid_text(${alias}.${column}) as ${column}`,
  );
  const others = ['has_bare_id', 'activity_type'].map((column) => `${alias}.${column}`);
  return [...guids, ...others, `guid_text(${registrationId}) as registration_id`].join(', ');
}

/** @param row has the columns of {@link selectedIdentity} */
export function readIdentity(row: Row, dialect: Dialect): { readonly itemId: string; readonly image: Image } {
  const guidOf = (column: string) => dialect.columns.guid.decode(row[column] ?? null) as string;
  const itemId = guidOf('activity_guid');
  const learnerUserId = guidOf('learner_user_id');
  const image = {
    id: isTrue(dialect, row['has_bare_id']) ? itemId : `${learnerUserId}:${itemId}`,
    type: typeOf(row['activity_type'] ?? null),
    learnerUserId,
    learningProviderId: guidOf('registration_id'),
    learningContentId: guidOf('learning_content_id'),
  };
  return { itemId, image };
}

function typeOf(number: SqlValue): CourseActivityType {
  return number === ACTIVITY_TYPES.learningAssignment ? 'learningAssignment' : 'learningSelfInitiatedCourse';
}

/** A number, never 0, that no other activity has. Of the whole GUID: those of one machine and time share their ends. */
function ownRepeatNumber({ activityGuid }: CourseActivityKey): number {
  return 1 + Number.parseInt(hash('sha256', activityGuid).slice(0, 12), 16);
}

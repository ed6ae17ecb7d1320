/** Branded ids. A brand is given only here, after the text was checked. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type TenantId = Branded<'TenantId'>;
export type UserId = Branded<'UserId'>;
export type AppId = Branded<'AppId'>;
export type RegistrationId = Branded<'RegistrationId'>;
export type LearningContentId = Branded<'LearningContentId'>;
export type ActivityGuid = Branded<'ActivityGuid'>;

type GuidId = TenantId | UserId | AppId | RegistrationId | LearningContentId | ActivityGuid;

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The lower-case GUID that the text spells, as the id type asked for; `undefined` when it is no GUID. */
export function findGuid<Id extends GuidId>(text: string): Id | undefined {
  // Nearly all come in lower case.
  if (GUID.test(text)) return text as Id;
  const folded = text.toLowerCase();
  return GUID.test(folded) ? (folded as Id) : undefined;
}

/** As {@link findGuid}; throws a plain `Error` where the text was promised to be a GUID. */
export function getGuid<Id extends GuidId>(text: string): Id {
  const id = findGuid<Id>(text);
  if (id === undefined) throw new Error(`Not a GUID: ${text}`);
  return id;
}

/**
 * The key of one learningCourseActivity. On the wire it reads `{learnerUserId}:{guid}`, as the create page shows;
 * the get, update and delete pages show a bare GUID, which fixtures and imports may carry: then `learnerUserId` is unknown.
 */
export interface CourseActivityKey {
  readonly learnerUserId: UserId | undefined;
  readonly activityGuid: ActivityGuid;
}

/** Reads the wire form of an activity's id; `undefined` when it can name no activity. */
export function findCourseActivityKey(id: string): CourseActivityKey | undefined {
  const colon = id.indexOf(':');
  const activityGuid = findGuid<ActivityGuid>(id.slice(colon + 1));
  if (activityGuid === undefined) return undefined;
  if (colon === -1) return { learnerUserId: undefined, activityGuid };
  const learnerUserId = findGuid<UserId>(id.slice(0, colon));
  return learnerUserId === undefined ? undefined : { learnerUserId, activityGuid };
}

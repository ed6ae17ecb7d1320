/** A tenant as the store tests fill it: one learner with a licence, one without, three providers, a content each of two. */
import { getGuid } from '../../src/lib/ids.ts';
import type { ActivityGuid, AppId, LearningContentId, RegistrationId, TenantId, UserId } from '../../src/lib/ids.ts';
import { NEW_APP, NEW_TENANT, NEW_USER } from '../../src/model/directory.ts';
import type { AppRegistration, DirectoryUser, Tenant } from '../../src/model/directory.ts';
import type { CourseActivity, CourseActivityType, Entity } from '../../src/model/entity.ts';
import { getEntity } from '../../src/model/schema.ts';
import type { Schema } from '../../src/model/schema.ts';
import type { SqlConnection, Write } from '../../src/store/connection.ts';
import { createDirectoryWrites } from '../../src/store/directory-writes.ts';
import { createImportWrites } from '../../src/store/import-writes.ts';

const guid = (first: string, last: number) => `${first}0000000-0000-4000-8000-${String(last).padStart(12, '0')}`;

export const LEARNER = getGuid<UserId>(guid('a', 1));
export const UNLICENSED = getGuid<UserId>(guid('a', 2));
export const NOBODY = getGuid<UserId>(guid('a', 9));
export const APP = getGuid<AppId>(guid('b', 1));
export const OTHER_APP = getGuid<AppId>(guid('b', 2));
export const CONTENT = getGuid<LearningContentId>(guid('c', 1));
export const OTHER_CONTENT = getGuid<LearningContentId>(guid('c', 2));
export const NO_CONTENT = getGuid<LearningContentId>(guid('c', 9));
/** Takes activities and owns CONTENT. */
export const OPEN = getGuid<RegistrationId>(guid('e', 1));
/** Takes activities and owns OTHER_CONTENT. */
export const OTHER = getGuid<RegistrationId>(guid('e', 2));
/** Takes no activities. */
export const CLOSED = getGuid<RegistrationId>(guid('e', 3));
export const NO_PROVIDER = getGuid<RegistrationId>(guid('e', 9));

/** Tenants differ in their keys and in their marks only: a text of one must never be seen in another. */
export interface MarkedTenant {
  readonly tenant: Tenant;
  readonly mark: string;
}

export function markedTenant(key: number, mark: string): MarkedTenant {
  const id = getGuid<TenantId>(guid('7', key));
  return {
    mark,
    tenant: { id, key, displayName: mark, domainName: `${mark}.example`.toLowerCase(), ...NEW_TENANT },
  };
}

export function activityGuid(number: number): ActivityGuid {
  return getGuid<ActivityGuid>(`00000000-0000-7000-8000-${String(number).padStart(12, '0')}`);
}

export function providerOf(id: RegistrationId, { mark }: MarkedTenant): Entity<'learningProvider'> {
  const logo = `https://${mark}.example/logo.png`;
  return {
    id,
    displayName: `${mark} provider`,
    isCourseActivitySyncEnabled: id !== CLOSED,
    loginWebUrl: null,
    longLogoWebUrlForDarkTheme: logo,
    longLogoWebUrlForLightTheme: logo,
    squareLogoWebUrlForDarkTheme: logo,
    squareLogoWebUrlForLightTheme: logo,
  };
}

export function contentOf(id: LearningContentId, { mark }: MarkedTenant): Entity<'learningContent'> {
  return {
    id,
    externalId: `external ${id}`,
    title: `${mark} content`,
    contentWebUrl: `https://${mark}.example/`,
    languageTag: 'en-us',
    additionalTags: [mark],
    contributors: [],
    createdDateTime: null,
    description: null,
    duration: null,
    format: null,
    isActive: true,
    isPremium: null,
    isSearchable: false,
    lastModifiedDateTime: null,
    level: null,
    numberOfPages: null,
    skillTags: [],
    sourceName: mark,
    thumbnailWebUrl: null,
  };
}

export interface ActivityOptions {
  readonly number: number;
  readonly type?: CourseActivityType;
  readonly externalId?: string | null;
  readonly registrationId?: RegistrationId;
  readonly learningContentId?: LearningContentId;
  readonly learnerUserId?: UserId;
  /** Its wire id is the GUID alone. */
  readonly hasBareId?: boolean;
}

/** Every property of the type, null but for those that make it up. */
export function activityOf(schema: Schema, options: ActivityOptions): CourseActivity {
  const { number, type = 'learningAssignment', externalId = null, hasBareId = false } = options;
  const { registrationId = OPEN, learningContentId = CONTENT, learnerUserId = LEARNER } = options;
  const unset = getEntity(schema, type).properties.map(({ name }) => [name, null] as const);
  return {
    ...Object.fromEntries(unset),
    type,
    id: hasBareId ? activityGuid(number) : `${learnerUserId}:${activityGuid(number)}`,
    externalcourseActivityId: externalId,
    learnerUserId,
    learningContentId,
    learningProviderId: registrationId,
    status: 'inProgress',
    ...(type === 'learningAssignment' && { assignmentType: 'required' }),
  } as unknown as CourseActivity;
}

/** Of every user, in any tenant; and of a content, as statements on both have one parameter for it. */
export const EXTERNAL_ID = `external ${CONTENT}`;

export function userOf(id: UserId, { tenant, mark }: MarkedTenant): DirectoryUser {
  return {
    ...NEW_USER,
    tenantId: tenant.id,
    id,
    name: `user-${id}`,
    userPrincipalName: `${id}@contoso.example`,
    displayName: `${mark} user`,
    mail: `${mark}@contoso.example`,
    employeeId: mark,
    externalId: EXTERNAL_ID,
    licence: id === LEARNER ? 'premium' : 'none',
    directoryRoles: [mark],
    passwordHash: mark,
  };
}

export function appOf({ tenant, mark }: MarkedTenant): AppRegistration {
  return {
    ...NEW_APP,
    tenantId: tenant.id,
    id: APP,
    name: 'app',
    displayName: mark,
    secretSha256: mark,
    certificates: [mark],
    redirectUris: [mark],
    appRoles: [mark],
    delegatedScopes: [mark],
  };
}

/** Stores everything but activities. */
export async function fillTenant(connection: SqlConnection, marked: MarkedTenant, more: readonly Write[] = []) {
  const { tenant } = marked;
  const directory = createDirectoryWrites(connection.dialect);
  const learning = createImportWrites(connection.dialect);
  const result = await connection.write([
    directory.tenant(tenant),
    ...[LEARNER, UNLICENSED].map((id) => directory.user(tenant, userOf(id, marked))),
    directory.app(tenant, appOf(marked)),
    ...[OPEN, OTHER, CLOSED].map((id) => learning.provider(tenant, providerOf(id, marked))),
    learning.content(tenant, OPEN, contentOf(CONTENT, marked)),
    learning.content(tenant, OTHER, contentOf(OTHER_CONTENT, marked)),
    ...more,
  ]);
  if (result.kind !== 'done') throw new Error(`The tenant was not stored: ${JSON.stringify(result)}`);
}

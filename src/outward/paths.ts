/** Paths of the other side, below the version. */

import type { LearnerKey } from '../model/directory.ts';

const root = '/employeeExperience';

export function providerPath(provider: string): string {
  return `${root}/learningProviders/${provider}`;
}

export const PROVIDERS_PATH = `${root}/learningProviders`;

export function contentsPath(provider: string): string {
  return `${providerPath(provider)}/learningContents`;
}

export function contentPath(provider: string, id: string): string {
  return `${contentsPath(provider)}/${encodeURIComponent(id)}`;
}

export function contentKeyPath(provider: string, externalId: string): string {
  return `${contentsPath(provider)}(externalId=${literal(externalId)})`;
}

export function activitiesPath(provider: string): string {
  return `${providerPath(provider)}/learningCourseActivities`;
}

export function activityPath(provider: string, id: string): string {
  return `${activitiesPath(provider)}/${encodeURIComponent(id)}`;
}

/** As the pages spell the key. */
export function activityKeyPath(provider: string, externalId: string): string {
  return `${activitiesPath(provider)}(externalCourseActivityId=${literal(externalId)})`;
}

/** Readable at the root alone, as the pages have it. */
export function activityReadPath(id: string): string {
  return `${root}/learningCourseActivities/${encodeURIComponent(id)}`;
}

/** All with the external id: for keys that are shared. */
export function activitySearchPath(provider: string, externalId: string): string {
  return `${activitiesPath(provider)}?$filter=externalcourseActivityId%20eq%20${literal(externalId)}`;
}

/** Who has this there: the id of one is what is looked for, that of another says that it is not unique. */
export function userSearchPath(key: LearnerKey, value: string): string {
  return `/users?$filter=${key}%20eq%20${literal(value)}&$select=id&$top=2`;
}

export function userPath(id: string, select: LearnerKey): string {
  return `/users/${encodeURIComponent(id)}?$select=id,${select}`;
}

/** A text of OData, for a URL: quotes are doubled. */
function literal(text: string): string {
  return `'${encodeURIComponent(text.replaceAll("'", "''"))}'`;
}

/** Names for what `seeds/conformance.yaml` holds, and for the paths and bodies that rows begin with. */
import type { JsonObject } from '../odata/payload.ts';
import { DOCUMENTED_BODIES } from './documented-bodies.ts';

/** Providers: course activities switched on, switched off, and on but with contents of its own. */
export const P1 = '01e8f81b-3060-4dec-acf0-0389665a0a38';
export const P2 = '13727311-e7bb-470d-8b20-6a23d9030d70';
export const P3 = '4b7c1d9e-6f20-4a83-b1c5-9e0d2a3f4c56';
/** Of another tenant. */
export const FOREIGN_PROVIDER = '71000000-3060-4dec-acf0-0389665a0a38';

/** Contents of the three. */
export const K1 = '57baf9dc-e020-11ec-9d64-0242ac120002';
export const K2 = '6a4d9f21-e020-11ec-9d64-0242ac120002';
export const K3 = '9c0e7b36-e020-11ec-9d64-0242ac120002';

export const LEARNER = '7ba2228a-e020-11ec-9d64-0242ac120002';
export const OTHER_LEARNER = 'cea1684d-57dc-438d-a9d1-e666ec1a7f3d';
export const NEWCOMER = '2d9c7e11-e020-11ec-9d64-0242ac120002';
export const UNLICENSED = '3c1f0a52-e020-11ec-9d64-0242ac120002';
export const SEEDED = '5d2e1b63-e020-11ec-9d64-0242ac120002';
/** Names nothing. */
export const UNKNOWN_ID = '00000000-e020-11ec-9d64-0242ac120002';

/** Of the learner, under P1: an assignment, a self-initiated course, a colleague's recommendation. */
export const A1 = `${LEARNER}:a1000000-0000-7000-8000-000000000001`;
export const A2 = `${LEARNER}:a1000000-0000-7000-8000-000000000002`;
export const A3 = `${LEARNER}:a1000000-0000-7000-8000-000000000003`;
/** An assignment of the unlicensed learner. */
export const A4 = `${UNLICENSED}:a1000000-0000-7000-8000-000000000004`;
/** An assignment of the other learner, with an id of the older form. */
export const A5 = '8ba2228a-e020-11ec-9d64-0242ac120003';
/** An assignment of the other learner under P2. */
export const A6 = `${OTHER_LEARNER}:a1000000-0000-7000-8000-000000000006`;
export const NO_ACTIVITY = `${LEARNER}:a1000000-0000-7000-8000-00000000dead`;

export const PROVIDERS = '/employeeExperience/learningProviders';
export const ACTIVITIES = '/employeeExperience/learningCourseActivities';
export const MY_ACTIVITIES = `/me${ACTIVITIES}`;
export const USER_ACTIVITIES = `/users/${LEARNER}${ACTIVITIES}`;
export const P1_ACTIVITIES = `${PROVIDERS}/${P1}/learningCourseActivities`;
export const P2_ACTIVITIES = `${PROVIDERS}/${P2}/learningCourseActivities`;
export const P3_ACTIVITIES = `${PROVIDERS}/${P3}/learningCourseActivities`;
export const P1_CONTENTS = `${PROVIDERS}/${P1}/learningContents`;

/** A body of the documentation, byte for byte. */
export function readExample(name: keyof typeof DOCUMENTED_BODIES): string {
  return DOCUMENTED_BODIES[name];
}

/** The documented creates, and the documented updates without what they only repeat. */
export const ASSIGNMENT = JSON.parse(readExample('create-assignment')) as JsonObject;
export const COURSE = JSON.parse(readExample('create-self-initiated')) as JsonObject;
export const ASSIGNMENT_UPDATE = { '@odata.type': '#microsoft.graph.learningAssignment', status: 'inProgress' };
export const COURSE_UPDATE = { '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse', status: 'inProgress' };

const logos = 'https://learning.contoso.example/logos';
export const PROVIDER = {
  displayName: 'Contoso Learning',
  squareLogoWebUrlForDarkTheme: `${logos}/square-dark.png`,
  longLogoWebUrlForDarkTheme: `${logos}/long-dark.png`,
  squareLogoWebUrlForLightTheme: `${logos}/square-light.png`,
  longLogoWebUrlForLightTheme: `${logos}/long-light.png`,
  isCourseActivitySyncEnabled: true,
  loginWebUrl: 'https://learning.contoso.example/login',
};

export const CONTENT = {
  title: 'Plan a class',
  contentWebUrl: 'https://learning.contoso.example/plan-a-class',
  languageTag: 'en-us',
};

export function without(body: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
}

/** Every request that the learning pages of the documentation print, as they print it, older wordings included. */
import { getExample } from '../../src/model/examples.ts';
import type { ApiVersion } from '../../src/model/versions.ts';
import { readExample, without } from '../../src/conformance/setup.ts';

export interface DocumentedRequest {
  /** The page without its extension, and which of its examples where it has several. */
  readonly page: string;
  readonly as: { readonly app: string } | { readonly user: string };
  /** Method and path. */
  readonly send: string;
  /** An object, or the text of a golden file. */
  readonly body?: object | ((version: ApiVersion) => string);
  readonly gets: number;
}

const PROVIDERS = '/employeeExperience/learningProviders';
const ACTIVITIES = '/employeeExperience/learningCourseActivities';
/** The create and update pages of activities write below this provider, nearly all others below the second one. */
const WRITTEN = `${PROVIDERS}/01e8f81b-3060-4dec-acf0-0389665a0a38`;
const SHOWN = `${PROVIDERS}/13727311-e7bb-470d-8b20-6a23d9030d70`;
const CONTENT = `${SHOWN}/learningContents/77029588-a660-46b6-ba58-3ce4d21d5678`;
const CONTENT_BY_KEY = `${SHOWN}/learningContents(externalId='LP4471')`;
const LEARNER = '/users/7ba2228a-e020-11ec-9d64-0242ac120002';
const ACTIVITY = '8ba2228a-e020-11ec-9d64-0242ac120003';
const KEY = '12a2228a-e020-11ec-9d64-0242ac120002';

const admin = { user: 'admin' } as const;
const learner = { user: 'learner' } as const;
const writer = { app: 'writer' } as const;
const reader = { app: 'reader' } as const;

const provider = getExample('createLearningProvider', 'provider');
const switchedOn = getExample('updateLearningProvider', 'provider');
const content = getExample('updateLearningContent', 'content');
/** As its page prints it, without an offset. */
const contentByKey = { ...content, createdDateTime: '2018-01-01T00:00:00' };

/** The second example of the update page has the id of the first, whose activity is of another type. */
export const CONTRADICTED: DocumentedRequest = {
  page: 'learningcourseactivity-update, 2',
  as: writer,
  send: `PATCH ${WRITTEN}/learningCourseActivities/${ACTIVITY}`,
  body: (version) => readExample(`update-self-initiated.${version}`),
  gets: 400,
};

/** Of the answer to it. */
export const TYPE_IS_INVALID = {
  code: 'badRequest',
  message: 'Input field @odata.type is invalid',
  target: '@odata.type',
};

export const DOCUMENTED_REQUESTS: readonly DocumentedRequest[] = [
  { page: 'employeeexperience-list-learningproviders', as: admin, send: `GET ${PROVIDERS}`, gets: 200 },
  {
    page: 'employeeexperience-post-learningproviders, older',
    as: admin,
    send: `POST ${PROVIDERS}`,
    body: provider,
    gets: 201,
  },
  {
    page: 'employeeexperience-post-learningproviders',
    as: admin,
    send: `POST ${PROVIDERS}`,
    body: switchedOn,
    gets: 201,
  },
  { page: 'learningprovider-get', as: admin, send: `GET ${SHOWN}`, gets: 200 },
  { page: 'learningprovider-update', as: admin, send: `PATCH ${SHOWN}`, body: switchedOn, gets: 204 },
  { page: 'employeeexperience-delete-learningproviders', as: admin, send: `DELETE ${SHOWN}`, gets: 204 },
  { page: 'employeeexperience-delete-learningproviders, older', as: admin, send: `DELETE ${SHOWN}/$ref`, gets: 204 },

  { page: 'learningprovider-list-learningcontents', as: writer, send: `GET ${SHOWN}/learningContents`, gets: 200 },
  { page: 'learningcontent-get, 1', as: writer, send: `GET ${CONTENT}`, gets: 200 },
  { page: 'learningcontent-get, 2', as: writer, send: `GET ${CONTENT_BY_KEY}`, gets: 200 },
  { page: 'learningcontent-update, 1', as: writer, send: `PATCH ${CONTENT}`, body: content, gets: 202 },
  { page: 'learningcontent-update, 2', as: writer, send: `PATCH ${CONTENT_BY_KEY}`, body: contentByKey, gets: 202 },
  {
    page: 'learningcontent-update, older',
    as: writer,
    send: `PATCH ${CONTENT_BY_KEY}`,
    body: { ...without(contentByKey, 'contributors'), contributor: 'Scott Simpson' },
    gets: 202,
  },
  { page: 'learningprovider-delete-learningcontents, 1', as: writer, send: `DELETE ${CONTENT}/$ref`, gets: 204 },
  {
    page: 'learningprovider-delete-learningcontents, 2',
    as: writer,
    send: `DELETE ${SHOWN}/learningContents(externalId='27rg2ifb28gf28')/$ref`,
    gets: 204,
  },

  {
    page: 'employeeexperience-post-learningcourseactivities, 1',
    as: writer,
    send: `POST ${WRITTEN}/learningCourseActivities`,
    body: () => readExample('create-assignment'),
    gets: 201,
  },
  {
    page: 'employeeexperience-post-learningcourseactivities, 2',
    as: writer,
    send: `POST ${WRITTEN}/learningCourseActivities`,
    body: () => readExample('create-self-initiated'),
    gets: 201,
  },
  { page: 'learningcourseactivity-get, 1', as: reader, send: `GET ${ACTIVITIES}/${ACTIVITY}`, gets: 200 },
  {
    page: 'learningcourseactivity-get, 2, older',
    as: reader,
    send: `GET ${WRITTEN}/learningCourseActivities(externalCourseActivityId=${KEY})`,
    gets: 200,
  },
  {
    page: 'learningcourseactivity-get, 2',
    as: reader,
    send: `GET ${WRITTEN}/learningCourseActivities(externalCourseActivityId='${KEY}')`,
    gets: 200,
  },
  {
    page: 'learningcourseactivity-get, 2, older beta',
    as: reader,
    send: `GET ${SHOWN}/learningCourseActivities(externalCourseActivityId=${KEY})`,
    gets: 200,
  },
  { page: 'learningcourseactivity-get, 3', as: reader, send: `GET ${LEARNER}${ACTIVITIES}/${ACTIVITY}`, gets: 200 },
  { page: 'learningcourseactivity-get, 3, me', as: learner, send: `GET /me${ACTIVITIES}/${ACTIVITY}`, gets: 200 },
  { page: 'learningcourseactivity-list', as: learner, send: `GET ${LEARNER}${ACTIVITIES}`, gets: 200 },
  { page: 'learningcourseactivity-list, me', as: learner, send: `GET /me${ACTIVITIES}`, gets: 200 },
  {
    page: 'learningcourseactivity-update, 1',
    as: writer,
    send: `PATCH ${WRITTEN}/learningCourseActivities/${ACTIVITY}`,
    body: (version) => readExample(`update-assignment.${version}`),
    gets: 204,
  },
  CONTRADICTED,
  {
    page: 'learningcourseactivity-delete',
    as: writer,
    send: `DELETE ${SHOWN}/learningCourseActivities/be2f4d76-e020-11ec-9d64-0242ac120002`,
    gets: 204,
  },
  { page: 'employeeexperienceuser-get', as: learner, send: 'GET /me/employeeExperience', gets: 200 },
];

/** A refused request for each kind of reason, and the words that explain it. */
import type { ErrorName } from '../../../src/model/errors.ts';
import type { ReasonName } from '../../../src/model/reasons.ts';
import type { Call } from '../../support/server.ts';
import {
  activity,
  ACTIVITIES,
  CLOSED_PROVIDER,
  CONTENT,
  LEARNER,
  PROVIDER,
  PROVIDERS,
  SEEDED_ACTIVITY,
  UNLICENSED,
} from './journal-server.ts';
import type { OtherTenant } from './two-tenants.ts';

export interface ReasonCase {
  readonly kind: ReasonName;
  /** What a developer got wrong. */
  readonly what: string;
  /** The app `writer` of the seed when not given. */
  readonly as?: Caller;
  readonly call: Call;
  /** Of a batch: the one that is refused. */
  readonly item?: string;
  readonly row: ErrorName;
  readonly reasons: readonly string[];
  /** None when not given. */
  readonly nearMisses?: readonly string[];
  /** Near misses that clients are not told: those of other tenants, and of paths without version. */
  readonly journalOnly?: readonly string[];
}

export type Caller =
  | { readonly app: string }
  | { readonly user: string; readonly scopes: readonly string[] }
  /** The app of the other tenant. */
  | { readonly otherApp: true };

export const OTHER: OtherTenant = {
  tenant: '5c1e7f90-2b4d-4a6c-8e0f-1a2b3c4d5e6f',
  provider: '77777777-0000-4000-8000-000000000001',
  content: '77777777-0000-4000-8000-000000000002',
  user: '77777777-0000-4000-8000-000000000003',
  activity: '77777777-0000-4000-8000-000000000004',
  hasServicePlan: false,
};
/** Of the closed provider. */
const FOREIGN_CONTENT = OTHER.content.replace(/2$/, '5');
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const LEARNER_NAME = 'learner@contoso.onmicrosoft.com';
const AT_ROOT = '/v1.0/employeeExperience/learningCourseActivities';
const CONTENTS = `${PROVIDERS}/${PROVIDER}/learningContents`;
const JSON_HEADERS = { 'content-type': 'application/json' };
const ADMIN = { user: 'admin', scopes: ['LearningProvider.ReadWrite'] };

const ASSIGNMENT = {
  ...activity({ status: 'notStarted' }),
  '@odata.type': '#microsoft.graph.learningAssignment',
  assignmentType: 'required',
};
const TYPES = '#microsoft.graph.learningAssignment, #microsoft.graph.learningSelfInitiatedCourse';
const STATUSES = 'notStarted, inProgress, completed';
const COURSE_PROPERTIES =
  'id, externalcourseActivityId, learnerUserId, learningContentId, learningProviderId, status, completedDateTime, completionPercentage, startedDateTime';
const CONTENT_PROPERTIES =
  'id, externalId, title, contentWebUrl, languageTag, additionalTags, contributors, createdDateTime, description, duration, format, isActive, isPremium, isSearchable, lastModifiedDateTime, level, numberOfPages, skillTags, sourceName, thumbnailWebUrl';
const FILTERABLE =
  'externalId, title, contentWebUrl, languageTag, createdDateTime, duration, format, isActive, isPremium, isSearchable, lastModifiedDateTime, level, numberOfPages, sourceName';
const DUE = '{ "dateTime": "2022-09-22T16:05:00.0000000", "timeZone": "UTC" }';
const METHODS = 'PATCH, DELETE, GET';
const ACTIVITY_ID = 'a GUID, or the id of the learner, a colon and a GUID';

const post = (json: unknown): Call => ({ method: 'POST', path: ACTIVITIES, json });
const course = (values: Readonly<Record<string, unknown>>): Call => post(activity(values));
const assignment = (values: Readonly<Record<string, unknown>>): Call => post({ ...ASSIGNMENT, ...values });
const content = (json: unknown): Call => ({ method: 'PATCH', path: `${CONTENTS}(externalId='LP4471')`, json });
const sent = (body: string): Call => ({ method: 'POST', path: ACTIVITIES, body, headers: JSON_HEADERS });
const update = (values: Readonly<Record<string, unknown>>): Call => ({
  method: 'PATCH',
  path: `${ACTIVITIES}/${SEEDED_ACTIVITY}`,
  json: { '@odata.type': '#microsoft.graph.learningAssignment', status: 'completed', ...values },
});
const list = (query: string): Call => ({ path: `${CONTENTS}?${query}` });

const BODIES: readonly ReasonCase[] = [
  {
    kind: 'bodyNotJson',
    what: 'a body that is cut',
    call: sent('{"status":'),
    row: 'payloadUnreadable',
    reasons: ['The body is not valid JSON: Unexpected end of JSON input'],
  },
  {
    kind: 'bodyNotObject',
    what: 'a list of activities',
    call: sent('[{}]'),
    row: 'payloadUnreadable',
    reasons: ['The body must be a JSON object; got an array.'],
  },
  {
    kind: 'bodyTooDeep',
    what: 'a body nested too deep',
    call: sent('['.repeat(200)),
    row: 'payloadUnreadable',
    reasons: ['The body is nested deeper than 100 levels.'],
  },
  {
    kind: 'bodyTooRich',
    what: 'a body of too many values',
    call: sent(`[${'1,'.repeat(11_000)}1]`),
    row: 'payloadUnreadable',
    reasons: ['The body holds more than 10000 values.'],
  },
  {
    kind: 'batchUnfit',
    what: 'a batch without requests',
    call: { method: 'POST', path: '/v1.0/$batch', json: {} },
    row: 'batchInvalid',
    reasons: ['requests must be an array.'],
  },
  {
    kind: 'dependencyFailed',
    what: 'an item that depends on a refused one',
    call: {
      method: 'POST',
      path: '/v1.0/$batch',
      json: {
        requests: [
          { id: '1', method: 'GET', url: '/nowhere' },
          { id: '2', method: 'GET', url: '/users', dependsOn: ['1'] },
        ],
      },
    },
    item: '2',
    row: 'failedDependency',
    reasons: ['The request depends on 1, which failed.'],
  },
  {
    kind: 'unfit',
    what: 'a body of another media type',
    call: { ...sent('a'), headers: { 'content-type': 'text/plain' } },
    row: 'contentTypeUnsupported',
    reasons: [`'Content-Type' must be application/json; got "text/plain".`],
  },
];

const VALUES: readonly ReasonCase[] = [
  {
    kind: 'missing',
    what: 'no type',
    call: course({ '@odata.type': undefined }),
    row: 'fieldValidationFailed',
    reasons: [`'@odata.type' is missing; it must be one of ${TYPES}.`],
  },
  {
    kind: 'missing',
    what: 'required properties left out',
    call: course({ status: undefined, learnerUserId: undefined }),
    row: 'fieldValidationFailed',
    reasons: ["'learnerUserId' is missing; it must be a GUID.", `'status' is missing; it must be one of ${STATUSES}.`],
  },
  {
    kind: 'missing',
    what: 'an update without its status',
    call: update({ status: undefined }),
    row: 'requiredFieldsMissing',
    reasons: [`'status' is missing; it must be one of ${STATUSES}.`],
  },
  {
    kind: 'missing',
    what: 'a due date without its date',
    call: assignment({ dueDateTime: { timeZone: 'UTC' } }),
    row: 'fieldsInvalid',
    reasons: ["'dueDateTime/dateTime' is missing; it must be a date and time such as 2022-09-22T16:05:00.0000000."],
  },
  {
    kind: 'null',
    what: 'null for what must have a value',
    call: course({ status: null }),
    row: 'fieldValidationFailed',
    reasons: [`'status' must be one of ${STATUSES}; got null.`],
  },
  {
    kind: 'null',
    what: 'null for what must have a value, in an update',
    call: content({ title: null }),
    row: 'fieldsEmpty',
    reasons: ["'title' must be a text of at most 512 characters; got null."],
  },
  {
    kind: 'empty',
    what: 'an empty external id',
    call: course({ externalcourseActivityId: '' }),
    row: 'fieldValidationFailed',
    reasons: ["'externalcourseActivityId' must be a text of at most 256 characters; got an empty text."],
  },
  {
    kind: 'unfit',
    what: 'the type of no activity',
    call: course({ '@odata.type': '#microsoft.graph.learningCourseActivity' }),
    row: 'fieldsInvalid',
    reasons: [`'@odata.type' must be one of ${TYPES}; got "#microsoft.graph.learningCourseActivity".`],
  },
  {
    kind: 'unfit',
    what: 'a number as a text',
    call: course({ completionPercentage: '20' }),
    row: 'fieldsInvalid',
    reasons: [`'completionPercentage' must be a whole number from 0 to 100; got "20".`],
  },
  {
    kind: 'unfit',
    what: 'a number out of range',
    call: course({ completionPercentage: 101 }),
    row: 'fieldsInvalid',
    reasons: ["'completionPercentage' must be a whole number from 0 to 100; got 101."],
  },
  {
    kind: 'unfit',
    what: 'a truth as a text',
    call: content({ isActive: 'true' }),
    row: 'fieldsInvalid',
    reasons: [`'isActive' must be true or false; got "true".`],
  },
  {
    kind: 'unfit',
    what: 'a text in place of a list, and an object in one',
    call: content({ skillTags: 'teaching', contributors: ['A', {}] }),
    row: 'fieldsInvalid',
    reasons: [
      "'contributors[1]' must be a text of at most 128 characters; got an object.",
      `'skillTags' must be an array of texts; got "teaching".`,
    ],
  },
  {
    kind: 'unfit',
    what: 'a duration of another form',
    call: content({ duration: 'PDT1H' }),
    row: 'fieldsInvalid',
    reasons: [`'duration' must be a duration of days, hours, minutes and seconds such as PT1H30M; got "PDT1H".`],
  },
  {
    kind: 'unfit',
    what: 'a duration as a number of minutes',
    call: content({ duration: 20 }),
    row: 'fieldsInvalid',
    reasons: ["'duration' must be a duration of days, hours, minutes and seconds such as PT1H30M; got 20."],
  },
  {
    kind: 'unfit',
    what: 'a URL without its scheme',
    call: content({ contentWebUrl: 'fabrikam.example/courses' }),
    row: 'fieldsInvalid',
    reasons: [`'contentWebUrl' must be an absolute http or https URL; got "fabrikam.example/courses".`],
  },
  {
    kind: 'unfit',
    what: 'a date of another form, and epoch milliseconds',
    call: assignment({ completedDateTime: '11.05.2021', assignedDateTime: 1_620_773_837_000 }),
    row: 'fieldsInvalid',
    reasons: [
      `'completedDateTime' must be a date and time such as 2021-05-11T22:57:17Z; got "11.05.2021".`,
      "'assignedDateTime' must be a date and time such as 2021-05-11T22:57:17Z; got 1620773837000.",
    ],
  },
  {
    kind: 'unfit',
    what: 'a due date that is no object',
    call: assignment({ dueDateTime: 7 }),
    row: 'fieldsInvalid',
    reasons: [`'dueDateTime' must be an object such as ${DUE}; got 7.`],
  },
  {
    kind: 'unfit',
    what: 'notes that are a list',
    call: assignment({ notes: ['a note'] }),
    row: 'fieldsInvalid',
    reasons: [`'notes' must be an object such as { "contentType": "text", "content": "A note" }; got an array.`],
  },
  {
    kind: 'tooLong',
    what: 'a text that is too long',
    call: course({ externalcourseActivityId: 'x'.repeat(300) }),
    row: 'fieldValidationFailed',
    reasons: ["'externalcourseActivityId' must have at most 256 characters; got 300."],
  },
  {
    kind: 'tooLong',
    what: 'a note that is too long',
    call: assignment({ notes: { content: 'x'.repeat(4001) } }),
    row: 'fieldValidationFailed',
    reasons: ["'notes/content' must have at most 4000 characters; got 4001."],
  },
  {
    kind: 'notStorable',
    what: 'a NUL in a text',
    call: course({ externalcourseActivityId: 'a\u0000b' }),
    row: 'fieldsInvalid',
    reasons: ["'externalcourseActivityId' holds a NUL character or half of a surrogate pair, which cannot be stored."],
  },
  {
    kind: 'dateUnreal',
    what: 'a date that does not exist',
    call: course({ completedDateTime: '2023-02-29T10:00:00Z' }),
    row: 'fieldsInvalid',
    reasons: [`'completedDateTime' must be a date and time that exist; got "2023-02-29T10:00:00Z".`],
  },
  {
    kind: 'dateUnreal',
    what: 'a time that does not exist',
    call: assignment({ dueDateTime: { dateTime: '2022-09-22T25:00:00' } }),
    row: 'fieldsInvalid',
    reasons: [`'dueDateTime/dateTime' must be a date and time that exist; got "2022-09-22T25:00:00".`],
  },
  {
    kind: 'timeZoneUnknown',
    what: 'an abbreviated time zone',
    call: assignment({ dueDateTime: { dateTime: '2022-09-22T16:05:00', timeZone: 'PST' } }),
    row: 'fieldsInvalid',
    reasons: [
      `'dueDateTime/timeZone' must be a time zone of Windows or of the IANA database, such as Pacific Standard Time or Europe/Berlin; got "PST".`,
    ],
  },
  {
    kind: 'memberUnknown',
    what: 'a member that does not exist',
    call: course({ status: 'complete' }),
    row: 'fieldsInvalid',
    reasons: [`'status' must be one of ${STATUSES}; got "complete". Did you mean completed?`],
  },
  {
    kind: 'memberUnknown',
    what: 'a member that clients only read',
    call: assignment({ assignmentType: 'peerRecommended' }),
    row: 'fieldsInvalid',
    reasons: [
      `'assignmentType' must be one of required, recommended; got "peerRecommended". Did you mean recommended?`,
    ],
  },
  {
    kind: 'memberUnknown',
    what: 'a media type for the kind of notes',
    call: assignment({ notes: { contentType: 'text/html', content: 'a' } }),
    row: 'fieldsInvalid',
    reasons: [`'notes/contentType' must be one of text, html; got "text/html".`],
  },
  {
    kind: 'repeated',
    what: 'both spellings of the external id',
    call: course({ externalcourseActivityId: 'one', externalCourseActivityId: 'one' }),
    row: 'fieldsInvalid',
    reasons: ["'externalcourseActivityId' is sent more than once."],
  },
  {
    kind: 'fixed',
    what: 'another learner in an update',
    call: update({ learnerUserId: UNLICENSED }),
    row: 'fieldsInvalid',
    reasons: [`'learnerUserId' cannot be changed from "${LEARNER}"; got "${UNLICENSED}".`],
  },
  {
    kind: 'fixed',
    what: 'an id in an update',
    call: update({ id: UNKNOWN }),
    row: 'fieldsInvalid',
    reasons: [`'id' cannot be changed from "${SEEDED_ACTIVITY}"; got "${UNKNOWN}".`],
  },
  {
    kind: 'fixed',
    what: 'the other type in an update',
    call: update({ '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse' }),
    row: 'fieldsInvalid',
    reasons: [
      `'@odata.type' cannot be changed from "#microsoft.graph.learningAssignment"; got "#microsoft.graph.learningSelfInitiatedCourse".`,
    ],
  },
  {
    kind: 'keyDiffers',
    what: 'another provider than that of the URL',
    call: course({ learningProviderId: CLOSED_PROVIDER }),
    row: 'fieldsInvalid',
    reasons: [`'learningProviderId' must be "${PROVIDER}", as in the URL; got "${CLOSED_PROVIDER}".`],
  },
  {
    kind: 'keyDiffers',
    what: 'another registrationId than that of the URL',
    call: course({ registrationId: UNKNOWN }),
    row: 'fieldsInvalid',
    reasons: [`'registrationId' must be "${PROVIDER}", as in the URL; got "${UNKNOWN}".`],
  },
  {
    kind: 'keyDiffers',
    what: 'another external id than that of the URL',
    call: {
      ...content({ externalId: 'LP1', title: 'A', contentWebUrl: 'https://a.example', languageTag: 'en' }),
      path: `${CONTENTS}(externalId='LP2')`,
    },
    row: 'fieldsInvalid',
    reasons: [`'externalId' must be "LP2", as in the URL; got "LP1".`],
  },
  {
    kind: 'propertyUnknown',
    what: 'a misspelt property',
    call: course({ learnerId: LEARNER }),
    row: 'propertyUnknown',
    reasons: [
      `"learnerId" is not a property of learningSelfInitiatedCourse, which has ${COURSE_PROPERTIES}. Did you mean learnerUserId?`,
    ],
  },
  {
    kind: 'propertyUnknown',
    what: 'a property of the other type',
    call: course({ notes: 'a' }),
    row: 'propertyUnknown',
    reasons: [`"notes" is not a property of learningSelfInitiatedCourse, which has ${COURSE_PROPERTIES}.`],
  },
  {
    kind: 'complexMemberUnknown',
    what: 'a misspelt member of a due date',
    call: assignment({ dueDateTime: { date: '2022-09-22' } }),
    row: 'fieldsInvalid',
    reasons: [`'dueDateTime' has no member "date"; it has dateTime, timeZone.`],
  },
];

const REFERENCES: readonly ReasonCase[] = [
  {
    kind: 'referenceUnknown',
    what: 'an unknown learner',
    call: course({ learnerUserId: UNKNOWN }),
    row: 'fieldsInvalid',
    reasons: [`'learnerUserId' must be the id of a user of the tenant; none has the id "${UNKNOWN}".`],
  },
  {
    kind: 'referenceUnknown',
    what: 'a learner with a wrong digit',
    call: course({ learnerUserId: LEARNER.replace('7', '9') }),
    row: 'fieldsInvalid',
    reasons: [
      `'learnerUserId' must be the id of a user of the tenant; none has the id "${LEARNER.replace('7', '9')}".`,
    ],
    nearMisses: [`The nearest user is ${LEARNER} (${LEARNER_NAME}).`],
  },
  {
    kind: 'referenceUnknown',
    what: 'a content in place of a learner',
    call: course({ learnerUserId: CONTENT }),
    row: 'fieldsInvalid',
    reasons: [`'learnerUserId' must be the id of a user of the tenant; none has the id "${CONTENT}".`],
    nearMisses: [`'${CONTENT}' is the id of a learningContent of the provider ${PROVIDER}.`],
  },
  {
    kind: 'referenceUnknown',
    what: "another tenant's learner",
    call: course({ learnerUserId: OTHER.user }),
    row: 'fieldsInvalid',
    reasons: [`'learnerUserId' must be the id of a user of the tenant; none has the id "${OTHER.user}".`],
    journalOnly: [`The user '${OTHER.user}' exists in the tenant Fabrikam (${OTHER.tenant}).`],
  },
  {
    kind: 'unfit',
    what: 'a userPrincipalName in place of an id',
    call: course({ learnerUserId: LEARNER_NAME }),
    row: 'fieldsInvalid',
    reasons: [`'learnerUserId' must be a GUID; got "${LEARNER_NAME}".`],
    nearMisses: [`'${LEARNER_NAME}' is the userPrincipalName of the user ${LEARNER}.`],
  },
  {
    kind: 'unfit',
    what: 'a misspelt userPrincipalName in place of an id',
    call: course({ learnerUserId: 'lerner@contoso.com' }),
    row: 'fieldsInvalid',
    reasons: [`'learnerUserId' must be a GUID; got "lerner@contoso.com".`],
    nearMisses: [`The nearest user is ${LEARNER} (${LEARNER_NAME}).`],
  },
  {
    kind: 'unfit',
    what: 'a GUID without its end',
    call: course({ learnerUserId: LEARNER.slice(0, -3) }),
    row: 'fieldsInvalid',
    reasons: [`'learnerUserId' must be a GUID; got "${LEARNER.slice(0, -3)}".`],
    nearMisses: [`The nearest user is ${LEARNER} (${LEARNER_NAME}).`],
  },
  {
    kind: 'referenceUnknown',
    what: 'an unknown content',
    call: course({ learningContentId: CONTENT.replace('5', '6') }),
    row: 'fieldsInvalid',
    reasons: [
      `'learningContentId' must be the id of a learningContent of the tenant; none has the id "${CONTENT.replace('5', '6')}".`,
    ],
    nearMisses: [`The nearest learningContent is ${CONTENT} (externalId LP4471).`],
  },
  {
    kind: 'referenceUnknown',
    what: "another tenant's content",
    call: course({ learningContentId: OTHER.content }),
    row: 'fieldsInvalid',
    reasons: [
      `'learningContentId' must be the id of a learningContent of the tenant; none has the id "${OTHER.content}".`,
    ],
    journalOnly: [`The learningContent exists in the tenant Fabrikam (${OTHER.tenant}).`],
  },
  {
    kind: 'unfit',
    what: 'an external id in place of the id of a content',
    call: course({ learningContentId: 'LP4471' }),
    row: 'fieldsInvalid',
    reasons: [`'learningContentId' must be a GUID; got "LP4471".`],
    nearMisses: [`'LP4471' is the external id of a learningContent, whose id is ${CONTENT}.`],
  },
  {
    kind: 'unfit',
    what: 'a misspelt external id in place of the id of a content',
    call: course({ learningContentId: 'LP4472' }),
    row: 'fieldsInvalid',
    reasons: [`'learningContentId' must be a GUID; got "LP4472".`],
    nearMisses: [`The nearest learningContent is LP4471 (id ${CONTENT}).`],
  },
  {
    kind: 'contentOfOther',
    what: "another provider's content",
    call: course({ learningContentId: FOREIGN_CONTENT }),
    row: 'contentOfAnotherProvider',
    reasons: [
      `The learningContent "${FOREIGN_CONTENT}" belongs to the provider ${CLOSED_PROVIDER}, not to ${PROVIDER}.`,
    ],
  },
  {
    kind: 'contentOfOther',
    what: "another provider's content in an update",
    call: update({ learningContentId: FOREIGN_CONTENT }),
    row: 'contentOfAnotherProvider',
    reasons: [
      `The learningContent "${FOREIGN_CONTENT}" belongs to the provider ${CLOSED_PROVIDER}, not to ${PROVIDER}.`,
    ],
  },
  {
    kind: 'licenceMissing',
    what: 'a learner without a licence',
    call: course({ learnerUserId: UNLICENSED }),
    row: 'userLicenseInvalid',
    reasons: ["The user's licence must be premium; it is none."],
  },
  {
    kind: 'providerClosed',
    what: 'a provider that takes no activities',
    call: { ...course({}), path: `${PROVIDERS}/${CLOSED_PROVIDER}/learningCourseActivities` },
    row: 'providerNotEnabled',
    reasons: [
      `isCourseActivitySyncEnabled of the provider ${CLOSED_PROVIDER} is not true; activities are written only while it is.`,
    ],
  },
  {
    kind: 'activityExists',
    what: 'a create that was sent before',
    call: course({ externalcourseActivityId: 'known' }),
    row: 'conflict',
    reasons: [
      `The learner ${LEARNER} has a learningSelfInitiatedCourse of the provider ${PROVIDER} with the external id "known".`,
    ],
    nearMisses: ["The learningSelfInitiatedCourse {id} has the external id 'known'."],
  },
  {
    kind: 'contentExists',
    what: 'a content that was created before',
    call: {
      method: 'POST',
      path: CONTENTS,
      json: { externalId: 'LP4471', title: 'A', contentWebUrl: 'https://a.example', languageTag: 'en' },
    },
    row: 'contentConflict',
    reasons: [`The provider ${PROVIDER} has a learningContent with the external id "LP4471".`],
    nearMisses: [`The learningContent ${CONTENT} has the external id 'LP4471'.`],
  },
  {
    kind: 'keyShared',
    what: 'an external id of two activities',
    call: { path: `${ACTIVITIES}(externalcourseActivityId='shared')` },
    row: 'alternateKeyAmbiguous',
    reasons: ['The external id "shared" is that of {shared}.'],
  },
  {
    kind: 'versionDiffers',
    what: 'an entity tag that has been passed',
    call: { ...update({}), headers: { 'if-match': 'W/"7"' } },
    row: 'preconditionFailed',
    reasons: [String.raw`If-Match is "W/\"7\"", the stored version "W/\"1\"".`],
  },
];

const KEYS: readonly ReasonCase[] = [
  {
    kind: 'idUnfit',
    what: 'a name in place of the id of a provider',
    call: { path: `${PROVIDERS}/Fabrikam%20Learnin/learningContents` },
    row: 'registrationIdInvalid',
    reasons: [`The id of a learningProvider must be a GUID; got "Fabrikam Learnin".`],
    nearMisses: [`The nearest learningProvider is ${PROVIDER} (Fabrikam Learning).`],
  },
  {
    kind: 'idUnfit',
    what: 'an id of an activity of another form',
    call: { path: `${AT_ROOT}/x` },
    row: 'assignmentNotFound',
    reasons: [`The id of a learningCourseActivity must be ${ACTIVITY_ID}; got "x".`],
  },
  {
    kind: 'idUnfit',
    what: 'an id of a content of another form',
    call: { path: `${CONTENTS}/LP4471` },
    row: 'contentNotFound',
    reasons: [`The id of a learningContent must be a GUID; got "LP4471".`],
    nearMisses: [`'LP4471' is the external id of a learningContent, whose id is ${CONTENT}.`],
  },
  {
    kind: 'itemUnknown',
    what: 'an unknown provider',
    call: { ...course({}), path: `${PROVIDERS}/${PROVIDER.replace('0', '1')}/learningCourseActivities` },
    row: 'registrationIdInvalid',
    reasons: [`The tenant has no learningProvider with the id "${PROVIDER.replace('0', '1')}".`],
    nearMisses: [`The nearest learningProvider is ${PROVIDER} (Fabrikam Learning).`],
  },
  {
    kind: 'itemUnknown',
    what: "another tenant's provider",
    call: { ...course({}), path: `${PROVIDERS}/${OTHER.provider}/learningCourseActivities` },
    row: 'registrationIdInvalid',
    reasons: [`The tenant has no learningProvider with the id "${OTHER.provider}".`],
    journalOnly: [`A provider with this id exists in the tenant Fabrikam (${OTHER.tenant}).`],
  },
  {
    kind: 'itemUnknown',
    what: "another tenant's activity",
    call: { path: `${AT_ROOT}/${OTHER.activity}` },
    row: 'assignmentNotFound',
    reasons: [`The tenant has no learningCourseActivity with the id "${OTHER.activity}".`],
    journalOnly: [`An activity with this id exists in the tenant Fabrikam (${OTHER.tenant}).`],
  },
  {
    kind: 'itemUnknown',
    what: 'an unknown user',
    call: { path: '/v1.0/users/lerner@contoso.onmicrosoft.com' },
    row: 'userNotFound',
    reasons: [`The tenant has no user with the id or userPrincipalName "lerner@contoso.onmicrosoft.com".`],
    nearMisses: [`The nearest user is ${LEARNER} (${LEARNER_NAME}).`],
  },
  {
    kind: 'itemUnknown',
    what: 'a provider to get',
    as: ADMIN,
    call: { path: `${PROVIDERS}/${UNKNOWN}` },
    row: 'providerNotFound',
    reasons: [`The tenant has no learningProvider with the id "${UNKNOWN}".`],
  },
  {
    kind: 'itemUnknownOfProvider',
    what: 'an activity to update',
    call: { ...update({}), path: `${ACTIVITIES}/${SEEDED_ACTIVITY.replace('8', '9')}` },
    row: 'assignmentNotFoundOnUpdate',
    reasons: [
      `The provider ${PROVIDER} has no learningCourseActivity with the id "${SEEDED_ACTIVITY.replace('8', '9')}".`,
    ],
    nearMisses: [`The nearest learningCourseActivity is ${SEEDED_ACTIVITY} (learnerUserId ${LEARNER}).`],
  },
  {
    kind: 'itemUnknownOfProvider',
    what: 'an external id to delete by',
    call: { method: 'DELETE', path: `${ACTIVITIES}(externalcourseActivityId='knwon')` },
    row: 'assignmentNotFound',
    reasons: [`The provider ${PROVIDER} has no learningCourseActivity with the external id "knwon".`],
    nearMisses: [`The nearest learningCourseActivity is known (learnerUserId ${LEARNER}).`],
  },
  {
    kind: 'itemUnknownOfProvider',
    what: 'an external id to look for',
    call: { path: `${CONTENTS}(externalId='LP4472')` },
    row: 'contentNotFound',
    reasons: [`The provider ${PROVIDER} has no learningContent with the external id "LP4472".`],
  },
  {
    kind: 'itemUnknownOfLearner',
    what: "another learner's activity",
    call: { path: `/v1.0/users/${UNLICENSED}/employeeExperience/learningCourseActivities/${SEEDED_ACTIVITY}` },
    row: 'assignmentNotFound',
    reasons: [`The learner ${UNLICENSED} has no learningCourseActivity with the id "${SEEDED_ACTIVITY}".`],
    nearMisses: [
      `An activity with this id exists: the learningAssignment ${SEEDED_ACTIVITY} under the provider ${PROVIDER}, of the learner ${LEARNER}.`,
    ],
  },
];

const PATHS: readonly ReasonCase[] = [
  {
    kind: 'versionUnknown',
    what: 'a path without version',
    call: { path: '/employeeExperience/learningProviders' },
    row: 'versionInvalid',
    reasons: [`The path must begin with /v1.0, /beta; got "employeeExperience".`],
    journalOnly: ['With /v1.0 or /beta before it, the path would be that of listLearningProviders.'],
  },
  {
    kind: 'segmentUnknown',
    what: 'a misspelt segment',
    call: { path: '/v1.0/employeeExperience/learningProvider' },
    row: 'segmentNotFound',
    reasons: [
      `The path has no "learningProvider" at this place; it has learningProviders, learningCourseActivities. Did you mean learningProviders?`,
    ],
    nearMisses: ['The path would match listLearningProviders as GET /employeeExperience/learningProviders.'],
  },
  {
    kind: 'segmentBeyond',
    what: 'a path that goes on',
    call: { path: `${PROVIDERS}/$count/x` },
    row: 'segmentNotFound',
    reasons: [`The path has nothing at the place of "x".`],
  },
  {
    kind: 'keyUnknown',
    what: 'a key that is none',
    call: { path: `${CONTENTS}(title='x')` },
    row: 'segmentNotFound',
    reasons: [`learningContents has no key "title"; it has id, externalId.`],
  },
  {
    kind: 'methodUnfit',
    what: 'PUT in place of PATCH',
    call: { method: 'PUT', path: `${ACTIVITIES}/${SEEDED_ACTIVITY}` },
    row: 'methodNotAllowed',
    reasons: [`The path takes ${METHODS}; got "PUT".`],
    nearMisses: [
      'With PATCH, the path would match updateLearningCourseActivity.',
      'With DELETE, the path would match deleteLearningCourseActivity.',
      'With GET, the path would match getProviderLearningCourseActivity.',
    ],
  },
  {
    kind: 'optionUnknown',
    what: 'an option that is not supported',
    call: list('$expand=x'),
    row: 'queryOptionUnsupported',
    reasons: [
      `The query option "$expand" is not supported here; supported are $select, $format, $top, $skip, $skiptoken, $count, $filter, $orderby.`,
    ],
  },
  {
    kind: 'unfit',
    what: 'an option of another form',
    call: list('$top=ten'),
    row: 'queryOptionInvalid',
    reasons: [`'$top' must be a whole number; got "ten".`],
  },
  {
    kind: 'repeated',
    what: 'an option that comes twice',
    call: list('$top=1&$top=2'),
    row: 'queryOptionInvalid',
    reasons: ["'$top' is sent more than once."],
  },
  {
    kind: 'propertyUnknown',
    what: 'a misspelt property in $select',
    call: list('$select=titel'),
    row: 'propertyUnknown',
    reasons: [`"titel" is not a property of learningContent, which has ${CONTENT_PROPERTIES}. Did you mean title?`],
  },
  {
    kind: 'propertyUnknown',
    what: 'a misspelt property in $filter',
    call: list("$filter=externalID2 eq 'x'"),
    row: 'propertyUnknown',
    reasons: [
      `"externalID2" is not a property of learningContent, which has ${CONTENT_PROPERTIES}. Did you mean externalId?`,
    ],
  },
  {
    kind: 'notFilterable',
    what: '$filter on what cannot be filtered by',
    call: list("$filter=description eq 'x'"),
    row: 'filterInvalid',
    reasons: [`"description" cannot be filtered by; ${FILTERABLE} can.`],
  },
  {
    kind: 'notSortable',
    what: '$orderby of what cannot be sorted by',
    call: list('$orderby=level'),
    row: 'orderByInvalid',
    reasons: ['"level" cannot be sorted by; externalId, title, createdDateTime, lastModifiedDateTime can.'],
  },
  {
    kind: 'skipTokenBroken',
    what: 'a skip token that was cut',
    call: list('$skiptoken=abc'),
    row: 'skipTokenInvalid',
    reasons: ['The skip token was cut or edited.'],
  },
  {
    kind: 'skipTokenOfOther',
    what: 'the skip token of another list',
    call: list('$orderby=title&$skiptoken={skipToken}'),
    row: 'skipTokenInvalid',
    reasons: ['The skip token was made for another list, $filter or $orderby.'],
  },
  {
    kind: 'skipTokenOfOtherRelease',
    what: 'a skip token of the release before',
    call: list(`$skiptoken=${Buffer.from('[1,"v1eJ3oMDnYRt","item 1"]').toString('base64url')}`),
    row: 'skipTokenInvalid',
    reasons: [
      'The skip token was made by another release of the server, which orders lists differently. Begin the list again.',
    ],
  },
];

const CALLERS: readonly ReasonCase[] = [
  {
    kind: 'tokenRefused',
    what: 'a token of no known issuer',
    call: { path: ACTIVITIES, token: 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJtZSJ9.' },
    row: 'authenticationInvalid',
    reasons: ['No trusted issuer has the name me for the tenant missing.'],
  },
  {
    kind: 'tokenRefused',
    what: 'no token',
    call: { path: ACTIVITIES, token: undefined },
    row: 'authenticationMissing',
    reasons: ['The request has no Authorization header with a bearer token.'],
  },
  {
    kind: 'tokenRefused',
    what: 'a text that is no token',
    call: { path: ACTIVITIES, token: 'abc' },
    row: 'authenticationMalformed',
    reasons: ['The token is not a JWT: three parts in base64url, the first two of them JSON.'],
  },
  {
    kind: 'permissionMissing',
    what: 'a permission for the other type',
    as: { app: 'assigner' },
    call: course({}),
    row: 'accessDenied',
    reasons: [
      'createLearningCourseActivity takes application tokens with one of LearningSelfInitiatedCourse.ReadWrite.All; the application token holds LearningAssignedCourse.ReadWrite.All.',
    ],
  },
  {
    kind: 'ownOnly',
    what: "another user's activities",
    as: { user: 'learner', scopes: ['LearningAssignedCourse.Read'] },
    call: { path: `/v1.0/users/${UNLICENSED}/employeeExperience/learningCourseActivities` },
    row: 'accessDenied',
    reasons: ["The token opens its own user's activities only."],
  },
  {
    kind: 'roleMissing',
    what: 'a user who is no administrator',
    as: { user: 'learner', scopes: ['LearningProvider.ReadWrite'] },
    call: { method: 'POST', path: PROVIDERS, json: {} },
    row: 'accessDenied',
    reasons: [
      'The user must hold one of the directory roles Knowledge Administrator, Global Administrator; holds none.',
    ],
  },
  {
    kind: 'planMissing',
    what: 'a tenant without a service plan',
    as: { otherApp: true },
    call: { path: `${PROVIDERS}/${OTHER.provider}/learningContents` },
    row: 'noServicePlan',
    reasons: ['The tenant has no service plan.'],
  },
];

export const REASON_CASES: readonly ReasonCase[] = [...BODIES, ...VALUES, ...REFERENCES, ...KEYS, ...PATHS, ...CALLERS];

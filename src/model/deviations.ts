/**
 * What clients may send although the schema has it otherwise: spellings of examples, tables and older pages, and habits
 * of clients. All of it is taken, and noted; with the setting `strict` it is refused.
 */
import type { ErrorName } from './errors.ts';

export interface DeviationRow {
  readonly where: 'body' | 'path' | 'query' | 'batch';
  /** What is taken. */
  readonly taken: string;
  /** What the schema, or the page, has. */
  readonly expected: string;
  /** With `strict`: the refusals, of which the operation and the other problems of the request decide. */
  readonly refusals: readonly [ErrorName, ...ErrorName[]];
  readonly source: string;
}

/** Of values that do not fit. */
const values = ['fieldsInvalid', 'fieldValidationFailed', 'fieldsEmpty'] as const;

export const DEVIATIONS = {
  exampleSpelling: {
    where: 'body',
    taken: '`externalCourseActivityId`, also in `$select`, `$filter` and `$orderby`',
    expected: '`externalcourseActivityId`',
    refusals: ['propertyUnknown'],
    source: 'prose and most examples, against schema, SDKs and older examples',
  },
  misspelling: {
    where: 'body',
    taken: '`isCourseAcitvitySyncEnabled`, also in `$filter`',
    expected: '`isCourseActivitySyncEnabled`',
    refusals: ['propertyUnknown'],
    source: 'notes of the pages, in every language',
  },
  propertyCasing: {
    where: 'body',
    taken: 'a property, a member of one or `@odata.type` in other casing; properties also in queries',
    expected: "the schema's casing",
    refusals: ['propertyUnknown', ...values],
    source: 'traverse-the-graph calls names not case-sensitive; parts of the service were seen to differ',
  },
  propertyBesideSchema: {
    where: 'body',
    taken: '`isEnabled`, `contributor`, and a `registrationId` that equals the one of the URL',
    expected: 'none of them; `contributors`',
    refusals: ['propertyUnknown'],
    source: 'older examples; tables of the create pages',
  },
  propertyIgnored: {
    where: 'body',
    taken: 'a property that the type does not have, while `unknownProperty` is `ignore`',
    expected: 'no such property',
    refusals: ['propertyUnknown'],
    source: 'the setting unknownProperty',
  },
  typeSpelling: {
    where: 'body',
    taken: '`#microsoft.graph.learningSelfInitiated`, and types in other casing',
    expected: '`#microsoft.graph.learningSelfInitiatedCourse`; with or without `#`',
    refusals: values,
    source: 'prose and tables, against the schema',
  },
  typeLeftOut: {
    where: 'body',
    taken: 'an update of an activity without `@odata.type`',
    expected: '`@odata.type` of the stored activity',
    refusals: ['requiredFieldsMissing', 'fieldsEmpty'],
    source: 'api/learningcourseactivity-update asks for it',
  },
  statusLeftOut: {
    where: 'body',
    taken: 'an update of an activity without `status`, while `lenientPatch` is on',
    expected: '`status`',
    refusals: ['requiredFieldsMissing', 'fieldsEmpty'],
    source: 'the setting lenientPatch',
  },
  timestampForObject: {
    where: 'body',
    taken: '`dueDateTime` as the text of a date and time',
    expected: '`{ "dateTime": …, "timeZone": … }`',
    refusals: values,
    source: 'tables of the pages, against schema and examples',
  },
  textForObject: {
    where: 'body',
    taken: '`notes` as a text',
    expected: '`{ "contentType": …, "content": … }`',
    refusals: values,
    source: 'tables of the pages, against schema and examples',
  },
  textForNumber: {
    where: 'body',
    taken: '`numberOfPages` as a text of digits',
    expected: 'a number',
    refusals: values,
    source: 'sent by public ingestion scripts',
  },
  memberCasing: {
    where: 'body',
    taken: 'a member of an enumeration in other casing, such as `Beginner`',
    expected: '`beginner`',
    refusals: values,
    source: 'pages and examples of learningContent, against the schema',
  },
  sentinelSent: {
    where: 'body',
    taken: '`unknownFutureValue` in an update, as if the property had not been sent',
    expected: 'another member, or nothing',
    refusals: values,
    source: 'clients that send back what they were shown',
  },
  dateForm: {
    where: 'body',
    taken: 'a date and time without offset (then UTC), without time, or with a space for `T`',
    expected: '`2021-05-11T22:57:17Z`, or with another offset',
    refusals: values,
    source: 'an example of learningContent; public ingestion scripts',
  },
  localDateForm: {
    where: 'body',
    taken: 'a `dateTime` of `dueDateTime` with an offset, without time, or with a space for `T`',
    expected: '`2022-09-22T16:05:00.0000000`',
    refusals: values,
    source: 'resources/datetimetimezone, tables of the pages',
  },
  segmentCasing: {
    where: 'path',
    taken: 'a segment in other casing, such as `/LearningContents`',
    expected: '`/learningContents`',
    refusals: ['segmentNotFound'],
    source: 'traverse-the-graph calls names not case-sensitive; parts of the service were seen to differ',
  },
  segmentEmpty: {
    where: 'path',
    taken: 'a slash at the end, or two in a row',
    expected: 'one slash between segments',
    refusals: ['segmentNotFound'],
    source: 'clients that join a base URL and a path',
  },
  keySpelling: {
    where: 'path',
    taken: "`(externalCourseActivityId='…')`, and names of keys in other casing",
    expected: "`(externalcourseActivityId='…')`",
    refusals: ['segmentNotFound'],
    source: 'api/learningcourseactivity-get, against schema and SDKs',
  },
  keyUnquoted: {
    where: 'path',
    taken: 'a key in parentheses without quotes around it, or with a quote in it that is not doubled',
    expected: "`(externalId='it''s')`",
    refusals: ['segmentNotFound'],
    source: 'older api/learningcourseactivity-get',
  },
  keyEncodedTwice: {
    where: 'path',
    taken: 'in a GET, an external id that is percent-encoded twice, when no external id is what it reads as',
    expected: "`(externalId='a%2Fb')` for `a/b`",
    refusals: ['assignmentNotFound', 'contentNotFound'],
    source: 'clients that had to send `%252F`: microsoft-graph-docs#10167, microsoft-graph-docs-contrib#4470',
  },
  referenceSegment: {
    where: 'path',
    taken: 'deleting a content without `/$ref` at the end, and a provider or an activity with it',
    expected: '`DELETE …/learningContents/{id}/$ref`, `DELETE …/learningProviders/{id}`',
    refusals: ['methodNotAllowed'],
    source: 'api/learningprovider-delete-learningcontents; clients leave it out; older pages of providers have it',
  },
  optionWithoutDollar: {
    where: 'query',
    taken: 'an option without `$`, such as `top=5`',
    expected: '`$top=5`',
    refusals: ['queryOptionUnsupported'],
    source: 'query-parameters: optional for some APIs',
  },
  optionCasing: {
    where: 'query',
    taken: 'an option in other casing, such as `$Top`',
    expected: '`$top`',
    refusals: ['queryOptionUnsupported'],
    source: 'traverse-the-graph calls names not case-sensitive',
  },
  optionUndocumented: {
    where: 'query',
    taken: '`$filter` and `$orderby` on lists of activities',
    expected: '`$select`, `$top`, `$skip`, `$count`',
    refusals: ['queryOptionUnsupported'],
    source: 'api/learningcourseactivity-list; the setting documentedOnly refuses them alone',
  },
  castSpelling: {
    where: 'query',
    taken: 'a cast of `$select` in other casing, such as `Microsoft.Graph.LearningAssignment/notes`',
    expected: '`microsoft.graph.learningAssignment/notes`',
    refusals: ['propertyUnknown'],
    source: 'traverse-the-graph calls names not case-sensitive',
  },
  filterValueForm: {
    where: 'query',
    taken: 'in `$filter`: a member in other casing, a date in quotes or not in full, a GUID without quotes',
    expected: "`'beginner'`, `2021-05-11T22:57:17Z`, `'7ba2228a-…'`",
    refusals: ['filterInvalid'],
    source: 'OData; clients differ',
  },
  batchUrl: {
    where: 'batch',
    taken: 'a `url` with host or version, with two slashes in a row, or with a `%` that encodes nothing',
    expected: 'the path below the version, with or without a slash before it',
    refusals: ['batchInvalid'],
    source: 'json-batching; batches of SDKs and of scripts',
  },
  batchText: {
    where: 'batch',
    taken: 'a number or a boolean as `id`, in `dependsOn` or as a header',
    expected: 'a text',
    refusals: ['batchInvalid'],
    source: 'json-batching; scripts number their requests',
  },
  batchMethodCasing: {
    where: 'batch',
    taken: 'a method such as `get`',
    expected: '`GET`',
    refusals: ['batchInvalid'],
    source: 'json-batching; HTTP methods are case-sensitive',
  },
  batchDependsOnSpelling: {
    where: 'batch',
    taken: '`depends_on`',
    expected: '`dependsOn`',
    refusals: ['batchInvalid'],
    source: 'sent by an SDK',
  },
  batchContentType: {
    where: 'batch',
    taken: 'a request with a body and without the header Content-Type',
    expected: '`"headers": { "Content-Type": "application/json" }`',
    refusals: ['batchInvalid'],
    source: 'json-batching: required when there is a body',
  },
} as const satisfies Readonly<Record<string, DeviationRow>>;

export type DeviationName = keyof typeof DEVIATIONS;

/** How a refusal tells of one, in `innerError.deviations`. */
export const DEVIATION_TEXTS = {
  other: "{name}: '{found}' stands where '{expected}' should.",
  extra: "{name}: '{found}' should not be there.",
  missing: "{name}: '{expected}' is missing.",
} as const;

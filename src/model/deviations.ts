/**
 * What clients may send although the schema has it otherwise: spellings of examples, tables and older pages, and habits
 * of clients. A server refuses by default what the service is known to refuse, and takes and notes what the sources
 * disagree about (docs/decisions/0032-levels-of-tolerance.md).
 */
import type { ErrorName } from './errors.ts';

/**
 * - `default`: the sources disagree, so only a strict server refuses it.
 * - `lenient`: the service is known to refuse it, so only a lenient server takes it.
 * - `setting`: a setting of its own, which `taken` names, lets it pass, except on a strict server.
 */
export type DeviationLevel = 'default' | 'lenient' | 'setting';

export interface DeviationRow {
  readonly where: 'body' | 'path' | 'query' | 'batch';
  readonly level: DeviationLevel;
  /** What is taken. */
  readonly taken: string;
  /** What the schema, or the page, has. */
  readonly expected: string;
  /** Where it is refused: the refusals, of which the operation and the other problems of the request decide. */
  readonly refusals: readonly [ErrorName, ...ErrorName[]];
  /** What decides the level. Threads are `repository#number` of microsoftgraph, or `owner/repository#number`. */
  readonly source: string;
}

/** Of values that do not fit. */
const values = ['fieldsInvalid', 'fieldValidationFailed', 'fieldsEmpty'] as const;

export const DEVIATIONS = {
  exampleSpelling: {
    where: 'body',
    level: 'default',
    taken: '`externalCourseActivityId`, also in `$select`, `$filter` and `$orderby`',
    expected: '`externalcourseActivityId`',
    refusals: ['propertyUnknown'],
    source: 'prose and most examples of the pages, against schema, SDKs and older examples',
  },
  misspelling: {
    where: 'body',
    level: 'default',
    taken: '`isCourseAcitvitySyncEnabled`, also in `$filter`',
    expected: '`isCourseActivitySyncEnabled`',
    refusals: ['propertyUnknown'],
    source: 'notes of the pages in every language, against the schema',
  },
  propertyCasing: {
    where: 'body',
    level: 'default',
    taken: 'a property, a member of one or `@odata.type` in other casing; properties also in queries',
    expected: "the schema's casing",
    refusals: ['propertyUnknown', ...values],
    source:
      'traverse-the-graph calls property names not case-sensitive, against msgraph-sdk-powershell#2187, docs#17798, msgraph-sdk-dotnet#2024',
  },
  propertyBesideSchema: {
    where: 'body',
    level: 'default',
    taken: '`isEnabled`, `contributor`, and a `registrationId` that equals the one of the URL',
    expected: 'none of them; `contributors`',
    refusals: ['propertyUnknown'],
    source: 'tables of the create pages and older examples, against the schema',
  },
  propertyIgnored: {
    where: 'body',
    level: 'setting',
    taken: 'a property that the type does not have, while `unknownProperty` is `ignore`',
    expected: 'no such property',
    refusals: ['propertyUnknown'],
    source: 'the schema, whose types are closed; msgraph-sdk-python#440 quotes the refusal',
  },
  typeSpelling: {
    where: 'body',
    level: 'default',
    taken: '`#microsoft.graph.learningSelfInitiated`, and types in other casing',
    expected: '`#microsoft.graph.learningSelfInitiatedCourse`; with or without `#`',
    refusals: values,
    source: 'prose and tables of the pages, against schema and examples',
  },
  typeLeftOut: {
    where: 'body',
    level: 'default',
    taken: 'an update of an activity without `@odata.type`',
    expected: '`@odata.type` of the stored activity',
    refusals: ['requiredFieldsMissing', 'fieldsEmpty'],
    source: 'api/learningcourseactivity-update asks for it, and has no row that refuses an update without it',
  },
  statusLeftOut: {
    where: 'body',
    level: 'setting',
    taken: 'an update of an activity without `status`, while `lenientPatch` is on',
    expected: '`status`',
    refusals: ['requiredFieldsMissing', 'fieldsEmpty'],
    source: 'api/learningcourseactivity-update: required, with the error for its absence',
  },
  timestampForObject: {
    where: 'body',
    level: 'default',
    taken: '`dueDateTime` as the text of a date and time',
    expected: '`{ "dateTime": …, "timeZone": … }`',
    refusals: values,
    source: 'tables of the pages, against schema and examples',
  },
  textForObject: {
    where: 'body',
    level: 'default',
    taken: '`notes` as a text',
    expected: '`{ "contentType": …, "content": … }`',
    refusals: values,
    source: 'tables of the pages, against schema and examples',
  },
  textForNumber: {
    where: 'body',
    level: 'default',
    taken: '`numberOfPages` as a text of digits',
    expected: 'a number',
    refusals: values,
    source: 'a public ingestion script, against the schema',
  },
  memberCasing: {
    where: 'body',
    level: 'default',
    taken: 'a member of an enumeration in other casing, such as `Beginner`',
    expected: '`beginner`',
    refusals: values,
    source: 'pages and examples of learningContent, against the schema',
  },
  sentinelSent: {
    where: 'body',
    level: 'default',
    taken: '`unknownFutureValue` in an update, as if the property had not been sent',
    expected: 'another member, or nothing',
    refusals: values,
    source: 'evolvable-enums of the guidelines: absent in an update; the schema lists it as a member',
  },
  dateForm: {
    where: 'body',
    level: 'default',
    taken: 'a date and time without offset (then UTC), or a date alone',
    expected: '`2021-05-11T22:57:17Z`, or with another offset',
    refusals: values,
    source:
      'an example of learningContent and a public ingestion script, against the schema; msgraph-sdk-python#566 is of another service',
  },
  localDateForm: {
    where: 'body',
    level: 'default',
    taken: 'a `dateTime` of `dueDateTime` with an offset, or a date alone',
    expected: '`2022-09-22T16:05:00.0000000`',
    refusals: values,
    source: 'tables of the pages, which call it a timestamp, against resources/datetimetimezone',
  },
  dateSpace: {
    where: 'body',
    level: 'lenient',
    taken: 'a date and time with a space for `T`, also in `dueDateTime`',
    expected: '`2021-05-11T22:57:17Z`',
    refusals: values,
    source: 'the format that OpenAEV-Platform/collectors#564 and msgraph-sdk-javascript#43 quote from refusals',
  },
  segmentCasing: {
    where: 'path',
    level: 'default',
    taken: 'a segment in other casing, such as `/LearningContents`',
    expected: '`/learningContents`',
    refusals: ['segmentNotFound'],
    source:
      'traverse-the-graph calls path names not case-sensitive, against docs#547 and microsoft-graph-devx-content#133',
  },
  segmentEmpty: {
    where: 'path',
    level: 'default',
    taken: 'a slash at the end, or two in a row',
    expected: 'one slash between segments',
    refusals: ['segmentNotFound'],
    source: 'kiota SDKs send it when their base URL ends in a slash; no page has it',
  },
  keySpelling: {
    where: 'path',
    level: 'default',
    taken: "`(externalCourseActivityId='…')`, and names of keys in other casing",
    expected: "`(externalcourseActivityId='…')`",
    refusals: ['segmentNotFound'],
    source: 'api/learningcourseactivity-get, against schema and SDKs',
  },
  keyUnquoted: {
    where: 'path',
    level: 'default',
    taken: 'a key in parentheses without quotes around it, or with a quote in it that is not doubled',
    expected: "`(externalId='it''s')`",
    refusals: ['segmentNotFound'],
    source: 'older api/learningcourseactivity-get, against docs-contrib#9411; kiota SDKs leave quotes single',
  },
  keyEncodedTwice: {
    where: 'path',
    level: 'default',
    taken: 'in a GET, an external id that is percent-encoded twice, when no external id is what it reads as',
    expected: "`(externalId='a%2Fb')` for `a/b`",
    refusals: ['assignmentNotFound', 'contentNotFound'],
    source: 'docs#10167 and docs-contrib#4470, where the service finds a slash only so, against RFC 3986',
  },
  referenceSegment: {
    where: 'path',
    level: 'default',
    taken: 'deleting a content without `/$ref` at the end, and a provider or an activity with it',
    expected: '`DELETE …/learningContents/{id}/$ref`, `DELETE …/learningProviders/{id}`',
    refusals: ['methodNotAllowed'],
    source: 'older pages and public scripts, against the pages of today',
  },
  optionWithoutDollar: {
    where: 'query',
    level: 'default',
    taken: 'an option without `$`, such as `top=5`',
    expected: '`$top=5`',
    refusals: ['queryOptionUnsupported'],
    source: 'query-parameters: optional in beta, and for some APIs of v1.0',
  },
  optionCasing: {
    where: 'query',
    level: 'default',
    taken: 'an option in other casing, such as `$Top`',
    expected: '`$top`',
    refusals: ['queryOptionUnsupported'],
    source: 'traverse-the-graph calls query parameters not case-sensitive, against query-parameters; docs-contrib#8697',
  },
  optionUndocumented: {
    where: 'query',
    level: 'default',
    taken: '`$filter` and `$orderby` on lists of activities, unless `documentedOnly` is on',
    expected: '`$select`, `$top`, `$skip`, `$count`',
    refusals: ['queryOptionUnsupported'],
    source: 'the guidelines ask APIs for it, api/learningcourseactivity-list does not name it',
  },
  castSpelling: {
    where: 'query',
    level: 'default',
    taken: 'a cast of `$select` in other casing, such as `Microsoft.Graph.LearningAssignment/notes`',
    expected: '`microsoft.graph.learningAssignment/notes`',
    refusals: ['propertyUnknown'],
    source: 'traverse-the-graph calls names not case-sensitive, against the schema',
  },
  filterMemberCasing: {
    where: 'query',
    level: 'default',
    taken: 'in `$filter`: a member of an enumeration in other casing',
    expected: "`'beginner'`",
    refusals: ['filterInvalid'],
    source: 'traverse-the-graph calls property values not case-sensitive; pages of learningContent, against the schema',
  },
  filterDateQuoted: {
    where: 'query',
    level: 'lenient',
    taken: 'in `$filter`: a date and time in quotes',
    expected: '`createdDateTime ge 2021-05-11T22:57:17Z`',
    refusals: ['filterInvalid'],
    source: 'OpenAEV-Platform/collectors#564 and msgraph-sdk-javascript#1657 quote the refusal',
  },
  filterDateForm: {
    where: 'query',
    level: 'lenient',
    taken: 'in `$filter`: a date and time without offset, or a date alone',
    expected: '`2021-05-11T22:57:17Z`, or with another offset',
    refusals: ['filterInvalid'],
    source: 'OpenAEV-Platform/collectors#564 and docs-contrib#1961 quote the refusals',
  },
  filterGuidUnquoted: {
    where: 'query',
    level: 'default',
    taken: 'in `$filter`: a GUID without quotes, for a property that is a text',
    expected: "`learnerUserId eq '7ba2228a-…'`",
    refusals: ['filterInvalid'],
    source:
      'rosostolato/odata-fluent-query#11: a client sends it, another OData service refuses it; none of Graph is known',
  },
  filterLocalDateUnquoted: {
    where: 'query',
    level: 'lenient',
    taken: 'in `$filter`: the `dateTime` of `dueDateTime`, which is a text, without quotes',
    expected: "`dueDateTime/dateTime ge '2022-09-22T16:05:00'`",
    refusals: ['filterInvalid'],
    source: 'msgraph-sdk-javascript#43 and O365/python-o365#149: refused without quotes, taken with them',
  },
  batchUrl: {
    where: 'batch',
    level: 'default',
    taken: 'a `url` with host or version, with two slashes in a row, or with a `%` that encodes nothing',
    expected: 'the path below the version, with or without a slash before it',
    refusals: ['batchInvalid'],
    source:
      'what SDKs send (Python whole addresses, JavaScript the version, .NET decoded ones), against msgraph-sdk-javascript#1178 and msgraph-sdk-python#1015',
  },
  batchText: {
    where: 'batch',
    level: 'default',
    taken: 'a number or a boolean as `id`, in `dependsOn` or as a header',
    expected: 'a text',
    refusals: ['batchInvalid'],
    source: 'json-batching asks for a text; scripts number their requests',
  },
  batchMethodCasing: {
    where: 'batch',
    level: 'default',
    taken: 'a method such as `get`',
    expected: '`GET`',
    refusals: ['batchInvalid'],
    source: 'json-batching and HTTP, against scripts',
  },
  batchDependsOnSpelling: {
    where: 'batch',
    level: 'default',
    taken: '`depends_on`: the service passes over it, and so does this server',
    expected: '`dependsOn`',
    refusals: ['batchInvalid'],
    source: 'msgraph-sdk-python-core#996, against the SDK for Python, which sends it',
  },
  batchContentType: {
    where: 'batch',
    level: 'lenient',
    taken: 'a request with a body and without the header Content-Type',
    expected: '`"headers": { "Content-Type": "application/json" }`',
    refusals: ['batchInvalid'],
    source: 'json-batching; Softeria/ms-365-mcp-server#677 quotes the refusal',
  },
  batchBodyLeftOut: {
    where: 'batch',
    level: 'lenient',
    taken: 'a request that writes, without a body',
    expected: '`"headers": { "Content-Type": "application/json" }, "body": {}`',
    refusals: ['batchInvalid'],
    source: 'json-batching; msgraph-sdk-dotnet#2628 and #1038 quote the refusal',
  },
  batchMixed: {
    where: 'batch',
    level: 'lenient',
    taken: 'requests of which some depend on others, and more than one on none',
    expected: 'all requests but the first depend on one before them, or none does',
    refusals: ['batchInvalid'],
    source: 'json-batching; docs#16280 quotes the refusal; call_batch_endpoint of Azure/AzureGraph',
  },
  batchDependencies: {
    where: 'batch',
    level: 'default',
    taken: 'a request that depends on several, and dependencies that are neither a chain nor all on one request',
    expected: 'each request depends on the one before it, or all depend on the same',
    refusals: ['batchInvalid'],
    source:
      'older known-issues and the SDK for JavaScript, against json-batching and call_batch_endpoint of Azure/AzureGraph',
  },
  batchEmpty: {
    where: 'batch',
    level: 'lenient',
    taken: 'a batch without requests',
    expected: 'at least one request',
    refusals: ['batchInvalid'],
    source: 'OfficeDev/microsoft-teams-apps-company-communicator#337',
  },
} as const satisfies Readonly<Record<string, DeviationRow>>;

export type DeviationName = keyof typeof DEVIATIONS;

/** How a refusal tells of one, in `innerError.deviations`. */
export const DEVIATION_TEXTS = {
  other: "{name}: '{found}' stands where '{expected}' should.",
  extra: "{name}: '{found}' should not be there.",
  missing: "{name}: '{expected}' is missing.",
} as const;

/** Requests that the schema has otherwise, one or more for each row of the table: as they are sent, and as they should be. */

import type { Tolerance } from '../../model/behaviour.ts';
import { V1 } from '../../model/versions.ts';
import { DEVIATIONS } from '../../model/deviations.ts';
import type { DeviationLevel, DeviationName } from '../../model/deviations.ts';
import { JSON_HEADERS } from '../batch-steps.ts';
import type { RuleCaller } from '../callers.ts';
import { admin, learner, reader, writer } from '../callers.ts';
import { matching } from '../match.ts';
import { E1, E10, E11, E6 } from '../refusals.ts';
import {
  A1,
  A2,
  ACTIVITIES,
  ASSIGNMENT,
  ASSIGNMENT_UPDATE,
  CONTENT,
  COURSE,
  COURSE_UPDATE,
  K1,
  MY_ACTIVITIES,
  P1,
  P1_ACTIVITIES,
  P1_CONTENTS,
  PROVIDERS,
  without,
} from '../setup.ts';
import type { JsonObject } from '../../odata/payload.ts';

interface Sent {
  readonly send: string;
  readonly json?: unknown;
}

/** What is found, and how it is refused. */
export interface DeviationFinding {
  readonly name: DeviationName;
  readonly found: string;
  readonly expected: string;
  /** What a server answers that refuses it. */
  readonly refusal: { readonly status: number; readonly message: unknown };
}

export interface DeviationSample extends Sent, DeviationFinding {
  readonly as: RuleCaller;
  /** Of the answer of a server that takes it. */
  readonly status: number;
  /** What else the request has that it cannot do without. */
  readonly beside?: DeviationFinding;
  /** As it should have come. */
  readonly right: Sent;
  /** Without which it is refused anyway. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

const course: JsonObject = {
  ...without(COURSE, 'externalCourseActivityId'),
  externalcourseActivityId: COURSE['externalCourseActivityId'],
};
const assignment: JsonObject = {
  ...without(ASSIGNMENT, 'externalCourseActivityId'),
  externalcourseActivityId: ASSIGNMENT['externalCourseActivityId'],
};
const provider = `${PROVIDERS}/${P1}`;
const newContent = `${P1_CONTENTS}(externalId='deviation')`;
const externalId = `${P1_ACTIVITIES}(externalcourseActivityId='ext-1')`;
const oneAssignment = `${P1_ACTIVITIES}/${A1}`;
const oneCourse = `${P1_ACTIVITIES}/${A2}`;

const unknown = (property: string, type: string) => ({
  status: 400,
  message: `The property '${property}' does not exist on type 'microsoft.graph.${type}'. Make sure to only use property names that are defined by the type.`,
});
const noSegment = (segment: string) => ({
  status: 400,
  message: `Resource not found for the segment '${segment}'.`,
});
const noOption = (option: string) => ({ status: 400, message: `The query option '${option}' is not supported.` });
const typesIncompatible = (left: string, right: string, operator: string) => ({
  status: 400,
  message: `Invalid filter clause: A binary operator with incompatible types was detected. Found operand types '${left}' and '${right}' for operator kind '${operator}'.`,
});
const batchRefused = (message: string) => ({ status: 400, message });
const batchInvalid = { status: 400, message: matching(/^batch\w+: /) };

/** A body that creates a course, one that updates an assignment, and so on, each with one thing in it that differs. */
const creates = (json: JsonObject, right: JsonObject): Sent & { as: RuleCaller; status: number; right: Sent } => {
  const send = `POST ${P1_ACTIVITIES}`;
  return { as: writer, send, json, status: 201, right: { send, json: right } };
};
const updates = (json: JsonObject, right: JsonObject): Sent & { as: RuleCaller; status: number; right: Sent } => {
  const send = `PATCH ${oneAssignment}`;
  return { as: writer, send, json, status: 204, right: { send, json: right } };
};
const upserts = (json: JsonObject, right: JsonObject): Sent & { as: RuleCaller; status: number; right: Sent } => {
  const send = `PATCH ${newContent}`;
  const whole = (body: JsonObject): JsonObject => ({ ...CONTENT, ...body });
  return { as: writer, send, json: whole(json), status: 202, right: { send, json: whole(right) } };
};
const gets = (as: RuleCaller, send: string, right: string): Sent & { as: RuleCaller; status: number; right: Sent } => ({
  as,
  send: `GET ${send}`,
  status: 200,
  right: { send: `GET ${right}` },
});
const batches = (request: JsonObject, right: JsonObject): Sent & { as: RuleCaller; status: number; right: Sent } => {
  const send = 'POST /$batch';
  const whole = (changes: JsonObject): JsonObject => ({
    requests: [{ id: '1', method: 'GET', url: `${ACTIVITIES}/${A1}`, ...changes }],
  });
  return { as: reader, send, json: whole(request), status: 200, right: { send, json: whole(right) } };
};

/** Batches of items by id, each with the ids that it depends on. */
const batchesOf = (items: readonly string[][], right: readonly string[][]) => {
  const send = 'POST /$batch';
  const whole = (all: readonly string[][]): JsonObject => ({
    requests: all.map(([id, ...dependsOn]) => ({ id, dependsOn, method: 'GET', url: `${ACTIVITIES}/${A1}` })),
  });
  const forms = { found: JSON.stringify(items), expected: JSON.stringify(right) };
  return { ...forms, as: reader, send, json: whole(items), status: 200, right: { send, json: whole(right) } };
};

const dueDateTime = { dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'UTC' };
const notes = { contentType: 'text', content: 'read it' };

export const DEVIATION_SAMPLES: readonly DeviationSample[] = [
  {
    name: 'exampleSpelling',
    ...creates(COURSE, course),
    found: 'externalCourseActivityId',
    expected: 'externalcourseActivityId',
    refusal: unknown('externalCourseActivityId', 'learningSelfInitiatedCourse'),
  },
  {
    name: 'exampleSpelling',
    ...gets(
      reader,
      `${ACTIVITIES}/${A1}?$select=externalCourseActivityId`,
      `${ACTIVITIES}/${A1}?$select=externalcourseActivityId`,
    ),
    found: 'externalCourseActivityId',
    expected: 'externalcourseActivityId',
    refusal: unknown('externalCourseActivityId', 'learningCourseActivity'),
  },
  {
    name: 'misspelling',
    as: admin,
    send: `PATCH ${provider}`,
    json: { isCourseAcitvitySyncEnabled: true },
    status: 204,
    right: { send: `PATCH ${provider}`, json: { isCourseActivitySyncEnabled: true } },
    found: 'isCourseAcitvitySyncEnabled',
    expected: 'isCourseActivitySyncEnabled',
    refusal: unknown('isCourseAcitvitySyncEnabled', 'learningProvider'),
  },
  {
    name: 'misspelling',
    ...gets(
      admin,
      `${PROVIDERS}?$filter=isCourseAcitvitySyncEnabled%20eq%20true`,
      `${PROVIDERS}?$filter=isCourseActivitySyncEnabled%20eq%20true`,
    ),
    found: 'isCourseAcitvitySyncEnabled',
    expected: 'isCourseActivitySyncEnabled',
    refusal: unknown('isCourseAcitvitySyncEnabled', 'learningProvider'),
  },
  {
    name: 'propertyCasing',
    ...creates({ ...without(course, 'status'), Status: 'inProgress' }, course),
    found: 'Status',
    expected: 'status',
    refusal: unknown('Status', 'learningSelfInitiatedCourse'),
  },
  {
    name: 'propertyCasing',
    ...updates(
      { ...ASSIGNMENT_UPDATE, notes: { ...notes, Content: 'read it', content: undefined } },
      ASSIGNMENT_UPDATE,
    ),
    found: 'Content',
    expected: 'content',
    refusal: E11,
  },
  {
    name: 'propertyCasing',
    ...creates({ ...without(course, '@odata.type'), '@OData.Type': course['@odata.type'] }, course),
    found: '@OData.Type',
    expected: '@odata.type',
    refusal: unknown('@OData.Type', 'learningSelfInitiatedCourse'),
  },
  {
    name: 'propertyBesideSchema',
    ...creates({ ...course, registrationId: P1 }, course),
    found: 'registrationId',
    expected: '',
    refusal: unknown('registrationId', 'learningSelfInitiatedCourse'),
  },
  {
    name: 'propertyBesideSchema',
    ...upserts({ contributor: 'Ada' }, { contributors: ['Ada'] }),
    found: 'contributor',
    expected: 'contributors',
    refusal: unknown('contributor', 'learningContent'),
  },
  {
    name: 'propertyIgnored',
    ...upserts({ colour: 'red' }, {}),
    settings: { unknownProperty: 'ignore' },
    found: 'colour',
    expected: '',
    refusal: unknown('colour', 'learningContent'),
  },
  {
    name: 'typeSpelling',
    ...creates({ ...course, '@odata.type': '#microsoft.graph.learningSelfInitiated' }, course),
    found: '#microsoft.graph.learningSelfInitiated',
    expected: '#microsoft.graph.learningSelfInitiatedCourse',
    refusal: E11,
  },
  {
    name: 'typeLeftOut',
    ...updates({ status: 'inProgress' }, ASSIGNMENT_UPDATE),
    found: '',
    expected: '#microsoft.graph.learningAssignment',
    refusal: E10,
  },
  {
    name: 'statusLeftOut',
    ...updates(
      { ...without(ASSIGNMENT_UPDATE, 'status'), completionPercentage: 40 },
      { ...ASSIGNMENT_UPDATE, completionPercentage: 40 },
    ),
    settings: { lenientPatch: true },
    found: '',
    expected: 'status',
    refusal: E10,
  },
  {
    name: 'timestampForObject',
    ...creates({ ...assignment, dueDateTime: '2022-09-22T16:05:00Z' }, assignment),
    found: '2022-09-22T16:05:00Z',
    expected: JSON.stringify(dueDateTime),
    refusal: E11,
  },
  {
    name: 'textForObject',
    ...creates({ ...assignment, notes: 'read it' }, { ...assignment, notes }),
    found: 'read it',
    expected: JSON.stringify(notes),
    refusal: E11,
  },
  {
    name: 'textForNumber',
    ...upserts({ numberOfPages: '12' }, { numberOfPages: 12 }),
    found: '"12"',
    expected: '12',
    refusal: E11,
  },
  {
    name: 'memberCasing',
    ...upserts({ level: 'Beginner' }, { level: 'beginner' }),
    found: 'Beginner',
    expected: 'beginner',
    refusal: E11,
  },
  {
    name: 'sentinelSent',
    as: writer,
    send: `PATCH ${oneAssignment}`,
    json: { ...ASSIGNMENT_UPDATE, assignmentType: 'unknownFutureValue' },
    status: 204,
    right: { send: `PATCH ${oneAssignment}`, json: ASSIGNMENT_UPDATE },
    found: 'unknownFutureValue',
    expected: '',
    refusal: E11,
  },
  {
    name: 'dateForm',
    ...upserts({ createdDateTime: '2018-01-01T00:00:00' }, { createdDateTime: '2018-01-01T00:00:00Z' }),
    found: '2018-01-01T00:00:00',
    expected: '2018-01-01T00:00:00Z',
    refusal: E11,
  },
  {
    name: 'dateForm',
    as: writer,
    send: `PATCH ${oneCourse}`,
    json: { ...COURSE_UPDATE, startedDateTime: '2022-07-16' },
    status: 204,
    right: { send: `PATCH ${oneCourse}`, json: { ...COURSE_UPDATE, startedDateTime: '2022-07-16T00:00:00+00:00' } },
    found: '2022-07-16',
    expected: '2022-07-16T00:00:00+00:00',
    refusal: E11,
  },
  {
    name: 'dateSpace',
    as: writer,
    send: `PATCH ${oneCourse}`,
    json: { ...COURSE_UPDATE, startedDateTime: '2022-07-16 10:00:00Z' },
    status: 204,
    right: { send: `PATCH ${oneCourse}`, json: { ...COURSE_UPDATE, startedDateTime: '2022-07-16T10:00:00+00:00' } },
    found: '2022-07-16 10:00:00Z',
    expected: '2022-07-16T10:00:00+00:00',
    refusal: E11,
  },
  {
    name: 'dateSpace',
    ...creates({ ...assignment, dueDateTime: { ...dueDateTime, dateTime: '2022-09-22 16:05:00' } }, assignment),
    found: '2022-09-22 16:05:00',
    expected: '2022-09-22T16:05:00.0000000',
    refusal: E11,
  },
  {
    name: 'localDateForm',
    ...creates({ ...assignment, dueDateTime: { ...dueDateTime, dateTime: '2022-09-22T16:05:00Z' } }, assignment),
    found: '2022-09-22T16:05:00Z',
    expected: '2022-09-22T16:05:00.0000000',
    refusal: E11,
  },
  {
    name: 'segmentCasing',
    ...gets(reader, `/EmployeeExperience/learningCourseActivities/${A1}`, `${ACTIVITIES}/${A1}`),
    found: 'EmployeeExperience',
    expected: 'employeeExperience',
    refusal: noSegment('EmployeeExperience'),
  },
  {
    name: 'segmentEmpty',
    ...gets(reader, `${ACTIVITIES}/${A1}/`, `${ACTIVITIES}/${A1}`),
    found: `${ACTIVITIES}/${A1}/`,
    expected: `${ACTIVITIES}/${A1}`,
    refusal: noSegment(''),
  },
  {
    name: 'segmentEmpty',
    ...gets(reader, externalId.replace('/learningP', '//learningP'), externalId),
    found: externalId.replace('/learningP', '//learningP'),
    expected: externalId,
    refusal: noSegment(''),
  },
  {
    name: 'keySpelling',
    ...gets(reader, `${P1_ACTIVITIES}(externalCourseActivityId='ext-1')`, externalId),
    found: 'externalCourseActivityId',
    expected: 'externalcourseActivityId',
    refusal: noSegment("learningCourseActivities(externalCourseActivityId='ext-1')"),
  },
  {
    name: 'keyUnquoted',
    ...gets(reader, `${P1_ACTIVITIES}(externalcourseActivityId=ext-1)`, externalId),
    found: 'ext-1',
    expected: "'ext-1'",
    refusal: noSegment('learningCourseActivities(externalcourseActivityId=ext-1)'),
  },
  {
    name: 'keyEncodedTwice',
    ...gets(reader, externalId.replace('ext-1', 'ext%252D1'), externalId),
    found: 'ext%252D1',
    expected: 'ext-1',
    refusal: E6,
  },
  {
    name: 'keyEncodedTwice',
    ...gets(writer, `${P1_CONTENTS}(externalId='LP447%2531')`, `${P1_CONTENTS}(externalId='LP4471')`),
    found: 'LP447%2531',
    expected: 'LP4471',
    refusal: { status: 404, message: "The requested learning content doesn't exist." },
  },
  {
    name: 'referenceSegment',
    as: writer,
    send: `DELETE ${P1_CONTENTS}/${K1}`,
    status: 204,
    right: { send: `DELETE ${P1_CONTENTS}/${K1}/$ref` },
    found: `${P1_CONTENTS}/${K1}`,
    expected: '/employeeExperience/learningProviders/{registrationId}/learningContents/{learningContentId}/$ref',
    refusal: E1,
  },
  {
    name: 'referenceSegment',
    as: writer,
    send: `DELETE ${oneAssignment}/$ref`,
    status: 204,
    right: { send: `DELETE ${oneAssignment}` },
    found: `${oneAssignment}/$ref`,
    expected:
      '/employeeExperience/learningProviders/{registrationId}/learningCourseActivities/{learningCourseActivityId}',
    refusal: E1,
  },
  {
    name: 'optionWithoutDollar',
    ...gets(admin, `${PROVIDERS}?top=1`, `${PROVIDERS}?$top=1`),
    found: 'top',
    expected: '$top',
    refusal: noOption('top'),
  },
  {
    name: 'optionCasing',
    ...gets(admin, `${PROVIDERS}?$Top=1`, `${PROVIDERS}?$top=1`),
    found: '$Top',
    expected: '$top',
    refusal: noOption('$Top'),
  },
  {
    name: 'optionUndocumented',
    ...gets(learner, `${MY_ACTIVITIES}?$orderby=status`, MY_ACTIVITIES),
    found: '$orderby',
    expected: '',
    refusal: noOption('$orderby'),
  },
  {
    name: 'castSpelling',
    ...gets(
      reader,
      `${ACTIVITIES}/${A1}?$select=Microsoft.Graph.learningAssignment/notes`,
      `${ACTIVITIES}/${A1}?$select=microsoft.graph.learningAssignment/notes`,
    ),
    found: 'Microsoft.Graph.learningAssignment/notes',
    expected: 'microsoft.graph.learningAssignment/notes',
    refusal: unknown('Microsoft.Graph.learningAssignment/notes', 'learningCourseActivity'),
  },
  {
    name: 'filterMemberCasing',
    ...gets(writer, `${P1_CONTENTS}?$filter=level%20eq%20'Beginner'`, `${P1_CONTENTS}?$filter=level%20eq%20'beginner'`),
    found: "'Beginner'",
    expected: "'beginner'",
    refusal: { status: 400, message: "Invalid filter clause: 'level' must be 'beginner'; got 'Beginner'." },
  },
  {
    name: 'filterDateQuoted',
    ...gets(
      writer,
      `${P1_CONTENTS}?$filter=createdDateTime%20gt%20'2018-01-01'`,
      `${P1_CONTENTS}?$filter=createdDateTime%20gt%202018-01-01T00:00:00Z`,
    ),
    found: "'2018-01-01'",
    expected: '2018-01-01T00:00:00Z',
    refusal: typesIncompatible('Edm.DateTimeOffset', 'Edm.String', 'GreaterThan'),
  },
  {
    name: 'filterDateForm',
    ...gets(
      writer,
      `${P1_CONTENTS}?$filter=createdDateTime%20le%202018-01-01`,
      `${P1_CONTENTS}?$filter=createdDateTime%20le%202018-01-01T00:00:00Z`,
    ),
    found: '2018-01-01',
    expected: '2018-01-01T00:00:00Z',
    refusal: typesIncompatible('Edm.DateTimeOffset', 'Edm.Date', 'LessThanOrEqual'),
  },
  {
    name: 'filterDateForm',
    ...gets(
      writer,
      `${P1_CONTENTS}?$filter=createdDateTime%20lt%202018-01-01T00:00:00`,
      `${P1_CONTENTS}?$filter=createdDateTime%20lt%202018-01-01T00:00:00Z`,
    ),
    found: '2018-01-01T00:00:00',
    expected: '2018-01-01T00:00:00Z',
    refusal: {
      status: 400,
      message:
        "Invalid filter clause: The DateTimeOffset text '2018-01-01T00:00:00' should be in format 'yyyy-mm-ddThh:mm:ss('.'s+)?(zzzzzz)?' and each field value is within valid range.",
    },
  },
  {
    name: 'filterGuidUnquoted',
    ...gets(
      writer,
      `${P1_CONTENTS}?$filter=externalId%20eq%20${K1}`,
      `${P1_CONTENTS}?$filter=externalId%20eq%20'${K1}'`,
    ),
    found: K1,
    expected: `'${K1}'`,
    refusal: typesIncompatible('Edm.String', 'Edm.Guid', 'Equal'),
  },
  {
    name: 'filterLocalDateUnquoted',
    ...gets(
      learner,
      `${MY_ACTIVITIES}?$filter=dueDateTime/dateTime%20ge%202020-01-01T00:00:00Z`,
      `${MY_ACTIVITIES}?$filter=dueDateTime/dateTime%20ge%20'2020-01-01T00:00:00Z'`,
    ),
    beside: { name: 'optionUndocumented', found: '$filter', expected: '', refusal: noOption('$filter') },
    found: '2020-01-01T00:00:00Z',
    expected: "'2020-01-01T00:00:00.0000000'",
    refusal: typesIncompatible('Edm.String', 'Edm.DateTimeOffset', 'GreaterThanOrEqual'),
  },
  {
    name: 'batchUrl',
    ...batches({ url: `https://graph.microsoft.com/${V1}${ACTIVITIES}/${A1}` }, {}),
    found: `https://graph.microsoft.com/${V1}${ACTIVITIES}/${A1}`,
    expected: `${ACTIVITIES}/${A1}`,
    refusal: batchInvalid,
  },
  {
    name: 'batchUrl',
    ...batches({ url: `${ACTIVITIES}?$filter=notes/content%20eq%20'5%'` }, { url: `${ACTIVITIES}/${A1}` }),
    found: `${ACTIVITIES}?$filter=notes/content%20eq%20'5%'`,
    expected: `${ACTIVITIES}?$filter=notes/content%20eq%20'5%25'`,
    refusal: batchInvalid,
  },
  { name: 'batchText', ...batches({ id: 1 }, {}), found: '1', expected: '"1"', refusal: batchInvalid },
  {
    name: 'batchMethodCasing',
    ...batches({ method: 'get' }, {}),
    found: 'get',
    expected: 'GET',
    refusal: batchInvalid,
  },
  {
    name: 'batchDependsOnSpelling',
    ...batches({ depends_on: [] }, { dependsOn: [] }),
    found: 'depends_on',
    expected: 'dependsOn',
    refusal: batchInvalid,
  },
  {
    name: 'batchContentType',
    ...batches({ body: {} }, { body: {}, headers: JSON_HEADERS }),
    found: '',
    expected: 'Content-Type',
    refusal: batchRefused("Write request with id '1' does not contain a Content-Type header."),
  },
  {
    name: 'batchBodyLeftOut',
    ...batches({ method: 'POST' }, { method: 'POST', body: {}, headers: JSON_HEADERS }),
    found: '',
    expected: 'body',
    refusal: batchRefused('Write request id : 1 does not contain Content-Type header or body.'),
  },
  {
    name: 'batchMixed',
    ...batchesOf([['1'], ['2', '1'], ['3']], [['1'], ['2', '1'], ['3', '2']]),
    refusal: batchRefused('Batch should be either fully sequential or fully parallel.'),
  },
  {
    name: 'batchDependencies',
    ...batchesOf([['1'], ['2', '1'], ['3', '1', '2']], [['1'], ['2', '1'], ['3', '2']]),
    refusal: batchRefused('Batch should be either fully sequential or fully parallel.'),
  },
  {
    name: 'batchEmpty',
    ...batchesOf([], [['1']]),
    found: '[]',
    expected: 'requests',
    refusal: batchRefused('Invalid batch payload format.'),
  },
];

/** What a server refuses, by its setting, of a row of each level. */
const REFUSED: Readonly<Record<Tolerance, readonly DeviationLevel[]>> = {
  default: ['lenient'],
  lenient: [],
  strict: ['default', 'lenient', 'setting'],
};

export const TOLERANCES = Object.keys(REFUSED) as readonly Tolerance[];

/** What a server with this tolerance refuses of the sample; nothing when it takes it. */
export function findRefused(sample: DeviationSample, tolerance: Tolerance): DeviationFinding | undefined {
  const findings = [...(sample.beside === undefined ? [] : [sample.beside]), sample];
  return findings.find(({ name }) => REFUSED[tolerance].includes(DEVIATIONS[name].level));
}

/** Those of the sample, with the one of the tolerance. */
export function settingsOfSample(
  { settings }: DeviationSample,
  tolerance: Tolerance,
): Readonly<Record<string, unknown>> {
  return tolerance === 'default' ? { ...settings } : { ...settings, [tolerance]: true };
}

/** How `innerError` tells of it. */
export function sentenceOf({ name, found, expected }: DeviationFinding): string {
  if (found === '') return `${name}: '${expected}' is missing.`;
  return expected === ''
    ? `${name}: '${found}' should not be there.`
    : `${name}: '${found}' stands where '${expected}' should.`;
}

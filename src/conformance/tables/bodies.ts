/** Request bodies: types, encodings, sizes, and the forms of values. */
import { gzipSync } from 'node:zlib';

import { reader, writer } from '../callers.ts';
import {
  E11,
  E13,
  E4,
  E5,
  NO_PAYLOAD,
  UNREADABLE,
  WRONG_TYPE,
  invalidField,
  refused,
  tooLong,
  unknown,
} from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';
import {
  A1,
  ACTIVITIES,
  ASSIGNMENT,
  CONTENT,
  COURSE,
  LEARNER,
  P1,
  P1_ACTIVITIES,
  P1_CONTENTS,
  P2_ACTIVITIES,
  P3,
  PROVIDERS,
  readExample,
  without,
} from '../setup.ts';

const create = `POST ${P1_ACTIVITIES}`;
const JSON_HEADERS = { 'content-type': 'application/json' };
const created: Expected = { status: 201 };
const text = JSON.stringify(ASSIGNMENT);
const bytes = new TextEncoder().encode(text);

const creates = (json: unknown, gets: Expected): RuleStep => ({ as: writer, send: create, json, gets });
const sends = (body: string | Uint8Array, headers: RuleStep['headers'] & {}, gets: Expected): RuleStep => ({
  as: writer,
  send: create,
  body,
  headers,
  gets,
});
/** Every optional property of an assignment, cleared. */
const NOTHING = {
  assignedDateTime: null,
  assignerUserId: null,
  completedDateTime: null,
  completionPercentage: null,
  dueDateTime: null,
  externalCourseActivityId: null,
  notes: null,
};

const refusedWith = (status: number, code: string, message: string): Expected => ({
  status,
  refusal: { status, code, message },
});

const rows: readonly RuleRow[] = [
  {
    id: '32',
    rule: 'a body that is not JSON is refused',
    covers: { errors: ['payloadUnreadable'] },
    steps: ['{"a":', 'x', '\u0000', '{"a":1}{"b":2}', "{'a':1}"].map((body) =>
      sends(body, JSON_HEADERS, refused(UNREADABLE)),
    ),
  },
  {
    id: '32b',
    rule: 'a body that is JSON and no object is refused',
    covers: { errors: ['payloadUnreadable'] },
    steps: ['[]', '[{}]', '"text"', '7', 'null', 'true'].map((body) => sends(body, JSON_HEADERS, refused(UNREADABLE))),
  },
  {
    id: '32c',
    rule: 'a write without a body is refused',
    covers: { errors: ['payloadEmpty'] },
    steps: [
      { as: writer, send: create, headers: JSON_HEADERS, gets: refused(NO_PAYLOAD) },
      { as: writer, send: `PATCH ${P1_ACTIVITIES}/${A1}`, headers: JSON_HEADERS, gets: refused(NO_PAYLOAD) },
    ],
  },
  {
    id: '32d',
    rule: 'bytes that are not UTF-8 are not JSON',
    covers: { errors: ['payloadUnreadable'] },
    steps: [sends(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), JSON_HEADERS, refused(UNREADABLE))],
  },
  {
    id: '32e',
    rule: 'a byte order mark does not belong to the JSON',
    steps: [sends(`\ufeff${text}`, JSON_HEADERS, created)],
  },
  {
    id: '32f',
    rule: 'a body that is nested deeper than 100 levels is refused',
    covers: { errors: ['payloadUnreadable', 'propertyUnknown'] },
    steps: [
      sends(`{"a":${'['.repeat(1_000_000)}`, JSON_HEADERS, refused(UNREADABLE)),
      sends(
        text.replace('{', `{"a":${'['.repeat(99)}${']'.repeat(99)},`),
        JSON_HEADERS,
        unknown('a', 'learningAssignment'),
      ),
      sends(text.replace('{', `{"a":${'['.repeat(100)}${']'.repeat(100)},`), JSON_HEADERS, refused(UNREADABLE)),
    ],
  },
  {
    id: '33',
    rule: 'a write must say what type its body is',
    covers: { errors: ['contentTypeMissing'] },
    steps: [
      sends(
        bytes,
        {},
        refusedWith(
          400,
          'BadRequest',
          'Write requests (excluding DELETE) must contain the Content-Type header declaration.',
        ),
      ),
    ],
  },
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'application/jsonx',
    'multipart/form-data; boundary=x',
  ].map((type, index) => ({
    id: `34${'abcde'[index]}`,
    rule: `a body of the type ${type} is refused`,
    covers: { errors: ['contentTypeUnsupported'] as const },
    steps: [sends(text, { 'content-type': type }, refused(WRONG_TYPE))],
  })),
  ...[
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/json;odata.metadata=minimal',
    'application/json;IEEE754Compatible=true',
  ].map((type, index) => ({
    id: `34${'fghi'[index]}`,
    rule: `a body of the type ${type} is taken`,
    steps: [sends(text, { 'content-type': type }, created)],
  })),
  {
    id: '35',
    rule: 'an unknown property is named with its type',
    covers: { errors: ['propertyUnknown'] },
    steps: [
      creates({ ...ASSIGNMENT, foo: 1 }, unknown('foo', 'learningAssignment')),
      creates({ ...COURSE, notes: 'x' }, unknown('notes', 'learningSelfInitiatedCourse')),
    ],
  },
  {
    id: '35b',
    rule: 'an unknown property comes with all other problems',
    covers: { errors: ['propertyUnknown'] },
    steps: [
      creates(
        { ...without(ASSIGNMENT, 'status'), foo: 1, completionPercentage: 'x' },
        {
          status: 400,
          part: {
            error: {
              code: 'BadRequest',
              details: [{ target: 'status' }, { target: 'completionPercentage' }, { target: 'foo' }],
            },
          },
        },
      ),
    ],
  },
  {
    id: '35c',
    rule: 'with a setting unknown properties are passed over',
    settings: { unknownProperty: 'ignore' },
    covers: { operations: ['createLearningCourseActivity', 'upsertLearningContentByExternalId'] },
    steps: [
      { ...creates({ ...ASSIGNMENT, foo: 1 }, { status: 201, lacks: ['foo'] }) },
      {
        as: writer,
        send: `PATCH ${P1_CONTENTS}(externalId='X')`,
        json: { ...CONTENT, foo: 1 },
        gets: { status: 202, lacks: ['foo'] },
      },
    ],
  },
  {
    id: '35d',
    rule: 'annotations and read-only properties are passed over in a create',
    cites: ['B6', 'C11'],
    steps: [
      creates(
        {
          '@odata.context': 'x',
          '@odata.etag': 'x',
          'status@odata.type': '#microsoft.graph.courseStatus',
          id: 'mine',
          registrationId: P1,
          ...ASSIGNMENT,
        },
        { status: 201, part: { learnerUserId: LEARNER }, lacks: ['registrationId', '@odata.etag'] },
      ),
    ],
  },
  {
    id: '35e',
    rule: 'the registration id of a body must be that of the path',
    cites: ['C11'],
    steps: [
      creates({ ...ASSIGNMENT, registrationId: P3 }, refused(E11, invalidField('registrationId'))),
      creates({ ...ASSIGNMENT, registrationId: P1.toUpperCase() }, created),
      creates({ ...COURSE, registrationId: null }, created),
    ],
  },
  {
    id: '35f',
    rule: 'the type may stand anywhere in the body, and names in any casing',
    cites: ['B2', 'C50'],
    steps: [
      sends(
        readExample('create-assignment')
          .replace(/ {2}"@odata.type[^\n]*\n/, '')
          .replace(/\n\}$/, ',\n"@Odata.Type": "#microsoft.graph.learningAssignment"\n}'),
        JSON_HEADERS,
        created,
      ),
      creates(Object.fromEntries(Object.entries(COURSE).map(([name, value]) => [name.toUpperCase(), value])), created),
    ],
  },
  {
    id: '35g',
    rule: 'null in a create leaves an optional property without a value',
    cites: ['B3', 'O8'],
    steps: [
      creates(
        { ...ASSIGNMENT, ...NOTHING, learningProviderId: null },
        { status: 201, part: { ...NOTHING, learningProviderId: P1 } },
      ),
    ],
  },
  {
    id: '36',
    rule: 'a body above four megabytes is refused',
    covers: { errors: ['payloadTooLarge'] },
    steps: [
      sends(
        new Uint8Array(4_194_305).fill(0x20),
        JSON_HEADERS,
        refusedWith(413, 'requestEntityTooLarge', 'The request body is larger than the maximum of 4194304 bytes.'),
      ),
      sends(
        gzipSync(new Uint8Array(4_194_305).fill(0x20)),
        { ...JSON_HEADERS, 'content-encoding': 'gzip' },
        { status: 413 },
      ),
      creates({ ...ASSIGNMENT, notes: 'x'.repeat(4_000_000) }, refused(E13, tooLong('notes', 4000))),
    ],
  },
  {
    id: '36b',
    rule: 'a body may come compressed, and in chunks',
    needsSeed: true,
    steps: [
      sends(gzipSync(text), { ...JSON_HEADERS, 'content-encoding': 'gzip' }, created),
      { ...sends(JSON.stringify(COURSE), JSON_HEADERS, created), isChunked: true },
      sends(
        JSON.stringify({ ...COURSE, externalCourseActivityId: 'x' }),
        { ...JSON_HEADERS, 'content-encoding': 'identity' },
        created,
      ),
    ],
  },
  {
    id: '36c',
    rule: 'what calls itself compressed must be, and in the one known way',
    covers: { errors: ['contentEncodingInvalid', 'contentEncodingUnsupported'] },
    steps: [
      sends(
        text,
        { ...JSON_HEADERS, 'content-encoding': 'gzip' },
        refusedWith(400, 'BadRequest', 'The request body is not valid gzip data.'),
      ),
      sends(
        text,
        { ...JSON_HEADERS, 'content-encoding': 'br' },
        refusedWith(
          415,
          'unsupportedMediaType',
          "The content encoding 'br' isn't supported. Send the body with gzip or without an encoding.",
        ),
      ),
    ],
  },
  {
    id: '36d',
    rule: 'what is wrong with the provider is told before what is wrong with the body',
    covers: { errors: ['registrationIdInvalid', 'providerNotEnabled'] },
    steps: [
      {
        as: writer,
        send: `POST ${PROVIDERS}/abc/learningCourseActivities`,
        body: '{',
        headers: JSON_HEADERS,
        gets: refused(E5),
      },
      { as: writer, send: `POST ${P2_ACTIVITIES}`, body: '{', headers: JSON_HEADERS, gets: refused(E4) },
    ],
  },
  {
    id: '5s',
    rule: 'a body beside a read is passed over',
    steps: [
      { as: reader, send: `GET ${ACTIVITIES}/${A1}`, headers: JSON_HEADERS, gets: { status: 200, part: { id: A1 } } },
    ],
  },
];

export const bodyTable: RuleTable = {
  section: 'bodies',
  title: 'request bodies',
  source:
    'Microsoft Graph reference: request body sections; OData JSON format 4.01, primitive values; RFC 9110, content codings',
  rows,
};

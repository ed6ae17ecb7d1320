/** Batches of requests. */

import { reader, writer } from '../callers.ts';
import { JSON_HEADERS, answers, batch, create, get } from '../batch-steps.ts';
import { ANYTHING, ANY_TEXT, containing, having, not } from '../match.ts';
import { E1, NO_PAYLOAD, UNREADABLE, WRONG_TYPE, refused } from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';
import {
  A1,
  A2,
  A3,
  ACTIVITIES,
  ASSIGNMENT,
  COURSE,
  COURSE_UPDATE,
  LEARNER,
  NO_ACTIVITY,
  P1_ACTIVITIES,
} from '../setup.ts';

const invalidField = (message: string): Expected => ({
  status: 400,
  refusal: { status: 400, code: 'BadRequest', message },
});
const malformed = (reason: string): Expected => ({
  ...invalidField('Invalid batch payload format.'),
  part: { error: { innerError: { reasons: [reason] } } },
});
const invalidDependency = (id: string, dependency: string): Expected =>
  invalidField(`Invalid dependency for request Id ${id}: no request '${dependency}' comes before it.`);
const nothingStored: RuleStep = { as: reader, send: `GET ${ACTIVITIES}/$count`, gets: { status: 200, text: '6' } };

const rows: readonly RuleRow[] = [
  {
    id: '97',
    rule: 'twenty requests of all kinds are answered each with its own status and headers',
    cites: ['A1', 'A5', 'O2'],
    covers: {
      operations: [
        'createLearningCourseActivity',
        'updateLearningCourseActivity',
        'getLearningCourseActivity',
        'deleteLearningCourseActivity',
      ],
      errors: ['assignmentNotFound', 'fieldValidationFailed'],
    },
    steps: [
      batch(
        writer,
        [
          create('1', ASSIGNMENT),
          create('2', COURSE),
          create('3', {}),
          { id: '4', method: 'PATCH', url: `${P1_ACTIVITIES}/${A2}`, headers: JSON_HEADERS, body: COURSE_UPDATE },
          { id: '5', method: 'DELETE', url: `${P1_ACTIVITIES}/${A3}` },
          get('6', `${ACTIVITIES}/${A3}`),
          ...Array.from({ length: 14 }, (_, index) => get(String(index + 7), `${ACTIVITIES}/${A1}?$select=id`)),
        ],
        {
          status: 200,
          headers: { 'content-type': containing('application/json') },
          part: {
            responses: [
              {
                id: '1',
                status: 201,
                headers: { 'Content-Type': containing('application/json'), Location: ANY_TEXT },
                body: { '@odata.type': '#microsoft.graph.learningAssignment', learnerUserId: LEARNER },
              },
              { id: '2', status: 201 },
              {
                id: '3',
                status: 400,
                headers: { 'Content-Type': 'application/json' },
                body: { error: { code: 'badRequest', innerError: { 'request-id': ANY_TEXT } } },
              },
              having({
                id: '4',
                status: 204,
                headers: not(having({ 'Content-Type': ANYTHING })),
              }),
              { id: '5', status: 204 },
              { id: '6', status: 404, body: { error: { code: 'notFound' } } },
              ...Array.from({ length: 14 }, (_, index) => ({ id: String(index + 7), status: 200, body: { id: A1 } })),
            ],
          },
        },
      ),
    ],
  },
  {
    id: '97b',
    rule: 'an item without content has no body',
    cites: ['A5'],
    steps: [
      batch(writer, [{ id: 'x', method: 'DELETE', url: `${P1_ACTIVITIES}/${A1}` }], {
        status: 200,
        whole: { responses: [{ id: 'x', status: 204, headers: {} }] },
      }),
    ],
  },
  {
    id: '97c',
    rule: 'an empty batch is refused, and ids of numbers come back as text',
    cites: ['A1'],
    steps: [
      batch(writer, [], invalidField('Invalid batch payload format.')),
      batch(writer, [{ id: 7, method: 'get', url: `${ACTIVITIES}/${A1}` }], answers({ id: '7', status: 200 })),
    ],
  },
  {
    id: '98',
    rule: 'more than twenty requests are too many',
    cites: ['A1'],
    covers: { errors: ['batchTooLarge'] },
    steps: [
      batch(
        writer,
        Array.from({ length: 21 }, (_, index) => create(String(index), ASSIGNMENT)),
        {
          status: 400,
          refusal: {
            status: 400,
            code: 'MaximumValueExceeded',
            message: 'Number of batch request steps exceeds the maximum value of 20.',
          },
        },
      ),
      { as: reader, send: `GET ${ACTIVITIES}/$count`, gets: { status: 200, text: '6' } },
    ],
  },
  {
    id: '99',
    rule: 'an id that comes twice spoils the batch, in any casing',
    covers: { errors: ['batchInvalid'] },
    steps: [
      batch(
        writer,
        [create('a', ASSIGNMENT), create('A', COURSE)],
        invalidField('Request Id A has to be unique in a batch.'),
      ),
      nothingStored,
    ],
  },
  ...[
    { requests: undefined, reason: 'requests must be an array.' },
    { requests: {}, reason: 'requests must be an array.' },
    { requests: ['x'], reason: 'requests[0] must be an object.' },
    { requests: [{ method: 'GET', url: '/me' }], reason: 'requests[0] needs an id.' },
    { requests: [{ id: '1', url: '/me' }], reason: 'The request 1 needs a method.' },
    { requests: [{ id: '1', method: 'GET' }], reason: 'The request 1 needs a url.' },
    {
      requests: [{ id: '1', method: 'GET', url: '/me', dependsOn: '2' }],
      reason: 'dependsOn of the request 1 must be an array.',
    },
  ].map(({ requests, reason }, index) => ({
    id: `99${'bcdefgh'[index]}`,
    rule: `a batch is refused whole: ${reason}`,
    covers: { errors: ['batchInvalid'] as const },
    steps: [batch(writer, requests, malformed(reason))],
  })),
  ...[
    {
      form: 'stands later in the array',
      requests: [create('1', ASSIGNMENT), create('2', COURSE, { dependsOn: ['3'] }), get('3', '/users')],
      dependency: '3',
    },
    {
      form: 'is not in the batch',
      requests: [create('1', ASSIGNMENT), create('2', COURSE, { dependsOn: ['9'] })],
      dependency: '9',
    },
    {
      form: 'is the request itself',
      requests: [create('1', ASSIGNMENT), create('2', COURSE, { dependsOn: ['2'] })],
      dependency: '2',
    },
  ].map(({ form, requests, dependency }, index) => ({
    id: `99${'mno'[index]}`,
    rule: `a batch is refused whole when a dependency ${form}`,
    covers: { errors: ['batchInvalid'] as const },
    settings: { lenient: true },
    steps: [batch(writer, requests, invalidDependency('2', dependency)), nothingStored],
  })),
  ...[
    {
      form: 'some requests depend on others and some on none',
      requests: [create('1', ASSIGNMENT), create('2', COURSE), get('3', '/users', { dependsOn: ['1'] })],
      message: 'Batch should be either fully sequential or fully parallel.',
    },
    {
      form: 'a write has a body and no Content-Type',
      requests: [create('1', ASSIGNMENT), create('2', COURSE, { headers: undefined })],
      message: "Write request with id '2' does not contain a Content-Type header.",
    },
    {
      form: 'a write has no body and no headers',
      requests: [create('1', ASSIGNMENT), { id: '2', method: 'POST', url: P1_ACTIVITIES }],
      message: 'Write request id : 2 does not contain Content-Type header or body.',
    },
    {
      form: 'a write has no body',
      requests: [create('1', ASSIGNMENT), { id: '2', method: 'POST', url: P1_ACTIVITIES, headers: JSON_HEADERS }],
      message: 'Write request id : 2 does not contain Content-Type header or body.',
    },
  ].map(({ form, requests, message }, index) => ({
    id: `99${'pqrs'[index]}`,
    rule: `a batch is refused whole when ${form}`,
    covers: { errors: ['batchInvalid'] as const },
    steps: [batch(writer, requests, invalidField(message)), nothingStored],
  })),
  {
    id: '99k',
    rule: 'a batch is a JSON object, sent by POST with a type, by a caller with a token',
    covers: {
      errors: [
        'payloadUnreadable',
        'contentTypeUnsupported',
        'payloadEmpty',
        'methodNotAllowed',
        'authenticationMissing',
      ],
    },
    steps: [
      { as: writer, send: 'POST /$batch', body: '[', headers: JSON_HEADERS, gets: refused(UNREADABLE) },
      {
        as: writer,
        send: 'POST /$batch',
        body: '{}',
        headers: { 'content-type': 'multipart/mixed' },
        gets: refused(WRONG_TYPE),
      },
      { as: writer, send: 'POST /$batch', headers: JSON_HEADERS, gets: refused(NO_PAYLOAD) },
      { as: writer, send: 'GET /$batch', gets: { ...refused(E1), headers: { allow: 'POST' } } },
      { send: 'POST /$batch', json: { requests: [get('1', '/users')] }, gets: { status: 401 } },
      { as: writer, send: 'POST /%24batch', json: { requests: [get('1', '/users')] }, gets: { status: 200 } },
    ],
  },
  {
    id: '100',
    rule: 'what depends on a refused item is not done',
    cites: ['A6'],
    covers: { errors: ['failedDependency'] },
    steps: [
      batch(
        writer,
        [
          get('1', `${ACTIVITIES}/${NO_ACTIVITY}`),
          create('2', ASSIGNMENT, { dependsOn: ['1'] }),
          create('3', COURSE, { dependsOn: ['2'] }),
        ],
        answers(
          { id: '1', status: 404 },
          {
            id: '2',
            status: 424,
            headers: { 'Content-Type': 'application/json' },
            body: { error: { code: 'failedDependency', message: 'A request that this one depends on has failed.' } },
          },
          { id: '3', status: 424 },
        ),
      ),
      nothingStored,
    ],
  },
  {
    id: '100d',
    rule: 'what depends on a conflict, or on a bad request, is not done',
    cites: ['A6'],
    covers: { errors: ['conflict', 'failedDependency'] },
    steps: [
      batch(writer, [create('1', ASSIGNMENT)], answers({ id: '1', status: 201 })),
      batch(
        writer,
        [create('1', ASSIGNMENT), create('2', COURSE, { dependsOn: ['1'] })],
        answers({ id: '1', status: 409 }, { id: '2', status: 424 }),
      ),
      batch(
        writer,
        [create('1', {}), get('2', '/users', { dependsOn: ['1'] })],
        answers({ id: '1', status: 400 }, { id: '2', status: 424 }),
      ),
    ],
  },
  {
    id: '100e',
    rule: 'all may depend on the first, and depends_on counts for nothing',
    steps: [
      batch(
        writer,
        [
          create('1', ASSIGNMENT),
          create('2', COURSE, { dependsOn: ['1'] }),
          get('3', `${ACTIVITIES}/${NO_ACTIVITY}`, { dependsOn: ['1'] }),
        ],
        answers({ id: '1', status: 201 }, { id: '2', status: 201 }, { id: '3', status: 404 }),
      ),
      batch(
        writer,
        [get('1', `${ACTIVITIES}/${NO_ACTIVITY}`), get('2', `${ACTIVITIES}/${A1}`, { depends_on: ['1'] })],
        answers({ id: '1', status: 404 }, { id: '2', status: 200 }),
      ),
    ],
  },
  {
    id: '100b',
    rule: 'items take effect in the order of the array, whether or not they depend on each other',
    cites: ['A6'],
    steps: [
      batch(
        writer,
        [
          get('before', `${P1_ACTIVITIES}(externalcourseActivityId='late')`),
          create('write', { ...COURSE, externalCourseActivityId: 'late' }),
          get('read', `${P1_ACTIVITIES}(externalcourseActivityId='late')`),
          { id: 'delete', method: 'DELETE', url: `${P1_ACTIVITIES}/${A1}` },
          get('after', `${ACTIVITIES}/${A1}`),
        ],
        answers(
          { id: 'before', status: 404 },
          { id: 'write', status: 201 },
          { id: 'read', status: 200 },
          { id: 'delete', status: 204 },
          { id: 'after', status: 404 },
        ),
      ),
      batch(
        writer,
        [
          create('write', { ...COURSE, externalCourseActivityId: 'later' }),
          get('read', `${P1_ACTIVITIES}(externalcourseActivityId='later')`, { dependsOn: ['WRITE'] }),
        ],
        answers({ id: 'write', status: 201 }, { id: 'read', status: 200 }),
      ),
    ],
  },
  {
    id: '100c',
    rule: 'creates that follow one another are told apart: the second of two equal ones is a conflict',
    covers: { errors: ['conflict'] },
    steps: [
      batch(writer, [create('1', ASSIGNMENT), create('2', ASSIGNMENT)], answers({ status: 201 }, { status: 409 })),
    ],
  },
  {
    id: '100f',
    rule: 'a create waits for what comes before it, such as the delete that frees its external id',
    steps: [
      batch(
        writer,
        [
          create('1', { ...COURSE, externalCourseActivityId: 'freed' }),
          { id: '2', method: 'DELETE', url: `${P1_ACTIVITIES}(externalcourseActivityId='freed')` },
          create('3', { ...COURSE, externalCourseActivityId: 'freed' }),
        ],
        answers({ status: 201 }, { status: 204 }, { status: 201 }),
      ),
    ],
  },
];

export const batchTable: RuleTable = {
  section: 'batch',
  title: 'batches',
  source: 'Microsoft Graph: combine multiple HTTP requests using JSON batching',
  rows,
};

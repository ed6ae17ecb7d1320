/** Request and response headers. */

import { admin, contentReader, learner, reader, writer } from '../callers.ts';
import { ANYTHING, ANY_TEXT, containing, having, matching, not } from '../match.ts';
import { E13, E2, E6, MODIFIED, refused, required } from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';
import {
  A1,
  A2,
  ACTIVITIES,
  ASSIGNMENT,
  ASSIGNMENT_UPDATE,
  COURSE,
  K1,
  MY_ACTIVITIES,
  NO_ACTIVITY,
  P1,
  P1_ACTIVITIES,
  P1_CONTENTS,
  P2,
  PROVIDERS,
  without,
} from '../setup.ts';

type Headers = NonNullable<RuleStep['headers']>;

const CLIENT_ID = 'e70c5c1b-8b47-68c0-3171-3d22f5e0bd54';
const gets = (headers: Headers, expected: Expected): RuleStep => ({
  as: reader,
  send: `GET ${ACTIVITIES}/${A1}`,
  headers,
  gets: expected,
});
const updates = (headers: Headers, expected: Expected): RuleStep => ({
  as: writer,
  send: `PATCH ${P1_ACTIVITIES}/${A1}`,
  json: ASSIGNMENT_UPDATE,
  headers,
  gets: expected,
});

const rows: readonly RuleRow[] = [
  {
    id: '93',
    rule: "the client's own id is echoed, in success and in refusal",
    cites: ['C33', 'O12', 'E1', 'E2', 'E3'],
    covers: { errors: ['assignmentNotFound'] },
    steps: [
      gets({ 'client-request-id': CLIENT_ID }, { status: 200, headers: { 'client-request-id': CLIENT_ID } }),
      {
        as: reader,
        send: `GET ${ACTIVITIES}/${NO_ACTIVITY}`,
        headers: { 'client-request-id': CLIENT_ID },
        gets: {
          status: 404,
          headers: { 'client-request-id': CLIENT_ID },
          part: { error: { innerError: { 'client-request-id': CLIENT_ID } } },
        },
      },
      {
        send: `GET ${ACTIVITIES}`,
        headers: { 'client-request-id': CLIENT_ID },
        gets: { status: 401, part: { error: { innerError: { 'client-request-id': CLIENT_ID } } } },
      },
    ],
  },
  ...[
    'application/xml',
    'text/html',
    'application/atom+xml',
    'image/png',
    '*/*',
    'text/plain;q=0.9',
    'application/json;q=0.1',
  ].map((accept, index) => ({
    id: `103${'abcdefg'[index]}`,
    rule: `to who accepts ${accept} the answer is JSON`,
    steps: [
      gets(
        { accept },
        {
          status: 200,
          headers: { 'content-type': matching(/^application\/json;odata\.metadata=minimal/) },
          part: { id: A1 },
        },
      ),
    ],
  })),
  {
    id: '104',
    rule: 'without metadata there is neither context nor type',
    steps: [
      gets(
        { accept: 'application/json;odata.metadata=none' },
        {
          status: 200,
          headers: { 'content-type': containing('odata.metadata=none') },
          part: { id: A1 },
          lacks: ['@odata.context', '@odata.type'],
        },
      ),
      {
        as: learner,
        send: `GET ${MY_ACTIVITIES}?$top=1&$count=true`,
        headers: { accept: 'application/json;odata.metadata=none' },
        gets: {
          status: 200,
          part: {
            '@odata.count': 3,
            '@odata.nextLink': ANY_TEXT,
            value: [not(having({ '@odata.type': ANYTHING }))],
          },
          lacks: ['@odata.context'],
        },
      },
    ],
  },
  {
    id: '104b',
    rule: 'full metadata names the object, its version and its type',
    steps: [
      gets(
        { accept: 'application/json;odata.metadata=full' },
        {
          status: 200,
          headers: { 'content-type': containing('odata.metadata=full') },
          part: {
            '@odata.type': '#microsoft.graph.learningAssignment',
            '@odata.id': matching(/^https:\/\/.*learningCourseActivities\('7ba2228a[^']*'\)$/),
            '@odata.editLink': containing('learningCourseActivities'),
            '@odata.etag': matching(/^W\/"/),
          },
        },
      ),
      {
        as: contentReader,
        send: `GET ${P1_CONTENTS}/${K1}`,
        headers: { accept: 'application/json;odata.metadata=full;IEEE754Compatible=true' },
        gets: {
          status: 200,
          headers: { 'content-type': containing('IEEE754Compatible=true') },
          part: { '@odata.type': '#microsoft.graph.learningContent', numberOfPages: 9 },
        },
      },
    ],
  },
  {
    id: '107',
    rule: 'a browser may ask what it may send, without a token',
    steps: [
      {
        send: `OPTIONS ${P1_ACTIVITIES}`,
        headers: {
          origin: 'https://app.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,sdkversion',
        },
        gets: {
          status: 204,
          headers: {
            'access-control-allow-origin': '*',
            'access-control-allow-methods': containing('PATCH'),
            'access-control-allow-headers': 'authorization,content-type,sdkversion',
          },
        },
      },
      gets(
        { origin: 'https://app.example' },
        {
          status: 200,
          headers: {
            'access-control-allow-origin': '*',
            'access-control-expose-headers': matching(
              /(?=.*\brequest-id)(?=.*Retry-After)(?=.*Location)(?=.*WWW-Authenticate)/,
            ),
          },
        },
      ),
    ],
  },
  {
    id: '107b',
    rule: 'OPTIONS outside a preflight is a method like any other',
    covers: { errors: ['methodNotAllowed'] },
    steps: [{ as: reader, send: `OPTIONS ${ACTIVITIES}/${A1}`, gets: { status: 405, headers: { allow: 'GET' } } }],
  },
  {
    id: '107c',
    rule: 'a refusal can be read by a browser too',
    steps: [
      {
        send: `GET ${ACTIVITIES}`,
        headers: { origin: 'https://app.example' },
        gets: { status: 401, headers: { 'access-control-allow-origin': '*' } },
      },
    ],
  },
  {
    id: '107d',
    rule: 'HEAD is GET without the body',
    steps: [
      {
        as: reader,
        send: `HEAD ${ACTIVITIES}/${A1}`,
        gets: {
          status: 200,
          text: '',
          headers: { 'content-length': matching(/^[1-9]\d*$/), etag: ANY_TEXT },
        },
      },
      { as: reader, send: `HEAD ${ACTIVITIES}/${NO_ACTIVITY}`, gets: { status: 404, text: '' } },
    ],
  },
  {
    id: '108',
    rule: 'an update of another version than the stored one is refused',
    covers: { errors: ['preconditionFailed'] },
    steps: [
      {
        ...gets({}, { status: 200, headers: { etag: matching(/^W\/"\d+"$/) } }),
        keep: { etag: 'header:etag' },
      },
      updates({ 'if-match': '{etag}' }, { status: 204, headers: { etag: matching(/^W\//) } }),
      updates({ 'if-match': '{etag}' }, refused(MODIFIED)),
      updates({ 'if-match': '*' }, { status: 204 }),
      updates({ 'if-match': '"zzz", W/"yyy"' }, refused(MODIFIED)),
    ],
  },
  {
    id: '108b',
    rule: 'providers, contents and deletes are held to their version too',
    covers: { errors: ['preconditionFailed'] },
    steps: [
      { as: writer, send: `DELETE ${P1_ACTIVITIES}/${A1}`, headers: { 'if-match': 'W/"99"' }, gets: refused(MODIFIED) },
      { as: writer, send: `DELETE ${P1_CONTENTS}/${K1}`, headers: { 'if-match': 'W/"99"' }, gets: refused(MODIFIED) },
      {
        as: writer,
        send: `PATCH ${P1_CONTENTS}/${K1}`,
        json: {},
        headers: { 'if-match': 'W/"99"' },
        gets: refused(MODIFIED),
      },
      {
        as: writer,
        send: `PATCH ${P1_CONTENTS}(externalId='LP4471')`,
        json: {},
        headers: { 'if-match': 'W/"99"' },
        gets: refused(MODIFIED),
      },
      {
        as: admin,
        send: `PATCH ${PROVIDERS}/${P1}`,
        json: {},
        headers: { 'if-match': 'W/"99"' },
        gets: refused(MODIFIED),
      },
      { as: admin, send: `DELETE ${PROVIDERS}/${P2}`, headers: { 'if-match': 'W/"99"' }, gets: refused(MODIFIED) },
    ],
  },
  {
    id: '108c',
    rule: 'who has the stored version already is not sent it again',
    steps: [
      { ...gets({}, { status: 200 }), keep: { etag: 'header:etag' } },
      gets({ 'if-none-match': '{etag}' }, { status: 304, headers: { etag: matching(/^W\//) } }),
      updates({}, { status: 204 }),
      gets({ 'if-none-match': '{etag}' }, { status: 200, part: { status: 'inProgress' } }),
      gets({ 'if-none-match': '*' }, { status: 304 }),
      updates({ 'if-none-match': '*' }, { status: 204 }),
    ],
  },
  {
    id: '108e',
    rule: 'an update is answered with the version that it has stored',
    steps: [
      { ...updates({}, { status: 204 }), keep: { etag: 'header:etag' } },
      gets({ 'if-none-match': '{etag}' }, { status: 304 }),
      {
        as: writer,
        send: `PATCH ${P1_CONTENTS}/${K1}`,
        json: {},
        gets: { status: 202 },
        keep: { etag: 'header:etag' },
      },
      {
        as: contentReader,
        send: `GET ${P1_CONTENTS}/${K1}`,
        headers: { 'if-none-match': '{etag}' },
        gets: { status: 304 },
      },
      { as: admin, send: `PATCH ${PROVIDERS}/${P1}`, json: {}, gets: { status: 204 }, keep: { etag: 'header:etag' } },
      { as: admin, send: `GET ${PROVIDERS}/${P1}`, headers: { 'if-none-match': '{etag}' }, gets: { status: 304 } },
    ],
  },
  {
    id: '108d',
    rule: 'a created object comes with its version and its place',
    cites: ['O12'],
    steps: [
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: ASSIGNMENT,
        gets: {
          status: 201,
          headers: { etag: matching(/^W\//), location: matching(/^https:\/\//) },
        },
        keep: { location: 'header:location', id: 'id' },
      },
      { as: reader, send: 'GET {location}', gets: { status: 200, part: { id: '{id}' } } },
    ],
  },
  {
    id: '111',
    rule: 'messages are English, whatever language is accepted',
    cites: ['C45'],
    covers: { errors: ['fieldValidationFailed'] },
    steps: [
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: without(ASSIGNMENT, 'learnerUserId'),
        headers: { 'accept-language': 'de-DE,de;q=0.9' },
        gets: refused(E13, required('learnerUserId')),
      },
    ],
  },
  {
    id: '111b',
    rule: 'headers of clients that have no meaning here are passed over',
    steps: [
      gets(
        {
          sdkversion: 'graph-js/3.0.7 (featureUsage=7), graph-js/3.0.7 (featureUsage=7)',
          'retry-attempt': '2',
          consistencylevel: 'eventual',
          'x-pnpjs-requestid': 'x',
          'cache-control': 'no-store, no-cache',
          'x-ms-throttle-priority': 'low',
          'x-http-method-override': 'DELETE',
          'return-client-request-id': 'true',
        },
        { status: 200, part: { id: A1 } },
      ),
    ],
  },
  {
    id: '111c',
    rule: 'preferences that are unknown or broken are passed over',
    steps: [
      gets(
        { prefer: 'respond-async, return=everything;odata.maxpagesize=x, idempotent' },
        { status: 200, headers: { 'preference-applied': null } },
      ),
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: COURSE,
        headers: { prefer: 'return=minimal' },
        gets: { status: 201, part: { status: 'inProgress' } },
      },
    ],
  },
  {
    id: '111d',
    rule: 'every token gets its own answer, whatever was asked before',
    steps: [
      gets({}, { status: 200 }),
      { as: { roles: [] }, send: `GET ${ACTIVITIES}/${A1}`, gets: refused(E2) },
      { as: reader, send: `GET ${ACTIVITIES}/${A2}`, gets: { status: 200 } },
      { as: reader, send: `GET ${ACTIVITIES}/${NO_ACTIVITY}`, gets: refused(E6) },
    ],
  },
];

export const headerTable: RuleTable = {
  section: 'headers',
  title: 'headers',
  source:
    'Microsoft Graph: best practices, and error responses; OData protocol 4.01, header fields; RFC 9110, conditional requests',
  rows,
};

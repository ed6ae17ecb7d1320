/** In which order a request is judged, when several things are wrong with it. */

import { assignmentWriter, learner, none, reader, unplanned, writer } from '../callers.ts';
import { matching } from '../match.ts';
import {
  E1,
  E11,
  E12,
  E13,
  E2,
  E3,
  E4,
  E5,
  E6_UPDATE,
  NO_CONTENT,
  invalidField,
  noSegment,
  refused,
  required,
  tooLong,
  unknown,
} from '../refusals.ts';
import type { RuleRow, RuleTable } from '../row.ts';
import {
  A1,
  A2,
  A6,
  ACTIVITIES,
  ASSIGNMENT,
  ASSIGNMENT_UPDATE,
  CONTENT,
  COURSE,
  K1,
  K3,
  LEARNER,
  MY_ACTIVITIES,
  UNKNOWN_ID,
  NO_ACTIVITY,
  P1,
  P1_ACTIVITIES,
  P1_CONTENTS,
  P2_ACTIVITIES,
  PROVIDERS,
  UNLICENSED,
} from '../setup.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };
const unknownProvider = `${PROVIDERS}/${UNKNOWN_ID}/learningCourseActivities`;

const rows: readonly RuleRow[] = [
  {
    id: 'judgement-0',
    rule: 'first what does not exist, then the method, then the permission, then the service plan',
    cites: ['C37'],
    covers: { errors: ['segmentNotFound', 'methodNotAllowed', 'accessDenied', 'noServicePlan'] },
    steps: [
      { as: none, send: 'PUT /employeeExperience/nothing', gets: refused(noSegment('nothing')) },
      { as: none, send: `PUT ${unknownProvider}`, json: {}, gets: refused(E1) },
      { as: none, send: `POST ${unknownProvider}`, json: {}, gets: refused(E2) },
      { as: unplanned, send: `POST ${unknownProvider}`, json: {}, gets: refused(E3) },
      { as: unplanned, send: `PATCH ${P1_ACTIVITIES}/x`, body: '{', headers: JSON_HEADERS, gets: refused(E3) },
    ],
  },
  {
    id: 'judgement-1',
    rule: 'of a create: the provider, then the body, then the type, then its permission, then its fields',
    steps: [
      {
        as: writer,
        send: `POST ${unknownProvider}`,
        body: 'x',
        headers: { 'content-type': 'text/plain' },
        gets: refused(E5),
      },
      {
        as: writer,
        send: `POST ${P2_ACTIVITIES}`,
        body: 'x',
        headers: { 'content-type': 'text/plain' },
        gets: refused(E4),
      },
      { as: writer, send: `POST ${P2_ACTIVITIES}`, json: {}, gets: refused(E4) },
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: { status: 'x' },
        gets: refused(
          E13,
          required('@odata.type'),
          required('learnerUserId'),
          required('learningContentId'),
          invalidField('status'),
        ),
      },
      { as: assignmentWriter, send: `POST ${P1_ACTIVITIES}`, json: { ...COURSE, status: 'x' }, gets: refused(E2) },
    ],
  },
  {
    id: 'judgement-2',
    rule: 'of an update: the provider, then the activity, then the permission of its type, then the body',
    steps: [
      {
        as: writer,
        send: `PATCH ${unknownProvider}/${NO_ACTIVITY}`,
        body: '{',
        headers: JSON_HEADERS,
        gets: refused(E5),
      },
      { as: writer, send: `PATCH ${P2_ACTIVITIES}/${A6}`, body: '{', headers: JSON_HEADERS, gets: refused(E4) },
      {
        as: writer,
        send: `PATCH ${P1_ACTIVITIES}/${NO_ACTIVITY}`,
        body: '{',
        headers: JSON_HEADERS,
        gets: refused(E6_UPDATE),
      },
      {
        as: assignmentWriter,
        send: `PATCH ${P1_ACTIVITIES}/${A2}`,
        body: '{',
        headers: JSON_HEADERS,
        gets: refused(E2),
      },
      {
        as: writer,
        send: `PATCH ${P1_ACTIVITIES}/${A1}`,
        json: { status: 'x', learningContentId: K3 },
        gets: refused(E11, invalidField('status')),
      },
    ],
  },
  {
    id: 'judgement-3',
    rule: 'of a content: the provider, then the content, then the body',
    steps: [
      {
        as: writer,
        send: `PATCH ${PROVIDERS}/abc/learningContents/${K1}`,
        body: '{',
        headers: JSON_HEADERS,
        gets: refused(E5),
      },
      {
        as: writer,
        send: `PATCH ${PROVIDERS}/${UNKNOWN_ID}/learningContents(externalId='x')`,
        body: '{',
        headers: JSON_HEADERS,
        gets: refused(E5),
      },
      {
        as: writer,
        send: `PATCH ${P1_CONTENTS}/${UNKNOWN_ID}`,
        body: '{',
        headers: JSON_HEADERS,
        gets: refused(NO_CONTENT),
      },
    ],
  },
  {
    id: 'judgement-4',
    rule: 'a refused create leaves nothing behind',
    steps: [
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: { ...ASSIGNMENT, learnerUserId: UNLICENSED },
        gets: { status: 403 },
      },
      { as: writer, send: `POST ${P1_ACTIVITIES}`, json: { ...ASSIGNMENT, status: 'x' }, gets: { status: 400 } },
      { as: reader, send: `GET ${ACTIVITIES}/$count`, gets: { status: 200, text: '6' } },
      { as: writer, send: `POST ${P1_ACTIVITIES}`, json: ASSIGNMENT, gets: { status: 201 } },
    ],
  },
  {
    id: 'judgement-5',
    rule: 'ids may be sent in any casing and come back in lower case',
    steps: [
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES.replace(P1, P1.toUpperCase())}`,
        json: {
          ...ASSIGNMENT,
          learnerUserId: LEARNER.toUpperCase(),
          learningContentId: K1.toUpperCase(),
          learningProviderId: P1.toUpperCase(),
        },
        gets: { status: 201, part: { learnerUserId: LEARNER, learningContentId: K1, learningProviderId: P1 } },
      },
    ],
  },
  {
    id: 'judgement-6',
    rule: 'names that mean something to a program mean nothing in a body or an option',
    covers: { errors: ['propertyUnknown'] },
    steps: [
      {
        as: writer,
        send: `PATCH ${P1_ACTIVITIES}/${A1}`,
        body: '{"@odata.type":"#microsoft.graph.learningAssignment","status":"completed","__proto__":{"notes":"x"}}',
        headers: JSON_HEADERS,
        gets: unknown('__proto__', 'learningAssignment'),
      },
      {
        as: writer,
        send: `PATCH ${P1_ACTIVITIES}/${A1}`,
        json: { ...ASSIGNMENT_UPDATE, constructor: 1 },
        gets: unknown('constructor', 'learningAssignment'),
      },
      {
        as: writer,
        send: `PATCH ${P1_ACTIVITIES}/${A1}`,
        json: { ...ASSIGNMENT_UPDATE, status: 'constructor' },
        gets: refused(E11, invalidField('status')),
      },
      { as: learner, send: `GET ${MY_ACTIVITIES}?$select=constructor`, gets: { status: 400 } },
      { as: learner, send: `GET ${MY_ACTIVITIES}?$filter=toString eq 'x'`, gets: { status: 400 } },
      { as: learner, send: `GET ${MY_ACTIVITIES}?__proto__=x&constructor=y`, gets: { status: 200 } },
    ],
  },
  {
    id: 'judgement-7',
    rule: 'an external id in a path has the limit of one in a body',
    covers: { errors: ['fieldsEmpty'] },
    steps: [
      {
        as: writer,
        send: `PATCH ${P1_CONTENTS}(externalId='${'x'.repeat(257)}')`,
        json: CONTENT,
        gets: refused(E12, tooLong('externalId', 256)),
      },
      {
        as: writer,
        send: `PATCH ${P1_CONTENTS}(externalId='${'x'.repeat(256)}')`,
        json: CONTENT,
        gets: { status: 202 },
      },
      { as: writer, send: `PATCH ${P1_CONTENTS}(externalId='')`, json: CONTENT, gets: { status: 400 } },
    ],
  },
  {
    id: 'judgement-8',
    rule: 'behind a trusted proxy links lead to the host that the client used',
    cites: ['O10'],
    settings: { trustProxy: true },
    steps: [
      {
        as: learner,
        send: `GET ${MY_ACTIVITIES}?$top=1`,
        headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'graph.contoso.example' },
        gets: {
          status: 200,
          part: {
            '@odata.context': matching(/^https:\/\/graph\.contoso\.example\//),
            '@odata.nextLink': matching(/^https:\/\/graph\.contoso\.example\//),
          },
        },
      },
    ],
  },
  {
    id: 'judgement-9',
    rule: 'a stranger may not say which host the client used',
    steps: [
      {
        as: learner,
        send: `GET ${MY_ACTIVITIES}?$top=1`,
        headers: { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.example' },
        gets: { status: 200, part: { '@odata.nextLink': matching(/^https:\/\/localhost/) } },
      },
    ],
  },
];

export const orderTable: RuleTable = {
  section: 'order',
  title: 'the order of judgement',
  source:
    'Microsoft Graph reference: error tables of the learning pages; the order in which several problems are judged is decided by this project',
  rows,
};

/** Who may call at all: tokens, permissions, service plans. */

import { admin, assignmentWriter, courseWriter, learner, none, reader, unplanned, writer } from '../callers.ts';
import { containing, matching, not } from '../match.ts';
import { E2, E3, NO_TOKEN, refused } from '../refusals.ts';
import type { RuleRow, RuleTable } from '../row.ts';
import { A1, ACTIVITIES, ASSIGNMENT, COURSE, P1, P1_ACTIVITIES, P1_CONTENTS, PROVIDERS } from '../setup.ts';

const create = `POST ${P1_ACTIVITIES}`;
const challenge = matching(/^Bearer realm="", authorization_uri="https:\/\/[^"]+"/);
const unauthorized = (message: string) => ({
  status: 401,
  headers: { 'www-authenticate': challenge },
  refusal: { status: 401, code: 'InvalidAuthenticationToken', message },
});

const rows: readonly RuleRow[] = [
  {
    id: '27',
    rule: 'an app without a learning role creates nothing',
    cites: ['C37', 'C47', 'C13'],
    covers: { errors: ['accessDenied'] },
    steps: [{ as: none, send: create, json: ASSIGNMENT, gets: refused(E2) }],
  },
  {
    id: '28',
    rule: 'users create no activities',
    covers: { errors: ['accessDenied'] },
    steps: [
      { as: learner, send: create, json: ASSIGNMENT, gets: refused(E2) },
      {
        as: { user: 'admin', scopes: ['LearningAssignedCourse.ReadWrite.All', 'LearningProvider.ReadWrite'] },
        send: create,
        json: ASSIGNMENT,
        gets: refused(E2),
      },
    ],
  },
  {
    id: '29',
    rule: 'an app creates only activities of the type that it may write',
    cites: ['C22'],
    covers: { operations: ['createLearningCourseActivity'], errors: ['accessDenied'] },
    steps: [
      { as: assignmentWriter, send: create, json: COURSE, gets: refused(E2) },
      { as: assignmentWriter, send: create, json: ASSIGNMENT, gets: { status: 201 } },
      { as: courseWriter, send: create, json: ASSIGNMENT, gets: refused(E2) },
      { as: courseWriter, send: create, json: COURSE, gets: { status: 201 } },
    ],
  },
  {
    id: '29b',
    rule: 'without the setting for types an app creates both',
    settings: { typeScopedPermissions: false },
    covers: { operations: ['createLearningCourseActivity'] },
    steps: [
      { as: assignmentWriter, send: create, json: COURSE, gets: { status: 201 } },
      { as: courseWriter, send: create, json: ASSIGNMENT, gets: { status: 201 } },
      { as: reader, send: create, json: ASSIGNMENT, gets: refused(E2) },
    ],
  },
  {
    id: '29c',
    rule: 'with a setting a 403 has the code of the live service',
    cites: ['C13'],
    settings: { forbiddenCode: 'forbidden' },
    covers: { errors: ['accessDenied'] },
    steps: [{ as: none, send: create, json: ASSIGNMENT, gets: refused({ ...E2, code: 'forbidden' }) }],
  },
  {
    id: '30',
    rule: 'a tenant without the service plan is refused, after permissions and before all else',
    cites: ['C14', 'E4'],
    covers: { errors: ['noServicePlan'] },
    steps: [
      { as: unplanned, send: create, json: ASSIGNMENT, gets: refused(E3) },
      { as: unplanned, send: `GET ${ACTIVITIES}/${A1}`, gets: refused(E3) },
      { as: unplanned, send: `DELETE ${P1_CONTENTS}/x`, gets: refused(E3) },
      { as: unplanned, send: `GET ${PROVIDERS}`, gets: refused(E2) },
    ],
  },
  {
    id: '31',
    rule: 'without a token there is a challenge that asks for no claims',
    cites: ['E1', 'E5'],
    covers: { errors: ['authenticationMissing'] },
    steps: [
      { send: create, json: ASSIGNMENT, gets: unauthorized(String(NO_TOKEN.message)) },
      {
        send: `GET ${ACTIVITIES}/${A1}`,
        gets: {
          ...unauthorized(String(NO_TOKEN.message)),
          headers: { 'www-authenticate': not(containing('claims')) },
        },
      },
    ],
  },
  ...['Bearer', 'Bearer ', 'Basic dXNlcjpwYXNz'].map((authorization, index) => ({
    id: `31${'bcd'[index]}`,
    rule: `the Authorization header ${JSON.stringify(authorization)} holds no token`,
    covers: { errors: ['authenticationMissing'] as const },
    steps: [{ as: { authorization }, send: `GET ${ACTIVITIES}`, gets: unauthorized('Access token is empty.') }],
  })),
  {
    id: '31e',
    rule: 'a text that is not a token is named as such',
    covers: { errors: ['authenticationMalformed'] },
    steps: ['Bearer abc', 'Bearer a.b', 'Bearer {}'].map((authorization) => ({
      as: { authorization },
      send: `GET ${ACTIVITIES}`,
      gets: unauthorized('CompactToken parsing failed with error code: 80049217'),
    })),
  },
  {
    id: '31f',
    rule: 'a token whose time is over is told',
    covers: { errors: ['authenticationExpired'] },
    steps: [
      {
        as: { flaw: 'expired' },
        send: `GET ${ACTIVITIES}`,
        gets: unauthorized('Access token has expired or is not yet valid.'),
      },
    ],
  },
  ...(['otherAudience', 'otherSignature'] as const).map((flaw, index) => ({
    id: `31${'gh'[index]}`,
    rule: `a token with the flaw ${flaw} is refused with its reason`,
    covers: { errors: ['authenticationInvalid'] as const },
    steps: [
      {
        as: { flaw },
        send: `GET ${ACTIVITIES}`,
        gets: unauthorized(`Access token validation failure. ${['Invalid audience.', 'Invalid signature.'][index]}`),
      },
    ],
  })),
  {
    id: '31i',
    rule: 'who calls is asked before what is called',
    covers: { errors: ['authenticationMissing'] },
    steps: [
      { send: 'GET /employeeExperience/nothing', gets: { status: 401 } },
      { send: `DELETE ${ACTIVITIES}/${A1}`, gets: { status: 401 } },
    ],
  },
  {
    id: '31j',
    rule: 'the scheme of the token may come in any casing',
    steps: [
      {
        as: { authorization: 'BEARER abc' },
        send: `GET ${ACTIVITIES}`,
        gets: {
          status: 401,
          part: { error: { code: 'InvalidAuthenticationToken', message: containing('CompactToken') } },
        },
      },
    ],
  },
  {
    id: '91',
    rule: 'users neither read nor write contents',
    cites: ['C23'],
    covers: { errors: ['accessDenied'] },
    steps: [
      { as: admin, send: `PATCH ${P1_CONTENTS}(externalId='X')`, json: {}, gets: refused(E2) },
      {
        as: { user: 'admin', scopes: ['LearningContent.ReadWrite.All'] },
        send: `GET ${P1_CONTENTS}`,
        gets: refused(E2),
      },
    ],
  },
  {
    id: '91b',
    rule: 'with a setting users read and write contents, as before October 2022',
    cites: ['C23'],
    settings: { delegatedContent: true },
    covers: { operations: ['listLearningContents', 'upsertLearningContentByExternalId'], errors: ['accessDenied'] },
    steps: [
      {
        as: { user: 'admin', scopes: ['LearningContent.Read.All'] },
        send: `GET ${P1_CONTENTS}`,
        gets: { status: 200 },
      },
      {
        as: { user: 'admin', scopes: ['LearningContent.ReadWrite.All'] },
        send: `PATCH ${P1_CONTENTS}(externalId='LP4471')`,
        json: { title: 'New' },
        gets: { status: 202, part: { title: 'New' } },
      },
      {
        as: { user: 'admin', scopes: ['LearningContent.Read.All'] },
        send: `PATCH ${P1_CONTENTS}(externalId='LP4471')`,
        json: {},
        gets: refused(E2),
      },
    ],
  },
  {
    id: '79',
    rule: 'applications have no part in providers',
    covers: { errors: ['accessDenied'] },
    steps: [
      { as: writer, send: `GET ${PROVIDERS}`, gets: refused(E2) },
      { as: writer, send: `POST ${PROVIDERS}`, json: {}, gets: refused(E2) },
      { as: { roles: ['LearningProvider.ReadWrite'] }, send: `GET ${PROVIDERS}/${P1}`, gets: refused(E2) },
    ],
  },
];

export const accessTable: RuleTable = {
  section: 'access',
  title: 'who may call',
  source:
    'Microsoft Graph reference: permissions section of each learning page; Microsoft identity platform: access tokens',
  rows,
};

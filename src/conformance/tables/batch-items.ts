/** Items of batches: their URLs, headers, bodies and permissions. */

import { BETA, V1 } from '../../model/versions.ts';
import { admin, learner, none, writer } from '../callers.ts';
import { JSON_HEADERS, answers, batch, create, get } from '../batch-steps.ts';
import { ANYTHING, matching } from '../match.ts';
import { UNREADABLE } from '../refusals.ts';
import type { RuleRow, RuleTable } from '../row.ts';
import {
  A1,
  A2,
  A3,
  ACTIVITIES,
  ASSIGNMENT,
  COURSE,
  COURSE_UPDATE,
  LEARNER,
  MY_ACTIVITIES,
  P1,
  P1_ACTIVITIES,
  P1_CONTENTS,
} from '../setup.ts';

const rows: readonly RuleRow[] = [
  ...[
    { form: 'without a slash', url: ACTIVITIES.slice(1) },
    { form: 'from the version root', url: ACTIVITIES },
    { form: 'from the service root', url: `/${V1}${ACTIVITIES}` },
    { form: 'as a whole URL', url: '{root}' + ACTIVITIES },
  ].map(({ form, url }, index) => ({
    id: `101${'abcd'[index]}`,
    rule: `an item may give its URL ${form}`,
    cites: ['C34', 'A2'],
    covers: index === 0 ? { operations: ['createLearningCourseActivity'] as const } : {},
    steps: [
      batch(
        writer,
        [
          create('1', ASSIGNMENT, { url: url.replace(ACTIVITIES.slice(1), P1_ACTIVITIES.slice(1)) }),
          get('2', `${url}/${A1}`),
          get('3', `${url}/${A1.replace(':', '%3A')}?$select=id,status`),
        ],
        answers(
          { status: 201 },
          { status: 200, body: { id: A1 } },
          { status: 200, body: { id: A1, status: 'notStarted' } },
        ),
      ),
    ],
  })),
  {
    id: '101e',
    rule: 'an item may give its URL decoded, with spaces, quotes and lone percent signs',
    cites: ['A2'],
    steps: [
      batch(
        writer,
        [
          create('1', { ...COURSE, externalCourseActivityId: "it's 100% here" }),
          get('2', `${P1_ACTIVITIES}(externalcourseActivityId='it''s 100% here')`),
          get('3', "/users?$filter=displayName eq 'Lee Learner'&$select=id"),
        ],
        answers({ status: 201 }, { status: 200 }, { status: 200, body: { value: [{ id: LEARNER }] } }),
      ),
    ],
  },
  {
    id: '101f',
    rule: 'headers of an item may come in any casing, and may not change who calls',
    cites: ['A3'],
    covers: { errors: ['accessDenied'] },
    steps: [
      batch(
        none,
        [
          create('1', ASSIGNMENT, {
            headers: { 'content-type': 'application/json', Authorization: 'Bearer abc', SdkVersion: 'x' },
          }),
        ],
        answers({ status: 403 }),
      ),
      batch(
        writer,
        [
          create('1', ASSIGNMENT, { headers: { 'CONTENT-TYPE': 'application/json', authorization: 'Bearer abc' } }),
          create('2', COURSE, { headers: { ...JSON_HEADERS, Prefer: 'return=representation' } }),
          get('3', `${ACTIVITIES}/${A3}`, { headers: { prefer: 'include-unknown-enum-members' } }),
          get('4', `${ACTIVITIES}/${A1}`, { headers: { 'if-none-match': '*' } }),
        ],
        answers(
          { status: 201 },
          { status: 201 },
          {
            status: 200,
            headers: { 'Preference-Applied': 'include-unknown-enum-members' },
            body: { assignmentType: 'peerRecommended' },
          },
          { status: 304 },
        ),
      ),
    ],
  },
  {
    id: '101g',
    rule: 'the body of an item may be base64',
    needsSeed: true,
    cites: ['A4'],
    steps: [
      batch(
        writer,
        [
          {
            id: '1',
            method: 'POST',
            url: P1_ACTIVITIES,
            headers: JSON_HEADERS,
            body: Buffer.from(JSON.stringify(ASSIGNMENT)).toString('base64'),
          },
          {
            id: '2',
            method: 'POST',
            url: P1_ACTIVITIES,
            headers: JSON_HEADERS,
            body: Buffer.from(JSON.stringify(COURSE)).toString('base64url'),
          },
        ],
        answers({ status: 201 }, { status: 201 }),
      ),
    ],
  },
  {
    id: '101m',
    rule: 'the body of an item is JSON, whatever the item calls it',
    cites: ['A3', 'A4'],
    steps: [
      batch(
        writer,
        [create('1', ASSIGNMENT, { headers: { 'content-type': 'text/plain;charset=UTF-8' } })],
        answers({ status: 201 }),
      ),
    ],
  },
  {
    id: '101h',
    rule: 'what is wrong with one item is told in its place',
    covers: { errors: ['segmentNotFound', 'methodNotAllowed', 'payloadEmpty'] },
    steps: [
      batch(
        writer,
        [
          get('1', '/employeeExperience/learningThings'),
          { id: '2', method: 'PUT', url: P1_ACTIVITIES, headers: JSON_HEADERS, body: {} },
          { id: '3', method: 'POST', url: P1_ACTIVITIES, headers: JSON_HEADERS, body: '' },
          { id: '4', method: 'POST', url: P1_ACTIVITIES, headers: JSON_HEADERS, body: [] },
          get('5', `${ACTIVITIES}?$top=x`),
          get('6', '/me'),
        ],
        answers(
          { status: 400, body: { error: { message: "Resource not found for the segment 'learningThings'." } } },
          { status: 405, headers: { Allow: 'POST, GET' } },
          { status: 400 },
          { status: 400, body: { error: { message: UNREADABLE.message } } },
          { status: 400 },
          { status: 400 },
        ),
      ),
    ],
  },
  {
    id: '101i',
    rule: 'a batch holds no other batch',
    covers: { errors: ['batchInvalid'] },
    steps: [
      batch(
        writer,
        [{ id: '1', method: 'POST', url: '/$batch', headers: JSON_HEADERS, body: { requests: [] } }],
        answers({
          status: 400,
          body: { error: { message: 'A batch cannot hold another batch.' } },
        }),
      ),
    ],
  },
  {
    id: '101j',
    rule: 'lists, counts and links work in a batch as outside of it',
    needsSeed: true,
    cites: ['O10'],
    covers: { operations: ['listMyLearningCourseActivities', 'countMyLearningCourseActivities'] },
    steps: [
      batch(
        learner,
        [get('1', `${MY_ACTIVITIES}?$top=2&$select=id`), get('2', `${MY_ACTIVITIES}/$count`)],
        answers(
          {
            status: 200,
            body: {
              '@odata.nextLink': matching(/^https:\/\/[^?]*\/me\/employeeExperience\/learningCourseActivities\?/),
              value: [{}, {}],
            },
          },
          { status: 200, body: ANYTHING },
        ),
      ),
    ],
  },
  {
    id: '101k',
    rule: 'each item takes its own permission',
    covers: { errors: ['accessDenied'] },
    steps: [
      batch(
        admin,
        [get('1', `/employeeExperience/learningProviders/${P1}`), get('2', P1_CONTENTS), create('3', ASSIGNMENT)],
        answers({ status: 200 }, { status: 403, body: { error: { code: 'Forbidden' } } }, { status: 403 }),
      ),
    ],
  },
  {
    id: '102',
    rule: 'items run against the version of the batch, whose rules for going back to not started differ',
    cites: ['C8'],
    versions: [V1],
    covers: { errors: ['fieldsInvalid'] },
    steps: [
      batch(
        writer,
        [
          {
            id: '1',
            method: 'PATCH',
            url: `${P1_ACTIVITIES}/${A2}`,
            headers: JSON_HEADERS,
            body: { ...COURSE_UPDATE, status: 'notStarted' },
          },
        ],
        answers({ status: 400 }),
      ),
    ],
  },
  {
    id: '102',
    rule: 'items run against the version of the batch: beta takes the way back to not started',
    cites: ['C8'],
    versions: [BETA],
    covers: { operations: ['updateLearningCourseActivity'] },
    steps: [
      batch(
        writer,
        [
          {
            id: '1',
            method: 'PATCH',
            url: `${P1_ACTIVITIES}/${A2}`,
            headers: JSON_HEADERS,
            body: { ...COURSE_UPDATE, status: 'notStarted' },
          },
        ],
        answers({ status: 204 }),
      ),
    ],
  },
];

export const batchItemTable: RuleTable = {
  section: 'batch-items',
  title: 'items of batches',
  source: 'Microsoft Graph: combine multiple HTTP requests using JSON batching; items as SDKs send them',
  rows,
};

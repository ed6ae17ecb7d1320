/** External ids as alternate keys in paths. */
import { learner, reader, writer } from '../callers.ts';
import { AMBIGUOUS, CONFLICT, E2, E5, E6, refused } from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';
import {
  A1,
  A2,
  ACTIVITIES,
  ASSIGNMENT,
  ASSIGNMENT_UPDATE,
  COURSE,
  LEARNER,
  MY_ACTIVITIES,
  UNKNOWN_ID,
  P1_ACTIVITIES,
  P3_ACTIVITIES,
  PROVIDERS,
  UNLICENSED,
  USER_ACTIVITIES,
} from '../setup.ts';

const isA1 = { status: 200, part: { id: A1, externalcourseActivityId: 'ext-1' } };
const reads = (path: string, gets: RuleStep['gets']): RuleStep => ({ as: reader, send: `GET ${path}`, gets });
/** The key under the provider, with the literal as it stands in the URL. */
const byKey = (literal: string): string => `${P1_ACTIVITIES}(externalcourseActivityId=${literal})`;

/** An update gives the assignment an external id. */
const fills = (id: string, externalcourseActivityId: string, gets: Expected): RuleStep => ({
  as: writer,
  send: `PATCH ${P1_ACTIVITIES}/${id}`,
  json: { ...ASSIGNMENT_UPDATE, externalcourseActivityId },
  gets,
});

/** An external id is stored, and found again by each way of writing it. */
const written = (id: string, externalId: string, literals: readonly string[]): RuleRow => ({
  id,
  rule: `the external id ${externalId} is found as ${literals.join(' and ')}`,
  cites: ['P1', 'P4'],
  covers: { operations: ['getProviderLearningCourseActivityByExternalId'] },
  steps: [
    {
      as: writer,
      send: `POST ${P1_ACTIVITIES}`,
      json: { ...COURSE, externalCourseActivityId: externalId },
      gets: { status: 201, part: { externalCourseActivityId: externalId } },
      keep: { id: 'id' },
    },
    ...literals.map((literal) => reads(byKey(literal), { status: 200, part: { id: '{id}' } })),
  ],
});

const rows: readonly RuleRow[] = [
  {
    id: '39',
    rule: 'an activity is got by the external id as the page spells it',
    cites: ['C1', 'C18', 'P2', 'P3'],
    covers: { operations: ['getProviderLearningCourseActivityByExternalId'] },
    steps: [reads(`${P1_ACTIVITIES}(externalCourseActivityId='ext-1')`, isA1)],
  },
  {
    id: '40',
    rule: 'the name of the key may come in any casing, and its value without quotes',
    cites: ['C18', 'P3', 'P4'],
    steps: [
      byKey("'ext-1'"),
      byKey('ext-1'),
      byKey('%27ext-1%27'),
      `${P1_ACTIVITIES}(EXTERNALCOURSEACTIVITYID='ext-1')`,
      `${P1_ACTIVITIES}(externalCourseActivityId=ext-1)`,
      `${P1_ACTIVITIES}%28externalCourseActivityId='ext-1'%29`,
    ].map((path) => reads(path, isA1)),
  },
  {
    id: '41',
    rule: 'an external id that is not there is 404, which clients probe with',
    cites: ['E4'],
    covers: { errors: ['assignmentNotFound'] },
    steps: ["'ext-404'", "''", "'EXT-1'"].map((literal) => reads(byKey(literal), refused(E6))),
  },
  written('42', "it's here", ["'it%27%27s%20here'", "'it''s%20here'", "'it's%20here'", '%27it%27s%20here%27']),
  written('43', 'a/b', ["'a%2Fb'", "'a%252Fb'", "'a/b'"]),
  written('43b', 'https://learn.contoso.example/a?b=1&c=(d)', [
    "'https%3A%2F%2Flearn.contoso.example%2Fa%3Fb%3D1%26c%3D(d)'",
  ]),
  written('43c', '50% + é #1|2', ["'50%25%20%2B%20%C3%A9%20%231%7C2'", "'50%25%20+%20%C3%A9%20%231%7C2'"]),
  written('43d', 'a%2Fb', ["'a%252Fb'"]),
  {
    id: '43e',
    rule: 'the external id as it is goes before the external id decoded once more',
    steps: [
      ...['a/b', 'a%2Fb'].map((externalId, index) => ({
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: { ...COURSE, externalCourseActivityId: externalId },
        gets: { status: 201 },
        keep: { [`id${index}`]: 'id' },
      })),
      reads(byKey("'a%252Fb'"), { status: 200, part: { id: '{id1}' } }),
      reads(byKey("'a%2Fb'"), { status: 200, part: { id: '{id0}' } }),
    ],
  },
  {
    id: '43f',
    rule: 'an external id is found at the root, under a user and under /me',
    cites: ['P2'],
    covers: {
      operations: [
        'getLearningCourseActivityByExternalId',
        'getUserLearningCourseActivityByExternalId',
        'getMyLearningCourseActivityByExternalId',
      ],
      errors: ['assignmentNotFound', 'accessDenied', 'registrationIdInvalid'],
    },
    steps: [
      reads(`${ACTIVITIES}(externalcourseActivityId='ext-1')`, isA1),
      reads(`${USER_ACTIVITIES}(externalcourseActivityId='ext-1')`, isA1),
      { as: learner, send: `GET ${MY_ACTIVITIES}(externalcourseActivityId='ext-1')`, gets: isA1 },
      reads(`/users/${UNLICENSED}${ACTIVITIES}(externalcourseActivityId='ext-1')`, refused(E6)),
      reads(`${P3_ACTIVITIES}(externalcourseActivityId='ext-1')`, refused(E6)),
      { as: learner, send: `GET ${MY_ACTIVITIES}(externalcourseActivityId='ext-4')`, gets: refused(E6) },
      {
        as: learner,
        send: `GET /users/${UNLICENSED}${ACTIVITIES}(externalcourseActivityId='ext-4')`,
        gets: refused(E2),
      },
      reads(`${PROVIDERS}/${UNKNOWN_ID}/learningCourseActivities(externalcourseActivityId='ext-1')`, refused(E5)),
    ],
  },
  {
    id: '109',
    rule: 'a create that repeats provider, type, learner and external id is a conflict',
    cites: ['C20'],
    covers: { errors: ['conflict'] },
    steps: [
      { as: writer, send: `POST ${P1_ACTIVITIES}`, json: ASSIGNMENT, gets: { status: 201 } },
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: { ...ASSIGNMENT, status: 'completed' },
        gets: refused(CONFLICT),
      },
    ],
  },
  {
    id: '109b',
    rule: 'creates without an external id repeat nothing',
    steps: [null, null].map((externalCourseActivityId) => ({
      as: writer,
      send: `POST ${P1_ACTIVITIES}`,
      json: { ...ASSIGNMENT, externalCourseActivityId },
      gets: { status: 201, part: { externalCourseActivityId: null } },
    })),
  },
  {
    id: '109c',
    rule: 'an external id is free again when its activity is deleted',
    steps: [
      { as: writer, send: `DELETE ${P1_ACTIVITIES}/${A1}`, gets: { status: 204 } },
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: { ...ASSIGNMENT, externalCourseActivityId: 'ext-1' },
        gets: { status: 201 },
      },
    ],
  },
  {
    id: '109e',
    rule: 'an update takes no external id that another activity of the provider, type and learner has',
    cites: ['C20'],
    covers: { errors: ['conflict'] },
    steps: [
      ...[null, 'race'].map((externalCourseActivityId, index) => ({
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: { ...ASSIGNMENT, externalCourseActivityId },
        gets: { status: 201 },
        keep: { [`id${index}`]: 'id' },
      })),
      fills('{id0}', 'race', refused(CONFLICT)),
      reads(`${ACTIVITIES}/{id0}`, { status: 200, part: { externalcourseActivityId: null, status: 'notStarted' } }),
      reads(byKey("'race'"), { status: 200, part: { id: '{id1}' } }),
      fills('{id1}', 'race', { status: 204 }),
      { as: writer, send: `DELETE ${P1_ACTIVITIES}/{id1}`, gets: { status: 204 } },
      fills('{id0}', 'race', { status: 204 }),
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: { ...ASSIGNMENT, externalCourseActivityId: 'race' },
        gets: refused(CONFLICT),
      },
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: { ...COURSE, externalCourseActivityId: 'race' },
        gets: { status: 201 },
      },
    ],
  },
  {
    id: '109d',
    rule: 'with a setting creates and updates may repeat one another',
    settings: { allowDuplicateExternalIds: true },
    covers: { operations: ['createLearningCourseActivity'], errors: ['alternateKeyAmbiguous'] },
    steps: [
      { as: writer, send: `POST ${P1_ACTIVITIES}`, json: ASSIGNMENT, gets: { status: 201 } },
      { as: writer, send: `POST ${P1_ACTIVITIES}`, json: ASSIGNMENT, gets: { status: 201 } },
      reads(byKey(`'${String(ASSIGNMENT['externalCourseActivityId'])}'`), refused(AMBIGUOUS)),
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: { ...ASSIGNMENT, externalCourseActivityId: null },
        gets: { status: 201 },
        keep: { id: 'id' },
      },
      fills('{id}', 'ext-1', { status: 204 }),
      reads(byKey("'ext-1'"), refused(AMBIGUOUS)),
    ],
  },
  {
    id: '110',
    rule: 'an external id that two activities share names none of them',
    cites: ['C20'],
    covers: { errors: ['alternateKeyAmbiguous'] },
    steps: [
      { as: writer, send: `POST ${P1_ACTIVITIES}`, json: ASSIGNMENT, gets: { status: 201 } },
      { as: writer, send: `POST ${P1_ACTIVITIES}`, json: COURSE, gets: { status: 201 } },
      reads(byKey(`'${String(ASSIGNMENT['externalCourseActivityId'])}'`), refused(AMBIGUOUS)),
    ],
  },
  {
    id: '110b',
    rule: 'a shared external id is clear to who may see one of the two only',
    steps: [
      { as: writer, send: `POST ${P1_ACTIVITIES}`, json: ASSIGNMENT, gets: { status: 201 } },
      { as: writer, send: `POST ${P1_ACTIVITIES}`, json: COURSE, gets: { status: 201 } },
      {
        as: { roles: ['LearningAssignedCourse.Read.All'] },
        send: `GET ${byKey(`'${String(ASSIGNMENT['externalCourseActivityId'])}'`)}`,
        gets: { status: 200, part: { '@odata.type': '#microsoft.graph.learningAssignment', learnerUserId: LEARNER } },
      },
    ],
  },
  {
    id: '110c',
    rule: 'an external id is not there for who may not see its type',
    steps: [
      {
        as: { roles: ['LearningAssignedCourse.Read.All'] },
        send: `GET ${byKey("'ext-2'")}`,
        gets: refused(E6),
      },
      reads(byKey("'ext-2'"), { status: 200, part: { id: A2 } }),
    ],
  },
];

export const keyTable: RuleTable = {
  section: 'keys',
  title: 'external ids as keys',
  source:
    'Microsoft Graph reference: get learningCourseActivity by externalcourseActivityId; OData URL conventions 4.01, alternate keys',
  rows,
};

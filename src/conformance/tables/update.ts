/** Updating course activities. */

import { BETA, V1 } from '../../model/versions.ts';
import { assignmentWriter, courseWriter, learner, reader, stranger, writer } from '../callers.ts';
import { containing } from '../match.ts';
import {
  E1,
  E10,
  E11,
  E12,
  E14,
  E15_UPDATE,
  E2,
  E4,
  E5,
  E6_UPDATE,
  empty,
  invalidField,
  refused,
  required,
  tooLong,
  unknown,
} from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';
import {
  A1,
  A2,
  A3,
  A4,
  A5,
  A6,
  ACTIVITIES,
  ASSIGNMENT_UPDATE,
  COURSE_UPDATE,
  K1,
  K2,
  LEARNER,
  MY_ACTIVITIES,
  UNKNOWN_ID,
  NO_ACTIVITY,
  OTHER_LEARNER,
  P1,
  P1_ACTIVITIES,
  P2_ACTIVITIES,
  P3_ACTIVITIES,
  PROVIDERS,
} from '../setup.ts';
import type { JsonObject } from '../../odata/payload.ts';

const done: Expected = { status: 204, headers: { 'content-type': null } };
const operations = ['updateLearningCourseActivity'] as const;

const updates = (id: string, json: JsonObject, gets: Expected): RuleStep => ({
  as: writer,
  send: `PATCH ${P1_ACTIVITIES}/${id}`,
  json,
  gets,
});
const shows = (id: string, part: JsonObject): RuleStep => ({
  as: reader,
  send: `GET ${ACTIVITIES}/${id}`,
  headers: { prefer: 'include-unknown-enum-members' },
  gets: { status: 200, part },
});

const repeated = {
  ...ASSIGNMENT_UPDATE,
  assignedDateTime: '2021-05-11T22:57:17+00:00',
  assignmentType: 'required',
  assignerUserId: OTHER_LEARNER,
  completedDateTime: null,
  completionPercentage: 20,
  learningProviderId: P1,
  dueDateTime: { dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'UTC' },
  externalcourseActivityId: 'ext-1',
  learningContentId: K1,
  learnerUserId: LEARNER,
  notes: { contentType: 'text', content: 'required assignment added for user' },
};

const rows: readonly RuleRow[] = [
  {
    id: '58',
    rule: 'the documented update of an assignment may repeat what cannot be changed',
    cites: ['C19', 'C38', 'O1', 'O2', 'B6'],
    covers: { operations: ['updateLearningCourseActivity', 'getLearningCourseActivity'] },
    steps: [
      updates(A1, repeated, done),
      shows(A1, { status: 'inProgress', completionPercentage: 20, notes: repeated.notes, assignmentType: 'required' }),
    ],
  },
  {
    id: '59',
    rule: 'the documented update of a self-initiated course sets its start and its progress',
    covers: { operations },
    steps: [
      updates(
        A2,
        {
          ...COURSE_UPDATE,
          completedDateTime: null,
          completionPercentage: 30,
          externalcourseActivityId: 'ext-2',
          learningContentId: K1,
          learningProviderId: P1,
          startedDateTime: '2021-05-11T22:57:17+00:00',
        },
        done,
      ),
      shows(A2, { startedDateTime: '2021-05-11T22:57:17+00:00', completionPercentage: 30 }),
    ],
  },
  {
    id: '59b',
    rule: 'what is not sent stays as it is',
    cites: ['B6'],
    steps: [
      updates(A1, ASSIGNMENT_UPDATE, done),
      shows(A1, {
        status: 'inProgress',
        assignedDateTime: '2021-05-11T22:57:17+00:00',
        dueDateTime: { dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'UTC' },
        notes: { contentType: 'text', content: 'Please finish it' },
        externalcourseActivityId: 'ext-1',
      }),
    ],
  },
  {
    id: '60',
    rule: 'an update needs a status',
    cites: ['C9'],
    covers: { errors: ['requiredFieldsMissing'] },
    steps: [updates(A1, { '@odata.type': ASSIGNMENT_UPDATE['@odata.type'] }, refused(E10, required('status')))],
  },
  {
    id: '60b',
    rule: 'with a setting an update may leave its status out',
    settings: { lenientPatch: true },
    covers: { operations },
    steps: [
      updates(A1, { '@odata.type': ASSIGNMENT_UPDATE['@odata.type'], completionPercentage: 5 }, done),
      shows(A1, { status: 'notStarted', completionPercentage: 5 }),
    ],
  },
  ...['', null].map((status, index) => ({
    id: `61${'ab'[index]}`,
    rule: `a status of ${JSON.stringify(status)} is empty`,
    covers: { errors: ['fieldsEmpty'] as const },
    steps: [updates(A1, { ...ASSIGNMENT_UPDATE, status }, refused(E12, empty('status')))],
  })),
  {
    id: '62',
    rule: 'a completion out of bounds is refused, and nothing of the update is stored',
    covers: { errors: ['fieldsInvalid'] },
    steps: [
      updates(
        A1,
        { ...ASSIGNMENT_UPDATE, completionPercentage: 200 },
        refused(E11, invalidField('completionPercentage')),
      ),
      shows(A1, { status: 'notStarted', completionPercentage: null }),
    ],
  },
  {
    id: '62b',
    rule: 'problems of several kinds come in one answer, in the order of the properties',
    steps: [
      updates(
        A1,
        { notes: 'x'.repeat(4001), dueDateTime: 7, completionPercentage: 'abc', assignedDateTime: 'soon' },
        refused(
          E12,
          required('status'),
          invalidField('completionPercentage'),
          invalidField('assignedDateTime'),
          invalidField('dueDateTime'),
          tooLong('notes', 4000),
        ),
      ),
    ],
  },
  {
    id: '62c',
    rule: 'an unknown property is named, also in an update',
    covers: { errors: ['propertyUnknown'] },
    steps: [updates(A1, { ...ASSIGNMENT_UPDATE, foo: 1 }, unknown('foo', 'learningAssignment'))],
  },
  {
    id: '63',
    rule: 'a self-initiated course does not go back to not started',
    cites: ['C8'],
    versions: [V1],
    steps: [updates(A2, { ...COURSE_UPDATE, status: 'notStarted' }, refused(E11, invalidField('status')))],
  },
  {
    id: '63',
    rule: 'a self-initiated course may go back to not started',
    cites: ['C8'],
    versions: [BETA],
    steps: [updates(A2, { ...COURSE_UPDATE, status: 'notStarted' }, done), shows(A2, { status: 'notStarted' })],
  },
  {
    id: '63b',
    rule: 'an assignment may go back to not started',
    steps: [
      updates(A1, { ...ASSIGNMENT_UPDATE, status: 'completed' }, done),
      updates(A1, { ...ASSIGNMENT_UPDATE, status: 'NotStarted' }, done),
      shows(A1, { status: 'notStarted' }),
    ],
  },
  {
    id: '64',
    rule: 'the type of assignment cannot be changed',
    cites: ['C7'],
    versions: [V1],
    steps: [
      updates(
        A1,
        { ...ASSIGNMENT_UPDATE, assignmentType: 'recommended' },
        refused(E11, invalidField('assignmentType')),
      ),
      updates(A1, { ...ASSIGNMENT_UPDATE, assignmentType: 'Required' }, done),
    ],
  },
  {
    id: '64',
    rule: 'the type of assignment can be changed, and may be left out',
    cites: ['C7'],
    versions: [BETA],
    steps: [
      updates(A1, { ...ASSIGNMENT_UPDATE, assignmentType: 'recommended' }, done),
      shows(A1, { assignmentType: 'recommended' }),
      updates(A1, ASSIGNMENT_UPDATE, done),
      shows(A1, { assignmentType: 'recommended' }),
    ],
  },
  {
    id: '65',
    rule: 'the sentinel in an update counts as not sent',
    cites: ['C6'],
    steps: [
      updates(A3, { ...ASSIGNMENT_UPDATE, assignmentType: 'unknownFutureValue' }, done),
      shows(A3, { status: 'inProgress', assignmentType: 'peerRecommended' }),
    ],
  },
  {
    id: '65b',
    rule: 'a member behind the sentinel is refused in an update',
    steps: [
      updates(
        A1,
        { ...ASSIGNMENT_UPDATE, assignmentType: 'peerRecommended' },
        refused(E11, invalidField('assignmentType')),
      ),
    ],
  },
  {
    id: '69',
    rule: 'an unknown activity is told in the words of the update page',
    cites: ['C30'],
    covers: { errors: ['assignmentNotFoundOnUpdate'] },
    steps: [NO_ACTIVITY, UNKNOWN_ID, 'abc'].map((id) => updates(id, ASSIGNMENT_UPDATE, refused(E6_UPDATE))),
  },
  {
    id: '70',
    rule: 'an activity is not found through another provider',
    covers: { errors: ['assignmentNotFoundOnUpdate'] },
    steps: [{ as: writer, send: `PATCH ${P3_ACTIVITIES}/${A1}`, json: ASSIGNMENT_UPDATE, gets: refused(E6_UPDATE) }],
  },
  {
    id: '70b',
    rule: 'unknown providers, providers that are switched off, and providers of other tenants refuse updates',
    covers: { errors: ['registrationIdInvalid', 'providerNotEnabled'] },
    steps: [
      {
        as: writer,
        send: `PATCH ${PROVIDERS}/${UNKNOWN_ID}/learningCourseActivities/${A1}`,
        json: ASSIGNMENT_UPDATE,
        gets: refused(E5),
      },
      { as: writer, send: `PATCH ${P2_ACTIVITIES}/${A6}`, json: ASSIGNMENT_UPDATE, gets: refused(E4) },
      { as: stranger, send: `PATCH ${P1_ACTIVITIES}/${A1}`, json: ASSIGNMENT_UPDATE, gets: refused(E5) },
    ],
  },
  {
    id: '70c',
    rule: 'an activity of a learner who has lost the licence is not updated',
    covers: { errors: ['userLicenseInvalidOnUpdate'] },
    steps: [
      updates(A4, ASSIGNMENT_UPDATE, refused(E15_UPDATE)),
      updates(A4, { status: '' }, refused(E12, empty('status'))),
    ],
  },
  {
    id: '70d',
    rule: 'an id of the older form is updated like any other',
    cites: ['C12'],
    steps: [updates(A5, ASSIGNMENT_UPDATE, done), shows(A5, { id: A5, status: 'inProgress' })],
  },
  {
    id: '70e',
    rule: 'an app writes only activities of the type that it may write',
    cites: ['C22'],
    covers: { errors: ['accessDenied'] },
    steps: [
      { as: assignmentWriter, send: `PATCH ${P1_ACTIVITIES}/${A2}`, json: COURSE_UPDATE, gets: refused(E2) },
      { as: courseWriter, send: `PATCH ${P1_ACTIVITIES}/${A1}`, json: ASSIGNMENT_UPDATE, gets: refused(E2) },
      { as: assignmentWriter, send: `PATCH ${P1_ACTIVITIES}/${A1}`, json: ASSIGNMENT_UPDATE, gets: done },
      { as: courseWriter, send: `PATCH ${P1_ACTIVITIES}/${A2}`, json: COURSE_UPDATE, gets: done },
    ],
  },
  {
    id: '71',
    rule: 'an update is answered with the object when that is preferred',
    steps: [
      {
        as: writer,
        send: `PATCH ${P1_ACTIVITIES}/${A1}`,
        json: ASSIGNMENT_UPDATE,
        headers: { prefer: 'return=representation' },
        gets: {
          status: 200,
          headers: {
            'preference-applied': 'return=representation',
            'content-type': containing('odata.metadata=minimal'),
          },
          part: {
            '@odata.context': `{root}/$metadata#learningProviders('${P1}')/learningCourseActivities/$entity`,
            id: A1,
            status: 'inProgress',
            externalcourseActivityId: 'ext-1',
          },
        },
      },
    ],
  },
  {
    id: '71b',
    rule: 'a preference for little is what an update answers with anyway',
    steps: [
      {
        as: writer,
        send: `PATCH ${P1_ACTIVITIES}/${A1}`,
        json: ASSIGNMENT_UPDATE,
        headers: { prefer: 'return=minimal' },
        gets: done,
      },
    ],
  },
  {
    id: '72',
    rule: 'the path of older update pages takes no updates',
    cites: ['C19'],
    covers: { errors: ['methodNotAllowed'] },
    steps: [
      {
        as: writer,
        send: `PATCH ${ACTIVITIES}/${A1}`,
        json: ASSIGNMENT_UPDATE,
        gets: { ...refused(E1), headers: { allow: 'GET' } },
      },
    ],
  },
  {
    id: '72b',
    rule: 'with a setting the path of older update pages takes updates',
    cites: ['C19'],
    settings: { rootActivityWrites: true },
    covers: {
      operations: ['updateLearningCourseActivityAtRoot'],
      errors: ['assignmentNotFoundOnUpdate', 'providerNotEnabled'],
    },
    steps: [
      { as: writer, send: `PATCH ${ACTIVITIES}/${A1}`, json: ASSIGNMENT_UPDATE, gets: done },
      shows(A1, { status: 'inProgress' }),
      { as: writer, send: `PATCH ${ACTIVITIES}/${NO_ACTIVITY}`, json: ASSIGNMENT_UPDATE, gets: refused(E6_UPDATE) },
      { as: writer, send: `PATCH ${ACTIVITIES}/${A6}`, json: ASSIGNMENT_UPDATE, gets: refused(E4) },
    ],
  },
  {
    id: '72c',
    rule: "learners' paths take no writes",
    steps: [
      `PATCH ${MY_ACTIVITIES}/${A1}`,
      `DELETE ${MY_ACTIVITIES}(externalcourseActivityId='ext-1')`,
      `DELETE /users/${LEARNER}${ACTIVITIES}/${A1}`,
    ].map((send) => ({
      as: learner,
      send,
      gets: { ...refused(E1), headers: { allow: 'GET' } },
    })),
  },
  {
    id: '72d',
    rule: 'an id is found in any casing',
    steps: [{ as: writer, send: `PATCH ${P1_ACTIVITIES}/${A1.toUpperCase()}`, json: ASSIGNMENT_UPDATE, gets: done }],
  },
  {
    id: '72e',
    rule: 'the content that an activity repeats must be its own',
    steps: [updates(A1, { ...ASSIGNMENT_UPDATE, learningContentId: K2 }, refused(E14))],
  },
];

export const updateTable: RuleTable = {
  section: 'update',
  title: 'updating activities',
  source: 'Microsoft Graph reference: update learningCourseActivity',
  rows,
};

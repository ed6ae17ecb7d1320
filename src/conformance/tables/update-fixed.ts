/** What an update may repeat, clear and replace, and what it may not change. */
import { reader, writer } from '../callers.ts';
import { E11, E12, E14, empty, invalidField, refused, unknown } from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';
import {
  A1,
  A2,
  A5,
  ACTIVITIES,
  ASSIGNMENT_UPDATE,
  COURSE_UPDATE,
  K3,
  LEARNER,
  UNKNOWN_ID,
  P1,
  P1_ACTIVITIES,
  P3,
  UNLICENSED,
} from '../setup.ts';
import type { JsonObject } from '../../odata/payload.ts';

const done: Expected = { status: 204, headers: { 'content-type': null } };

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

const rows: readonly RuleRow[] = [
  ...[
    { name: 'learnerUserId', value: UNLICENSED },
    { name: 'learningContentId', value: UNKNOWN_ID },
    { name: 'learningProviderId', value: P3 },
    { name: 'assignerUserId', value: LEARNER },
    { name: 'externalcourseActivityId', value: 'ext-9' },
    { name: 'id', value: A2 },
    { name: 'learningProviderId', value: null },
    { name: 'externalcourseActivityId', value: null },
  ].map(({ name, value }, index) => ({
    id: `66${'abcdefkl'[index]}`,
    rule: `${name} cannot be ${value === null ? 'cleared' : 'changed'}`,
    covers: { errors: ['fieldsInvalid'] as const },
    steps: [updates(A1, { ...ASSIGNMENT_UPDATE, [name]: value }, refused(E11, invalidField(name)))],
  })),
  {
    id: '66g',
    rule: "another provider's content is refused by its sentence",
    covers: { errors: ['contentOfAnotherProvider'] },
    steps: [updates(A1, { ...ASSIGNMENT_UPDATE, learningContentId: K3 }, refused(E14))],
  },
  {
    id: '66h',
    rule: 'ids may be repeated in any casing',
    steps: [updates(A1, { ...ASSIGNMENT_UPDATE, id: A1.toUpperCase(), learnerUserId: LEARNER.toUpperCase() }, done)],
  },
  {
    id: '66i',
    rule: 'an external id that is missing may be filled in once',
    cites: ['C20'],
    steps: [
      updates(A5, { ...ASSIGNMENT_UPDATE, externalCourseActivityId: 'late' }, done),
      shows(A5, { externalcourseActivityId: 'late' }),
      updates(
        A5,
        { ...ASSIGNMENT_UPDATE, externalCourseActivityId: 'later' },
        refused(E11, invalidField('externalcourseActivityId')),
      ),
    ],
  },
  {
    id: '66j',
    rule: 'the registration id may be repeated and not changed',
    cites: ['C11'],
    steps: [
      updates(A1, { ...ASSIGNMENT_UPDATE, registrationId: P1 }, done),
      updates(A1, { ...ASSIGNMENT_UPDATE, registrationId: P3 }, refused(E11, invalidField('registrationId'))),
    ],
  },
  {
    id: '67',
    rule: 'null clears a value that was set',
    cites: ['B3'],
    steps: [
      updates(A1, { ...ASSIGNMENT_UPDATE, completedDateTime: '2022-01-02T03:04:05Z' }, done),
      shows(A1, { completedDateTime: '2022-01-02T03:04:05+00:00' }),
      updates(A1, { ...ASSIGNMENT_UPDATE, completedDateTime: null, notes: null, dueDateTime: null }, done),
      shows(A1, { completedDateTime: null, notes: null, dueDateTime: null }),
    ],
  },
  {
    id: '67b',
    rule: 'null does not clear what cannot be empty',
    covers: { errors: ['fieldsEmpty'] },
    steps: [
      updates(A1, { ...ASSIGNMENT_UPDATE, assignmentType: null }, refused(E12, empty('assignmentType'))),
      updates(A1, { ...ASSIGNMENT_UPDATE, learnerUserId: null }, refused(E12, empty('learnerUserId'))),
    ],
  },
  {
    id: '67c',
    rule: 'complex values are replaced, not merged',
    steps: [
      updates(A1, { ...ASSIGNMENT_UPDATE, notes: { contentType: 'HTML', content: '<b>now</b>' } }, done),
      updates(A1, { ...ASSIGNMENT_UPDATE, notes: { content: 'plain' } }, done),
      shows(A1, { notes: { contentType: 'text', content: 'plain' } }),
    ],
  },
  {
    id: '68',
    rule: 'an activity does not change its type',
    steps: [updates(A1, COURSE_UPDATE, refused(E11, invalidField('@odata.type')))],
  },
  {
    id: '68b',
    rule: 'an update may leave the type out: the stored one counts',
    cites: ['B2'],
    steps: [
      updates(A1, { status: 'completed' }, done),
      updates(A1, { status: 'completed', startedDateTime: null }, unknown('startedDateTime', 'learningAssignment')),
    ],
  },
];

export const updateFixedTable: RuleTable = {
  section: 'update-fixed',
  title: 'what updates may not change',
  source: 'Microsoft Graph reference: update learningCourseActivity, properties that the request may have',
  rows,
};

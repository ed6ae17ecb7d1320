/** Writing activities by external id, and at the root. */

import { assignmentWriter, courseWriter, reader, writer } from '../callers.ts';
import { containing } from '../match.ts';
import {
  AMBIGUOUS,
  E10,
  E11,
  E13,
  E14,
  E2,
  E4,
  E5,
  E6,
  E6_UPDATE,
  MODIFIED,
  empty,
  invalidField,
  refused,
  required,
} from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';
import {
  A1,
  A6,
  ACTIVITIES,
  ASSIGNMENT,
  ASSIGNMENT_UPDATE,
  COURSE,
  COURSE_UPDATE,
  LEARNER,
  UNKNOWN_ID,
  P1,
  P1_ACTIVITIES,
  P2,
  P2_ACTIVITIES,
  P3,
  P3_ACTIVITIES,
  PROVIDERS,
  without,
} from '../setup.ts';

const done: Expected = { status: 204, headers: { 'content-type': null } };
const byKey = (collection: string, key: string): string => `${collection}(externalcourseActivityId='${key}')`;
const patches = (path: string, json: object, gets: Expected): RuleStep => ({
  as: writer,
  send: `PATCH ${path}`,
  json,
  gets,
});
const deletes = (path: string, gets: Expected): RuleStep => ({ as: writer, send: `DELETE ${path}`, gets });
const posts = (path: string, json: object, gets: Expected): RuleStep => ({
  as: writer,
  send: `POST ${path}`,
  json,
  gets,
});
const shows = (id: string, gets: Expected): RuleStep => ({ as: reader, send: `GET ${ACTIVITIES}/${id}`, gets });

const ext1 = byKey(P1_ACTIVITIES, 'ext-1');
const unknowns = byKey(`${PROVIDERS}/${UNKNOWN_ID}/learningCourseActivities`, 'ext-1');
/** Keys that are nearly that of an activity; the empty one, that of those that have none. */
const wrongKeys = ['ext-404', 'EXT-1', 'ext%252D1', ''].map((key) => byKey(P1_ACTIVITIES, key));
const both = byKey(P1_ACTIVITIES, 'both');
/** An assignment and a course of one learner, with the same external id. */
const makesBoth: readonly RuleStep[] = [
  posts(P1_ACTIVITIES, { ...ASSIGNMENT, externalCourseActivityId: 'both' }, { status: 201 }),
  { ...posts(P1_ACTIVITIES, { ...COURSE, externalCourseActivityId: 'both' }, { status: 201 }), keep: { course: 'id' } },
];

const rows: readonly RuleRow[] = [
  {
    id: '58e',
    rule: 'an activity is updated by its external id as it is by its id',
    cites: ['P3'],
    covers: {
      operations: ['updateLearningCourseActivityByExternalId'],
      errors: ['assignmentNotFoundOnUpdate', 'requiredFieldsMissing', 'fieldsInvalid', 'preconditionFailed'],
    },
    steps: [
      patches(ext1, ASSIGNMENT_UPDATE, done),
      shows(A1, { status: 200, part: { status: 'inProgress' } }),
      {
        ...patches(ext1, ASSIGNMENT_UPDATE, { status: 200, part: { id: A1, externalcourseActivityId: 'ext-1' } }),
        headers: { prefer: 'return=representation' },
      },
      patches(ext1, {}, refused(E10, required('status'))),
      patches(ext1, { ...ASSIGNMENT_UPDATE, learnerUserId: UNKNOWN_ID }, refused(E11, invalidField('learnerUserId'))),
      { ...patches(ext1, ASSIGNMENT_UPDATE, refused(MODIFIED)), headers: { 'if-match': 'W/"77"' } },
      ...wrongKeys.map((path) => patches(path, ASSIGNMENT_UPDATE, refused(E6_UPDATE))),
    ],
  },
  {
    id: '58f',
    rule: 'an update by external id is refused for its provider first, then for the type of the activity',
    covers: { errors: ['registrationIdInvalid', 'providerNotEnabled', 'accessDenied'] },
    steps: [
      patches(unknowns, ASSIGNMENT_UPDATE, refused(E5)),
      patches(byKey(P2_ACTIVITIES, 'ext-6'), ASSIGNMENT_UPDATE, refused(E4)),
      patches(byKey(P2_ACTIVITIES, 'ext-404'), ASSIGNMENT_UPDATE, refused(E4)),
      patches(byKey(P3_ACTIVITIES, 'ext-1'), ASSIGNMENT_UPDATE, refused(E6_UPDATE)),
      { ...patches(byKey(P1_ACTIVITIES, 'ext-2'), COURSE_UPDATE, refused(E2)), as: assignmentWriter },
    ],
  },
  {
    id: '74g',
    rule: 'an activity is deleted by its external id',
    cites: ['P3'],
    covers: {
      operations: ['deleteLearningCourseActivityByExternalId'],
      errors: ['assignmentNotFound', 'providerNotEnabled', 'registrationIdInvalid', 'preconditionFailed'],
    },
    steps: [
      ...wrongKeys.map((path) => deletes(path, refused(E6))),
      deletes(unknowns, refused(E5)),
      deletes(byKey(P2_ACTIVITIES, 'ext-6'), refused(E4)),
      deletes(byKey(P3_ACTIVITIES, 'ext-1'), refused(E6)),
      { ...deletes(ext1, refused(MODIFIED)), headers: { 'if-match': 'W/"77"' } },
      { ...deletes(ext1, refused(E2)), as: courseWriter },
      deletes(ext1, done),
      deletes(ext1, refused(E6)),
      shows(A1, refused(E6)),
    ],
  },
  {
    id: '110d',
    rule: 'an external id that two activities share names none of them to a writer of both',
    covers: { errors: ['alternateKeyAmbiguous'] },
    steps: [
      ...makesBoth,
      patches(both, ASSIGNMENT_UPDATE, refused(AMBIGUOUS)),
      deletes(both, refused(AMBIGUOUS)),
      { as: writer, send: `GET ${both}`, gets: refused(AMBIGUOUS) },
      shows('{course}', { status: 200 }),
    ],
  },
  {
    id: '110e',
    rule: 'a shared external id is clear to who may write one of the two only',
    steps: [
      ...makesBoth,
      { ...patches(both, ASSIGNMENT_UPDATE, done), as: assignmentWriter },
      { ...deletes(both, done), as: assignmentWriter },
      { ...deletes(both, refused(E2)), as: assignmentWriter },
      shows('{course}', { status: 200, part: { status: 'inProgress' } }),
    ],
  },
  {
    id: '72f',
    rule: 'with a setting activities are updated at the root by external id',
    settings: { rootActivityWrites: true },
    covers: {
      operations: ['updateLearningCourseActivityByExternalIdAtRoot'],
      errors: ['assignmentNotFoundOnUpdate', 'providerNotEnabled'],
    },
    steps: [
      patches(byKey(ACTIVITIES, 'ext-1'), ASSIGNMENT_UPDATE, done),
      shows(A1, { status: 200, part: { status: 'inProgress' } }),
      patches(byKey(ACTIVITIES, 'ext-404'), ASSIGNMENT_UPDATE, refused(E6_UPDATE)),
      patches(byKey(ACTIVITIES, ''), ASSIGNMENT_UPDATE, refused(E6_UPDATE)),
      patches(byKey(ACTIVITIES, 'ext-6'), ASSIGNMENT_UPDATE, refused(E4)),
    ],
  },
  {
    id: '74h',
    rule: 'with a setting activities are deleted at the root, by id and by external id',
    settings: { rootActivityWrites: true },
    covers: {
      operations: ['deleteLearningCourseActivityAtRoot', 'deleteLearningCourseActivityByExternalIdAtRoot'],
      errors: ['assignmentNotFound', 'providerNotEnabled'],
    },
    steps: [
      deletes(`${ACTIVITIES}/${A6}`, refused(E4)),
      deletes(`${ACTIVITIES}/${A1}`, done),
      deletes(`${ACTIVITIES}/${A1}`, refused(E6)),
      deletes(byKey(ACTIVITIES, ''), refused(E6)),
      deletes(byKey(ACTIVITIES, 'ext-2'), done),
      deletes(byKey(ACTIVITIES, 'ext-2'), refused(E6)),
    ],
  },
  {
    id: '73w',
    rule: 'with a setting activities are created at the root, for the provider that the body names',
    settings: { rootActivityWrites: true },
    covers: {
      operations: ['createLearningCourseActivityAtRoot'],
      errors: ['fieldValidationFailed', 'registrationIdInvalid', 'providerNotEnabled', 'contentOfAnotherProvider'],
    },
    steps: [
      posts(
        ACTIVITIES,
        { ...ASSIGNMENT, learningProviderId: P1.toUpperCase() },
        {
          status: 201,
          headers: { location: containing(`learningProviders('${P1}')/learningCourseActivities('`) },
          part: { learnerUserId: LEARNER, learningProviderId: P1 },
        },
      ),
      posts(ACTIVITIES, without(ASSIGNMENT, 'learningProviderId'), refused(E13, required('learningProviderId'))),
      posts(ACTIVITIES, { ...ASSIGNMENT, learningProviderId: null }, refused(E13, required('learningProviderId'))),
      posts(ACTIVITIES, { ...ASSIGNMENT, learningProviderId: '' }, refused(E13, empty('learningProviderId'))),
      posts(
        ACTIVITIES,
        without(ASSIGNMENT, 'learningProviderId', 'status'),
        refused(E13, required('learningProviderId'), required('status')),
      ),
      posts(ACTIVITIES, { ...ASSIGNMENT, learningProviderId: 'abc' }, refused(E5)),
      posts(ACTIVITIES, { ...ASSIGNMENT, learningProviderId: UNKNOWN_ID }, refused(E5)),
      posts(ACTIVITIES, { ...ASSIGNMENT, learningProviderId: P2 }, refused(E4)),
      posts(ACTIVITIES, { ...ASSIGNMENT, learningProviderId: P3 }, refused(E14)),
      { ...posts(ACTIVITIES, ASSIGNMENT, refused(E2)), as: courseWriter },
    ],
  },
];

export const keyedWriteTable: RuleTable = {
  section: 'keyed-writes',
  title: 'writing activities by external id and at the root',
  source:
    'Microsoft Graph reference: update and delete learningCourseActivity; published $metadata, alternate key externalcourseActivityId',
  rows,
};

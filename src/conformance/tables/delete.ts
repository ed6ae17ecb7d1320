/** Deleting course activities. */
import { assignmentWriter, reader, writer } from '../callers.ts';
import { E1, E2, E4, E5, E6, refused } from '../refusals.ts';
import type { RuleRow, RuleTable } from '../row.ts';
import {
  A1,
  A2,
  A4,
  A5,
  A6,
  ACTIVITIES,
  ASSIGNMENT_UPDATE,
  UNKNOWN_ID,
  P1_ACTIVITIES,
  P2_ACTIVITIES,
  P3_ACTIVITIES,
  PROVIDERS,
} from '../setup.ts';

const gone = { status: 204, headers: { 'content-type': null } };

const rows: readonly RuleRow[] = [
  {
    id: '74',
    rule: 'a deleted activity is gone, and cannot be deleted again',
    cites: ['C30', 'O2'],
    covers: { operations: ['deleteLearningCourseActivity'], errors: ['assignmentNotFound'] },
    steps: [
      { as: writer, send: `DELETE ${P1_ACTIVITIES}/${A1}`, gets: gone },
      { as: reader, send: `GET ${ACTIVITIES}/${A1}`, gets: refused(E6) },
      { as: writer, send: `DELETE ${P1_ACTIVITIES}/${A1}`, gets: refused(E6) },
      { as: writer, send: `PATCH ${P1_ACTIVITIES}/${A1}`, json: ASSIGNMENT_UPDATE, gets: { status: 404 } },
    ],
  },
  {
    id: '74b',
    rule: 'a delete may end in /$ref',
    cites: ['C26'],
    covers: { operations: ['deleteLearningCourseActivity'] },
    steps: [
      { as: writer, send: `DELETE ${P1_ACTIVITIES}/${A1}/$ref`, gets: gone },
      { as: reader, send: `GET ${ACTIVITIES}/${A1}`, gets: refused(E6) },
    ],
  },
  {
    id: '74c',
    rule: 'ids of the older form, and activities of learners without a licence, are deleted too',
    steps: [
      { as: writer, send: `DELETE ${P1_ACTIVITIES}/${A5}`, gets: gone },
      { as: writer, send: `DELETE ${P1_ACTIVITIES}/${A4}`, gets: gone },
    ],
  },
  {
    id: '74d',
    rule: 'a provider deletes only what is its own, while it is switched on and known',
    covers: { errors: ['assignmentNotFound', 'providerNotEnabled', 'registrationIdInvalid'] },
    steps: [
      { as: writer, send: `DELETE ${P3_ACTIVITIES}/${A1}`, gets: refused(E6) },
      { as: writer, send: `DELETE ${P2_ACTIVITIES}/${A6}`, gets: refused(E4) },
      { as: writer, send: `DELETE ${PROVIDERS}/${UNKNOWN_ID}/learningCourseActivities/${A1}`, gets: refused(E5) },
      { as: reader, send: `GET ${ACTIVITIES}/${A1}`, gets: { status: 200 } },
    ],
  },
  {
    id: '74e',
    rule: 'nothing is deleted at the root',
    covers: { errors: ['methodNotAllowed'] },
    steps: [`/${A1}`, "(externalcourseActivityId='ext-1')"].map((key) => ({
      as: writer,
      send: `DELETE ${ACTIVITIES}${key}`,
      gets: { ...refused(E1), headers: { allow: 'GET' } },
    })),
  },
  {
    id: '74f',
    rule: 'a delete may say that it is JSON and have no body',
    cites: ['O1'],
    steps: [
      {
        as: writer,
        send: `DELETE ${P1_ACTIVITIES}/${A1}`,
        headers: { 'content-type': 'application/json' },
        gets: gone,
      },
    ],
  },
  {
    id: '75',
    rule: 'an app deletes only activities of the type that it may write',
    cites: ['C22'],
    covers: { errors: ['accessDenied'] },
    steps: [
      { as: assignmentWriter, send: `DELETE ${P1_ACTIVITIES}/${A2}`, gets: refused(E2) },
      { as: assignmentWriter, send: `DELETE ${P1_ACTIVITIES}/${A1}`, gets: gone },
    ],
  },
];

export const deleteTable: RuleTable = {
  section: 'delete',
  title: 'deleting activities',
  source: 'Microsoft Graph reference: delete learningCourseActivity',
  rows,
};

/** Creating course activities. */

import { admin, writer } from '../callers.ts';
import { matching } from '../match.ts';
import { E13, E11, E14, E15, E4, E5, empty, invalidField, refused, required, tooLong, unknown } from '../refusals.ts';
import type { Expected, RuleRow, RuleTable } from '../row.ts';
import {
  ACTIVITIES,
  ASSIGNMENT,
  COURSE,
  FOREIGN_PROVIDER,
  K2,
  K3,
  LEARNER,
  UNKNOWN_ID,
  P1,
  P1_ACTIVITIES,
  P2,
  P2_ACTIVITIES,
  P3,
  PROVIDERS,
  SEEDED,
  UNLICENSED,
  without,
} from '../setup.ts';
import type { JsonObject } from '../../odata/payload.ts';

const GUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const newId = matching(new RegExp(`^${LEARNER}:${GUID}$`));
const context = `{root}/$metadata#learningProviders('${P1}')/learningCourseActivities/$entity`;
const create = `POST ${P1_ACTIVITIES}`;

/** One create by the writing app. */
const creates = (json: JsonObject, gets: Expected) => [{ as: writer, send: create, json, gets }];
const operations = ['createLearningCourseActivity'] as const;

const rows: readonly RuleRow[] = [
  {
    id: '1',
    rule: 'the documented assignment is created and answered with as it was sent',
    cites: ['C10', 'C12', 'C15', 'C49', 'O2', 'O3', 'O6', 'B5'],
    covers: { operations },
    steps: [
      {
        as: writer,
        send: create,
        json: ASSIGNMENT,
        gets: {
          status: 201,
          headers: {
            location: matching(new RegExp(`/employeeExperience/learningProviders\\('${P1}'\\)/`)),
          },
          whole: { '@odata.context': context, id: newId, ...ASSIGNMENT },
        },
        keep: { id: 'id' },
      },
      {
        as: writer,
        send: `GET ${ACTIVITIES}/{id}`,
        gets: { status: 200, part: { id: '{id}', externalcourseActivityId: ASSIGNMENT['externalCourseActivityId'] } },
      },
    ],
  },
  {
    id: '2',
    rule: 'the documented self-initiated course follows with the same external id and its provider filled in',
    cites: ['C4', 'C10', 'C20'],
    covers: { operations },
    steps: [
      ...creates(ASSIGNMENT, { status: 201 }),
      ...creates(COURSE, {
        status: 201,
        whole: { '@odata.context': context, id: newId, ...COURSE, learningProviderId: P1 },
      }),
    ],
  },
  {
    id: '3',
    rule: 'the key may be spelled as in the schema, and is answered with so',
    cites: ['C1', 'B1', 'O4'],
    steps: [
      {
        as: writer,
        send: create,
        json: { ...without(ASSIGNMENT, 'externalCourseActivityId'), externalcourseActivityId: 'x' },
        gets: { status: 201, part: { externalcourseActivityId: 'x' }, lacks: ['externalCourseActivityId'] },
        keep: { id: 'id' },
      },
      {
        as: writer,
        send: `GET ${ACTIVITIES}/{id}`,
        gets: { status: 200, part: { externalcourseActivityId: 'x' }, lacks: ['externalCourseActivityId'] },
      },
    ],
  },
  {
    id: '3b',
    rule: 'any other casing of the key is taken, and answered with in the spelling of the schema',
    cites: ['C1', 'C50'],
    steps: creates(
      { ...without(ASSIGNMENT, 'externalCourseActivityId'), EXTERNALCOURSEACTIVITYID: 'x' },
      {
        status: 201,
        part: { externalcourseActivityId: 'x' },
        lacks: ['externalCourseActivityId', 'EXTERNALCOURSEACTIVITYID'],
      },
    ),
  },
  ...['other', ASSIGNMENT['externalCourseActivityId']].map((other, index) => ({
    id: `4${'ab'[index]}`,
    rule: `both spellings of the key at once are refused, with ${index === 0 ? 'two values' : 'one value'}`,
    cites: ['C1'],
    covers: { errors: ['fieldsInvalid'] as const },
    steps: creates(
      { ...ASSIGNMENT, externalcourseActivityId: other },
      refused(E11, invalidField('externalcourseActivityId')),
    ),
  })),
  {
    id: '5',
    rule: 'a due date may be a timestamp and notes a text, as the tables say; objects come back',
    cites: ['C2', 'C3', 'B5'],
    steps: creates(
      { ...ASSIGNMENT, dueDateTime: '2022-09-22T18:05:00+02:00', notes: 'text' },
      {
        status: 201,
        part: {
          dueDateTime: { dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'UTC' },
          notes: { contentType: 'text', content: 'text' },
        },
      },
    ),
  },
  {
    id: '6',
    rule: 'a create needs @odata.type',
    covers: { errors: ['fieldValidationFailed'] },
    steps: creates(without(ASSIGNMENT, '@odata.type'), refused(E13, required('@odata.type'))),
  },
  ...[
    '#microsoft.graph.learningSelfInitiated',
    '#microsoft.graph.LEARNINGSELFINITIATEDCOURSE',
    'microsoft.graph.learningSelfInitiatedCourse',
  ].map((type, index) => ({
    id: `7${'abc'[index]}`,
    rule: `the type may be called ${type}, and is answered with as the schema has it`,
    cites: ['C4', 'B2'],
    steps: creates(
      { ...COURSE, '@odata.type': type },
      { status: 201, part: { '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse' } },
    ),
  })),
  ...['#microsoft.graph.learningCourseActivity', '#microsoft.graph.user', 'learningAssignment', 7].map(
    (type, index) => ({
      id: `8${'abcd'[index]}`,
      rule: `the type ${type} is refused`,
      covers: { errors: ['fieldsInvalid'] as const },
      steps: creates({ ...ASSIGNMENT, '@odata.type': type }, refused(E11, invalidField('@odata.type'))),
    }),
  ),
  {
    id: '9',
    rule: 'an assignment needs its learner',
    covers: { errors: ['fieldValidationFailed'] },
    steps: creates(without(ASSIGNMENT, 'learnerUserId'), refused(E13, required('learnerUserId'))),
  },
  {
    id: '10',
    rule: 'all that is missing is said at once, in the order of the properties',
    steps: creates(
      without(ASSIGNMENT, 'status', 'learningContentId', 'learnerUserId'),
      refused(E13, required('learnerUserId'), required('learningContentId'), required('status')),
    ),
  },
  {
    id: '10b',
    rule: 'problems of several kinds come in one answer',
    cites: ['C31'],
    steps: creates(
      {
        ...without(ASSIGNMENT, 'assignmentType', 'externalCourseActivityId'),
        status: 'done',
        learnerUserId: '',
        externalcourseActivityId: 'x'.repeat(257),
        completionPercentage: 101,
      },
      refused(
        E13,
        tooLong('externalcourseActivityId', 256),
        empty('learnerUserId'),
        invalidField('status'),
        invalidField('completionPercentage'),
        required('assignmentType'),
      ),
    ),
  },
  ...['', null].map((value, index) => ({
    id: `11${'ab'[index]}`,
    rule: `a content id of ${JSON.stringify(value)} is empty`,
    covers: { errors: ['fieldValidationFailed'] as const },
    steps: creates({ ...ASSIGNMENT, learningContentId: value }, refused(E13, empty('learningContentId'))),
  })),
  {
    id: '12',
    rule: 'an assignment needs its type of assignment',
    steps: creates(without(ASSIGNMENT, 'assignmentType'), refused(E13, required('assignmentType'))),
  },
  {
    id: '13',
    rule: 'a self-initiated course has no type of assignment, nor anything else of an assignment',
    steps: creates(COURSE, {
      status: 201,
      lacks: ['assignmentType', 'assignedDateTime', 'assignerUserId', 'dueDateTime', 'notes'],
    }),
  },
  {
    id: '13b',
    rule: 'a property of the other type is unknown',
    covers: { errors: ['propertyUnknown'] },
    steps: creates({ ...COURSE, assignmentType: 'required' }, unknown('assignmentType', 'learningSelfInitiatedCourse')),
  },
  ...[0, 100].map((completionPercentage, index) => ({
    id: `14${'ab'[index]}`,
    rule: `a completion of ${completionPercentage} percent is within the bounds`,
    cites: ['O6'],
    steps: creates({ ...ASSIGNMENT, completionPercentage }, { status: 201, part: { completionPercentage } }),
  })),
  ...[-1, 101, 20.5, 'abc', '20', true].map((completionPercentage, index) => ({
    id: `15${'abcdef'[index]}`,
    rule: `a completion of ${JSON.stringify(completionPercentage)} is refused`,
    covers: { errors: ['fieldsInvalid'] as const },
    steps: creates({ ...ASSIGNMENT, completionPercentage }, refused(E11, invalidField('completionPercentage'))),
  })),
  ...[
    { name: 'externalcourseActivityId', sent: 'externalCourseActivityId', limit: 256 },
    { name: 'learnerUserId', sent: 'learnerUserId', limit: 128 },
    { name: 'learningContentId', sent: 'learningContentId', limit: 128 },
    { name: 'assignerUserId', sent: 'assignerUserId', limit: 128 },
  ].map(({ name, sent, limit }, index) => ({
    id: `16${'abcd'[index]}`,
    rule: `${name} may have ${limit} characters`,
    cites: ['C31'],
    covers: { errors: ['fieldValidationFailed'] as const },
    steps: creates({ ...ASSIGNMENT, [sent]: 'x'.repeat(limit + 1) }, refused(E13, tooLong(name, limit))),
  })),
  {
    id: '16e',
    rule: 'notes may have 4000 characters',
    steps: [
      ...creates({ ...ASSIGNMENT, notes: 'x'.repeat(4001) }, refused(E13, tooLong('notes', 4000))),
      ...creates({ ...ASSIGNMENT, notes: 'x'.repeat(4000) }, { status: 201 }),
    ],
  },
  ...['InProgress', 'NOTSTARTED', 'completed'].map((status, index) => ({
    id: `17${'abc'[index]}`,
    rule: `the status ${status} is taken, and answered with as the schema spells it`,
    cites: ['C44', 'C49', 'B7', 'O5'],
    steps: creates(
      { ...ASSIGNMENT, status },
      { status: 201, part: { status: ['inProgress', 'notStarted', 'completed'][index] } },
    ),
  })),
  ...['done', 'unknownFutureValue', 3].map((status, index) => ({
    id: `18${'abc'[index]}`,
    rule: `the status ${status} is refused`,
    steps: creates({ ...ASSIGNMENT, status }, refused(E11, invalidField('status'))),
  })),
  {
    id: '18d',
    rule: 'a create needs a status, of either type',
    cites: ['C9'],
    steps: [
      ...creates(without(COURSE, 'status'), refused(E13, required('status'))),
      ...creates({ ...COURSE, status: '' }, refused(E13, empty('status'))),
    ],
  },
  {
    id: '18e',
    rule: 'a self-initiated course may be created as not started',
    cites: ['C8'],
    steps: creates({ ...COURSE, status: 'notStarted' }, { status: 201, part: { status: 'notStarted' } }),
  },
  {
    id: '19',
    rule: 'the sentinel is not a type of assignment',
    cites: ['C6', 'B7'],
    steps: creates(
      { ...ASSIGNMENT, assignmentType: 'unknownFutureValue' },
      refused(E11, invalidField('assignmentType')),
    ),
  },
  ...[{}, { prefer: 'include-unknown-enum-members' }].map((headers, index) => ({
    id: `20${'ab'[index]}`,
    rule: `no provider recommends as a colleague does, ${index === 0 ? 'without' : 'nor with'} the preference for hidden members`,
    cites: ['C6'],
    steps: [
      {
        as: writer,
        send: create,
        headers,
        json: { ...ASSIGNMENT, assignmentType: 'peerRecommended' },
        gets: refused(E11, invalidField('assignmentType')),
      },
    ],
  })),
  ...[UNKNOWN_ID, FOREIGN_PROVIDER, 'abc'].map((provider, index) => ({
    id: ['21', '21b', '22'][index] ?? '',
    rule: `a provider id that is ${['unknown', "another tenant's", 'no GUID'][index]} is refused by its sentence`,
    cites: ['C35'],
    covers: { errors: ['registrationIdInvalid'] as const },
    steps: [
      {
        as: writer,
        send: `POST ${PROVIDERS}/${provider}/learningCourseActivities`,
        json: ASSIGNMENT,
        gets: refused(E5),
      },
    ],
  })),
  {
    id: '23',
    rule: 'a provider that is switched off takes no activities',
    covers: { errors: ['providerNotEnabled'] },
    steps: [
      {
        as: writer,
        send: `POST ${P2_ACTIVITIES}`,
        json: { ...ASSIGNMENT, learningContentId: K2, learningProviderId: P2 },
        gets: refused(E4),
      },
    ],
  },
  {
    id: '24',
    rule: 'switching the provider on opens it at once',
    cites: ['C39'],
    covers: { operations: ['updateLearningProvider', 'createLearningCourseActivity'] },
    steps: [
      {
        as: admin,
        send: `PATCH ${PROVIDERS}/${P2}`,
        json: { isCourseActivitySyncEnabled: true },
        gets: { status: 204 },
      },
      {
        as: writer,
        send: `POST ${P2_ACTIVITIES}`,
        json: { ...COURSE, learningContentId: K2 },
        gets: { status: 201, part: { learningProviderId: P2 } },
      },
    ],
  },
  {
    id: '25',
    rule: "another provider's content is refused by its sentence",
    cites: ['C36'],
    covers: { errors: ['contentOfAnotherProvider'] },
    steps: creates({ ...ASSIGNMENT, learningContentId: K3 }, refused(E14)),
  },
  {
    id: '25b',
    rule: "another provider's content goes before the provider that the body names",
    steps: creates({ ...ASSIGNMENT, learningContentId: K3, learningProviderId: P3 }, refused(E14)),
  },
  {
    id: '25c',
    rule: 'the provider in the body must be that of the URL',
    steps: creates({ ...ASSIGNMENT, learningProviderId: P3 }, refused(E11, invalidField('learningProviderId'))),
  },
  {
    id: '25d',
    rule: 'unknown ids of the body are invalid fields',
    steps: creates(
      { ...ASSIGNMENT, learningContentId: UNKNOWN_ID, learnerUserId: UNKNOWN_ID },
      refused(E11, invalidField('learnerUserId'), invalidField('learningContentId')),
    ),
  },
  ...[UNLICENSED, SEEDED].map((learnerUserId, index) => ({
    id: `26${'ab'[index]}`,
    rule: `a learner with ${index === 0 ? 'no' : 'a seeded'} licence gets no activities`,
    cites: ['C36', 'E4'],
    covers: { errors: ['userLicenseInvalid'] as const },
    steps: creates({ ...ASSIGNMENT, learnerUserId }, refused(E15)),
  })),
  {
    id: '26c',
    rule: 'field problems go before the owner of the content, and that before the licence',
    steps: [
      ...creates(
        { ...ASSIGNMENT, learnerUserId: UNLICENSED, learningContentId: K3, status: 'x' },
        refused(E11, invalidField('status')),
      ),
      ...creates({ ...ASSIGNMENT, learnerUserId: UNLICENSED, learningContentId: K3 }, refused(E14)),
    ],
  },
];

export const createTable: RuleTable = {
  section: 'create',
  title: 'creating activities',
  source: 'Microsoft Graph reference: create learningCourseActivity',
  rows,
};

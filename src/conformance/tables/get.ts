/** Getting one course activity. */

import {
  assignmentReader,
  courseWriter,
  learner,
  none,
  otherLearner,
  reader,
  stranger,
  supervisor,
  writer,
} from '../callers.ts';
import { ANY_TEXT, matching } from '../match.ts';
import { E2, E5, E6, noProperty, refused } from '../refusals.ts';
import type { RuleRow, RuleStep, RuleTable } from '../row.ts';
import {
  A1,
  A2,
  A3,
  A5,
  A6,
  ACTIVITIES,
  K1,
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
  UNLICENSED,
  USER_ACTIVITIES,
} from '../setup.ts';
import type { RuleCaller } from '../callers.ts';

const context = `{root}/$metadata#learningProviders('${P1}')/learningCourseActivities/$entity`;

/** Every declared property of the type, null where nothing is known. */
const assignment = {
  '@odata.context': context,
  '@odata.type': '#microsoft.graph.learningAssignment',
  id: A1,
  externalcourseActivityId: 'ext-1',
  learnerUserId: LEARNER,
  learningContentId: K1,
  learningProviderId: P1,
  status: 'notStarted',
  completedDateTime: null,
  completionPercentage: null,
  assignedDateTime: '2021-05-11T22:57:17+00:00',
  assignerUserId: OTHER_LEARNER,
  assignmentType: 'required',
  dueDateTime: { dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'UTC' },
  notes: { contentType: 'text', content: 'Please finish it' },
};
const course = {
  '@odata.context': context,
  '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
  id: A2,
  externalcourseActivityId: 'ext-2',
  learnerUserId: LEARNER,
  learningContentId: K1,
  learningProviderId: P1,
  status: 'inProgress',
  completedDateTime: null,
  completionPercentage: 20,
  startedDateTime: '2021-05-21T22:57:17+00:00',
};

const gets = (as: RuleCaller, path: string, expected: RuleStep['gets']): RuleStep => ({
  as,
  send: `GET ${path}`,
  gets: expected,
});
const isA1 = { status: 200, whole: assignment };

const rows: readonly RuleRow[] = [
  {
    id: '37',
    rule: 'an assignment has all its properties, typed, with control information',
    cites: ['C1', 'C2', 'C3', 'C12', 'C15', 'C18', 'C28', 'C41', 'O1', 'O3', 'O4', 'O6', 'O7', 'P2'],
    covers: { operations: ['getLearningCourseActivity'] },
    steps: [
      {
        as: reader,
        send: `GET ${ACTIVITIES}/${A1}`,
        gets: {
          ...isA1,
          headers: {
            'odata-version': '4.0',
            'content-type': matching(/^application\/json;odata\.metadata=minimal;/),
            'cache-control': 'no-cache',
          },
        },
      },
    ],
  },
  {
    id: '37b',
    rule: 'a self-initiated course has all its properties and none of an assignment',
    cites: ['O3'],
    steps: [gets(reader, `${ACTIVITIES}/${A2}`, { status: 200, whole: course })],
  },
  {
    id: '38',
    rule: 'the colon of an id may come encoded, and an id in any casing',
    cites: ['P1', 'C12'],
    steps: [
      gets(reader, `${ACTIVITIES}/${A1.replace(':', '%3A')}`, isA1),
      gets(reader, `${ACTIVITIES}/${A1.toUpperCase()}`, isA1),
    ],
  },
  {
    id: '38b',
    rule: 'a key may be a segment, or stand in parentheses with and without its name',
    cites: ['C18'],
    steps: ["('{A1}')", "(id='{A1}')", '(%27{A1}%27)', '({A1})'].map((key) =>
      gets(reader, ACTIVITIES + key.replace('{A1}', A1), isA1),
    ),
  },
  {
    id: '38c',
    rule: 'an activity is got under its provider',
    cites: ['P2'],
    covers: {
      operations: ['getProviderLearningCourseActivity'],
      errors: ['assignmentNotFound', 'registrationIdInvalid'],
    },
    steps: [
      gets(reader, `${P1_ACTIVITIES}/${A1}`, isA1),
      gets(reader, `${P3_ACTIVITIES}/${A1}`, refused(E6)),
      gets(reader, `${PROVIDERS}/${UNKNOWN_ID}/learningCourseActivities/${A1}`, refused(E5)),
      gets(reader, `${PROVIDERS}/abc/learningCourseActivities/${A1}`, refused(E5)),
    ],
  },
  {
    id: '38d',
    rule: 'reading does not need the provider to be switched on',
    steps: [
      gets(reader, `${P2_ACTIVITIES}/${A6}`, { status: 200, part: { id: A6 } }),
      gets(reader, `${P2_ACTIVITIES}(externalcourseActivityId='ext-6')`, { status: 200, part: { id: A6 } }),
    ],
  },
  {
    id: '44',
    rule: 'an unknown activity is told in the words of the get page',
    cites: ['C30', 'C14'],
    covers: { errors: ['assignmentNotFound'] },
    steps: [NO_ACTIVITY, UNKNOWN_ID, 'abc', `${LEARNER}:x`, A1.slice(37)].map((id) =>
      gets(reader, `${ACTIVITIES}/${id}`, refused(E6)),
    ),
  },
  {
    id: '45',
    rule: 'a learner gets an own activity under /me',
    cites: ['P2', 'P6'],
    covers: { operations: ['getMyLearningCourseActivity'], errors: ['assignmentNotFound'] },
    steps: [gets(learner, `${MY_ACTIVITIES}/${A1}`, isA1), gets(learner, `${MY_ACTIVITIES}/${A5}`, refused(E6))],
  },
  {
    id: '45b',
    rule: 'under /me there must be a signed-in user',
    covers: { errors: ['meNeedsUser'] },
    steps: [
      gets(reader, `${MY_ACTIVITIES}/${A1}`, {
        status: 400,
        refusal: {
          status: 400,
          code: 'BadRequest',
          message: '/me request is only valid with delegated authentication flow.',
        },
      }),
    ],
  },
  {
    id: '46',
    rule: 'an activity is not found under another user',
    covers: { operations: ['getUserLearningCourseActivity'], errors: ['assignmentNotFound'] },
    steps: [
      gets(reader, `/users/${UNLICENSED}${ACTIVITIES}/${A1}`, refused(E6)),
      gets(reader, `${USER_ACTIVITIES}/${A1}`, isA1),
      gets(reader, `/users/Learner@Contoso.example${ACTIVITIES}/${A1}`, isA1),
    ],
  },
  {
    id: '46b',
    rule: 'an unknown user is told',
    covers: { errors: ['userNotFound'] },
    steps: [UNKNOWN_ID, 'unknown@contoso.example'].map((user) =>
      gets(reader, `/users/${user}${ACTIVITIES}/${A1}`, {
        status: 404,
        refusal: {
          status: 404,
          code: 'Request_ResourceNotFound',
          message: `Resource '${user}' does not exist or one of its queried reference-property objects are not present.`,
        },
      }),
    ),
  },
  {
    id: '46c',
    rule: 'a learner sees no activity of others',
    covers: { errors: ['accessDenied'] },
    steps: [
      gets(learner, `${ACTIVITIES}/${A1}`, isA1),
      gets(otherLearner, `${ACTIVITIES}/${A1}`, refused(E6)),
      gets(otherLearner, `${USER_ACTIVITIES}/${A1}`, refused(E2)),
    ],
  },
  {
    id: '46d',
    rule: 'no activity of another tenant is ever found',
    steps: [gets(stranger, `${ACTIVITIES}/${A1}`, refused(E6)), gets(stranger, `${ACTIVITIES}/${A5}`, refused(E6))],
  },
  {
    id: '46e',
    rule: 'getting one activity takes the permissions of its type',
    cites: ['C22'],
    covers: { errors: ['accessDenied'] },
    steps: [
      gets(assignmentReader, `${ACTIVITIES}/${A1}`, isA1),
      gets(assignmentReader, `${ACTIVITIES}/${A2}`, refused(E2)),
      gets(courseWriter, `${ACTIVITIES}/${A2}`, { status: 200, whole: course }),
      gets(courseWriter, `${ACTIVITIES}/${A1}`, refused(E2)),
      gets(none, `${ACTIVITIES}/${A1}`, refused(E2)),
    ],
  },
  {
    id: '46f',
    rule: 'without the setting for types either permission opens both',
    settings: { typeScopedPermissions: false },
    covers: { operations: ['getLearningCourseActivity', 'deleteLearningCourseActivity'] },
    steps: [
      gets(assignmentReader, `${ACTIVITIES}/${A2}`, { status: 200, whole: course }),
      { as: courseWriter, send: `DELETE ${P1_ACTIVITIES}/${A1}`, gets: { status: 204 } },
    ],
  },
  {
    id: '46g',
    rule: 'the get page knows no delegated permission for all activities',
    steps: [gets(supervisor, `${ACTIVITIES}/${A1}`, refused(E2))],
  },
  {
    id: '47',
    rule: 'only what is selected comes back, with its control information',
    steps: [
      gets(reader, `${ACTIVITIES}/${A1}?$select=id,status`, {
        status: 200,
        whole: {
          '@odata.context': matching(/\(id,status\)\/\$entity$/),
          '@odata.type': '#microsoft.graph.learningAssignment',
          id: A1,
          status: 'notStarted',
        },
      }),
    ],
  },
  ...['externalcourseActivityId', 'externalCourseActivityId'].map((name, index) => ({
    id: `47${'bc'[index]}`,
    rule: `the key is answered with as it was selected: ${name}`,
    cites: ['C1', 'O4'],
    steps: [
      gets(reader, `${ACTIVITIES}/${A1}?$select=${name}`, {
        status: 200,
        whole: { '@odata.context': ANY_TEXT, '@odata.type': ANY_TEXT, [name]: 'ext-1' },
      }),
    ],
  })),
  {
    id: '47d',
    rule: 'properties of a type are selected with and without the name of the type',
    steps: ['dueDateTime', 'microsoft.graph.learningAssignment/dueDateTime', 'DUEDATETIME'].map((name) =>
      gets(reader, `${ACTIVITIES}/${A1}?$select=${name}`, {
        status: 200,
        part: { dueDateTime: { timeZone: 'UTC' } },
        lacks: ['id', 'status'],
      }),
    ),
  },
  {
    id: '47e',
    rule: 'a property of the other type may be selected and is then absent',
    steps: [
      gets(reader, `${ACTIVITIES}/${A2}?$select=id,dueDateTime`, {
        status: 200,
        part: { id: A2 },
        lacks: ['dueDateTime', 'status'],
      }),
    ],
  },
  {
    id: '48',
    rule: 'selecting what does not exist is refused',
    covers: { errors: ['propertyUnknown'] },
    steps: [
      gets(reader, `${ACTIVITIES}/${A1}?$select=nope`, {
        status: 400,
        refusal: noProperty('nope', 'learningCourseActivity'),
      }),
    ],
  },
  ...['foo/status', 'microsoft.graph.learningSelfInitiatedCourse/dueDateTime', 'notes/content'].map((name, index) => ({
    id: `48${'def'[index]}`,
    rule: `selecting ${name} is refused: that type has no such property`,
    covers: { errors: ['propertyUnknown'] as const },
    steps: [
      gets(reader, `${ACTIVITIES}/${A1}?$select=${name}`, {
        status: 400,
        refusal: noProperty(name, 'learningCourseActivity'),
      }),
    ],
  })),
  {
    id: '48g',
    rule: 'everything is selected by a star and by nothing',
    steps: ['*', '', 'id,*'].map((names) => gets(reader, `${ACTIVITIES}/${A1}?$select=${names}`, isA1)),
  },
  {
    id: '48b',
    rule: "a colleague's recommendation is hidden behind the sentinel unless it is asked for",
    cites: ['C6', 'C43', 'O5', 'O8'],
    steps: [
      gets(reader, `${ACTIVITIES}/${A3}`, {
        status: 200,
        headers: { 'preference-applied': null },
        part: { assignmentType: 'unknownFutureValue', externalcourseActivityId: null, notes: null, dueDateTime: null },
      }),
      ...['prefer', 'preference'].map((name) => ({
        as: reader,
        send: `GET ${ACTIVITIES}/${A3}`,
        headers: { [name]: 'include-unknown-enum-members' },
        gets: {
          status: 200,
          headers: { 'preference-applied': 'include-unknown-enum-members' },
          part: { assignmentType: 'peerRecommended' },
        },
      })),
    ],
  },
  {
    id: '48c',
    rule: 'with a setting answers spell the key as the examples do',
    cites: ['C1'],
    settings: { externalIdSpelling: 'documented' },
    covers: { operations: ['getLearningCourseActivity'] },
    steps: [
      gets(reader, `${ACTIVITIES}/${A1}`, {
        status: 200,
        part: { externalCourseActivityId: 'ext-1' },
        lacks: ['externalcourseActivityId'],
      }),
      gets(reader, `${ACTIVITIES}/${A1}?$select=externalcourseActivityId`, {
        status: 200,
        part: { externalcourseActivityId: 'ext-1' },
      }),
      {
        as: writer,
        send: `PATCH ${P1_ACTIVITIES}/${A1}`,
        json: { status: 'completed', externalcourseActivityId: 'ext-1' },
        headers: { prefer: 'return=representation' },
        gets: { status: 200, part: { status: 'completed' } },
      },
    ],
  },
];

export const getTable: RuleTable = {
  section: 'get',
  title: 'getting activities',
  source: 'Microsoft Graph reference: get learningCourseActivity',
  rows,
};

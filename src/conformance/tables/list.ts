/** Lists of course activities: who sees what, pages, counts. */

import {
  assignmentReader,
  learner,
  none,
  otherLearner,
  providerReader,
  reader,
  stranger,
  supervisor,
  unplanned,
} from '../callers.ts';
import { having, including, matching } from '../match.ts';
import { E2, E3, E5, noOption, refused } from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';
import {
  A1,
  A2,
  A3,
  A4,
  A5,
  A6,
  ACTIVITIES,
  LEARNER,
  MY_ACTIVITIES,
  UNKNOWN_ID,
  P1,
  P1_ACTIVITIES,
  P2_ACTIVITIES,
  P3_ACTIVITIES,
  PROVIDERS,
  USER_ACTIVITIES,
} from '../setup.ts';
import type { RuleCaller } from '../callers.ts';

const lists = (as: RuleCaller, path: string, gets: Expected): RuleStep => ({ as, send: `GET ${path}`, gets });
const ids = (...expected: readonly string[]): Expected => ({
  status: 200,
  part: { value: expected.map((id) => ({ id })) },
});

/** So many courses of the newcomer, each with its number as external id. */

const rows: readonly RuleRow[] = [
  {
    id: '49',
    rule: 'a learner lists the own activities, each with its type',
    cites: ['C16', 'C21', 'C6', 'O3', 'O5', 'O9', 'O11', 'P2', 'P6'],
    covers: { operations: ['listMyLearningCourseActivities'] },
    steps: [
      lists(learner, MY_ACTIVITIES, {
        status: 200,
        headers: { 'odata-version': '4.0', 'preference-applied': null },
        whole: {
          '@odata.context': '{root}/$metadata#me/employeeExperience/learningCourseActivities',
          value: [
            having({
              '@odata.type': '#microsoft.graph.learningAssignment',
              id: A1,
              status: 'notStarted',
            }),
            having({ '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse', id: A2 }),
            having({
              '@odata.type': '#microsoft.graph.learningAssignment',
              id: A3,
              assignmentType: 'unknownFutureValue',
              externalcourseActivityId: null,
            }),
          ],
        },
      }),
    ],
  },
  {
    id: '49b',
    rule: 'items carry no context of their own',
    cites: ['C16'],
    steps: [
      lists(learner, `${MY_ACTIVITIES}?$select=id&$top=1`, {
        status: 200,
        part: { value: [{ '@odata.type': '#microsoft.graph.learningAssignment', id: A1 }] },
      }),
      lists(learner, `${MY_ACTIVITIES}?$select=id&$filter=status eq 'completed'`, {
        status: 200,
        whole: {
          '@odata.context': '{root}/$metadata#me/employeeExperience/learningCourseActivities(id)',
          value: [{ '@odata.type': '#microsoft.graph.learningAssignment', id: A3 }],
        },
      }),
    ],
  },
  {
    id: '49c',
    rule: 'a learner lists the own activities by id and by principal name, and no others',
    cites: ['C16', 'C34'],
    covers: { operations: ['listUserLearningCourseActivities'], errors: ['accessDenied'] },
    steps: [
      lists(learner, USER_ACTIVITIES, {
        ...ids(A1, A2, A3),
        part: {
          '@odata.context': `{root}/$metadata#users('${LEARNER}')/employeeExperience/learningCourseActivities`,
          value: [{ id: A1 }, { id: A2 }, { id: A3 }],
        },
      }),
      lists(learner, `/users/LEARNER@contoso.example${ACTIVITIES}`, ids(A1, A2, A3)),
      lists(otherLearner, USER_ACTIVITIES, refused(E2)),
    ],
  },
  {
    id: '49d',
    rule: 'a permission for all activities opens the lists of others',
    cites: ['C21'],
    covers: { operations: ['listUserLearningCourseActivities', 'countUserLearningCourseActivities'] },
    steps: [
      lists(supervisor, USER_ACTIVITIES, ids(A1, A2, A3)),
      lists(supervisor, `${USER_ACTIVITIES}/$count`, { status: 200, text: '3' }),
    ],
  },
  {
    id: '49e',
    rule: 'a list leaves out the types that the caller may not see, also when it counts',
    cites: ['C22'],
    steps: [
      lists({ user: 'learner', scopes: ['LearningAssignedCourse.Read'] }, `${MY_ACTIVITIES}?$count=true`, {
        status: 200,
        part: { '@odata.count': 2, value: [{ id: A1 }, { id: A3 }] },
      }),
      lists({ user: 'learner', scopes: ['LearningSelfInitiatedCourse.Read'] }, `${MY_ACTIVITIES}/$count`, {
        status: 200,
        text: '1',
      }),
      lists({ user: 'learner', scopes: ['LearningSelfInitiatedCourse.Read.All'] }, USER_ACTIVITIES, ids(A2)),
    ],
  },
  {
    id: '49f',
    rule: 'activities of all providers stand in one list',
    steps: [lists(otherLearner, MY_ACTIVITIES, { status: 200, part: { value: [{}, {}] } })],
  },
  {
    id: '49g',
    rule: 'applications list all activities of the tenant, and of a provider',
    covers: {
      operations: [
        'listLearningCourseActivities',
        'countLearningCourseActivities',
        'listProviderLearningCourseActivities',
        'countProviderLearningCourseActivities',
      ],
      errors: ['registrationIdInvalid'],
    },
    steps: [
      lists(reader, `${ACTIVITIES}?$select=id&$top=100`, {
        status: 200,
        part: { value: including([A1, A2, A3, A4, A5, A6].map((id) => having({ id }))) },
      }),
      lists(reader, `${ACTIVITIES}/$count`, {
        status: 200,
        text: '6',
        headers: { 'content-type': matching(/^text\/plain/) },
      }),
      lists(reader, P2_ACTIVITIES, {
        status: 200,
        part: {
          '@odata.context': matching(/\$metadata#learningProviders\('13727311[^']*'\)\/learningCourseActivities$/),
          value: [{ id: A6 }],
        },
      }),
      lists(reader, P3_ACTIVITIES, { status: 200, part: { value: [] }, lacks: ['@odata.nextLink'] }),
      lists(reader, `${P1_ACTIVITIES}/$count`, { status: 200, text: '5' }),
      lists(assignmentReader, `${P1_ACTIVITIES}/$count`, { status: 200, text: '4' }),
      lists(reader, `${PROVIDERS}/${UNKNOWN_ID}/learningCourseActivities`, refused(E5)),
      lists(reader, `${PROVIDERS}/${UNKNOWN_ID}/learningCourseActivities/$count`, refused(E5)),
      lists(reader, `${PROVIDERS}/abc/learningCourseActivities`, refused(E5)),
    ],
  },
  {
    id: '49h',
    rule: 'lists hold nothing of other tenants',
    steps: [
      lists(stranger, ACTIVITIES, { status: 200, part: { value: [] } }),
      lists(stranger, `${ACTIVITIES}/$count`, { status: 200, text: '0' }),
      lists(stranger, P1_ACTIVITIES, refused(E5)),
    ],
  },
  {
    id: '50',
    rule: "a colleague's recommendation is shown in a list when it is asked for",
    needsSeed: true,
    cites: ['C6', 'C43', 'O5'],
    steps: [
      {
        as: learner,
        send: `GET ${MY_ACTIVITIES}`,
        headers: { prefer: 'include-unknown-enum-members' },
        gets: {
          status: 200,
          headers: { 'preference-applied': 'include-unknown-enum-members' },
          part: { value: [{ assignmentType: 'required' }, {}, { assignmentType: 'peerRecommended' }] },
        },
      },
    ],
  },
  {
    id: '56',
    rule: "applications do not list one learner's activities",
    cites: ['C21'],
    covers: { errors: ['accessDenied'] },
    steps: [
      lists(reader, USER_ACTIVITIES, refused(E2)),
      lists(reader, `${USER_ACTIVITIES}/$count`, refused(E2)),
      lists(none, ACTIVITIES, refused(E2)),
      lists(learner, ACTIVITIES, refused(E2)),
      lists(providerReader, MY_ACTIVITIES, refused(E2)),
    ],
  },
  {
    id: '56b',
    rule: "with a setting applications list one learner's activities, but have none of their own",
    cites: ['C21'],
    settings: { appListActivities: true },
    covers: { operations: ['listUserLearningCourseActivities'], errors: ['meNeedsUser'] },
    steps: [
      lists(reader, USER_ACTIVITIES, ids(A1, A2, A3)),
      lists(assignmentReader, USER_ACTIVITIES, ids(A1, A3)),
      lists(reader, MY_ACTIVITIES, { status: 400 }),
    ],
  },
  {
    id: '56c',
    rule: 'a tenant without the service plan lists nothing',
    covers: { errors: ['noServicePlan'] },
    steps: [lists(unplanned, ACTIVITIES, refused(E3))],
  },
  {
    id: '57',
    rule: 'a list can be filtered',
    steps: [lists(learner, `${MY_ACTIVITIES}?$filter=status eq 'completed'`, ids(A3))],
  },
  ...['$filter', '$orderby'].map((option, index) => ({
    id: `57${'bc'[index]}`,
    rule: `with a setting the undocumented ${option} is refused`,
    settings: { documentedOnly: true },
    covers: { errors: ['queryOptionUnsupported'] as const },
    steps: [
      lists(learner, `${MY_ACTIVITIES}?${option}=status`, refused(noOption(option))),
      lists(learner, `${MY_ACTIVITIES}?$top=2`, ids(A1, A2)),
      lists(providerReader, `${PROVIDERS}?$orderby=displayName&$top=1`, ids(P1)),
    ],
  })),
  {
    id: '57d',
    rule: 'a count can be filtered',
    needsSeed: true,
    covers: { operations: ['countMyLearningCourseActivities'] },
    steps: [
      lists(learner, `${MY_ACTIVITIES}/$count`, { status: 200, text: '3' }),
      lists(learner, `${MY_ACTIVITIES}/$count?$filter=status ne 'completed'`, { status: 200, text: '2' }),
    ],
  },
  {
    id: '57e',
    rule: 'the page size can be preferred',
    steps: [
      {
        as: learner,
        send: `GET ${MY_ACTIVITIES}`,
        headers: { prefer: 'odata.maxpagesize=2' },
        gets: { ...ids(A1, A2), headers: { 'preference-applied': 'odata.maxpagesize=2' } },
      },
    ],
  },
];

export const listTable: RuleTable = {
  section: 'list',
  title: 'listing activities',
  source: 'Microsoft Graph reference: list learningCourseActivities',
  rows,
};

/** Query options in depth: filters, orders, what is not supported. */

import { contentReader, learner, providerReader, reader, stranger, writer } from '../callers.ts';
import { ANY_TEXT, containing } from '../match.ts';
import { badOption, noOption, noProperty, refused } from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';
import {
  A1,
  A2,
  A3,
  ACTIVITIES,
  ASSIGNMENT,
  K1,
  LEARNER,
  MY_ACTIVITIES,
  P1,
  P1_ACTIVITIES,
  P1_CONTENTS,
  P2,
  P3,
  PROVIDERS,
} from '../setup.ts';

const ids = (...expected: readonly string[]): Expected => ({
  status: 200,
  part: { value: expected.map((id) => ({ id })) },
});
const mine = (query: string, gets: Expected): RuleStep => ({
  as: learner,
  send: `GET ${MY_ACTIVITIES}?${query}`,
  gets,
});
const filters = (filter: string, ...expected: readonly string[]): RuleStep =>
  mine(`$filter=${encodeURIComponent(filter)}`, ids(...expected));
const orders = (order: string, ...expected: readonly string[]): RuleStep =>
  mine(`$orderby=${encodeURIComponent(order)}`, ids(...expected));

const refusedWith = (message: unknown): Expected => ({
  status: 400,
  refusal: { status: 400, code: 'BadRequest', message },
});
const badFilter = (reason: string): Expected => refusedWith(`Invalid filter clause: ${reason}`);
const badOrder = (reason: string): Expected => refusedWith(`Invalid orderby clause: ${reason}`);
const badToken = refusedWith('The skip token is not valid. Follow @odata.nextLink as it was given.');

const rows: readonly RuleRow[] = [
  {
    id: 'filter-1',
    rule: 'values are compared for equality, in any casing of names and members',
    steps: [
      filters("status eq 'inProgress'", A2),
      filters("STATUS EQ 'INPROGRESS'", A2),
      filters("status ne 'inProgress'", A1, A3),
      filters("'completed' eq status", A3),
      filters("externalcourseActivityId eq 'ext-1'", A1),
      filters("externalCourseActivityId eq 'ext-1'", A1),
      filters("externalCourseActivityId eq 'EXT-1'"),
      filters(`learningProviderId eq '${P1.toUpperCase()}'`, A1, A2, A3),
      filters(`learningContentId eq ${K1}`, A1, A2, A3),
    ],
  },
  {
    id: 'filter-2',
    rule: 'numbers, dates and texts have an order',
    steps: [
      filters('completionPercentage ge 20', A2, A3),
      filters('completionPercentage gt 20', A3),
      filters('completionPercentage le 20', A2),
      filters('completionPercentage lt 20'),
      filters('completedDateTime gt 2021-05-31T00:00:00Z', A3),
      filters('completedDateTime le 2021-06-01T10:00:00+02:00', A3),
      filters('assignedDateTime lt 2021-05-12T00:00:00Z', A1),
      filters("externalcourseActivityId gt 'ext-1'", A2),
      filters("dueDateTime/dateTime lt '2022-09-23T00:00:00'", A1),
    ],
  },
  {
    id: 'filter-3',
    rule: 'null is found, and is neither above nor below anything',
    steps: [
      filters('completionPercentage eq null', A1),
      filters('completionPercentage ne null', A2, A3),
      filters('completedDateTime ne null', A3),
      filters('externalcourseActivityId eq null', A3),
      filters("externalcourseActivityId ne 'ext-1'", A2, A3),
      filters('dueDateTime eq null', A2, A3),
    ],
  },
  {
    id: 'filter-4',
    rule: 'conditions are joined, negated and grouped',
    steps: [
      filters("status eq 'completed' or status eq 'notStarted'", A1, A3),
      filters("status eq 'completed' and completionPercentage eq 100", A3),
      filters("not (status eq 'completed')", A1, A2),
      filters("not(status eq 'completed') and (completionPercentage eq null or completionPercentage eq 20)", A1, A2),
      filters("status in ('completed', 'notStarted')", A1, A3),
      filters("externalcourseActivityId in ('ext-1','ext-2')", A1, A2),
    ],
  },
  {
    id: 'filter-5',
    rule: 'texts are searched from their start and within',
    steps: [
      filters("startswith(externalcourseActivityId,'ext')", A1, A2),
      filters("contains(externalcourseActivityId,'-2')", A2),
      filters("contains(externalcourseActivityId,'X')"),
      filters("startswith(externalcourseActivityId,'%')"),
    ],
  },
  {
    id: 'filter-6',
    rule: 'items are told apart by type, with isof and with a cast',
    steps: [
      filters("isof('microsoft.graph.learningAssignment')", A1, A3),
      filters('isof(microsoft.graph.learningSelfInitiatedCourse)', A2),
      filters('microsoft.graph.learningAssignment/assignedDateTime ne null', A1),
      filters("assignmentType eq 'required'", A1),
      filters('startedDateTime ne null', A2),
    ],
  },
  {
    id: 'filter-7',
    rule: 'the sentinel finds hidden members, unless they are asked for by name',
    cites: ['C6'],
    covers: { errors: ['filterInvalid'] },
    steps: [
      filters("assignmentType eq 'unknownFutureValue'", A3),
      {
        ...filters("assignmentType eq 'peerRecommended'"),
        gets: badFilter("'peerRecommended' can be named only with the header Prefer: include-unknown-enum-members."),
      },
      { ...filters("assignmentType eq 'peerRecommended'", A3), headers: { prefer: 'include-unknown-enum-members' } },
      { ...filters("assignmentType eq 'unknownFutureValue'"), headers: { prefer: 'include-unknown-enum-members' } },
    ],
  },
  ...[
    { filter: '', reason: 'it is empty.' },
    { filter: 'status', reason: 'it ends where more is expected.' },
    { filter: "status eq 'x", reason: 'the string that begins at character 11 has no closing quote.' },
    { filter: "length(status) eq 'x'", reason: "the function 'length' is not supported." },
    { filter: "isof('microsoft.graph.user')", reason: "'microsoft.graph.user' is not a type of these items." },
    { filter: "status gt 'completed'", reason: "'status' does not take 'gt'." },
    { filter: 'completionPercentage eq abc', reason: undefined },
    {
      filter: 'completionPercentage eq 1.5',
      reason: "'completionPercentage' must be a 32-bit integer; got 1.5.",
    },
    { filter: "notes/content eq 'x'", reason: "'notes/content' cannot be filtered by." },
  ].map(({ filter, reason }, index) => ({
    id: `filter-8${'abcdefghi'[index]}`,
    rule: `the filter ${filter || 'of nothing'} is refused`,
    covers: reason === undefined ? {} : { errors: ['filterInvalid'] as const },
    steps: [
      mine(
        `$filter=${encodeURIComponent(filter)}`,
        reason === undefined ? refused(noProperty('abc', 'learningCourseActivity')) : badFilter(reason),
      ),
    ],
  })),
  {
    id: 'filter-9',
    rule: 'a filter may be long and deep, but not without bounds',
    covers: { errors: ['filterInvalid'] },
    steps: [
      mine(
        `$filter=${'('.repeat(60)}status eq 'x'${')'.repeat(60)}`,
        badFilter('it is nested more than 50 levels deep.'),
      ),
      mine(
        `$filter=${Array.from({ length: 101 }, () => 'completionPercentage eq 1').join(' or ')}`,
        badFilter('it has more than 100 conditions and values.'),
      ),
      mine(`$filter=status eq '${'x'.repeat(9000)}'`, badFilter('it has more than 8192 characters.')),
    ],
  },
  {
    id: 'filter-10',
    rule: 'what follows a text does not become a second condition',
    covers: { errors: ['filterInvalid'] },
    steps: [
      filters("externalcourseActivityId eq 'x'' or 1 eq 1 --'"),
      {
        ...filters("externalcourseActivityId eq 'x' drop table"),
        gets: badFilter("'drop' at character 33 is not expected there."),
      },
    ],
  },
  {
    id: 'filter-11',
    rule: 'providers and contents are filtered too',
    covers: { operations: ['countLearningProviders', 'countLearningContents'] },
    steps: [
      { as: providerReader, send: `GET ${PROVIDERS}?$filter=displayName eq 'Tailwind Courses'`, gets: ids(P2) },
      {
        as: providerReader,
        send: `GET ${PROVIDERS}?$filter=isCourseActivitySyncEnabled`,
        gets: { status: 200, part: { value: [{}, {}] } },
      },
      {
        as: providerReader,
        send: `GET ${PROVIDERS}/$count?$filter=startswith(displayName,'Northwind')`,
        gets: { status: 200, text: '1' },
      },
      { as: contentReader, send: `GET ${P1_CONTENTS}?$filter=externalId eq 'LP4471'`, gets: ids(K1) },
      {
        as: contentReader,
        send: `GET ${P1_CONTENTS}/$count?$filter=level eq 'advanced'`,
        gets: { status: 200, text: '0' },
      },
      {
        as: contentReader,
        send: `GET ${P1_CONTENTS}?$filter=createdDateTime lt 2019-01-01T00:00:00Z and isActive eq true`,
        gets: ids(K1),
      },
    ],
  },
  {
    id: 'order-1',
    rule: 'items are ordered by one property or several, null first',
    steps: [
      orders('completionPercentage', A1, A2, A3),
      orders('completionPercentage desc', A3, A2, A1),
      orders('externalcourseActivityId', A3, A1, A2),
      orders('externalCourseActivityId DESC', A2, A1, A3),
      orders('completedDateTime asc,completionPercentage desc', A2, A1, A3),
    ],
  },
  {
    id: 'order-2',
    rule: 'enumerations are ordered by number, the hidden member by its own',
    cites: ['C6'],
    steps: [orders('status', A1, A2, A3), orders('status desc', A3, A2, A1), orders('assignmentType desc', A3, A1, A2)],
  },
  {
    id: 'order-3',
    rule: 'links lead on in the order',
    steps: [
      {
        ...mine('$orderby=completionPercentage desc&$top=2', ids(A3, A2)),
        keep: { next: '@odata.nextLink' },
      },
      { as: learner, send: 'GET {next}', gets: { ...ids(A1), lacks: ['@odata.nextLink'] } },
      { ...mine('$orderby=assignmentType&$top=1', ids(A2)), keep: { next: '@odata.nextLink' } },
      { as: learner, send: 'GET {next}', gets: ids(A1) },
    ],
  },
  ...[
    { order: '', reason: 'it is empty.' },
    { order: 'status,', reason: 'it is empty.' },
    { order: 'status upwards', reason: "the direction must be 'asc' or 'desc'; got 'upwards'." },
    { order: 'status,status desc', reason: "'status' is named twice." },
    { order: 'notes', reason: "'notes' cannot be sorted by." },
  ].map(({ order, reason }, index) => ({
    id: `order-4${'abcde'[index]}`,
    rule: `the order ${order || 'of nothing'} is refused`,
    covers: { errors: ['orderByInvalid'] as const },
    steps: [mine(`$orderby=${encodeURIComponent(order)}`, badOrder(reason))],
  })),
  {
    id: 'order-5',
    rule: 'providers are ordered by name',
    steps: [{ as: providerReader, send: `GET ${PROVIDERS}?$orderby=displayName desc`, gets: ids(P2, P3, P1) }],
  },
  ...['$expand=learner', '$search=x', 'expand=x', 'search=x', '$apply=x', '$deltatoken=x', '$compute=x'].map(
    (option, index) => ({
      id: `option-1${'abcdefg'[index]}`,
      rule: `the option ${option} is not supported`,
      covers: { errors: ['queryOptionUnsupported'] as const },
      steps: [mine(option, refused(noOption(option.replace(/=.*/, ''))))],
    }),
  ),
  {
    id: 'option-2',
    rule: 'an option that one object does not take is refused there',
    covers: { errors: ['queryOptionUnsupported'] },
    steps: ['$top=1', '$skip=1', '$count=true', "$filter=status eq 'completed'", '$orderby=status'].map((option) => ({
      as: reader,
      send: `GET ${ACTIVITIES}/${A1}?${option}`,
      gets: refused(noOption(option.replace(/=.*/, ''))),
    })),
  },
  {
    id: 'option-3',
    rule: 'an option that comes twice is refused',
    covers: { errors: ['queryOptionInvalid'] },
    steps: [mine('$top=1&%24top=2', refused(badOption('$top')))],
  },
  {
    id: 'option-4',
    rule: 'parameters of others are passed over',
    steps: [mine('foo=bar&api-version=2&empty&=x', ids(A1, A2, A3))],
  },
  {
    id: 'option-5',
    rule: 'the format may be asked for, when it is JSON',
    covers: { errors: ['queryOptionInvalid'] },
    steps: [
      mine('$format=json', ids(A1, A2, A3)),
      mine('$format=application/json;odata.metadata=none', {
        status: 200,
        headers: { 'content-type': containing('odata.metadata=none') },
        part: { value: [{ id: A1 }, {}, {}] },
        lacks: ['@odata.context'],
      }),
      mine('$format=atom', refused(badOption('$format'))),
    ],
  },
  {
    id: 'option-6',
    rule: 'options are not for writes',
    steps: [
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES}?$select=nope&$top=x`,
        json: ASSIGNMENT,
        gets: { status: 201, part: { learnerUserId: LEARNER } },
      },
      { as: writer, send: `DELETE ${P1_ACTIVITIES}/${A1}?$filter=nope`, gets: { status: 204 } },
    ],
  },
  {
    id: 'option-7',
    rule: 'a skip token that was not given for this list is refused',
    covers: { errors: ['skipTokenInvalid'] },
    steps: [
      mine('$skiptoken=abc', badToken),
      mine('$skiptoken=', badToken),
      { ...mine('$top=1', ids(A1)), keep: { next: '@odata.nextLink' } },
      { as: learner, send: 'GET {next}&$orderby=status', gets: badToken },
      { as: learner, send: 'GET {next}x', gets: badToken },
      { as: learner, send: 'GET {next}', gets: { status: 200, part: { value: [{ id: A2 }] } } },
      { as: reader, send: `GET ${ACTIVITIES}?$top=1`, gets: { status: 200 }, keep: { next: '@odata.nextLink' } },
      { as: stranger, send: 'GET {next}', gets: badToken },
    ],
  },
  {
    id: 'option-8',
    rule: 'percent-encoding that cannot be undone is refused',
    covers: { errors: ['urlMalformed'] },
    steps: [
      mine('$filter=%zz', refusedWith("The URL is not valid: '%zz' cannot be decoded.")),
      mine('%zz=1', refusedWith("The URL is not valid: '%zz' cannot be decoded.")),
      {
        as: reader,
        send: `GET ${ACTIVITIES}/%E0%A4%A`,
        gets: refusedWith("The URL is not valid: '%E0%A4%A' cannot be decoded."),
      },
    ],
  },
  {
    id: 'option-9',
    rule: 'no page holds more than a hundred items',
    steps: [
      ...Array.from({ length: 6 }, (_, batch) => ({
        as: writer,
        send: 'POST /$batch',
        json: {
          requests: Array.from({ length: 17 }, (_, index) => ({
            id: String(index),
            method: 'POST',
            url: P1_ACTIVITIES,
            headers: { 'Content-Type': 'application/json' },
            body: { ...ASSIGNMENT, externalCourseActivityId: `${batch}-${index}` },
          })),
        },
        gets: { status: 200, part: { responses: Array.from({ length: 17 }, () => ({ status: 201 })) } },
      })),
      mine('$top=1000&$count=true&$select=id', {
        status: 200,
        part: {
          '@odata.count': 105,
          '@odata.nextLink': ANY_TEXT,
          value: Array.from({ length: 100 }, () => ({})),
        },
      }),
    ],
  },
];

export const queryTable: RuleTable = {
  section: 'query',
  title: 'query options',
  source: 'Microsoft Graph: use query parameters; OData URL conventions 4.01, system query options',
  rows,
};

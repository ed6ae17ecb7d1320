/** Pages of lists: links, sizes, counts. */

import { learner, newcomer, writer } from '../callers.ts';
import { matching } from '../match.ts';
import { badOption, refused } from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';
import { A1, A2, A3, COURSE, MY_ACTIVITIES, NEWCOMER, P1_ACTIVITIES } from '../setup.ts';
import type { RuleCaller } from '../callers.ts';

const lists = (as: RuleCaller, path: string, gets: Expected): RuleStep => ({ as, send: `GET ${path}`, gets });
const ids = (...expected: readonly string[]): Expected => ({
  status: 200,
  part: { value: expected.map((id) => ({ id })) },
});

/** So many courses of the newcomer, each with its number as external id. */
const creates = (count: number): RuleStep[] =>
  Array.from({ length: count }, (_, index) => ({
    as: writer,
    send: `POST ${P1_ACTIVITIES}`,
    json: { ...COURSE, learnerUserId: NEWCOMER, externalCourseActivityId: `n-${index + 1}` },
    gets: { status: 201 },
  }));
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ externalcourseActivityId: `n-${from + index}` }));

const isLink = (...options: readonly string[]) =>
  matching(new RegExp(`^https://[^?]*\\?${options.map((one) => `(?=.*${RegExp.escape(one)})`).join('')}`));

const rows: readonly RuleRow[] = [
  {
    id: '51',
    rule: 'a page has ten items, and links lead through all of them, each once',
    cites: ['C17', 'O9', 'O10'],
    covers: { operations: ['listMyLearningCourseActivities'] },
    steps: [
      ...creates(25),
      {
        ...lists(newcomer, MY_ACTIVITIES, { status: 200, part: { value: numbers(1, 10) } }),
        keep: { next: '@odata.nextLink' },
      },
      {
        as: newcomer,
        send: 'GET {next}',
        gets: { status: 200, part: { value: numbers(11, 20) } },
        keep: { next: '@odata.nextLink' },
      },
      {
        as: newcomer,
        send: 'GET {next}',
        gets: { status: 200, part: { value: numbers(21, 25) }, lacks: ['@odata.nextLink'] },
      },
    ],
  },
  {
    id: '51b',
    rule: 'a full last page has no link',
    cites: ['O9'],
    steps: [
      ...creates(10),
      lists(newcomer, MY_ACTIVITIES, { status: 200, part: { value: numbers(1, 10) }, lacks: ['@odata.nextLink'] }),
      lists(newcomer, `${MY_ACTIVITIES}?$top=5&$skip=5`, {
        status: 200,
        part: { value: numbers(6, 10) },
        lacks: ['@odata.nextLink'],
      }),
    ],
  },
  {
    id: '51c',
    rule: 'pages stay right while items are deleted',
    steps: [
      ...creates(4),
      {
        ...lists(newcomer, `${MY_ACTIVITIES}?$top=2`, { status: 200, part: { value: numbers(1, 2) } }),
        keep: { next: '@odata.nextLink' },
      },
      {
        ...lists(newcomer, `${MY_ACTIVITIES}(externalcourseActivityId='n-1')`, { status: 200 }),
        keep: { first: 'id' },
      },
      { as: writer, send: `DELETE ${P1_ACTIVITIES}/{first}`, gets: { status: 204 } },
      {
        as: newcomer,
        send: 'GET {next}',
        gets: { status: 200, part: { value: numbers(3, 4) }, lacks: ['@odata.nextLink'] },
      },
    ],
  },
  {
    id: '52',
    rule: 'a link keeps all options, and the count is of all items on every page',
    cites: ['C17', 'C42', 'O10', 'O11'],
    steps: [
      {
        ...lists(learner, `${MY_ACTIVITIES}?$top=2&$count=true&$select=id`, {
          status: 200,
          part: {
            '@odata.count': 3,
            '@odata.nextLink': isLink('$top=2', '$count=true', '$select=id', '$skiptoken='),
            value: [{ id: A1 }, { id: A2 }],
          },
        }),
        keep: { next: '@odata.nextLink' },
      },
      {
        as: learner,
        send: 'GET {next}',
        gets: { status: 200, part: { '@odata.count': 3, value: [{ id: A3 }] }, lacks: ['@odata.nextLink'] },
      },
    ],
  },
  {
    id: '52b',
    rule: 'a link leads back to the host that the client used, and holds no character that clients trip over',
    needsSeed: true,
    cites: ['O10'],
    steps: [
      {
        ...lists(learner, `${MY_ACTIVITIES}?$top=1&$filter=status ne '{x}' or status eq 'completed'`, { status: 400 }),
      },
      {
        ...lists(learner, `${MY_ACTIVITIES}?$top=1&$filter=externalcourseActivityId ne '{x}'&note={y}`, {
          status: 200,
          part: { '@odata.nextLink': matching(/^https:\/\/[^{}' ]*$/) },
        }),
        keep: { next: '@odata.nextLink' },
      },
      { as: learner, send: 'GET {next}', gets: { status: 200, part: { value: [{ id: A2 }] } } },
    ],
  },
  {
    id: '52c',
    rule: 'a count is of what the filter leaves, and a link passes over nothing twice',
    cites: ['C42'],
    steps: [
      lists(learner, `${MY_ACTIVITIES}?$filter=status ne 'completed'&$count=true&$top=1`, {
        status: 200,
        part: { '@odata.count': 2, value: [{ id: A1 }] },
      }),
      {
        ...lists(learner, `${MY_ACTIVITIES}?$skip=1&$top=1&$select=id`, ids(A2)),
        keep: { next: '@odata.nextLink' },
      },
      { as: learner, send: 'GET {next}', gets: { ...ids(A3), lacks: ['@odata.nextLink'] } },
    ],
  },
  {
    id: '53',
    rule: 'beyond the end there is nothing, and no link',
    steps: [
      lists(learner, `${MY_ACTIVITIES}?$skip=1000`, { status: 200, part: { value: [] }, lacks: ['@odata.nextLink'] }),
    ],
  },
  {
    id: '53b',
    rule: 'items are passed over',
    steps: [
      lists(learner, `${MY_ACTIVITIES}?$skip=1&$top=1`, ids(A2)),
      lists(learner, `${MY_ACTIVITIES}?$skip=2`, ids(A3)),
    ],
  },
  {
    id: '53c',
    rule: 'a page of nothing is empty and has no link, but a count',
    needsSeed: true,
    steps: [
      lists(learner, `${MY_ACTIVITIES}?$top=0&$count=true`, {
        status: 200,
        part: { '@odata.count': 3, value: [] },
        lacks: ['@odata.nextLink'],
      }),
    ],
  },
  ...['$top=-1', '$top=x', '$top=1.5', '$top=', '$skip=-1', '$skip=x', '$count=maybe'].map((option, index) => ({
    id: `54${'abcdefg'[index]}`,
    rule: `the option ${option} is refused`,
    covers: { errors: ['queryOptionInvalid'] as const },
    steps: [lists(learner, `${MY_ACTIVITIES}?${option}`, refused(badOption(option.replace(/=.*/, ''))))],
  })),
  ...['top=2', '%24top=2', '$TOP=2', '$top=2&utm_source=mail'].map((option, index) => ({
    id: `55${'abcd'[index]}`,
    rule: `the option ${option} asks for two items`,
    cites: ['P5'],
    steps: [lists(learner, `${MY_ACTIVITIES}?${option}`, ids(A1, A2))],
  })),
  {
    id: '55e',
    rule: 'the values of options may come encoded',
    cites: ['P5'],
    steps: [
      lists(learner, `${MY_ACTIVITIES}?$select=id%2Cstatus&$top=1`, {
        status: 200,
        part: { value: [{ '@odata.type': '#microsoft.graph.learningAssignment', id: A1, status: 'notStarted' }] },
      }),
      lists(learner, `${MY_ACTIVITIES}?$filter=status+eq+%27completed%27`, ids(A3)),
    ],
  },
];

export const pageTable: RuleTable = {
  section: 'pages',
  title: 'pages of lists',
  source: 'Microsoft Graph: paging in your app; OData protocol 4.01, server-driven paging',
  rows,
};

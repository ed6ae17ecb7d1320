/** What has changed since a page that was read: an addition of this server. */
import type { RuleCaller } from '../callers.ts';
import { assignmentReader, none, reader, stranger, supervisor, writer } from '../callers.ts';
import { containing, including, matching } from '../match.ts';
import { E2, E5, noSegment, refused, SYNC_STATE } from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';
import {
  A1,
  A2,
  A6,
  ACTIVITIES,
  ASSIGNMENT,
  ASSIGNMENT_UPDATE,
  UNKNOWN_ID,
  P1,
  P1_ACTIVITIES,
  P2_ACTIVITIES,
  PROVIDERS,
} from '../setup.ts';

const DELTA = `${ACTIVITIES}/delta`;
const P1_DELTA = `${P1_ACTIVITIES}/delta`;

const reads = (path: string, gets: Expected, as: RuleCaller = reader): RuleStep => ({ as, send: `GET ${path}`, gets });
const isDeltaLink = matching(/learningCourseActivities\/delta\?.*\$deltatoken=[\w-]+$/);
/** Begins with the present, and keeps the link. */
const begins = (path: string, as: RuleCaller = reader): RuleStep => ({
  ...reads(`${path}?$deltatoken=latest`, { status: 200, part: { value: [] }, lacks: ['@odata.nextLink'] }, as),
  keep: { delta: '@odata.deltaLink' },
});
const restarts = (path: string): Expected => ({
  ...refused(SYNC_STATE),
  headers: { location: matching(new RegExp(`${path}\\?(.*&)?\\$deltatoken=$`)) },
});

const rows: readonly RuleRow[] = [
  {
    id: 'delta-1',
    rule: 'a delta query gives all that there is, and a link to what changes',
    covers: { operations: ['deltaLearningCourseActivities', 'deltaProviderLearningCourseActivities'] },
    steps: [
      {
        ...reads(`${DELTA}?$select=id&$top=100`, {
          status: 200,
          part: {
            '@odata.context': '{root}/$metadata#employeeExperience/learningCourseActivities(id)',
            '@odata.deltaLink': isDeltaLink,
            value: including([
              { '@odata.type': '#microsoft.graph.learningAssignment', id: A1 },
              { '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse', id: A2 },
            ]),
          },
          lacks: ['@odata.nextLink'],
        }),
        keep: { delta: '@odata.deltaLink' },
      },
      reads('{delta}', { status: 200, part: { value: [], '@odata.deltaLink': isDeltaLink } }),
      {
        as: writer,
        send: `POST ${P1_ACTIVITIES}`,
        json: { ...ASSIGNMENT, externalCourseActivityId: 'new' },
        gets: { status: 201 },
        keep: { id: 'id' },
      },
      {
        ...reads('{delta}', {
          status: 200,
          part: { value: [{ '@odata.type': '#microsoft.graph.learningAssignment', id: '{id}' }] },
        }),
        keep: { after: '@odata.deltaLink' },
      },
      { as: writer, send: `PATCH ${P1_ACTIVITIES}/{id}`, json: ASSIGNMENT_UPDATE, gets: { status: 204 } },
      reads('{after}', { status: 200, part: { value: [{ id: '{id}' }] } }),
      { as: writer, send: `DELETE ${P1_ACTIVITIES}/{id}`, gets: { status: 204 } },
      reads('{after}', {
        status: 200,
        part: { value: [{ id: '{id}', '@removed': { reason: 'deleted' } }] },
        lacks: ['@odata.nextLink'],
      }),
      reads(`${P2_ACTIVITIES}/delta`, { status: 200, part: { value: [{ id: A6 }] } }),
    ],
  },
  {
    id: 'delta-2',
    rule: 'the list goes on over pages, of which the last has the link to changes',
    steps: [
      {
        ...reads(`${P1_DELTA}?$top=2&$select=id`, {
          status: 200,
          part: { '@odata.nextLink': containing('?$top=2&$select=id&$skiptoken='), value: [{}, {}] },
          lacks: ['@odata.deltaLink'],
        }),
        keep: { next: '@odata.nextLink' },
      },
      // Behind the page, and in front of it.
      { as: writer, send: `PATCH ${P1_ACTIVITIES}/${A1}`, json: ASSIGNMENT_UPDATE, gets: { status: 204 } },
      { ...reads('{next}', { status: 200, part: { value: [{}, {}] } }), keep: { next: '@odata.nextLink' } },
      {
        ...reads('{next}', {
          status: 200,
          part: { '@odata.deltaLink': containing('?$top=2&$select=id&$deltatoken='), value: [{}] },
          lacks: ['@odata.nextLink'],
        }),
        keep: { delta: '@odata.deltaLink' },
      },
      reads('{delta}', { status: 200, part: { value: [{ id: A1 }] } }),
    ],
  },
  {
    id: 'delta-3',
    rule: 'changes are of the collection, and of the types that the caller may see',
    steps: [
      begins(`${P2_ACTIVITIES}/delta`),
      { as: writer, send: `PATCH ${P1_ACTIVITIES}/${A1}`, json: ASSIGNMENT_UPDATE, gets: { status: 204 } },
      reads('{delta}', { status: 200, part: { value: [] } }),
      begins(DELTA, assignmentReader),
      { as: writer, send: `DELETE ${P1_ACTIVITIES}/${A2}`, gets: { status: 204 } },
      reads('{delta}', { status: 200, part: { value: [] } }, assignmentReader),
    ],
  },
  {
    id: 'delta-4',
    rule: 'a token that is broken, of another collection or of another caller begins again',
    covers: { errors: ['syncStateNotFound'] },
    steps: [
      begins(P1_DELTA),
      reads('{delta}x', restarts('learningCourseActivities/delta')),
      reads(`${DELTA}?$deltatoken=abc`, restarts('learningCourseActivities/delta')),
      reads(`${DELTA}?$top=3&$skiptoken=abc`, restarts('learningCourseActivities/delta')),
      reads('{delta}', restarts('learningCourseActivities/delta'), assignmentReader),
      // As the address in the answer has it.
      reads(`${P1_DELTA}?$deltatoken=`, { status: 200, part: { value: [{}, {}, {}, {}, {}] } }),
    ],
  },
  {
    id: 'delta-5',
    rule: 'opens with the permissions of the list, to applications',
    steps: [
      reads(DELTA, refused(E2), none),
      reads(DELTA, refused(E2), supervisor),
      reads(DELTA, { status: 200, part: { value: [] } }, stranger),
      reads(`${PROVIDERS}/${UNKNOWN_ID}/learningCourseActivities/delta`, refused(E5)),
    ],
  },
  {
    id: 'delta-6',
    rule: 'is called by its qualified name too, with the parentheses of a function',
    steps: [
      reads(`${ACTIVITIES}/microsoft.graph.delta()?$top=1`, { status: 200, part: { value: [{}] } }),
      reads(`${PROVIDERS}('${P1}')/learningCourseActivities/delta()`, { status: 200 }),
      reads('/microsoft.graph.users', refused(noSegment('microsoft.graph.users'))),
    ],
  },
  {
    id: 'delta-7',
    rule: 'a server that keeps no changes says so',
    covers: { errors: ['changesNotKept'] },
    settings: { feedDays: 0, audit: 'off' },
    steps: [
      reads(DELTA, {
        status: 501,
        refusal: {
          status: 501,
          code: 'NotImplemented',
          message: 'This server keeps no changes, so that none can be tracked.',
        },
      }),
    ],
  },
  {
    id: 'delta-8',
    rule: 'a server that keeps to the reference has no delta query of activities',
    settings: { documentedOnly: true },
    steps: [reads(DELTA, refused(noSegment('delta')))],
  },
];

export const deltaTable: RuleTable = {
  section: 'delta',
  title: 'changes of activities',
  source:
    'An extension of Vivarium in the form of Microsoft Graph: use delta query to track changes; OData protocol 4.01, delta',
  isExtension: true,
  rows: rows.map((row) => ({ ...row, needsSeed: true })),
};

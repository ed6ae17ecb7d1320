/** Values of properties, in the forms that clients send them. */
import { writer } from '../callers.ts';
import { E11, E13, empty, invalidField, refused } from '../refusals.ts';
import type { Expected, RuleRow, RuleStep, RuleTable } from '../row.ts';
import { ASSIGNMENT, P1_ACTIVITIES } from '../setup.ts';

const create = `POST ${P1_ACTIVITIES}`;
const JSON_HEADERS = { 'content-type': 'application/json' };
const text = JSON.stringify(ASSIGNMENT);

const creates = (json: unknown, gets: Expected): RuleStep => ({ as: writer, send: create, json, gets });
const sends = (body: string | Uint8Array, headers: RuleStep['headers'] & {}, gets: Expected): RuleStep => ({
  as: writer,
  send: create,
  body,
  headers,
  gets,
});

const rows: readonly RuleRow[] = [
  {
    id: '5b',
    rule: 'moments may be written in every way that clients write them',
    cites: ['B4', 'O7'],
    steps: [
      { sent: '2021-05-11T22:57:17+00:00', shown: '2021-05-11T22:57:17+00:00' },
      { sent: '2021-05-11T22:57:17Z', shown: '2021-05-11T22:57:17+00:00' },
      { sent: '2021-05-11T22:57:17.000Z', shown: '2021-05-11T22:57:17+00:00' },
      { sent: '2021-05-11T22:57:17.1234567Z', shown: '2021-05-11T22:57:17.1234567+00:00' },
      { sent: '2021-05-12T00:57:17+02:00', shown: '2021-05-11T22:57:17+00:00' },
      { sent: '2021-05-11T22:57:17', shown: '2021-05-11T22:57:17+00:00' },
    ].map(({ sent, shown }, index) =>
      creates(
        { ...ASSIGNMENT, externalCourseActivityId: `date-${index}`, assignedDateTime: sent, completedDateTime: sent },
        { status: 201, part: { assignedDateTime: shown, completedDateTime: shown } },
      ),
    ),
  },
  {
    id: '5c',
    rule: 'due dates are kept as they are written, in any time zone that has a name',
    cites: ['C2'],
    steps: [
      {
        sent: { dateTime: '2022-09-22T16:05:00', timeZone: 'Pacific Standard Time' },
        shown: { dateTime: '2022-09-22T16:05:00', timeZone: 'Pacific Standard Time' },
      },
      {
        sent: { dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'Europe/Berlin' },
        shown: { dateTime: '2022-09-22T16:05:00.0000000', timeZone: 'Europe/Berlin' },
      },
      { sent: { DateTime: '2022-09-22T16:05:00' }, shown: { dateTime: '2022-09-22T16:05:00', timeZone: 'UTC' } },
      {
        sent: { dateTime: '2022-09-22T16:05:00', timeZone: null },
        shown: { dateTime: '2022-09-22T16:05:00', timeZone: 'UTC' },
      },
      { sent: '2022-09-22', shown: { dateTime: '2022-09-22T00:00:00.0000000', timeZone: 'UTC' } },
    ].map(({ sent, shown }, index) =>
      creates(
        { ...ASSIGNMENT, externalCourseActivityId: `due-${index}`, dueDateTime: sent },
        { status: 201, part: { dueDateTime: shown } },
      ),
    ),
  },
  ...[
    { dateTime: '2022-09-22T16:05:00', timeZone: 'Nowhere' },
    { dateTime: 'soon', timeZone: 'UTC' },
    { timeZone: 'UTC' },
    { dateTime: '2022-09-22T16:05:00', zone: 'UTC' },
    'soon',
    7,
    [],
    { dateTime: '2022-09-22T16:05:00', timeZone: 'PST' },
    { dateTime: '2022-09-22T16:05:00', timeZone: 'SystemV/PST8' },
  ].map((dueDateTime, index) => ({
    id: `5${'defghijxy'[index]}`,
    rule: `the due date ${JSON.stringify(dueDateTime)} is refused`,
    covers: { errors: ['fieldsInvalid'] as const },
    steps: [creates({ ...ASSIGNMENT, dueDateTime }, refused(E11, invalidField('dueDateTime')))],
  })),
  {
    id: '5k',
    rule: 'notes are text unless they say otherwise, and may be without content',
    cites: ['C3', 'B5'],
    steps: [
      { sent: { content: 'plain' }, shown: { contentType: 'text', content: 'plain' } },
      { sent: { contentType: 'HTML', content: '<b>x</b>' }, shown: { contentType: 'html', content: '<b>x</b>' } },
      { sent: { contentType: 'text', content: null }, shown: { contentType: 'text', content: null } },
      { sent: '', shown: { contentType: 'text', content: '' } },
    ].map(({ sent, shown }, index) =>
      creates(
        { ...ASSIGNMENT, externalCourseActivityId: `notes-${index}`, notes: sent },
        { status: 201, part: { notes: shown } },
      ),
    ),
  },
  ...[{ contentType: 'rtf', content: 'x' }, { content: 7 }, { text: 'x' }, 7, ['x']].map((notes, index) => ({
    id: `5${'lmnop'[index]}`,
    rule: `the notes ${JSON.stringify(notes)} are refused`,
    covers: { errors: ['fieldsInvalid'] as const },
    steps: [creates({ ...ASSIGNMENT, notes }, refused(E11, invalidField('notes')))],
  })),
  {
    id: '5q',
    rule: 'what no database keeps is refused, everything else is kept as it is',
    steps: [
      creates(
        { ...ASSIGNMENT, externalCourseActivityId: 'a\u0000b' },
        refused(E11, invalidField('externalcourseActivityId')),
      ),
      sends(
        text.replace('required assignment added for user', String.raw`\ud800`),
        JSON_HEADERS,
        refused(E11, invalidField('notes')),
      ),
      creates(
        { ...ASSIGNMENT, notes: 'tab\t "quote" \\ \u{1f600} é' },
        { status: 201, part: { notes: { content: 'tab\t "quote" \\ \u{1f600} é' } } },
      ),
    ],
  },
  {
    id: '5r',
    rule: 'an external id may not be empty',
    covers: { errors: ['fieldValidationFailed'] },
    steps: [creates({ ...ASSIGNMENT, externalCourseActivityId: '' }, refused(E13, empty('externalcourseActivityId')))],
  },
];

export const valueTable: RuleTable = {
  section: 'values',
  title: 'values',
  source:
    'Microsoft Graph reference: properties of learningAssignment and learningSelfInitiatedCourse; OData JSON format 4.01, primitive values',
  rows,
};

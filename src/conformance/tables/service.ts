/** What a client sees of a server that is asked too often, locked out of its database, or broken. */

import { reader, writer } from '../callers.ts';
import { containing, matching, not } from '../match.ts';
import { E7, E8, E9, refused } from '../refusals.ts';
import type { RuleRow, RuleTable } from '../row.ts';
import { A1, ACTIVITIES, ASSIGNMENT, ASSIGNMENT_UPDATE, CONTENT, P1_ACTIVITIES, P1_CONTENTS } from '../setup.ts';

/** Half a minute, less what has gone by. */
const halfMinute = matching(/^(30|2\d)$/);
const inAMinute = { 'retry-after': '60' };
const get = `GET ${ACTIVITIES}/${A1}`;

const rows: readonly RuleRow[] = [
  {
    id: '94',
    rule: 'who asks too often is told when to come back: minutes in words, seconds in the header',
    cites: ['C32', 'E4', 'E6'],
    settings: { throttleRequestsPerMinute: 2 },
    covers: { errors: ['tooManyRequests'] },
    steps: [
      { as: reader, send: get, gets: { status: 200 } },
      { as: reader, send: `GET ${ACTIVITIES}/x`, gets: { status: 404 } },
      { as: reader, send: get, gets: { ...refused(E8), headers: { 'retry-after': halfMinute } } },
      { as: writer, send: get, gets: { status: 200 } },
    ],
  },
  {
    id: '94b',
    rule: 'each item of a batch counts, and is told by itself when to come back',
    cites: ['A7'],
    settings: { throttleRequestsPerMinute: 2 },
    covers: { errors: ['tooManyRequests'] },
    steps: [
      {
        as: reader,
        send: 'POST /$batch',
        json: { requests: ['1', '2', '3'].map((id) => ({ id, method: 'GET', url: `${ACTIVITIES}/${A1}` })) },
        gets: {
          status: 200,
          part: {
            responses: [
              { id: '1', status: 200 },
              {
                id: '2',
                status: 429,
                headers: { 'Retry-After': halfMinute },
                body: { error: { code: 'tooManyRequests', message: 'Retry after 1 minutes' } },
              },
              { id: '3', status: 429 },
            ],
          },
        },
      },
    ],
  },
  {
    id: '95',
    rule: 'while another process holds the database, writes are refused before any effect and reads go on',
    cites: ['E6'],
    settings: { writeWaitMs: 20 },
    fault: 'databaseLocked',
    covers: { errors: ['serviceUnavailable'] },
    steps: [
      { as: writer, send: `POST ${P1_ACTIVITIES}`, json: ASSIGNMENT, gets: { ...refused(E9), headers: inAMinute } },
      {
        as: writer,
        send: `PATCH ${P1_ACTIVITIES}/${A1}`,
        json: ASSIGNMENT_UPDATE,
        gets: { ...refused(E9), headers: inAMinute },
      },
      {
        as: writer,
        send: `PATCH ${P1_CONTENTS}(externalId='X')`,
        json: CONTENT,
        gets: { ...refused(E9), headers: inAMinute },
      },
      { as: writer, send: `DELETE ${P1_ACTIVITIES}/${A1}`, gets: { ...refused(E9), headers: inAMinute } },
      { as: reader, send: get, gets: { status: 200, part: { status: 'notStarted' } } },
      { as: reader, send: `GET ${ACTIVITIES}/$count`, gets: { status: 200, text: '6' } },
    ],
  },
  {
    id: '96',
    rule: 'a fault of the server is told in three words, with an id to find it by',
    fault: 'tableDropped',
    covers: { errors: ['internalServerError'] },
    steps: [
      {
        as: reader,
        send: get,
        gets: { ...refused(E7), text: not(containing('learning_course_activity')) },
      },
      { as: writer, send: `POST ${P1_ACTIVITIES}`, json: ASSIGNMENT, gets: refused(E7) },
      { as: reader, send: ACTIVITIES.replace('/', 'GET /'), gets: refused(E7) },
      { as: writer, send: `GET ${P1_CONTENTS}`, gets: { status: 200 } },
    ],
  },
  {
    id: '96b',
    rule: 'a fault of one item of a batch is its own',
    fault: 'tableDropped',
    covers: { errors: ['internalServerError'] },
    steps: [
      {
        as: writer,
        send: 'POST /$batch',
        json: {
          requests: [
            { id: '1', method: 'GET', url: `${ACTIVITIES}/${A1}` },
            { id: '2', method: 'GET', url: P1_CONTENTS },
          ],
        },
        gets: {
          status: 200,
          part: { responses: [{ status: 500, body: { error: { code: 'internalServerError' } } }, { status: 200 }] },
        },
      },
    ],
  },
];

export const serviceTable: RuleTable = {
  section: 'service',
  title: 'the service',
  source: 'Microsoft Graph: throttling guidance, and error responses',
  rows,
};

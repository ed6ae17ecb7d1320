/** Paths: casing, shape, what does not exist, and the methods that a path takes. */

import { admin, learner, reader, writer } from '../callers.ts';
import { containing, including, matching } from '../match.ts';
import { E1, noSegment, refused } from '../refusals.ts';
import type { RuleRow, RuleTable } from '../row.ts';
import { A1, ACTIVITIES, ASSIGNMENT, MY_ACTIVITIES, P1, P1_ACTIVITIES, PROVIDERS, USER_ACTIVITIES } from '../setup.ts';

const rows: readonly RuleRow[] = [
  {
    id: '73',
    rule: 'nothing is created where the reference has no create',
    cites: ['C37'],
    covers: { errors: ['methodNotAllowed'] },
    steps: [
      {
        as: writer,
        send: `POST ${MY_ACTIVITIES}`,
        json: ASSIGNMENT,
        gets: { ...refused(E1), headers: { allow: 'GET' } },
      },
      { as: writer, send: `POST ${ACTIVITIES}`, json: ASSIGNMENT, gets: { ...refused(E1), headers: { allow: 'GET' } } },
      {
        as: writer,
        send: `POST ${USER_ACTIVITIES}`,
        json: ASSIGNMENT,
        gets: { ...refused(E1), headers: { allow: 'GET' } },
      },
      {
        as: writer,
        send: `PUT ${P1_ACTIVITIES}/${A1}`,
        json: ASSIGNMENT,
        gets: { ...refused(E1), headers: { allow: 'PATCH, DELETE, GET' } },
      },
      { as: writer, send: `DELETE ${P1_ACTIVITIES}`, gets: { ...refused(E1), headers: { allow: 'POST, GET' } } },
    ],
  },
  {
    id: '73b',
    rule: 'unusual methods are refused like any other',
    covers: { errors: ['methodNotAllowed'] },
    steps: ['PROPFIND', 'QUERY', 'LOCK', 'SEARCH'].map((method) => ({
      as: reader,
      send: `${method} ${ACTIVITIES}/${A1}`,
      gets: { ...refused(E1), headers: { allow: 'GET' } },
    })),
  },
  {
    id: '105',
    rule: 'names in a path may come in any casing',
    cites: ['C50'],
    covers: { operations: ['getLearningProvider', 'getLearningCourseActivity'] },
    steps: [
      { as: admin, send: `GET /EmployeeExperience/LearningProviders/${P1}`, gets: { status: 200, part: { id: P1 } } },
      {
        as: reader,
        send: `GET /EMPLOYEEEXPERIENCE/learningcourseactivities/${A1}`,
        gets: { status: 200, part: { id: A1 } },
      },
      {
        as: learner,
        send: 'GET /ME/employeeexperience/LEARNINGCOURSEACTIVITIES/$COUNT',
        gets: { status: 200, text: '3' },
      },
    ],
  },
  {
    id: '105b',
    rule: 'slashes in excess are passed over, one at the end too',
    steps: [
      { as: reader, send: `GET /${ACTIVITIES}//${A1}/`, gets: { status: 200, part: { id: A1 } } },
      { as: reader, send: `GET ${ACTIVITIES}/${A1}/?$select=id`, gets: { status: 200, part: { id: A1 } } },
    ],
  },
  {
    id: '105c',
    rule: 'keys may stand in parentheses at every level',
    cites: ['C18'],
    steps: [
      {
        as: reader,
        send: `GET ${PROVIDERS}('${P1}')/learningCourseActivities('${A1}')`,
        gets: { status: 200, part: { id: A1 } },
      },
      {
        as: reader,
        send: `GET ${PROVIDERS}(${P1})/learningCourseActivities(id='${A1}')`,
        gets: { status: 200, part: { id: A1 } },
      },
      {
        as: reader,
        send: `GET /users('learner@contoso.example')${ACTIVITIES}/${A1}`,
        gets: { status: 200, part: { id: A1 } },
      },
    ],
  },
  {
    id: '106',
    rule: 'a segment that does not exist is named',
    covers: { errors: ['segmentNotFound'] },
    steps: [
      { as: reader, send: 'GET /employeeExperience/learningThings', gets: refused(noSegment('learningThings')) },
      { as: reader, send: 'GET /nothing', gets: refused(noSegment('nothing')) },
      { as: reader, send: `GET ${ACTIVITIES}/${A1}/status`, gets: refused(noSegment('status')) },
      { as: learner, send: `GET ${MY_ACTIVITIES}/delta`, gets: refused(noSegment('delta')) },
      { as: reader, send: `GET ${ACTIVITIES}/$value`, gets: refused(noSegment('$value')) },
      {
        as: reader,
        send: `GET ${ACTIVITIES}(name='x')`,
        gets: refused(noSegment("learningCourseActivities(name='x')")),
      },
      {
        as: admin,
        send: `GET ${PROVIDERS}(displayName='x')`,
        gets: refused(noSegment("learningProviders(displayName='x')")),
      },
      { as: reader, send: 'DELETE /employeeExperience/learningThings', gets: refused(noSegment('learningThings')) },
    ],
  },
  {
    id: '106b',
    rule: 'a version that does not exist is named, to strangers too',
    covers: { errors: ['versionInvalid'] },
    steps: [
      {
        send: 'GET {origin}/v2.0/me',
        gets: { status: 400, refusal: { status: 400, code: 'BadRequest', message: 'Invalid version: v2.0' } },
      },
      {
        send: 'POST {origin}/employeeExperience',
        json: {},
        gets: {
          status: 400,
          refusal: { status: 400, code: 'BadRequest', message: 'Invalid version: employeeExperience' },
        },
      },
    ],
  },
  {
    id: '106c',
    rule: 'what an API version holds needs no token: its service document and its schema',
    steps: [
      {
        send: 'GET /',
        gets: {
          status: 200,
          headers: { 'odata-version': '4.0' },
          part: {
            '@odata.context': '{root}/$metadata',
            value: including([{ name: 'users', kind: 'EntitySet', url: 'users' }]),
          },
        },
      },
      {
        send: 'GET /$metadata',
        gets: {
          status: 200,
          headers: { 'content-type': 'application/xml' },
          text: containing('<EntityType Name="learningAssignment"'),
        },
      },
      { send: 'GET /%24METADATA', gets: { status: 200, text: containing('externalcourseActivityId') } },
    ],
  },
  {
    id: '106e',
    rule: 'the operations of an API version are an OpenAPI document, which needs no token',
    isExtension: true,
    steps: [{ send: 'GET /openapi.json', gets: { status: 200, part: { openapi: matching(/^3\.1/) } } }],
  },
  {
    id: '106d',
    rule: 'documents take no changes',
    covers: { errors: ['methodNotAllowed'] },
    steps: [{ send: 'DELETE /$metadata', gets: { ...refused(E1), headers: { allow: 'GET, HEAD' } } }],
  },
];

export const pathTable: RuleTable = {
  section: 'paths',
  title: 'paths',
  source: 'OData URL conventions 4.01, URL parsing; paths as SDKs send them',
  rows,
};

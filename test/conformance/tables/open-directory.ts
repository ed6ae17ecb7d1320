/** Learners whom nobody registered, where the directory is open. */
import { expect } from 'vitest';

import type { Caller } from '../../support/tenants.ts';
import { auditor, writer } from '../callers.ts';
import { E11, E15, invalid, refused } from '../refusals.ts';
import type { Row, Step, Table } from '../row.ts';
import { A1, ASSIGNMENT, K3, LEARNER, NOBODY, P1_ACTIVITIES } from '../setup.ts';

const provisioner: Caller = { roles: ['User.ReadWrite.All'] };
const open = { directory: 'open' };

const create = (change: object, gets: Step['gets']): Step => ({
  as: writer,
  send: `POST ${P1_ACTIVITIES}`,
  json: { ...ASSIGNMENT, learnerUserId: NOBODY, ...change },
  gets,
});
const find = (status: number, part?: object): Step => ({
  as: provisioner,
  send: `GET /users/${NOBODY}`,
  gets: { status, ...(part && { part }) },
});

const rows: readonly Row[] = [
  {
    id: 'open directory 1',
    rule: 'a learner becomes a user with the first activity, with a licence, and can be changed like others',
    settings: open,
    covers: { operations: ['createLearningCourseActivity', 'getUser', 'listUserLicenseDetails', 'updateUser'] },
    steps: [
      find(404),
      create({}, { status: 201, part: { learnerUserId: NOBODY } }),
      find(200, {
        id: NOBODY,
        displayName: NOBODY,
        userPrincipalName: expect.stringMatching(`^${NOBODY}@.*\\.example$`),
      }),
      {
        as: auditor,
        send: `GET /users/${NOBODY}/licenseDetails`,
        gets: {
          status: 200,
          part: { value: expect.arrayContaining([expect.objectContaining({ skuPartNumber: expect.any(String) })]) },
        },
      },
      create({ externalCourseActivityId: 'second' }, { status: 201 }),
      { as: provisioner, send: `PATCH /users/${NOBODY}`, json: { displayName: 'Nora' }, gets: { status: 204 } },
      create({ externalCourseActivityId: 'third' }, { status: 201 }),
      find(200, { displayName: 'Nora' }),
    ],
  },
  {
    id: 'open directory 2',
    rule: 'a create that is refused for another reason leaves no user behind',
    settings: open,
    steps: [
      create({ status: 'x' }, refused(E11, invalid('status'))),
      create({ learnerUserId: 'somebody' }, refused(E11, invalid('learnerUserId'))),
      create({ learningContentId: K3 }, { status: 403 }),
      find(404),
    ],
  },
  {
    id: 'open directory 3',
    rule: 'a learner who would get no premium licence is refused for want of it, and becomes no user',
    settings: { ...open, openLicence: 'seeded' },
    covers: { errors: ['userLicenseInvalid'] },
    steps: [create({}, refused(E15)), find(404)],
  },
  {
    id: 'open directory 4',
    rule: 'a learner who was removed becomes a user again with an update of an activity',
    settings: open,
    covers: { operations: ['updateLearningCourseActivity', 'deleteUser'] },
    steps: [
      { as: provisioner, send: `DELETE /users/${LEARNER}`, gets: { status: 204 } },
      {
        as: writer,
        send: `PATCH ${P1_ACTIVITIES}/${A1}`,
        json: { '@odata.type': '#microsoft.graph.learningAssignment', status: 'completed' },
        gets: { status: 204 },
      },
      { as: provisioner, send: `GET /users/${LEARNER}`, gets: { status: 200, part: { displayName: LEARNER } } },
    ],
  },
];

export const openDirectoryTable: Table = { capability: 'learners of an open directory', rows };

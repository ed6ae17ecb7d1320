/** Unregistered learners in an open directory. */

import type { RuleCaller } from '../callers.ts';
import { auditor, writer } from '../callers.ts';
import { ANY_TEXT, having, including, matching } from '../match.ts';
import { E11, E15, invalidField, refused } from '../refusals.ts';
import type { RuleRow, RuleStep, RuleTable } from '../row.ts';
import { A1, ASSIGNMENT, K3, LEARNER, UNKNOWN_ID, P1_ACTIVITIES } from '../setup.ts';

const provisioner: RuleCaller = { roles: ['User.ReadWrite.All'] };
const open = { directory: 'open' };

const create = (change: object, gets: RuleStep['gets']): RuleStep => ({
  as: writer,
  send: `POST ${P1_ACTIVITIES}`,
  json: { ...ASSIGNMENT, learnerUserId: UNKNOWN_ID, ...change },
  gets,
});
const find = (status: number, part?: object): RuleStep => ({
  as: provisioner,
  send: `GET /users/${UNKNOWN_ID}`,
  gets: { status, ...(part && { part }) },
});

const rows: readonly RuleRow[] = [
  {
    id: 'open-directory-1',
    rule: 'a learner becomes a user with the first activity, with a licence, and can be changed like others',
    settings: open,
    covers: { operations: ['createLearningCourseActivity', 'getUser', 'listUserLicenseDetails', 'updateUser'] },
    steps: [
      find(404),
      create({}, { status: 201, part: { learnerUserId: UNKNOWN_ID } }),
      find(200, {
        id: UNKNOWN_ID,
        displayName: UNKNOWN_ID,
        userPrincipalName: matching(`^${UNKNOWN_ID}@.*\\.example$`),
      }),
      {
        as: auditor,
        send: `GET /users/${UNKNOWN_ID}/licenseDetails`,
        gets: {
          status: 200,
          part: { value: including([having({ skuPartNumber: ANY_TEXT })]) },
        },
      },
      create({ externalCourseActivityId: 'second' }, { status: 201 }),
      { as: provisioner, send: `PATCH /users/${UNKNOWN_ID}`, json: { displayName: 'Nora' }, gets: { status: 204 } },
      create({ externalCourseActivityId: 'third' }, { status: 201 }),
      find(200, { displayName: 'Nora' }),
    ],
  },
  {
    id: 'open-directory-2',
    rule: 'a create that is refused for another reason leaves no user behind',
    settings: open,
    steps: [
      create({ status: 'x' }, refused(E11, invalidField('status'))),
      create({ learnerUserId: 'somebody' }, refused(E11, invalidField('learnerUserId'))),
      create({ learningContentId: K3 }, { status: 403 }),
      find(404),
    ],
  },
  {
    id: 'open-directory-3',
    rule: 'a learner who would get no premium licence is refused for want of it, and becomes no user',
    settings: { ...open, openLicence: 'seeded' },
    covers: { errors: ['userLicenseInvalid'] },
    steps: [create({}, refused(E15)), find(404)],
  },
  {
    id: 'open-directory-4',
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

export const openDirectoryTable: RuleTable = {
  section: 'open-directory',
  title: 'learners of an open directory',
  source: 'An extension of Vivarium, not of Microsoft Graph: the setting directory',
  isExtension: true,
  rows,
};

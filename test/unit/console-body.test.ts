/** What the explorer says of a body before it is sent. */
import { describe, expect, test } from 'vitest';

import { checkBody, findOperation } from '../../console/src/parts/body-check.ts';
import { operations } from '../../console/src/api/model.ts';
import { EXAMPLES } from '../../src/model/examples.ts';

const ACTIVITIES = '/employeeExperience/learningProviders/01e8f81b/learningCourseActivities';

describe('the operation of a request', () => {
  test.each([
    ['POST', ACTIVITIES, 'createLearningCourseActivity'],
    ['POST', `${ACTIVITIES}?$select=id`, 'createLearningCourseActivity'],
    ['PATCH', `${ACTIVITIES}(externalcourseActivityId='12a')`, 'updateLearningCourseActivityByExternalId'],
    ['PATCH', '/employeeExperience/learningProviders/01e8f81b', 'updateLearningProvider'],
    ['PATCH', `${ACTIVITIES}/`, undefined],
    ['POST', '/elsewhere', undefined],
  ])('%s %s is %s', (method, url, id) => {
    expect(findOperation(method, url)?.id).toBe(id);
  });
});

const described = EXAMPLES.flatMap(({ operations: ids, body, summary }) =>
  operations.filter(({ id }) => ids.includes(id)).map((operation) => [operation.id, summary, operation, body] as const),
);

test.each(described)('the example of %s, %s, has no problem', (_id, _summary, operation, body) => {
  expect(checkBody(operation, JSON.stringify(body)).problems).toEqual([]);
});

describe('a problem', () => {
  const check = (body: object | string) => {
    const operation = findOperation('POST', ACTIVITIES);
    if (operation === undefined) throw new Error('No such operation');
    return checkBody(operation, typeof body === 'string' ? body : JSON.stringify(body)).problems;
  };
  const good = EXAMPLES.find(({ operations: [id] }) => id === 'createLearningCourseActivity')?.body ?? {};
  test.each<[string, object, string]>([
    ['a property that is not there', { titel: 'x' }, 'titel is not a known property'],
    ['a member that is not there', { status: 'done' }, 'status must be one of: notStarted'],
    [
      'a number out of range',
      { completionPercentage: 120 },
      'completionPercentage must be a whole number from 0 to 100',
    ],
    ['a type that is not there', { '@odata.type': '#microsoft.graph.course' }, '@odata.type must be one of'],
  ])('is %s', (_, change, problem) => {
    expect(check({ ...good, ...change })).toContainEqual(expect.stringContaining(problem));
  });

  test('is a required property that is missing', () => {
    const { learnerUserId: _learner, ...others } = good;
    expect(check(others)).toContainEqual('learnerUserId is required.');
  });

  test('is a text that is not JSON', () => {
    expect(check('{ "a": ')).toContainEqual(expect.stringContaining('not valid JSON'));
    expect(check('[]')).toEqual(['The body must be a JSON object.']);
    expect(check('')).toEqual([]);
  });
});

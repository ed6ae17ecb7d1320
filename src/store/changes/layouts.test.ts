import { expect, test } from 'vitest';

import { ACTIVITY_PROPERTIES } from '../columns.ts';
import { fromLayout, LAYOUTS, NEWEST_LAYOUTS, toLayout } from './layouts.ts';

const KIND = 'learningCourseActivity';
const GUID = '00000000-0000-7000-8000-000000000001';
const LEARNER = 'a0000000-0000-4000-8000-000000000001';

test('the newest layout has every property of an activity: a new property needs a new layout', () => {
  const names = ['id', 'type', ...ACTIVITY_PROPERTIES.map(({ name }) => name)];
  expect(LAYOUTS[NEWEST_LAYOUTS.get(KIND) ?? 0]?.names.toSorted()).toEqual([...new Set(names)].toSorted());
});

test('a layout that was released stays as it is', () => {
  expect(LAYOUTS.slice(0, 2)).toMatchInlineSnapshot(`
    [
      undefined,
      {
        "kind": "learningCourseActivity",
        "names": [
          "id",
          "type",
          "externalcourseActivityId",
          "learnerUserId",
          "learningContentId",
          "learningProviderId",
          "status",
          "completionPercentage",
          "completedDateTime",
          "assignmentType",
          "assignedDateTime",
          "assignerUserId",
          "dueDateTime",
          "notes",
          "startedDateTime",
        ],
      },
    ]
  `);
});

test('an image comes back as it was, without what has no value', () => {
  const image = {
    id: `${LEARNER}:${GUID}`,
    type: 'learningAssignment',
    learnerUserId: LEARNER,
    notes: { content: 'x' },
  };
  for (const id of [image.id, GUID]) {
    const values = toLayout(1, { ...image, id, status: null });
    expect(fromLayout(1, values, GUID)).toEqual({ ...image, id });
  }
  expect(toLayout(0, image)).toBe(image);
  expect(toLayout(1, undefined)).toBeNull();
  expect(fromLayout(1, null, GUID)).toBeUndefined();
});

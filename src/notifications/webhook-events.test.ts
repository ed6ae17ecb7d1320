import { expect, test } from 'vitest';

import type { FeedChange } from '../store/feed/change-feed.ts';
import { eventsOf } from './webhook-events.ts';

type Changed = Parameters<typeof eventsOf>[0];
const activity = (action: FeedChange['action'], rest: Partial<Changed> = {}): Changed => {
  return { kind: 'learningCourseActivity', before: undefined, after: undefined, changed: undefined, action, ...rest };
};
const content = (action: FeedChange['action'], rest: Partial<Changed> = {}): Changed => {
  return { ...activity(action, rest), kind: 'learningContent' };
};
const open = { status: 'inProgress' };
const done = { status: 'completed' };

test.each<[string, Changed, readonly string[]]>([
  ['a create', activity('created', { after: open }), ['activity.created']],
  ['a create of a completed one', activity('created', { after: done }), ['activity.created', 'activity.completed']],
  [
    'another status, with values',
    activity('updated', { before: { status: 'notStarted' }, after: open }),
    ['activity.progressed'],
  ],
  [
    'another percentage, with values',
    activity('updated', { before: { completionPercentage: 1 }, after: { completionPercentage: 2 } }),
    ['activity.progressed'],
  ],
  [
    'completed, with values',
    activity('updated', {
      before: { ...open, completionPercentage: 1 },
      after: { ...done, completionPercentage: 100 },
    }),
    ['activity.completed'],
  ],
  [
    'completed, with names alone',
    activity('updated', { before: open, after: done, changed: ['status'] }),
    ['activity.completed'],
  ],
  [
    'completed, in a note',
    activity('updated', { after: done, changed: ['status', 'completedDateTime'] }),
    ['activity.completed'],
  ],
  ['notes of a completed one', activity('updated', { before: { notes: 'a' }, after: { notes: 'b' } }), []],
  ['notes of a completed one, in a note', activity('updated', { after: done, changed: ['notes'] }), []],
  [
    'the percentage of a completed one',
    activity('updated', { after: done, changed: ['completionPercentage'] }),
    ['activity.progressed'],
  ],
  ['reopened', activity('updated', { before: done, after: open }), ['activity.progressed']],
  ['another due date', activity('updated', { after: open, changed: ['dueDateTime'] }), []],
  ['an update of nothing', activity('updated', { before: {}, after: {} }), []],
  ['a delete', activity('deleted', { before: done }), ['activity.deleted']],
  ['a content', content('created', { after: { title: 'a' } }), ['content.created']],
  ['another title', content('updated', { before: { title: 'a' }, after: { title: 'b' } }), ['content.updated']],
  ['a content as it was', content('updated', { before: {}, after: {} }), []],
  ['a content that is gone', content('deleted', { before: { title: 'a' } }), ['content.deleted']],
  ['a user', { ...activity('updated', { changed: ['status'] }), kind: 'user' }, []],
])('%s', (_name, change, expected) => {
  expect(eventsOf(change)).toEqual(expected);
});

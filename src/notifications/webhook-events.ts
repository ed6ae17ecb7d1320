/** Which events a change is: of transitions, so that what changes nothing of them is none. */
import { hash } from 'node:crypto';

import { guidTextOfHex } from '../lib/guid-bytes.ts';
import type { WebhookEvent } from '../model/webhook.ts';
import type { FeedChange } from '../store/feed/change-feed.ts';

type Changed = Pick<FeedChange, 'kind' | 'action' | 'before' | 'after' | 'changed'>;

/** What tells that an activity has moved on. */
const PROGRESS: readonly string[] = ['status', 'completionPercentage'];

/** Names of properties are known with every setting of `audit`, and so is the status from then on. */
export function eventsOf(change: Changed): readonly WebhookEvent[] {
  const { kind, action, after } = change;
  const names = changedNamesOf(change);
  if (kind === 'learningContent') return action === 'updated' && names.length === 0 ? [] : [`content.${action}`];
  if (kind !== 'learningCourseActivity') return [];
  const isCompleted = after?.['status'] === 'completed';
  switch (action) {
    case 'created':
      return isCompleted ? ['activity.created', 'activity.completed'] : ['activity.created'];
    case 'deleted':
      return ['activity.deleted'];
    case 'updated':
      if (names.includes('status') && isCompleted) return ['activity.completed'];
      return names.some((name) => PROGRESS.includes(name)) ? ['activity.progressed'] : [];
    default:
      return action satisfies never;
  }
}

/** Of an update whose values are kept, those alone that differ. */
export function changedNamesOf({ changed, before }: Pick<Changed, 'changed' | 'before'>): readonly string[] {
  return changed ?? Object.keys(before ?? {});
}

/** The id of a message: the same whenever the same is told to the same webhook, so that a receiver knows it again. */
export function messageIdOf(...parts: readonly (string | number)[]): string {
  return guidTextOfHex(hash('sha256', parts.join(' ')).slice(0, 32));
}

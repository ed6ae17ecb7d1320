/** Events of a change. Only transitions are events. */
import { hash } from 'node:crypto';

import { guidTextOfHex } from '../lib/guid-bytes.ts';
import type { WebhookEvent } from '../model/webhook.ts';
import type { FeedChange } from '../store/feed/change-feed.ts';

type Changed = Pick<FeedChange, 'kind' | 'action' | 'before' | 'after' | 'changed'>;

/** Properties whose change is `activity.progressed`. */
const PROGRESS: readonly string[] = ['status', 'completionPercentage'];

/** Works with every setting of `audit`: all record the names of changed properties and the new status. */
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

/** Properties that an update changed. */
export function changedNamesOf({ changed, before }: Pick<Changed, 'changed' | 'before'>): readonly string[] {
  return changed ?? Object.keys(before ?? {});
}

/** The same for the same event of the same webhook, so that receivers recognise a repeated message. */
export function messageIdOf(...parts: readonly (string | number)[]): string {
  return guidTextOfHex(hash('sha256', parts.join(' ')).slice(0, 32));
}

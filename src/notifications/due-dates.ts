/**
 * Sends webhooks `activity.overdue` when due dates pass. Tenants with a webhook for it have a table of due dates, filled from
 * the record in steps, then updated from the change feed. Writes of activities cost nothing more.
 *
 * States of a due date: waiting, until the clock of rules reaches it; told, once its messages are stored, for as long as the
 * activity has this date, so that a reopened activity is not reported twice. If the activity is completed or removed before
 * its date, nothing is sent.
 */
import { OVERDUE } from '../model/webhook.ts';
import type { CourseActivity } from '../model/entity.ts';
import { instantOf } from '../odata/time-zone.ts';
import type { Write } from '../store/connection.ts';
import type { DueDate, DueName, DueState, DueStore } from '../store/notifications/due-store.ts';
import type { Webhook } from '../store/notifications/webhook.ts';
import type { WebhookStore } from '../store/notifications/webhook-store.ts';
import type { Follower, NotificationParts } from './relay.ts';
import { changedNamesOf, messageIdOf } from './webhook-events.ts';
import { wantsEvent } from './webhook-follower.ts';

export interface DueParts extends NotificationParts {
  readonly due: DueStore;
  readonly webhooks: WebhookStore;
}

const FILLED_AT_ONCE = 500;
const REPORTED_AT_ONCE = 200;
/** Properties that decide whether and when a date is reported. */
const DECIDING: readonly string[] = ['status', 'dueDateTime'];

/** Starts keeping due dates with the first webhook that wants them, and stops after the last one. */
export async function keepDueDates(
  { due, feed, tenant, now }: DueParts,
  webhooks: readonly Webhook[],
  state: DueState | undefined,
): Promise<readonly Write[]> {
  const isWanted = webhooks.some((webhook) => wantsEvent(webhook, OVERDUE));
  if (isWanted === (state !== undefined)) return [];
  return isWanted ? [due.writes.begin(await feed.follow(tenant.key), now())] : due.writes.end();
}

export function followForDueDates({ due, record, now }: DueParts, { cursor }: DueState): Follower {
  return {
    cursor,
    take: async ({ items, next }) => {
      const ofActivities = items.filter(({ change }) => change.kind === 'learningCourseActivity');
      const removed = ofActivities.filter(({ change, isGone }) => change.action === 'deleted' || isGone);
      const moved = ofActivities.filter(({ change, isGone }) => {
        if (change.action === 'deleted' || isGone) return false;
        return change.action === 'created' || changedNamesOf(change).some((name) => DECIDING.includes(name));
      });
      const names = moved.flatMap(({ change, learnerUserId }) => {
        const [activityGuid, learner] = [change.itemId, learnerUserId ?? change.owner];
        return activityGuid === undefined || learner === undefined ? [] : [{ learnerUserId: learner, activityGuid }];
      });
      const found = names.length === 0 ? [] : await record.findActivities(names);
      return [
        ...removed.flatMap(({ change }) =>
          change.itemId === undefined ? [] : [due.writes.remove({ activityGuid: change.itemId })],
        ),
        ...found.map((activity) => keep(due, activity)),
        due.writes.setCursor(next),
      ];
    },
    // Reads the record again.
    restart: async (begun) => [due.writes.begin(begun, now())],
  };
}

/** Due dates of the next activities that existed before the first webhook. */
export async function fillDueDates({ due }: DueParts, { filledTo, begunAt }: DueState): Promise<readonly Write[]> {
  if (filledTo === undefined) return [];
  const activities = await due.listActivities(filledTo, FILLED_AT_ONCE);
  const last = activities.at(-1);
  return [
    ...activities.map((activity) => keep(due, activity, begunAt)),
    due.writes.setFilledTo(last === undefined ? undefined : nameOf(last)),
  ];
}

export interface ReportedDueDates {
  readonly writes: readonly Write[];
  readonly hasMore: boolean;
}

/** Messages for dates that have passed. */
export async function reportDueDates(
  { due, webhooks: store, record, now, realNow }: DueParts,
  webhooks: readonly Webhook[],
): Promise<ReportedDueDates> {
  const dates = await due.listDue(now(), REPORTED_AT_ONCE);
  if (dates.length === 0) return { writes: [], hasMore: false };
  const found = await record.findActivities(dates);
  const byGuid = new Map(found.map((activity) => [nameOf(activity).activityGuid, activity]));
  const writes = dates.flatMap((date): readonly Write[] => {
    const activity = byGuid.get(date.activityGuid);
    // If it has another date now, the feed brings it.
    if (activity === undefined || !isOpen(activity) || dueAtOf(activity) !== date.dueAt)
      return [due.writes.remove(date)];
    const registrationId = activity.learningProviderId ?? undefined;
    const item = { kind: 'activity', id: activity.id, registrationId, ...namesOf(date) } as const;
    const wanting = webhooks.filter((webhook) => wantsEvent(webhook, OVERDUE, registrationId));
    const messages = wanting.map(({ id: targetId }) => ({
      targetId,
      id: messageIdOf(targetId, date.activityGuid, date.dueAt),
      learnerUserId: date.learnerUserId,
      content: { event: OVERDUE, at: date.dueAt, item } as const,
    }));
    return [...messages.map((message) => store.writes.add(message, realNow())), due.writes.told(date)];
  });
  return { writes, hasMore: dates.length === REPORTED_AT_ONCE };
}

function keep({ writes }: DueStore, activity: CourseActivity, toldBefore = -Infinity): Write {
  const name = nameOf(activity);
  const dueAt = dueAtOf(activity);
  if (dueAt === undefined) return writes.remove(name);
  return isOpen(activity) ? writes.wait({ ...name, dueAt }, dueAt <= toldBefore) : writes.close(name);
}

function isOpen({ status }: CourseActivity): boolean {
  return status !== 'completed';
}

function dueAtOf(activity: CourseActivity): number | undefined {
  const due = activity.type === 'learningAssignment' ? activity.dueDateTime : null;
  const at = due === null ? Number.NaN : instantOf({ dateTime: due.dateTime, timeZone: due.timeZone ?? 'UTC' });
  return Number.isNaN(at) ? undefined : at;
}

function nameOf({ id, learnerUserId }: CourseActivity): DueName {
  return { learnerUserId, activityGuid: id.slice(id.indexOf(':') + 1) };
}

function namesOf({ learnerUserId, activityGuid }: DueDate): DueName {
  return { learnerUserId, activityGuid };
}

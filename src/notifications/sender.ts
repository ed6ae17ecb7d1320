/** Sends due notifications to subscriptions, in batches, and logs each request. */
import { formatUtcMilliseconds } from '../lib/utc-text.ts';
import type { HeldLease } from '../outward/lease.ts';
import type { Counts } from '../telemetry/events.ts';
import type { Write } from '../store/connection.ts';
import type {
  DueNotification,
  NewNotification,
  NotificationContent,
  NotificationStore,
  NotificationTarget,
} from '../store/notifications/notification-store.ts';
import type { EndpointAnswer, Endpoints } from './endpoint.ts';
import type { NotificationParts } from './relay.ts';
import { SlowEndpoints } from './slow-endpoints.ts';
import type { Failure } from './slow-endpoints.ts';
import { lifecycleOf } from './subscription-follower.ts';

/** As Microsoft Graph: how long it waits for an answer, and how long it retries. */
const ANSWER_MS = 3000;
const GIVE_UP_MS = 4 * 3_600_000;
const DUE_AT_ONCE = 200;
const NOTIFICATIONS_AT_ONCE = 20;
const TARGETS_AT_ONCE = 8;
const SECOND_MS = 1000;
/** From one attempt to the next; the last one repeats. */
const PAUSES_MS = [1, 2, 5, 15, 60, 120, 300, 600].map((seconds) => seconds * SECOND_MS);

interface NotificationSenderParts extends Pick<NotificationParts, 'tenant' | 'realNow'> {
  readonly store: NotificationStore;
  readonly endpoints: Endpoints;
  readonly lease: HeldLease;
  readonly counts: Counts | undefined;
}

/** One request. */
interface Envelope {
  readonly target: NotificationTarget | undefined;
  readonly url: string;
  readonly notifications: readonly DueNotification[];
  /** To lifecycleNotificationUrl, which may fail while notificationUrl works. */
  readonly isLifecycle: boolean;
}

export class NotificationSender {
  readonly #parts: NotificationSenderParts;
  readonly #slow = new SlowEndpoints();
  /** By target: its notificationUrl failed last. */
  readonly #resting = new Map<string, { readonly failures: number; readonly until: number }>();

  constructor(parts: NotificationSenderParts) {
    this.#parts = parts;
  }

  /** @returns whether there may be more to send at once; @throws LeaseLost */
  async sendDue(signal: AbortSignal): Promise<boolean> {
    const { store, realNow } = this.#parts;
    const due = await store.listDue(realNow(), DUE_AT_ONCE);
    if (due.length === 0) return false;
    // Listed after the messages: without a target, a message is deleted.
    const byId = new Map((await store.listTargets()).map((target) => [target.id, target]));
    for (const id of this.#resting.keys()) if (!byId.has(id)) this.#resting.delete(id);
    const envelopes = [...Map.groupBy(due, (one) => addressOf(byId.get(one.targetId), one))].flatMap(
      ([address, notifications]) => chunksOf(notifications).map((some) => ({ address, notifications: some })),
    );
    const ofAddress = [...Map.groupBy(envelopes, ({ address }) => address).values()];
    while (ofAddress.length > 0 && !signal.aborted) {
      const some = ofAddress.splice(0, TARGETS_AT_ONCE);
      const sent = await Promise.allSettled(
        some.map(async (ones) => {
          for (const { notifications } of ones) {
            const [first] = notifications;
            const target = byId.get(first?.targetId ?? '');
            const isLifecycle = first?.content.lifecycleEvent !== undefined;
            const url = urlOf(target, first?.content ?? {});
            const envelope = { target, url, notifications, isLifecycle };
            if (signal.aborted || !(await this.#send(envelope, signal))) return;
          }
        }),
      );
      // Only now: the others would be sent a second time while their requests are under way.
      for (const one of sent) if (one.status === 'rejected') throw one.reason;
    }
    return due.length === DUE_AT_ONCE;
  }

  async #send(envelope: Envelope, signal: AbortSignal): Promise<boolean> {
    const { target, url, notifications, isLifecycle } = envelope;
    const { store, lease, realNow, endpoints, counts } = this.#parts;
    if (url === '') {
      // The target was removed.
      await lease.commit(notifications.map((one) => store.writes.delivered(one)));
      return true;
    }
    const targetId = notifications[0]?.targetId ?? '';
    const rest = isLifecycle ? undefined : this.#resting.get(targetId);
    if (rest !== undefined && rest.until > realNow()) {
      await lease.commit([store.writes.postpone(targetId, rest.until)]);
      return false;
    }
    const { host } = new URL(url);
    const throttled = this.#slow.judge(host, realNow());
    if (throttled !== undefined) {
      await lease.commit(this.#fail(envelope, throttled));
      return false;
    }
    lease.check();
    const value = notifications.map((one) => this.#print(target, one));
    const sentAt = realNow();
    const answer = await endpoints.post(
      { url, contentType: 'application/json; charset=utf-8', body: JSON.stringify({ value }), timeoutMs: ANSWER_MS },
      signal,
    );
    this.#slow.note(host, { tookMs: answer.tookMs, now: sentAt });
    const isDelivered = answer.status !== undefined && answer.status >= 200 && answer.status < 300;
    counts?.notifications(isDelivered ? 'delivered' : 'failed', notifications.length);
    const problem = isDelivered ? undefined : problemOf(answer);
    const settled =
      problem === undefined
        ? notifications.map((one) => store.writes.delivered(one))
        : this.#fail(envelope, { kind: 'later', problem });
    if (isDelivered && !isLifecycle) this.#resting.delete(targetId);
    const { status, tookMs } = answer;
    const about = { targetId, sentAt, notifications: notifications.length };
    await lease.commit([...settled, store.writes.logDelivery({ ...about, status, problem, tookMs })]);
    return isDelivered;
  }

  #fail({ target, notifications, isLifecycle }: Envelope, { kind, problem, pauseMs }: Failure): readonly Write[] {
    const { store, realNow, counts } = this.#parts;
    const now = realNow();
    const isOver = (one: DueNotification) => kind === 'dropped' || now - one.createdAt >= GIVE_UP_MS;
    const over = notifications.filter(isOver);
    counts?.notifications('dead', over.length);
    const isMissed = target !== undefined && !isLifecycle && over.length > 0;
    const missed: readonly NewNotification[] = isMissed ? lifecycleOf(target, 'missed') : [];
    const until = now + (pauseMs ?? (isLifecycle ? pauseAfter(attemptsOf(notifications)) : this.#rest(notifications)));
    return [
      ...notifications.map((one) =>
        isOver(one) ? store.writes.dead(one, problem) : store.writes.later(one, { nextAt: until, problem }),
      ),
      ...(isLifecycle ? [] : [store.writes.postpone(notifications[0]?.targetId ?? '', until)]),
      ...missed.map((one) => store.writes.add(one, now)),
    ];
  }

  /** An endpoint that has failed once mostly fails again: everything for the target waits. @returns milliseconds */
  #rest(notifications: readonly DueNotification[]): number {
    const targetId = notifications[0]?.targetId ?? '';
    const failures = this.#resting.get(targetId)?.failures ?? 0;
    const pauseMs = pauseAfter(Math.max(failures, attemptsOf(notifications)));
    this.#resting.set(targetId, { failures: failures + 1, until: this.#parts.realNow() + pauseMs });
    return pauseMs;
  }

  #print(target: NotificationTarget | undefined, { id, targetId, content }: DueNotification): object {
    const { removed, ...shown } = content;
    const expiresAt = removed?.expiresAt ?? target?.expiresAt ?? 0;
    const clientState = removed === undefined ? (target?.definition.clientState ?? null) : removed.clientState;
    return {
      id,
      subscriptionId: targetId,
      subscriptionExpirationDateTime: formatUtcMilliseconds(expiresAt),
      ...(clientState !== null && { clientState }),
      ...shown,
      tenantId: this.#parts.tenant.id,
    };
  }
}

function attemptsOf(notifications: readonly DueNotification[]): number {
  return Math.max(...notifications.map(({ attempts }) => attempts));
}

function pauseAfter(attempts: number): number {
  return PAUSES_MS[Math.min(attempts, PAUSES_MS.length - 1)] ?? 0;
}

/** Never shared: subscriptions may be of different apps, and the endpoint behind one URL may differ by kind of message. */
function addressOf(target: NotificationTarget | undefined, { targetId, content }: DueNotification): string {
  const kind = content.lifecycleEvent === undefined ? 'change' : 'lifecycle';
  return `${targetId} ${kind} ${urlOf(target, content)}`;
}

function urlOf(target: NotificationTarget | undefined, { lifecycleEvent, removed }: NotificationContent): string {
  if (removed !== undefined) return removed.url;
  if (target === undefined) return '';
  const { notificationUrl, lifecycleNotificationUrl } = target.definition;
  return lifecycleEvent === undefined ? notificationUrl : (lifecycleNotificationUrl ?? '');
}

function chunksOf(notifications: readonly DueNotification[]): readonly (readonly DueNotification[])[] {
  const count = Math.ceil(notifications.length / NOTIFICATIONS_AT_ONCE);
  return Array.from({ length: count }, (_, index) =>
    notifications.slice(index * NOTIFICATIONS_AT_ONCE, (index + 1) * NOTIFICATIONS_AT_ONCE),
  );
}

function problemOf({ status, problem }: EndpointAnswer): string {
  return problem ?? `status ${status}`;
}

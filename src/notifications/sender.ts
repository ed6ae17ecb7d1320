/** Sends what is due to those who are told, some at a time, and notes what became of it. */
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

/** Microsoft Graph waits so long for an answer, and tries again for so long. */
const ANSWER_MS = 3000;
const GIVE_UP_MS = 4 * 3_600_000;
const DUE_AT_ONCE = 200;
const NOTIFICATIONS_AT_ONCE = 20;
const TARGETS_AT_ONCE = 8;
const SECOND_MS = 1000;
/** From one attempt to the next; the last holds from then on. */
const PAUSES_MS = [1, 2, 5, 15, 60, 120, 300, 600].map((seconds) => seconds * SECOND_MS);

interface NotificationSenderParts extends Pick<NotificationParts, 'tenant' | 'realNow'> {
  readonly store: NotificationStore;
  readonly endpoints: Endpoints;
  readonly lease: HeldLease;
  readonly counts: Counts | undefined;
}

/** What goes to one address in one request. */
interface Envelope {
  readonly target: NotificationTarget | undefined;
  readonly url: string;
  readonly notifications: readonly DueNotification[];
}

export class NotificationSender {
  readonly #parts: NotificationSenderParts;
  readonly #slow = new SlowEndpoints();
  /** Of targets whose last request failed. */
  readonly #resting = new Map<string, { readonly failures: number; readonly until: number }>();

  constructor(parts: NotificationSenderParts) {
    this.#parts = parts;
  }

  /** @returns whether there may be more to send at once; @throws LeaseLost */
  async sendDue(targets: readonly NotificationTarget[], signal: AbortSignal): Promise<boolean> {
    const { store, realNow } = this.#parts;
    const due = await store.listDue(realNow(), DUE_AT_ONCE);
    const byId = new Map(targets.map((target) => [target.id, target]));
    const envelopes = [...Map.groupBy(due, (one) => addressOf(byId.get(one.targetId), one))].flatMap(
      ([address, notifications]) => chunksOf(notifications).map((some) => ({ address, notifications: some })),
    );
    const ofAddress = [...Map.groupBy(envelopes, ({ address }) => address).values()];
    while (ofAddress.length > 0 && !signal.aborted) {
      const some = ofAddress.splice(0, TARGETS_AT_ONCE);
      await Promise.all(
        some.map(async (ones) => {
          for (const { address, notifications } of ones) {
            const target = byId.get(notifications[0]?.targetId ?? '');
            const envelope = { target, url: address.slice(address.indexOf(' ') + 1), notifications };
            if (signal.aborted || !(await this.#send(envelope, signal))) return;
          }
        }),
      );
    }
    return due.length === DUE_AT_ONCE;
  }

  async #send({ target, url, notifications }: Envelope, signal: AbortSignal): Promise<boolean> {
    const { store, lease, realNow, endpoints, counts } = this.#parts;
    if (url === '') {
      // Of a target that is gone.
      await lease.commit(notifications.map((one) => store.writes.delivered(one)));
      return true;
    }
    const targetId = notifications[0]?.targetId ?? '';
    const rest = this.#resting.get(targetId);
    if (rest !== undefined && rest.until > realNow()) {
      await lease.commit([store.writes.postpone(targetId, rest.until)]);
      return false;
    }
    const { host } = new URL(url);
    const throttled = this.#slow.judge(host, realNow());
    if (throttled !== undefined) {
      await lease.commit(this.#fail({ target, url, notifications }, throttled));
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
        : this.#fail({ target, url, notifications }, { kind: 'later', problem });
    if (isDelivered) this.#resting.delete(targetId);
    const { status, tookMs } = answer;
    const about = { targetId, sentAt, notifications: notifications.length };
    await lease.commit([...settled, store.writes.logDelivery({ ...about, status, problem, tookMs })]);
    return isDelivered;
  }

  #fail({ target, notifications }: Envelope, { kind, problem, pauseMs }: Failure): readonly Write[] {
    const { store, realNow, counts } = this.#parts;
    const now = realNow();
    const isOver = (one: DueNotification) => kind === 'dropped' || now - one.createdAt >= GIVE_UP_MS;
    const over = notifications.filter(isOver);
    counts?.notifications('dead', over.length);
    const isMissed = target !== undefined && over.some(({ content }) => content.lifecycleEvent === undefined);
    const missed: readonly NewNotification[] = isMissed ? lifecycleOf(target, 'missed') : [];
    const until = now + (pauseMs ?? this.#rest(notifications));
    return [
      ...notifications.map((one) =>
        isOver(one) ? store.writes.dead(one, problem) : store.writes.later(one, { nextAt: until, problem }),
      ),
      store.writes.postpone(notifications[0]?.targetId ?? '', until),
      ...missed.map((one) => store.writes.add(one, now)),
    ];
  }

  /** What has failed once fails again, mostly: all that waits for the target waits longer. @returns for how long */
  #rest(notifications: readonly DueNotification[]): number {
    const targetId = notifications[0]?.targetId ?? '';
    const failures = this.#resting.get(targetId)?.failures ?? 0;
    const attempts = Math.max(failures, ...notifications.map((one) => one.attempts));
    const pauseMs = PAUSES_MS[Math.min(attempts, PAUSES_MS.length - 1)] ?? 0;
    this.#resting.set(targetId, { failures: failures + 1, until: this.#parts.realNow() + pauseMs });
    return pauseMs;
  }

  #print(target: NotificationTarget | undefined, { id, targetId, content }: DueNotification): object {
    const { removed, ...told } = content;
    const expiresAt = removed?.expiresAt ?? target?.expiresAt ?? 0;
    const clientState = removed === undefined ? (target?.definition.clientState ?? null) : removed.clientState;
    return {
      id,
      subscriptionId: targetId,
      subscriptionExpirationDateTime: formatUtcMilliseconds(expiresAt),
      ...(clientState !== null && { clientState }),
      ...told,
      tenantId: this.#parts.tenant.id,
    };
  }
}

/** Subscriptions of different apps have requests of their own. */
function addressOf(target: NotificationTarget | undefined, { targetId, content }: DueNotification): string {
  return `${targetId} ${urlOf(target, content)}`;
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

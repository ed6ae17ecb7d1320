/**
 * Sends due messages to webhooks, each webhook by itself, so that a slow endpoint does not delay the others.
 *
 * A failed message is retried on its own schedule, and is dead at its end. A failing endpoint also rests, longer each time,
 * and is then tried with one message; the others wait without using up attempts.
 */
import type { HeldLease } from '../outward/lease.ts';
import { LeaseLost } from '../outward/lease.ts';
import type { DisabledReason } from '../model/webhook.ts';
import { MAX_FAILING_MS, RETRY_PAUSES_MS } from '../model/webhook.ts';
import type { Write } from '../store/connection.ts';
import type { Webhook } from '../store/notifications/webhook.ts';
import type { DueWebhookMessage, WebhookStore } from '../store/notifications/webhook-store.ts';
import type { Events } from '../telemetry/events.ts';
import type { EndpointAnswer, Endpoints } from './endpoint.ts';
import type { NotificationParts } from './relay.ts';
import { bodyOf, deliveryRecordOf, isTaken, noticeOf, problemOfAnswer, requestTo } from './webhook-request.ts';

const REQUESTS_AT_ONCE = 8;
const SECOND_MS = 1000;
const MAX_REST_MS = 300 * SECOND_MS;
const MAX_RETRY_AFTER_MS = 86_400_000;
/** A few error answers may be about single messages; a missing answer is about the endpoint. */
const ANSWERS_BEFORE_REST = 3;
const GONE = 410;
const SERVER = { channel: 'server', operation: 'disableWebhook' } as const;

export interface WebhookSenderParts extends NotificationParts {
  readonly webhooks: WebhookStore;
  readonly endpoints: Endpoints;
  readonly lease: HeldLease;
  readonly events: Pick<Events, 'counts' | 'webhookDisabled' | 'backgroundTaskFailed'>;
  /** The message's `data` as of now, as JSON. */
  readonly printItem: (message: DueWebhookMessage) => Promise<string>;
}

export class WebhookSender {
  readonly #parts: WebhookSenderParts;
  /** Webhooks with requests under way. */
  readonly #busy = new Map<string, Promise<void>>();
  readonly #resting = new Map<string, Rest>();

  constructor(parts: WebhookSenderParts) {
    this.#parts = parts;
  }

  /** Does not wait for the requests that it starts. */
  sendDue(webhooks: readonly Webhook[], signal: AbortSignal): void {
    const names = new Set(webhooks.map(nameOf));
    for (const name of this.#resting.keys()) if (!names.has(name)) this.#resting.delete(name);
    for (const webhook of webhooks) {
      const until = this.#resting.get(nameOf(webhook))?.until ?? 0;
      if (this.#busy.has(webhook.id) || until > this.#parts.realNow()) continue;
      const sending = this.#drain(webhook, signal)
        .catch((error: unknown) => {
          if (signal.aborted || error instanceof LeaseLost) return;
          this.#parts.events.backgroundTaskFailed('webhooks', error);
        })
        .finally(() => this.#busy.delete(webhook.id));
      this.#busy.set(webhook.id, sending);
    }
  }

  isBusy(): boolean {
    return this.#busy.size > 0;
  }

  /** Waits for requests that are under way. */
  async end(): Promise<void> {
    await Promise.all(this.#busy.values());
  }

  async #drain({ id }: Webhook, signal: AbortSignal): Promise<void> {
    const { webhooks: store, realNow } = this.#parts;
    for (;;) {
      // Its secrets may have changed, or it was disabled.
      const webhook = await store.find(id);
      if (webhook?.isEnabled !== true) return;
      const failures = this.#resting.get(nameOf(webhook))?.failures ?? 0;
      const some = await store.listDueOf(id, realNow(), failures >= ANSWERS_BEFORE_REST ? 1 : REQUESTS_AT_ONCE);
      const sent = await Promise.allSettled(some.map((message) => this.#send(webhook, message, signal)));
      for (const one of sent) if (one.status === 'rejected') throw one.reason;
      const isResting = (this.#resting.get(nameOf(webhook))?.until ?? 0) > realNow();
      if (some.length === 0 || signal.aborted || isResting) return;
    }
  }

  async #send(webhook: Webhook, message: DueWebhookMessage, signal: AbortSignal): Promise<void> {
    const { webhooks: store, lease, realNow, endpoints, events, tenant, printItem } = this.#parts;
    const { id, content, attempts } = message;
    const data = content.item === undefined ? noticeOf(tenant, webhook) : await printItem(message);
    lease.check();
    const sentAt = realNow();
    const request = requestTo(webhook, { id, body: bodyOf(content, data), now: sentAt });
    const answer = await endpoints.post(request, signal);
    const about = { targetId: webhook.id, id, event: content.event, attempt: attempts + 1, sentAt };
    const log = store.writes.logDelivery(deliveryRecordOf(about, answer));
    events.counts?.webhookMessage(isTaken(answer) ? 'delivered' : 'failed');
    if (isTaken(answer)) {
      this.#resting.delete(nameOf(webhook));
      await lease.commit([store.writes.delivered(message), store.writes.noteSuccess(webhook), log]);
      return;
    }
    await lease.commit([...this.#fail(webhook, { message, answer, sentAt }), log]);
    if (answer.status === GONE) await this.#disable(webhook, 'gone');
    else if (realNow() - (webhook.failingSince ?? realNow()) >= MAX_FAILING_MS) await this.#disable(webhook, 'failing');
  }

  #fail(webhook: Webhook, failed: FailedRequest): readonly Write[] {
    const { message, answer } = failed;
    const { webhooks: store, realNow, events } = this.#parts;
    const now = realNow();
    const asked = retryAfterMs(answer, now);
    this.#rest(webhook, failed, asked);
    const problem = problemOfAnswer(answer) ?? '';
    const noted = store.writes.noteFailure(webhook, now);
    const pauseMs = RETRY_PAUSES_MS[message.attempts];
    if (pauseMs === undefined) {
      events.counts?.webhookMessage('dead');
      return [store.writes.dead(message, problem), noted];
    }
    const nextAt = now + Math.max(jittered(pauseMs), asked ?? 0);
    return [store.writes.later(message, { nextAt, problem }), noted];
  }

  #rest(webhook: Webhook, { answer, sentAt }: FailedRequest, asked: number = 0): void {
    const now = this.#parts.realNow();
    const known = this.#resting.get(nameOf(webhook)) ?? { failures: 0, until: 0, failedAt: -Infinity };
    // Requests that were under way together are one failure, or a receiver's restart would count as eight.
    const isCounted = sentAt > known.failedAt;
    const failures = known.failures + (isCounted ? 1 : 0);
    const counted = answer.status === undefined ? failures : failures - ANSWERS_BEFORE_REST;
    const own = !isCounted || counted <= 0 ? 0 : jittered(Math.min(SECOND_MS * 2 ** counted, MAX_REST_MS));
    const until = Math.max(known.until, now + Math.max(own, asked));
    this.#resting.set(nameOf(webhook), { failures, until, failedAt: now });
  }

  /** Unless it was changed meanwhile. Waiting messages are sent once it is enabled again. */
  async #disable(webhook: Webhook, reason: DisabledReason): Promise<void> {
    const { webhooks: store, events, tenant } = this.#parts;
    const after = { ...webhook, isEnabled: false, disabledReason: reason };
    if (!(await store.change({ before: webhook, after }, SERVER))) return;
    this.#resting.delete(nameOf(webhook));
    events.counts?.webhookDisabled(reason);
    events.webhookDisabled(webhook.id, { tenantId: tenant.id, reason });
  }
}

interface Rest {
  readonly failures: number;
  /** Epoch milliseconds of the real time, as `failedAt`. */
  readonly until: number;
  readonly failedAt: number;
}

interface FailedRequest {
  readonly message: DueWebhookMessage;
  readonly answer: EndpointAnswer;
  readonly sentAt: number;
}

/** With another URL, or enabled again, it is tried at once. */
function nameOf({ id, definition, followedSince }: Webhook): string {
  return `${id} ${followedSince} ${definition.url}`;
}

/** Spreads the retries of messages that failed together. */
function jittered(pauseMs: number): number {
  return Math.round(pauseMs * (1 + Math.random() / 5));
}

/** Seconds, or a date. */
function retryAfterMs({ retryAfter = '' }: EndpointAnswer, now: number): number | undefined {
  const seconds = retryAfter === '' ? Number.NaN : Number(retryAfter);
  const waitMs = Number.isNaN(seconds) ? Date.parse(retryAfter) - now : seconds * SECOND_MS;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), MAX_RETRY_AFTER_MS);
}

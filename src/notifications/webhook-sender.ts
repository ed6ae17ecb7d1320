/**
 * Sends to webhooks what is due, each webhook by itself, so that one whose endpoint is slow keeps nobody waiting.
 *
 * A message that was not taken is tried again by its own schedule, and is dead at its end. An endpoint that fails rests
 * besides, longer each time, and is tried with one message then; what waits for it stays as it is.
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
/** A few answers may be about single messages; that there is none is about the endpoint. */
const ANSWERS_BEFORE_REST = 3;
const GONE = 410;
const SERVER = { channel: 'server', operation: 'disableWebhook' } as const;

export interface WebhookSenderParts extends NotificationParts {
  readonly webhooks: WebhookStore;
  readonly endpoints: Endpoints;
  readonly lease: HeldLease;
  readonly events: Pick<Events, 'counts' | 'webhookDisabled' | 'backgroundTaskFailed'>;
  /** What a message says of its item now, as JSON. */
  readonly printItem: (message: DueWebhookMessage) => Promise<string>;
}

export class WebhookSender {
  readonly #parts: WebhookSenderParts;
  /** Webhooks that are being sent to. */
  readonly #busy = new Map<string, Promise<void>>();
  /** By webhook and address: another address is tried at once. */
  readonly #resting = new Map<string, { readonly failures: number; readonly until: number }>();

  constructor(parts: WebhookSenderParts) {
    this.#parts = parts;
  }

  /** Does not wait for what it begins. */
  sendDue(webhooks: readonly Webhook[], signal: AbortSignal): void {
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

  /** Waits for requests that are under way. */
  async end(): Promise<void> {
    await Promise.all(this.#busy.values());
  }

  async #drain({ id }: Webhook, signal: AbortSignal): Promise<void> {
    const { webhooks: store, realNow } = this.#parts;
    for (;;) {
      // As it is by now: with other secrets, or disabled.
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
    await lease.commit([...this.#fail(webhook, message, answer), log]);
    if (answer.status === GONE) await this.#disable(webhook, 'gone');
    else if (realNow() - (webhook.failingSince ?? realNow()) >= MAX_FAILING_MS) await this.#disable(webhook, 'failing');
  }

  #fail(webhook: Webhook, message: DueWebhookMessage, answer: EndpointAnswer): readonly Write[] {
    const { webhooks: store, realNow, events } = this.#parts;
    const now = realNow();
    const asked = retryAfterMs(answer, now);
    this.#rest(webhook, answer, asked);
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

  #rest(webhook: Webhook, { status }: EndpointAnswer, asked: number | undefined): void {
    const failures = (this.#resting.get(nameOf(webhook))?.failures ?? 0) + 1;
    const counted = status === undefined ? failures : failures - ANSWERS_BEFORE_REST;
    const own = counted <= 0 ? 0 : jittered(Math.min(SECOND_MS * 2 ** counted, MAX_REST_MS));
    this.#resting.set(nameOf(webhook), { failures, until: this.#parts.realNow() + Math.max(own, asked ?? 0) });
  }

  /** Unless somebody has changed it meanwhile. What waits for it goes on when it is enabled again. */
  async #disable(webhook: Webhook, reason: DisabledReason): Promise<void> {
    const { webhooks: store, events, tenant } = this.#parts;
    const after = { ...webhook, isEnabled: false, disabledReason: reason };
    if (!(await store.change({ before: webhook, after }, SERVER))) return;
    this.#resting.delete(nameOf(webhook));
    events.counts?.webhookDisabled(reason);
    events.webhookDisabled(webhook.id, { tenantId: tenant.id, reason });
  }
}

function nameOf({ id, definition }: Webhook): string {
  return `${id} ${definition.url}`;
}

/** So that what failed together is not tried together. */
function jittered(pauseMs: number): number {
  return Math.round(pauseMs * (1 + Math.random() / 5));
}

/** In seconds, or a date. */
function retryAfterMs({ retryAfter = '' }: EndpointAnswer, now: number): number | undefined {
  const seconds = retryAfter === '' ? Number.NaN : Number(retryAfter);
  const waitMs = Number.isNaN(seconds) ? Date.parse(retryAfter) - now : seconds * SECOND_MS;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), MAX_RETRY_AFTER_MS);
}

/**
 * Tells in the background who is to be told, tenant by tenant, in one process at a time over all servers of a database.
 *
 * States of a notification: waiting, from the transaction that moves the place in the feed on; gone, once its address has
 * taken it; dead, when it was tried for hours. A process that dies between an answer and its note sends once more.
 */
import { setTimeout as pause } from 'node:timers/promises';

import { createLease, LeaseLost } from '../outward/lease.ts';
import type { Events } from '../telemetry/events.ts';
import type { ChangeCursor } from '../store/feed/feed-cursor.ts';
import type { Write } from '../store/connection.ts';
import type { DueStore } from '../store/notifications/due-store.ts';
import type { NotificationStore, NotificationTarget } from '../store/notifications/notification-store.ts';
import type { Webhook } from '../store/notifications/webhook.ts';
import type { WebhookStore } from '../store/notifications/webhook-store.ts';
import { fillDueDates, followForDueDates, keepDueDates, tellDueDates } from './due-dates.ts';
import type { Endpoints } from './endpoint.ts';
import { relayNews } from './relay.ts';
import type { Follower, NotificationParts } from './relay.ts';
import { NotificationSender } from './sender.ts';
import { followForSubscriptions, lifecycleOf } from './subscription-follower.ts';
import { followForWebhook } from './webhook-follower.ts';
import { WebhookSender } from './webhook-sender.ts';
import type { WebhookSenderParts } from './webhook-sender.ts';

/** Between two looks for who is to be told, where there is nobody. */
const NOBODY_MS = 2000;
/** Changes of other processes are not heard of. */
const IDLE_MS = 1000;
/** So that changes come together. */
const GATHER_MS = 50;
const KEEP_LEASE_MS = 10_000;
const WARN_MS = 30 * 60_000;
const TRIM_MS = 3_600_000;
const NO_PLACE = '' as ChangeCursor;

/** What one tenant's changes are told with. */
export interface TenantParts extends NotificationParts, Pick<WebhookSenderParts, 'printItem'> {
  readonly store: NotificationStore;
  readonly webhooks: WebhookStore;
  readonly due: DueStore;
}

export interface TellingParts {
  readonly listTenants: () => Promise<readonly number[]>;
  readonly openTenant: (tenantKey: number) => Promise<TenantParts | undefined>;
  /** Settles when something has changed, else after the pause. */
  readonly nextChange: (pauseMs: number, signal: AbortSignal) => Promise<void>;
  readonly endpoints: Endpoints;
  readonly events: Pick<Events, 'counts' | 'webhookDisabled' | 'backgroundTaskFailed'>;
  /** How long what was sent, and what could not be, is kept. */
  readonly keptMs: number;
}

export class NotificationRunner implements AsyncDisposable {
  readonly #parts: TellingParts;
  readonly #tenants = new Map<number, TenantTeller>();
  readonly #stop = new AbortController();
  readonly #done: Promise<unknown>;
  #isFailing = false;

  constructor(parts: TellingParts) {
    this.#parts = parts;
    this.#done = Promise.all([this.#run(), this.#keepLeases()]);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const waitMs = await this.#turn();
      if (waitMs === IDLE_MS) await this.#parts.nextChange(IDLE_MS, signal);
      await pause(waitMs === IDLE_MS ? GATHER_MS : waitMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #turn(): Promise<number> {
    const { signal } = this.#stop;
    try {
      const keys = await this.#parts.listTenants();
      const isBusy = await Promise.all(keys.map(async (key) => (await this.#tellerOf(key))?.turn(signal) ?? false));
      this.#isFailing = false;
      if (isBusy.includes(true)) return 0;
      return keys.length === 0 ? NOBODY_MS : IDLE_MS;
    } catch (cause) {
      if (!this.#isFailing && !signal.aborted) this.#parts.events.backgroundTaskFailed('notifications', cause);
      this.#isFailing = true;
      return NOBODY_MS;
    }
  }

  async #tellerOf(tenantKey: number): Promise<TenantTeller | undefined> {
    const known = this.#tenants.get(tenantKey);
    if (known !== undefined) return known;
    const parts = await this.#parts.openTenant(tenantKey);
    if (parts === undefined) return undefined;
    const { endpoints, events, keptMs } = this.#parts;
    const teller = new TenantTeller(parts, { endpoints, events, keptMs });
    this.#tenants.set(tenantKey, teller);
    return teller;
  }

  /** While requests wait for their answers. */
  async #keepLeases(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await pause(KEEP_LEASE_MS, undefined, { signal, ref: false }).catch(() => {});
      for (const teller of this.#tenants.values()) await teller.keepLease().catch(() => {});
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#done;
    for (const teller of this.#tenants.values()) await teller.end();
  }
}

type TellerOptions = Pick<TellingParts, 'endpoints' | 'events' | 'keptMs'>;

class TenantTeller {
  readonly #parts: TenantParts;
  readonly #lease;
  readonly #sender: NotificationSender;
  readonly #webhookSender: WebhookSender;
  readonly #keptMs: number;
  #trimmedAt = -Infinity;

  constructor(parts: TenantParts, { endpoints, events, keptMs }: TellerOptions) {
    this.#parts = parts;
    this.#lease = createLease(parts.store, parts.realNow);
    this.#sender = new NotificationSender({ ...parts, endpoints, counts: events.counts, lease: this.#lease });
    this.#webhookSender = new WebhookSender({ ...parts, endpoints, events, lease: this.#lease });
    this.#keptMs = keptMs;
  }

  /** @returns whether there is more to do at once */
  async turn(signal: AbortSignal): Promise<boolean> {
    const { store, webhooks: webhookStore } = this.#parts;
    try {
      const all = await store.listTargets();
      const webhooks = (await webhookStore.list()).filter(({ isEnabled }) => isEnabled);
      // The feed has ended, and with it the lease: who reads on finds a place that is expired.
      if ((await store.findCursor()) === undefined) await store.begin(NO_PLACE);
      if (!(await this.#lease.take())) return false;
      const targets = await this.#endExpired(all);
      await this.#commit(await keepDueDates(this.#parts, webhooks));
      const { writes, hasMore } = await relayNews(this.#parts, await this.#listFollowers(targets, webhooks));
      await this.#commit(writes);
      const hasMoreDates = await this.#tellDueDates(webhooks);
      this.#webhookSender.sendDue(webhooks, signal);
      const hasMoreToSend = await this.#sender.sendDue(targets, signal);
      await this.#trim();
      return hasMore || hasMoreDates || hasMoreToSend;
    } catch (error) {
      if (!signal.aborted && !(error instanceof LeaseLost)) throw error;
      await this.#lease.end();
      return false;
    }
  }

  async #commit(writes: readonly Write[]): Promise<void> {
    if (writes.length > 0) await this.#lease.commit(writes);
  }

  async #listFollowers(
    targets: readonly NotificationTarget[],
    webhooks: readonly Webhook[],
  ): Promise<readonly Follower[]> {
    const { store, webhooks: webhookStore, due, realNow } = this.#parts;
    const cursor = targets.length === 0 ? undefined : await store.findCursor();
    const dueState = await due.findState();
    return [
      ...(cursor === undefined ? [] : [followForSubscriptions(this.#parts, targets, cursor)]),
      ...webhooks.map((webhook) => followForWebhook({ store: webhookStore, realNow }, webhook)),
      ...(dueState === undefined ? [] : [followForDueDates(this.#parts, dueState)]),
    ];
  }

  /** @returns whether there may be more to do at once */
  async #tellDueDates(webhooks: readonly Webhook[]): Promise<boolean> {
    const state = await this.#parts.due.findState();
    if (state === undefined) return false;
    const filled = await fillDueDates(this.#parts, state);
    await this.#commit(filled);
    const told = await tellDueDates(this.#parts, webhooks);
    await this.#commit(told.writes);
    return filled.length > 0 || told.hasMore;
  }

  async #endExpired(targets: readonly NotificationTarget[]): Promise<readonly NotificationTarget[]> {
    const { store, now, realNow } = this.#parts;
    const ended = targets.filter(({ expiresAt }) => expiresAt !== undefined && expiresAt <= now());
    const left = targets.filter((target) => !ended.includes(target));
    const late = left.filter(({ expiresAt, warnedOf }) => {
      return expiresAt !== undefined && warnedOf !== expiresAt && expiresAt - now() <= WARN_MS;
    });
    const writes: readonly Write[] = [
      ...ended.flatMap((target) => this.#endOf(target)),
      ...late.flatMap((target) => [
        store.writes.warn(target),
        ...lifecycleOf(target, 'reauthorizationRequired').map((one) => store.writes.add(one, realNow())),
      ]),
    ];
    await this.#commit(writes);
    return left;
  }

  #endOf({ id, definition, expiresAt = 0 }: NotificationTarget): readonly Write[] {
    const { store, realNow } = this.#parts;
    const { lifecycleNotificationUrl: url, clientState } = definition;
    const removal = store.writes.removeTarget(id);
    if (url === null) return removal;
    const content = { lifecycleEvent: 'subscriptionRemoved', removed: { url, clientState, expiresAt } } as const;
    return [...removal, store.writes.add({ targetId: id, learnerUserId: undefined, content }, realNow())];
  }

  async #trim(): Promise<void> {
    const { store, webhooks, realNow } = this.#parts;
    if (realNow() - this.#trimmedAt < TRIM_MS) return;
    this.#trimmedAt = realNow();
    const before = realNow() - this.#keptMs;
    await this.#lease.commit([...store.writes.trim(before), ...webhooks.writes.trim(before)]);
  }

  async keepLease(): Promise<void> {
    if (this.#lease.isHeld()) await this.#lease.take();
  }

  async end(): Promise<void> {
    await this.#webhookSender.end();
    await this.#lease.end();
  }
}

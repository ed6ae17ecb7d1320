/**
 * Sends notifications and webhook messages in the background. Of all servers on a database, one process sends for a tenant.
 *
 * States of a notification: waiting, from the transaction that advances the cursor in the feed; deleted, once its endpoint has
 * accepted it; dead, after hours of failed attempts. A process that dies between the answer and its commit sends it again.
 *
 * Tenants do not wait for each other: each has its own turns, and never two at once.
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
import { fillDueDates, followForDueDates, keepDueDates, reportDueDates } from './due-dates.ts';
import type { Endpoints } from './endpoint.ts';
import { relayNews } from './relay.ts';
import type { Follower, NotificationParts } from './relay.ts';
import { NotificationSender } from './sender.ts';
import { followForSubscriptions, lifecycleOf } from './subscription-follower.ts';
import { followForWebhook } from './webhook-follower.ts';
import { WebhookSender } from './webhook-sender.ts';
import type { WebhookSenderParts } from './webhook-sender.ts';

/** Between two polls while nobody subscribes, and after a failure. */
const NOBODY_MS = 2000;
/** Between two polls for changes of other processes. */
const IDLE_MS = 1000;
/** Batches changes that follow each other. */
const GATHER_MS = 50;
const KEEP_LEASE_MS = 10_000;
const WARN_MS = 30 * 60_000;
const TRIM_MS = 3_600_000;
const NO_PLACE = '' as ChangeCursor;

export interface TenantParts extends NotificationParts, Pick<WebhookSenderParts, 'printItem'> {
  readonly store: NotificationStore;
  readonly webhooks: WebhookStore;
  readonly due: DueStore;
}

export interface NotificationRunnerParts {
  readonly listTenants: () => Promise<readonly number[]>;
  readonly openTenant: (tenantKey: number) => Promise<TenantParts | undefined>;
  /** Settles when something changes, or after the pause. */
  readonly nextChange: (pauseMs: number, signal: AbortSignal) => Promise<void>;
  readonly endpoints: Endpoints;
  readonly events: Pick<Events, 'counts' | 'webhookDisabled' | 'backgroundTaskFailed'>;
  /** How long the delivery log and dead messages are kept. */
  readonly keptMs: number;
}

export class NotificationRunner implements AsyncDisposable {
  readonly #parts: NotificationRunnerParts;
  readonly #tenants = new Map<number, TenantRunner>();
  readonly #stop = new AbortController();
  readonly #done: Promise<unknown>;
  #isFailing = false;

  constructor(parts: NotificationRunnerParts) {
    this.#parts = parts;
    this.#done = Promise.all([this.#run(), this.#keepLeases()]);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const waitMs = await this.#startTurns();
      if (waitMs === IDLE_MS) await this.#parts.nextChange(IDLE_MS, signal);
      await pause(waitMs === IDLE_MS ? GATHER_MS : waitMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #startTurns(): Promise<number> {
    const { signal } = this.#stop;
    try {
      const keys = await this.#parts.listTenants();
      for (const key of keys) (await this.#runnerOf(key))?.start(signal);
      await this.#dropUnlisted(new Set(keys));
      this.#isFailing = false;
      return keys.length === 0 ? NOBODY_MS : IDLE_MS;
    } catch (cause) {
      if (!this.#isFailing && !signal.aborted) this.#parts.events.backgroundTaskFailed('notifications', cause);
      this.#isFailing = true;
      return NOBODY_MS;
    }
  }

  async #runnerOf(tenantKey: number): Promise<TenantRunner | undefined> {
    const known = this.#tenants.get(tenantKey);
    if (known !== undefined) return known;
    const parts = await this.#parts.openTenant(tenantKey);
    if (parts === undefined) return undefined;
    const { endpoints, events, keptMs } = this.#parts;
    const runner = new TenantRunner(parts, { endpoints, events, keptMs });
    this.#tenants.set(tenantKey, runner);
    return runner;
  }

  async #dropUnlisted(keys: ReadonlySet<number>): Promise<void> {
    for (const [key, runner] of this.#tenants) {
      if (keys.has(key) || runner.isBusy()) continue;
      this.#tenants.delete(key);
      await runner.end();
    }
  }

  /** While requests wait for their answers. */
  async #keepLeases(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await pause(KEEP_LEASE_MS, undefined, { signal, ref: false }).catch(() => {});
      for (const runner of this.#tenants.values()) await runner.keepLease().catch(() => {});
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#done;
    for (const runner of this.#tenants.values()) await runner.end();
  }
}

type TenantRunnerOptions = Pick<NotificationRunnerParts, 'endpoints' | 'events' | 'keptMs'>;

class TenantRunner {
  readonly #parts: TenantParts;
  readonly #lease;
  readonly #sender: NotificationSender;
  readonly #webhookSender: WebhookSender;
  readonly #keptMs: number;
  readonly #events: TenantRunnerOptions['events'];
  #trimmedAt = -Infinity;
  #turns: Promise<void> | undefined;
  #isAnotherDue = false;

  constructor(parts: TenantParts, { endpoints, events, keptMs }: TenantRunnerOptions) {
    this.#parts = parts;
    this.#events = events;
    this.#lease = createLease(parts.store, parts.realNow);
    this.#sender = new NotificationSender({ ...parts, endpoints, counts: events.counts, lease: this.#lease });
    this.#webhookSender = new WebhookSender({ ...parts, endpoints, events, lease: this.#lease });
    this.#keptMs = keptMs;
  }

  /** Starts a turn without waiting for it; during a turn, another one follows it. */
  start(signal: AbortSignal): void {
    this.#isAnotherDue = true;
    this.#turns ??= this.#takeTurns(signal).finally(() => {
      this.#turns = undefined;
    });
  }

  isBusy(): boolean {
    return this.#turns !== undefined || this.#webhookSender.isBusy();
  }

  async #takeTurns(signal: AbortSignal): Promise<void> {
    let isFailing = false;
    while (this.#isAnotherDue && !signal.aborted) {
      this.#isAnotherDue = false;
      try {
        if (await this.#turn(signal)) this.#isAnotherDue = true;
        isFailing = false;
      } catch (cause) {
        if (!isFailing) this.#events.backgroundTaskFailed('notifications', cause);
        isFailing = true;
        this.#isAnotherDue = true;
        await pause(NOBODY_MS, undefined, { signal, ref: false }).catch(() => {});
      }
    }
  }

  /** @returns whether there is more to do at once */
  async #turn(signal: AbortSignal): Promise<boolean> {
    const { store, webhooks: webhookStore, due } = this.#parts;
    try {
      // The feed has ended, and with it the lease: an empty cursor is an expired one.
      if ((await store.findCursor()) === undefined) await store.begin(NO_PLACE);
      if (!(await this.#lease.take())) return false;
      const targets = await this.#endExpired(await store.listTargets());
      // Read before the webhooks: one that is created in between starts the due dates itself.
      const dueState = await due.findState();
      const allWebhooks = await webhookStore.list();
      const webhooks = allWebhooks.filter(({ isEnabled }) => isEnabled);
      await this.#commit(await keepDueDates(this.#parts, webhooks, dueState));
      const { writes, hasMore } = await relayNews(this.#parts, await this.#listFollowers(targets, webhooks));
      await this.#commit(writes);
      const hasMoreDates = await this.#reportDueDates(webhooks);
      this.#webhookSender.sendDue(webhooks, signal);
      const hasMoreToSend = await this.#sender.sendDue(signal);
      await this.#trim();
      if (targets.length + allWebhooks.length === 0) await this.#endState();
      return hasMore || hasMoreDates || hasMoreToSend;
    } catch (error) {
      if (!signal.aborted && !(error instanceof LeaseLost)) throw error;
      await this.#giveUpLease();
      return false;
    }
  }

  /** Unless something still waits to be sent, such as that the last subscription has ended. */
  async #endState(): Promise<void> {
    await this.#giveUpLease();
    await this.#parts.store.end();
  }

  /** Only once no request is under way: another process may send the same message then. */
  async #giveUpLease(): Promise<void> {
    await this.#webhookSender.end();
    await this.#lease.end();
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
      ...(cursor === undefined ? [] : [followForSubscriptions(this.#parts, cursor)]),
      ...webhooks.map((webhook) => followForWebhook({ store: webhookStore, realNow }, webhook)),
      ...(dueState === undefined ? [] : [followForDueDates(this.#parts, dueState)]),
    ];
  }

  /** @returns whether there may be more to do at once */
  async #reportDueDates(webhooks: readonly Webhook[]): Promise<boolean> {
    const state = await this.#parts.due.findState();
    if (state === undefined) return false;
    const filled = await fillDueDates(this.#parts, state);
    await this.#commit(filled);
    const reported = await reportDueDates(this.#parts, webhooks);
    await this.#commit(reported.writes);
    return filled.length > 0 || reported.hasMore;
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
    const removal = store.writes.removeExpired({ id, expiresAt });
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
    await this.#turns;
    await this.#giveUpLease();
  }
}

/** The runner's turns: tenants do not wait for each other, and nothing that was committed before a turn's reads is passed over. */
import { expect, test } from 'vitest';

import type { Tenant } from '../../src/model/directory.ts';
import { createEndpoints } from '../../src/notifications/endpoint.ts';
import { NotificationRunner } from '../../src/notifications/runner.ts';
import type { TenantParts } from '../../src/notifications/runner.ts';
import type { Params, SqlConnection } from '../../src/store/connection.ts';
import type { FeedChange } from '../../src/store/feed/change-feed.ts';
import type { ChangeCursor } from '../../src/store/feed/feed-cursor.ts';
import { createDueStore } from '../../src/store/notifications/due-store.ts';
import { createMessageReport } from '../../src/store/notifications/message-queue.ts';
import { createNotificationStore } from '../../src/store/notifications/notification-store.ts';
import type { NotificationTarget } from '../../src/store/notifications/notification-store.ts';
import { createWebhookStore } from '../../src/store/notifications/webhook-store.ts';
import { openReceiver } from '../support/receiver.ts';
import { markedTenant } from '../support/stored-tenant.ts';
import { SQLITE } from '../support/store.ts';

const ORIGIN = { channel: 'server', operation: 'test' } as const;
const START = 'start' as ChangeCursor;
const NEXT = 'next' as ChangeCursor;
const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const WAIT = { timeout: 15_000, interval: 10 };

const targetOf = (number: number, notificationUrl: string): NotificationTarget => ({
  id: `00000000-0000-4000-8000-00000000000${number}`,
  kind: 'subscription',
  appId: undefined,
  definition: {
    ...{ resource: 'contents', collection: 'contents', types: [], changeTypes: ['created'], notificationUrl },
    ...{ lifecycleNotificationUrl: null, clientState: null, latestSupportedTlsVersion: 'v1_2' },
    ...{ notificationUrlAppId: null, creatorId: PROVIDER },
  },
  from: START,
  expiresAt: Date.now() + 86_400_000,
  warnedOf: undefined,
});

/** Of a tenant whose feed is at its end. */
function partsOf(connection: SqlConnection, tenant: Tenant): TenantParts {
  return {
    tenant,
    store: createNotificationStore(connection, tenant.key),
    webhooks: createWebhookStore(connection, tenant),
    due: createDueStore(connection, tenant.key),
    feed: {
      follow: async () => START,
      read: async (_, after) => ({ kind: 'changes', changes: [], next: after, isEnd: true }),
      findPlace: async () => undefined,
      gather: async () => {},
    },
    record: {
      findActivities: async () => [],
      findContent: async () => undefined,
      findLastKnown: async () => ({}),
    },
    isBehind: () => true,
    now: () => Date.now(),
    realNow: () => Date.now(),
    printItem: async () => '{}',
  };
}

async function openParts(count: number) {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(SQLITE.create());
  const connection = await database.open();
  const receiver = opening.use(await openReceiver());
  const endpoints = opening.use(createEndpoints({ reach: 'loopback' }));
  const tenants = Array.from({ length: count }, (_, index) => markedTenant(index + 1, `T${index}`).tenant);
  const parts = tenants.map((tenant) => partsOf(connection, tenant));
  const failures: unknown[] = [];
  const run = (given: readonly TenantParts[]) =>
    new NotificationRunner({
      listTenants: async () => given.map(({ tenant }) => tenant.key),
      openTenant: async (key) => given.find(({ tenant }) => tenant.key === key),
      nextChange: async () => {},
      endpoints,
      events: {
        webhookDisabled: () => {},
        backgroundTaskFailed: (_, cause) => failures.push(cause),
      },
      keptMs: 86_400_000,
    });
  const closing = opening.move();
  const add = ({ store }: TenantParts, { id }: NotificationTarget) =>
    connection.write([store.writes.add({ targetId: id, learnerUserId: undefined, content: {} }, Date.now())]);
  return { connection, receiver, parts, failures, run, add, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

test('a tenant whose turn fails neither stops another one nor has its notifications sent twice', async () => {
  await using bench = await openParts(2);
  const [failing, calm] = bench.parts as [TenantParts, TenantParts];
  const target = targetOf(1, bench.receiver.url);
  await calm.store.addTarget(target, ORIGIN);
  await bench.add(calm, target);
  // Longer than the pause after the failure, shorter than the timeout.
  bench.receiver.answerWith((_, response) => setTimeout(() => response.writeHead(202).end(), 2400));
  const broken = { ...failing, store: { ...failing.store, findCursor: () => Promise.reject(new Error('broken')) } };
  await using _ = bench.run([broken, calm]);
  await expect.poll(() => calm.store.listDue(Date.now(), 1), WAIT).toEqual([]);
  expect(bench.receiver.received).toHaveLength(1);
  expect(bench.failures).toHaveLength(1);
});

test('a tenant whose endpoint is slow does not delay another one', async () => {
  await using bench = await openParts(2);
  const [slow, other] = bench.parts as [TenantParts, TenantParts];
  const targets = [targetOf(1, `${bench.receiver.url}/slow`), targetOf(2, `${bench.receiver.url}/other`)] as const;
  await slow.store.addTarget(targets[0], ORIGIN);
  await other.store.addTarget(targets[1], ORIGIN);
  let release: (() => void) | undefined;
  bench.receiver.answerWith((request, response) => {
    const answer = () => response.writeHead(202).end();
    if (request.url === '/slow') release = answer;
    else answer();
  });
  await bench.add(slow, targets[0]);
  await using _ = bench.run(bench.parts);
  await expect.poll(() => release, WAIT).toBeDefined();
  await bench.add(other, targets[1]);
  // Of the slow one, nothing is noted yet.
  await expect.poll(() => other.store.listDue(Date.now(), 1), WAIT).toEqual([]);
  expect(await slow.store.listDue(Date.now(), 1)).toHaveLength(1);
  release?.();
});

test('a subscription is notified of a change that follows it while the feed is being read', async () => {
  await using bench = await openParts(1);
  const [parts] = bench.parts as [TenantParts];
  await parts.store.addTarget(targetOf(1, `${bench.receiver.url}/first`), ORIGIN);
  const change = { kind: 'learningContent', action: 'created', itemId: PROVIDER, owner: PROVIDER, cursor: NEXT };
  let isRead = false;
  const feed: TenantParts['feed'] = {
    ...parts.feed,
    read: async (key, after, limit) => {
      if (isRead) return parts.feed.read(key, after, limit);
      isRead = true;
      await parts.store.addTarget(targetOf(2, `${bench.receiver.url}/second`), ORIGIN);
      return { kind: 'changes', changes: [change as unknown as FeedChange], next: NEXT, isEnd: true };
    },
  };
  await using _ = bench.run([{ ...parts, feed }]);
  const paths = () => bench.receiver.received.map(({ path }) => path).toSorted();
  await expect.poll(paths, WAIT).toEqual(['/first', '/second']);
});

test('a subscription that is renewed while its end is being noted stays', async () => {
  await using bench = await openParts(1);
  const [parts] = bench.parts as [TenantParts];
  const { store } = parts;
  const expired = { ...targetOf(1, bench.receiver.url), expiresAt: Date.now() - 1 };
  await store.addTarget(expired, ORIGIN);
  const renewed = { ...expired, expiresAt: Date.now() + 86_400_000 };
  let turns = 0;
  const listTargets: typeof store.listTargets = async () => {
    const listed = await store.listTargets();
    if (turns === 0) await store.changeTarget({ before: expired, after: renewed }, ORIGIN);
    turns += 1;
    return listed;
  };
  await using _ = bench.run([{ ...parts, store: { ...store, listTargets } }]);
  await expect.poll(() => turns, WAIT).toBeGreaterThan(1);
  expect(await store.listTargets()).toEqual([renewed]);
});

test('old messages of a webhook that was removed while they were queued are trimmed', async () => {
  await using bench = await openParts(1);
  const [parts] = bench.parts as [TenantParts];
  await parts.store.addTarget(targetOf(1, bench.receiver.url), ORIGIN);
  const content = { event: 'webhook.missed', at: 0 } as const;
  const queued = { targetId: PROVIDER, learnerUserId: undefined, content };
  await bench.connection.write([parts.webhooks.writes.add(queued, Date.now() - 2 * 86_400_000)]);
  await using _ = bench.run([parts]);
  const report = createMessageReport(bench.connection, { tenantKey: parts.tenant.key, kind: 'webhook' });
  await expect.poll(() => report.count(), WAIT).toEqual(new Map());
});

test('the log of deliveries of all targets is read in the order of an index', async () => {
  await using bench = await openParts(1);
  const [{ tenant, webhooks }] = bench.parts as [TenantParts];
  const plans: string[] = [];
  const explain = async (sql: string, params: Params): Promise<void> => {
    const rows = await bench.connection.read({ name: `plan of ${sql}`, sql: `explain query plan ${sql}` }, params);
    plans.push(...rows.map(({ detail }) => String(detail)));
  };
  const connection: SqlConnection = {
    ...bench.connection,
    read: async ({ sql }, params) => {
      await explain(sql, params);
      return [];
    },
  };
  for (const kind of ['subscription', 'webhook'] as const)
    await createMessageReport(connection, { tenantKey: tenant.key, kind }).listDeliveries(undefined, 10);
  const [trim] = webhooks.writes.trim(0);
  if (trim !== undefined) await explain(trim.statement.sql, trim.params);
  const index = expect.stringMatching(/^SEARCH notification_delivery USING .*INDEX notification_delivery_time/);
  expect(plans).toEqual([index, index, index]);
});

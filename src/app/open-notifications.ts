/** Subscriptions and webhooks: for requests, and the runner in the background. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WebhookTools } from '../admin/context.ts';
import type { Settings } from '../config/settings.ts';
import type { Notifying } from '../graph/notifying.ts';
import type { Tenant } from '../model/directory.ts';
import type { CourseActivity } from '../model/entity.ts';
import type { CurrentRecord } from '../notifications/relay.ts';
import { systemClock } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import { CA_FILE } from '../lib/data-folder.ts';
import type { DataFolder } from '../lib/data-folder.ts';
import { getGuid } from '../lib/ids.ts';
import type { ActivityGuid, LearningContentId, RegistrationId, UserId } from '../lib/ids.ts';
import { RepeatedTask } from '../lib/repeated-task.ts';
import type { EndpointRules } from '../notifications/endpoint.ts';
import type { TenantParts } from '../notifications/runner.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import type { NotificationReach } from '../model/notification-reach.ts';
import { readHistory } from '../store/changes/read-log.ts';
import { readable } from '../store/changes/record.ts';
import { createChangeFeed } from '../store/feed/change-feed.ts';
import { readCursor } from '../store/feed/feed-cursor.ts';
import { watchChanges } from '../store/feed/next-change.ts';
import { openStores } from '../store/learning-store.ts';
import {
  createNotificationStore,
  freeNotificationLeases,
  listNotifiedTenants,
} from '../store/notifications/notification-store.ts';
import { createDueStore } from '../store/notifications/due-store.ts';
import { createWebhookStore } from '../store/notifications/webhook-store.ts';
import type { Events } from '../telemetry/events.ts';
import { changeLogOf } from './open-change-log.ts';

/** `undefined` where no changes are kept. */
export function openNotifying(base: EndpointBase & Pick<NotificationBase, 'connection'>): Notifying | undefined {
  const { settings, connection } = base;
  if (changeLogOf(settings) === undefined) return undefined;
  const { notificationReach: reach } = settings;
  return {
    storeOf: (tenantKey) => createNotificationStore(connection, tenantKey),
    describeUrlProblem: (url) => describeUrlProblem(url, reach),
    validate: async (url) => {
      // With it comes the HTTP client.
      const { createEndpoints, validateEndpoint } = await import('../notifications/endpoint.ts');
      await using endpoints = createEndpoints(endpointRules(base));
      return await validateEndpoint(endpoints, url);
    },
  };
}

type EndpointBase = Pick<NotificationBase, 'settings' | 'folder'>;

/** A sandbox sends to itself as well, to its inboxes. */
function endpointRules({ settings, folder }: EndpointBase): EndpointRules {
  const { notificationReach: reach, sandbox } = settings;
  const file = join(folder.tls, CA_FILE);
  return { reach, authority: sandbox && existsSync(file) ? readFileSync(file, 'utf8') : undefined };
}

/** `undefined` where no changes are kept. */
export function openWebhookTools(base: EndpointBase & Pick<NotificationBase, 'connection'>): WebhookTools | undefined {
  const { settings, connection } = base;
  if (changeLogOf(settings) === undefined) return undefined;
  const { notificationReach: reach } = settings;
  const feed = createChangeFeed(connection);
  return {
    findUrlProblem: async (url) => {
      const problem = describeUrlProblem(url, reach);
      if (problem !== undefined) return problem;
      const { isRefusedHost } = await import('../notifications/address-rules.ts');
      return (await isRefusedHost(new URL(url), reach)) ? 'an address that notificationReach allows' : undefined;
    },
    follow: (tenantKey) => feed.follow(tenantKey),
    findPlace: (tenantKey, since) => feed.findPlace(tenantKey, since),
    test: async (tenant, webhook) => {
      // With it comes the HTTP client.
      const { createEndpoints } = await import('../notifications/endpoint.ts');
      const { sendTest } = await import('../notifications/webhook-request.ts');
      await using endpoints = createEndpoints(endpointRules(base));
      const sent = await sendTest({ endpoints, tenant, now: systemClock.now() }, webhook);
      await connection.write([createWebhookStore(connection, tenant).writes.logDelivery(sent)]);
      return sent;
    },
  };
}

/** In words that follow "must be". */
function describeUrlProblem(url: string, reach: NotificationReach): string | undefined {
  const { protocol, username, password } = new URL(url);
  if (username !== '' || password !== '') return 'a URL without a name or a password';
  if (protocol !== 'https:' && protocol !== 'http:') return 'an https URL';
  return protocol === 'https:' || reach !== 'public' ? undefined : 'an https URL';
}

export interface NotificationBase {
  readonly settings: Settings;
  readonly folder: DataFolder;
  readonly connection: SqlConnection;
  readonly directory: DirectoryStore;
  readonly clock: Clock;
  readonly events: Events;
}

const DAY_MS = 86_400_000;

/** Between two polls for the first subscription or webhook. */
const LOOK_MS = 2000;

/** In one process of a server. Disposing aborts requests that are under way: they are sent again after the next start. */
export async function openNotifications(base: NotificationBase): Promise<AsyncDisposable> {
  const { settings, connection, events } = base;
  const open = new AsyncDisposableStack();
  if (changeLogOf(settings) === undefined) return open;
  if (connection.dialect.name === 'sqlite') await freeNotificationLeases(connection);
  let isStarted = false;
  const look = async (): Promise<void> => {
    if (isStarted || open.disposed || (await listNotifiedTenants(connection)).length === 0) return;
    const runner = await startRunner(base);
    isStarted = true;
    if (open.disposed) await runner[Symbol.asyncDispose]();
    else open.use(runner);
  };
  await look();
  const onFailure = (cause: unknown): void => events.backgroundTaskFailed('notifications', cause);
  if (!isStarted) open.use(new RepeatedTask(look, { pauseMs: LOOK_MS, onFailure }));
  return open;
}

/** With it comes the HTTP client, which a start without subscriptions does not wait for. */
async function startRunner(base: NotificationBase): Promise<AsyncDisposable> {
  const { settings, connection, events } = base;
  await using opening = new AsyncDisposableStack();
  const { NotificationRunner } = await import('../notifications/runner.ts');
  const { createEndpoints } = await import('../notifications/endpoint.ts');
  const endpoints = opening.use(createEndpoints(endpointRules(base)));
  const watch = opening.use(watchChanges(connection));
  opening.use(
    new NotificationRunner({
      listTenants: () => listNotifiedTenants(connection),
      openTenant: (tenantKey) => openTenant(base, tenantKey),
      nextChange: (pauseMs, signal) => watch.next(pauseMs, signal),
      endpoints,
      events,
      keptMs: Math.max(1, settings.feedDays) * DAY_MS,
    }),
  );
  return opening.move();
}

async function openTenant(base: NotificationBase, tenantKey: number): Promise<TenantParts | undefined> {
  const { settings, connection, directory, clock } = base;
  const tenant = (await directory.listTenants()).find(({ key }) => key === tenantKey);
  if (tenant === undefined) return undefined;
  const { createItemPrinter } = await import('../notifications/webhook-data.ts');
  const record = openRecord(connection, tenant);
  return {
    ...{ tenant, record },
    store: createNotificationStore(connection, tenantKey),
    webhooks: createWebhookStore(connection, tenant),
    due: createDueStore(connection, tenantKey),
    printItem: createItemPrinter({ tenant, record, behaviour: settings }),
    feed: createChangeFeed(connection),
    isBehind: (one, other) => {
      const [place, from] = [readCursor(one), readCursor(other)];
      if (place === undefined || place.feedId !== from?.feedId) return undefined;
      return place.position > from.position;
    },
    now: () => clock.now(),
    realNow: () => systemClock.now(),
  };
}

function openRecord(connection: SqlConnection, tenant: Tenant): CurrentRecord {
  const { activities, contents } = openStores(connection);
  return {
    findActivities: async (names) => {
      const keys = names.map(({ learnerUserId, activityGuid }) => ({
        learnerUserId: getGuid<UserId>(learnerUserId),
        activityGuid: getGuid<ActivityGuid>(activityGuid),
      }));
      return (await activities.findMany(tenant, keys)).map(({ activity }) => activity);
    },
    findContent: async (registrationId, id) => {
      const key = { kind: 'id', id: getGuid<LearningContentId>(id) } as const;
      return (await contents.find(tenant, getGuid<RegistrationId>(registrationId), key))?.content;
    },
    findLastKnown: async (activityGuid) => {
      const records = await readHistory(connection, tenant.key, [activityGuid]);
      const images = records.map(readable).map(({ before, after }) => after ?? before ?? {});
      return Object.assign({}, ...images) as Partial<CourseActivity>;
    },
  };
}

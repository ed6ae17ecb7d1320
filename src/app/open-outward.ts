/** What a server sends to the targets of its settings: one sender for each, in one process of the server. */
import type { Settings } from '../config/settings.ts';
import { systemClock } from '../lib/clock.ts';
import { findCourseActivityKey, findGuid } from '../lib/ids.ts';
import type { LearningContentId, UserId } from '../lib/ids.ts';
import { RepeatedTask } from '../lib/repeated-task.ts';
import type { LearnerKey, Tenant } from '../model/directory.ts';
import type { SyncTarget } from '../model/sync-target.ts';
import type { OutwardParts } from '../outward/parts.ts';
import { NO_TENANT } from '../store/changes/change.ts';
import { createBulkStore } from '../store/bulk-store.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import { openStores } from '../store/learning-store.ts';
import { beginChanges, readChanges, readChangesSince } from '../store/outward/outward-changes.ts';
import { createOutwardStore } from '../store/outward/outward-store.ts';
import type { Events } from '../telemetry/events.ts';

export interface OutwardBase {
  readonly settings: Settings;
  readonly connection: SqlConnection;
  readonly directory: DirectoryStore;
  readonly events: Events;
}

/** Between two looks for tenants that targets name and that are not there yet. */
const LOOK_MS = 5000;
const MINUTE_MS = 60_000;

/** Disposing waits for requests that are under way. */
export async function openOutward({ settings, connection, directory, events }: OutwardBase): Promise<AsyncDisposable> {
  const open = new AsyncDisposableStack();
  const missing = new Set(settings.syncTargets);
  if (missing.size === 0) return open;
  // With it comes the HTTP client.
  const { TargetRunner } = await import('../outward/runner.ts');
  const waitLimitMs = settings.syncWaitLimitMinutes * MINUTE_MS;
  const look = async (): Promise<void> => {
    for (const target of missing) {
      const tenant = await directory.findTenant(target.tenant);
      if (tenant === undefined || open.disposed) continue;
      missing.delete(target);
      const parts = outwardParts(connection, target, tenant);
      if (connection.dialect.name === 'sqlite') await parts.store.freeLease();
      open.use(new TargetRunner({ ...parts, events, waitLimitMs }));
    }
  };
  await look();
  for (const { name, tenant } of missing) events.syncTroubled(name, `There is no tenant ${tenant} here.`);
  const onFailure = (cause: unknown): void => events.backgroundTaskFailed('sync targets', cause);
  if (missing.size > 0) open.use(new RepeatedTask(look, { pauseMs: LOOK_MS, onFailure }));
  return open;
}

export function outwardParts(connection: SqlConnection, target: SyncTarget, tenant: Tenant): OutwardParts {
  const { contents, activities } = openStores(connection);
  const bulk = createBulkStore(connection);
  const valueOf = (key: LearnerKey, value: string) => (key === 'employeeId' ? value : value.toLowerCase());
  const findHolders = async (key: LearnerKey, values: readonly string[]) => {
    const asked = new Set(values.map((value) => valueOf(key, value)));
    return bulk.findLearners(tenant, key, [...asked]);
  };
  return {
    target,
    tenant,
    store: createOutwardStore(connection, { tenantKey: tenant.key, name: target.name }),
    record: {
      findContent: async (itemId) => {
        const id = findGuid<LearningContentId>(itemId);
        return id && (await contents.find(tenant, target.provider, { kind: 'id', id }))?.content;
      },
      // Ids of fixtures and imports may be a GUID alone.
      findActivity: async (learnerUserId, itemId) =>
        ((await activities.find(tenant, `${learnerUserId}:${itemId}`)) ?? (await activities.find(tenant, itemId)))
          ?.activity,
      findContentByKey: async (externalId) =>
        (await contents.find(tenant, target.provider, { kind: 'externalId', externalId }))?.content.id,
      findActivityByKey: async ({ type, learnerUserId: text, externalId }) => {
        const learnerUserId = findGuid<UserId>(text);
        const search = { registrationId: target.provider, externalId, types: [type], learnerUserId };
        const [found] = await activities.findByExternalId(tenant, search);
        // One without an external id is there under its id here.
        const own = found?.activity ?? (await activities.find(tenant, `${text}:${externalId}`))?.activity;
        return own && findCourseActivityKey(own.id)?.activityGuid;
      },
      listLearnerKeys: async (ids, key) => {
        const users = await bulk.findUsers(tenant, 'id', ids);
        const values = new Map(users.flatMap((user) => (user[key] ? [[user.id, user[key]]] : [])));
        const holders = await findHolders(key, [...values.values()]);
        const isShared = (value: string) => holders.filter((one) => one.value === valueOf(key, value)).length > 1;
        return new Map([...values].map(([id, value]) => [id, { value, isShared: isShared(value) }]));
      },
      listLearnersByKey: async (key, values) => (await findHolders(key, values)).map(({ id }) => id),
    },
    changes: changesOf(connection, tenant),
    now: () => systemClock.now(),
  };
}

/** Of the tenant, and of all: a sandbox is reset as a whole, too. */
function changesOf(connection: SqlConnection, { key }: Tenant): OutwardParts['changes'] {
  const keys = [key, NO_TENANT];
  return {
    begin: async () => JSON.stringify(await Promise.all(keys.map((one) => beginChanges(connection, one)))),
    readSince: (since) => readChangesSince(connection, key, since),
    read: async (cursor) => {
      const places = JSON.parse(cursor) as readonly string[];
      const pages = await Promise.all(keys.map((one, index) => readChanges(connection, one, places[index] ?? '')));
      if (pages.includes(undefined)) return undefined;
      const found = pages.flatMap((page) => page ?? []);
      return {
        records: found.flatMap(({ records }) => records),
        next: JSON.stringify(found.map(({ next }) => next)),
        hasMore: found.some(({ hasMore }) => hasMore),
      };
    },
  };
}

/** Which records have changed since a time, and which are gone, by the change log: for exports of what is new. */
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { BulkKindName } from '../bulk/bulk-kind.ts';
import type { ChangedRecords } from '../bulk/export.ts';
import type { RowValues } from '../bulk/read-rows.ts';
import { ControlError } from '../control/route.ts';
import { findCourseActivityKey, getGuid } from '../lib/ids.ts';
import type { LearningContentId, RegistrationId, UserId } from '../lib/ids.ts';
import { CHANGE_KINDS } from '../model/change-kinds.ts';
import type { Tenant } from '../model/directory.ts';
import { NAMESPACE } from '../model/schema.ts';
import type { BulkStore } from '../store/bulk-store.ts';
import { userItemId } from '../store/changes/directory-changes.ts';
import { listLog } from '../store/changes/list-log.ts';
import type { LogCursor } from '../store/changes/list-log.ts';
import type { StoredRecord } from '../store/changes/log-statements.ts';
import { readable } from '../store/changes/record.ts';
import { openBulkTools } from './bulk-tools.ts';
import type { AdminContext } from './context.ts';

const KINDS = { activities: 'learningCourseActivity', contents: 'learningContent', users: 'user' } as const;
const PAGE_RECORDS = 1000;

interface ChangedOrder {
  readonly tenant: Tenant;
  readonly kind: BulkKindName;
  readonly registrationId: RegistrationId | undefined;
  readonly since: string;
}

/**
 * Keeps an id of 36 characters for each record that has changed, and what a removed one is found by.
 * @throws ControlError 400 when changes are not logged
 */
export async function findChanged(context: AdminContext, order: ChangedOrder): Promise<ChangedRecords> {
  const { tenant, kind, registrationId } = order;
  if (context.settings.audit === 'off')
    throw new ControlError(400, 'The request is not valid.', ['since needs the audit trail, and it is switched off']);
  const changed = new Set<string>();
  const removed = new Map<string, RowValues>();
  for await (const record of readChanges(context, order)) {
    const { itemId } = record;
    if (itemId === null) continue;
    changed.add(itemId);
    const { before, after } = readable(record);
    const isOwn = registrationId === undefined || before?.['learningProviderId'] === registrationId;
    // The values of somebody who was erased are gone, and with them what a record is found by.
    if (before !== undefined && after === undefined && isOwn) removed.set(itemId, keysOf(kind, before));
  }
  const { bulk } = openBulkTools(context);
  return {
    isChanged: (id) => changed.has(itemIdOf(tenant, kind, id)),
    listRemoved: async function* listRemoved() {
      const all = [...removed.values()];
      for (let from = 0; from < all.length; from += PAGE_RECORDS) {
        const page = all.slice(from, from + PAGE_RECORDS);
        const stored = new Set(await listStored(bulk, order, page));
        yield page.filter(({ id }) => !stored.has(String(id)));
      }
    },
  };
}

async function* readChanges(
  { connection }: AdminContext,
  { tenant, kind, since }: ChangedOrder,
): AsyncGenerator<StoredRecord> {
  let cursor: LogCursor = new Map();
  for (let hasMore = true; hasMore;) {
    const page = await listLog(connection, {
      tenantKey: tenant.key,
      direction: 'newer',
      cursor,
      limit: PAGE_RECORDS,
      from: Date.parse(since),
      until: Number.MAX_SAFE_INTEGER,
      matches: (record) => record.kind === CHANGE_KINDS[KINDS[kind]],
    });
    yield* page.records;
    ({ after: cursor, hasMore } = page);
    await nextTurn();
  }
}

/** As the log names it. */
function itemIdOf(tenant: Tenant, kind: BulkKindName, id: string): string {
  if (kind === 'users') return userItemId(tenant, id);
  return kind === 'contents' ? id : (findCourseActivityKey(id)?.activityGuid ?? '');
}

const NAMES: Readonly<Record<BulkKindName, readonly string[]>> = {
  activities: ['id', 'externalcourseActivityId', 'learnerUserId', 'learningProviderId'],
  contents: ['learningProviderId', 'id', 'externalId'],
  users: ['id', 'userPrincipalName'],
};

/** With the external id: what was created with it since is imported behind it. */
function keysOf(kind: BulkKindName, before: RowValues): RowValues {
  const type = kind === 'activities' ? { '@odata.type': `#${NAMESPACE}.${String(before['type'])}` } : {};
  const named = NAMES[kind].flatMap((name) => ((before[name] ?? null) === null ? [] : [[name, before[name]] as const]));
  return { ...type, ...Object.fromEntries(named) };
}

/** Users, and what is imported, may come again with the same ids. */
async function listStored(
  bulk: BulkStore,
  { tenant, kind }: Pick<ChangedOrder, 'tenant' | 'kind'>,
  removed: readonly RowValues[],
): Promise<readonly string[]> {
  const ids = removed.map(({ id }) => String(id));
  if (kind === 'users') return (await bulk.findUsers(tenant, 'id', ids)).map(({ id }) => id);
  if (kind === 'contents') {
    const found = await bulk.findContents(tenant, ids.map(getGuid<LearningContentId>));
    return found.map(({ content }) => content.id);
  }
  const places = removed.map(({ id, learnerUserId }) => ({
    learnerUserId: getGuid<UserId>(String(learnerUserId)),
    activityGuid: findCourseActivityKey(String(id))?.activityGuid ?? '',
  }));
  return (await bulk.findActivitiesById(tenant, places)).map(({ activity }) => activity.id);
}

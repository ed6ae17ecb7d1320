/** The admin API's paths of targets: other tenants that providers' records are kept true in. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { formatUtcMilliseconds } from '../lib/utc-text.ts';
import { isSyncReason, SYNC_REASONS } from '../model/sync-reasons.ts';
import { findOutwardItem, retryDead, retryItem, skipItem, startTarget } from '../outward/manage.ts';
import type { OutwardParts } from '../outward/parts.ts';
import { describeTarget } from '../outward/status.ts';
import type { TargetStatus } from '../outward/status.ts';
import type { OutwardItem } from '../store/outward/outward-store.ts';
import type { AdminContext } from './context.ts';
import { getTarget, TARGET_PARAMS } from './find-target.ts';

const closed = { additionalProperties: false } as const;
const COUNT = Type.Integer({ minimum: 0 });
const nullable = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

export const TARGET_STATUS = Type.Object(
  {
    name: Type.String(),
    tenant: Type.String({ description: 'Here: its domain name.' }),
    provider: Type.String({ description: 'Here: its registration id.' }),
    remoteTenant: Type.String(),
    remoteProvider: nullable(Type.String()),
    state: Type.Enum(['new', 'started', 'paused'], { description: 'new: it was never started.' }),
    trouble: nullable(Type.String({ description: 'What keeps it from sending.' })),
    isScanning: Type.Boolean({ description: 'Whether the whole record is walked through.' }),
    waiting: COUNT,
    oldestWaitingSeconds: COUNT,
    dead: Type.Integer({ minimum: 0, description: 'Will not be sent unless they change or are retried.' }),
    skipped: COUNT,
    lastSentAt: nullable(
      Type.String({ format: 'date-time', description: 'When an item last came to be there as it is here.' }),
    ),
    sentLastMinute: Type.Integer({ minimum: 0, description: 'Items that came to be so within the last minute.' }),
    requestsPerMinute: Type.Integer({ minimum: 1, description: 'At most; the setting of the target.' }),
  },
  { ...closed, description: 'How a sync target stands.' },
);

const ITEM = Type.Object(
  {
    id: Type.String({ description: 'Here.' }),
    kind: Type.Enum(['content', 'activity']),
    state: Type.Enum(['inStep', 'waiting', 'dead', 'skipped']),
    remoteId: nullable(Type.String()),
    externalId: nullable(Type.String({ description: 'As it was sent.' })),
    reason: nullable(Type.String()),
    explanation: nullable(Type.String({ description: 'What is wrong, then what to do.' })),
    detail: nullable(Type.String({ description: 'What the other side answered.' })),
    attempts: COUNT,
    waitingSince: nullable(Type.String({ format: 'date-time' })),
    sentAt: nullable(Type.String({ format: 'date-time' })),
  },
  { ...closed, description: 'A content or an activity, and what was sent of it.' },
);

const CHOICE = Type.Object(
  {
    items: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 1000, description: 'Ids here.' })),
    reason: Type.Optional(Type.String({ description: 'All dead letters with this reason.' })),
    isAll: Type.Optional(Type.Boolean({ description: 'All dead letters.' })),
  },
  closed,
);

const CHANGED = Type.Object({ items: COUNT }, { ...closed, description: 'How many items it concerned.' });
const MAX_ITEMS = 1000;

export function outwardRoutes(context: AdminContext): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'listSyncTargets',
      method: 'GET',
      path: '/sync/targets',
      summary: 'Shows how each sync target stands.',
      answer: {
        status: 200,
        description: 'In the order of syncTargets.',
        schema: Type.Object({ value: Type.Array(TARGET_STATUS) }, closed),
      },
      run: async () => {
        const value = [];
        for (const { name } of context.settings.syncTargets) {
          const parts = await getTarget(context, name);
          value.push(await showTarget(parts, await describeTarget(parts)));
        }
        return { body: { value } };
      },
    }),
    ...(['start', 'pause'] as const).map((word) => switchRoute(context, word)),
    controlRoute({
      id: 'listSyncItems',
      method: 'GET',
      path: '/sync/targets/{target}/items',
      summary: 'Lists what waits for a sync target, what will not be sent, or what is skipped.',
      params: TARGET_PARAMS,
      query: Type.Object(
        {
          state: Type.Optional(Type.Enum(['waiting', 'dead', 'skipped'], { description: 'Default: dead.' })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_ITEMS, description: 'Default: 100.' })),
        },
        closed,
      ),
      answer: {
        status: 200,
        description: 'Those that have waited longest come first.',
        schema: Type.Object({ value: Type.Array(ITEM) }, closed),
      },
      run: async ({ params, query: { state = 'dead', limit = 100 } }) => {
        const { store } = await getTarget(context, params.target);
        return { body: { value: (await store.listOfState(state, limit)).map(showItem) } };
      },
    }),
    controlRoute({
      id: 'retrySyncItems',
      method: 'POST',
      path: '/sync/targets/{target}/retry',
      summary: 'Retries dead letters or skipped items.',
      params: TARGET_PARAMS,
      body: CHOICE,
      answer: { status: 200, description: 'They wait.', schema: CHANGED },
      run: async ({ params, body: { items, reason, isAll } }) => {
        const parts = await getTarget(context, params.target);
        if ([items, reason, isAll].filter((given) => given !== undefined && given !== false).length !== 1)
          throw new ControlError(400, 'Give one of items, reason and isAll.');
        if (reason !== undefined && !isSyncReason(reason))
          throw new ControlError(400, `There is no reason ${reason}: ${Object.keys(SYNC_REASONS).join(', ')}.`);
        if (items === undefined) return { body: { items: await retryDead(parts, reason) } };
        for (const item of await getItems(parts, items)) await retryItem(parts, item);
        return { body: { items: items.length } };
      },
    }),
    controlRoute({
      id: 'skipSyncItems',
      method: 'POST',
      path: '/sync/targets/{target}/skip',
      summary: 'Skips items until they change again.',
      params: TARGET_PARAMS,
      body: Type.Object({ items: Type.Array(Type.String(), { minItems: 1, maxItems: MAX_ITEMS }) }, closed),
      answer: { status: 200, description: 'They are skipped.', schema: CHANGED },
      run: async ({ params, body: { items } }) => {
        const parts = await getTarget(context, params.target);
        for (const item of await getItems(parts, items)) await skipItem(parts, item);
        return { body: { items: items.length } };
      },
    }),
  ];
}

function switchRoute(context: AdminContext, word: 'start' | 'pause'): ControlRoute {
  const isStart = word === 'start';
  return controlRoute({
    id: `${word}SyncTarget`,
    method: 'POST',
    path: `/sync/targets/{target}/${word}`,
    summary: isStart
      ? 'Sends what waits from now on; the first time, the whole record.'
      : 'Sends nothing until it is started again. Changes are kept; a target that was never started reads the record.',
    params: TARGET_PARAMS,
    answer: { status: 200, description: 'How it stands now.', schema: TARGET_STATUS },
    run: async ({ params }) => {
      const parts = await getTarget(context, params.target);
      return { body: await showTarget(parts, await startTarget(parts, isStart)) };
    },
  });
}

/** @throws ControlError 404 that names all that are unknown */
async function getItems(parts: OutwardParts, ids: readonly string[]): Promise<readonly OutwardItem[]> {
  const found: OutwardItem[] = [];
  const unknown: string[] = [];
  for (const id of ids) {
    const item = await findOutwardItem(parts, id);
    if (item === undefined) unknown.push(id);
    else found.push(item);
  }
  if (unknown.length > 0)
    throw new ControlError(404, `The target ${parts.target.name} knows no item ${unknown.join(', ')}.`);
  return found;
}

export async function showTarget(
  { target, tenant, store }: OutwardParts,
  status: TargetStatus,
): Promise<Static<typeof TARGET_STATUS>> {
  const stored = target.remoteProvider === undefined ? await store.findTarget() : undefined;
  return {
    name: target.name,
    tenant: tenant.domainName,
    provider: target.provider,
    remoteTenant: target.remoteTenant,
    remoteProvider: target.remoteProvider ?? stored?.remoteProviderId ?? null,
    state: status.state,
    trouble: status.trouble ?? null,
    isScanning: status.isScanning,
    waiting: status.waiting,
    oldestWaitingSeconds: Math.floor(status.oldestWaitingMs / 1000),
    dead: status.dead,
    skipped: status.skipped,
    lastSentAt: status.lastSentAt === undefined ? null : formatUtcMilliseconds(status.lastSentAt),
    sentLastMinute: status.sentLastMinute,
    requestsPerMinute: target.requestsPerMinute,
  };
}

function showItem(item: OutwardItem): Static<typeof ITEM> {
  const { kind, itemId, learnerUserId, reason } = item;
  const time = (at: number | undefined) => (at === undefined ? null : formatUtcMilliseconds(at));
  return {
    id: learnerUserId === undefined ? itemId : `${learnerUserId}:${itemId}`,
    kind,
    state: item.state,
    remoteId: item.remoteId ?? null,
    externalId: item.sentExternalId ?? null,
    reason: reason ?? null,
    explanation: reason !== undefined && isSyncReason(reason) ? SYNC_REASONS[reason] : null,
    detail: item.detail ?? null,
    attempts: item.attempts,
    waitingSince: time(item.waitingSince),
    sentAt: time(item.sentAt),
  };
}

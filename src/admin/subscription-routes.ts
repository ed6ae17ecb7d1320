/** The admin API's paths of subscriptions and of the requests to them. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { systemClock } from '../lib/clock.ts';
import { findGuid } from '../lib/ids.ts';
import { formatUtcMilliseconds } from '../lib/utc-text.ts';
import type { Tenant } from '../model/directory.ts';
import { createMessageReport, NO_MESSAGES } from '../store/notifications/message-queue.ts';
import type { DeliveryRecord, TargetCounts } from '../store/notifications/message-queue.ts';
import { createNotificationStore } from '../store/notifications/notification-store.ts';
import type { NotificationTarget } from '../store/notifications/notification-store.ts';
import { originOf } from './change-origin.ts';
import type { AdminContext } from './context.ts';
import { getNamedTenant, TENANT } from './find-tenant.ts';

const closed = { additionalProperties: false } as const;
const OF_TENANT = Type.Object({ tenant: TENANT }, closed);
const OF_ONE = Type.Object(
  { subscription: Type.String({ minLength: 1, description: 'Id of the subscription.' }) },
  closed,
);
const DEFAULT_DELIVERIES = 100;
const INSTANT = { format: 'date-time' } as const;

const OUTCOME = {
  sentDateTime: Type.String(INSTANT),
  notifications: Type.Integer({ description: 'Number of notifications in the request.' }),
  status: Type.Union([Type.Integer(), Type.Null()], { description: 'Null if there was no answer.' }),
  problem: Type.Union([Type.String(), Type.Null()], { description: 'Null if the endpoint accepted them.' }),
  tookMs: Type.Integer(),
};

const SUBSCRIPTION = Type.Object(
  {
    id: Type.String(),
    appId: Type.Union([Type.String(), Type.Null()]),
    resource: Type.String(),
    changeType: Type.String(),
    endpoint: Type.String({ description: 'Where notifications go, without the query.' }),
    expirationDateTime: Type.Union([Type.String(INSTANT), Type.Null()]),
    waiting: Type.Integer({ description: 'Number of notifications to be sent.' }),
    oldestWaitingDateTime: Type.Union([Type.String(INSTANT), Type.Null()]),
    dead: Type.Integer({
      description: 'Number of notifications whose attempts all failed. They are not sent unless redelivered.',
    }),
    lastDelivery: Type.Union([Type.Object(OUTCOME, closed), Type.Null()], {
      description: 'The last request; null if none is recorded.',
    }),
  },
  { ...closed, description: 'A subscription of an app.' },
);

const DELIVERY = Type.Object(
  {
    subscription: Type.String({ description: 'Id of the subscription.' }),
    ...OUTCOME,
  },
  { ...closed, description: 'A request with notifications.' },
);

export function subscriptionRoutes(context: AdminContext): readonly ControlRoute[] {
  return [listAll(context), listDeliveries(context), redeliver(context), remove(context)];
}

function listAll({ directory, connection }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'listSubscriptions',
    method: 'GET',
    path: '/subscriptions',
    summary: 'Lists the subscriptions of all apps of a tenant, with their waiting and dead notifications.',
    query: OF_TENANT,
    answer: {
      status: 200,
      description: 'The subscriptions.',
      schema: Type.Object({ value: Type.Array(SUBSCRIPTION) }, closed),
    },
    run: async ({ query }) => {
      const { key } = await getNamedTenant(directory, query.tenant);
      const targets = await createNotificationStore(connection, key).listTargets();
      const report = createMessageReport(connection, { tenantKey: key, kind: 'subscription' });
      const [counts, last] = [await report.count(), await report.findLastDeliveries()];
      return { body: { value: targets.map((target) => describe(target, last.get(target.id), counts.get(target.id))) } };
    },
  });
}

function listDeliveries({ directory, connection }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'listNotificationDeliveries',
    method: 'GET',
    path: '/subscriptions/deliveries',
    summary: 'Lists requests to subscribers with their results, newest first.',
    query: Type.Object(
      {
        tenant: TENANT,
        subscription: Type.Optional(Type.String({ description: 'Id of a subscription; without it, those of all.' })),
        limit: Type.Optional(
          Type.String({
            pattern: '^[1-9]\\d{0,3}$',
            description: `Maximum number of rows. Default ${DEFAULT_DELIVERIES}.`,
          }),
        ),
      },
      closed,
    ),
    answer: {
      status: 200,
      description: 'The requests.',
      schema: Type.Object({ value: Type.Array(DELIVERY) }, closed),
    },
    run: async ({ query: { tenant: name, subscription, limit } }) => {
      const tenant = await getNamedTenant(directory, name);
      const id = subscription === undefined ? undefined : getId(tenant, subscription);
      const report = createMessageReport(connection, { tenantKey: tenant.key, kind: 'subscription' });
      const found = await report.listDeliveries(id, limit === undefined ? DEFAULT_DELIVERIES : Number(limit));
      const value = found.map((one) => ({ subscription: one.targetId, ...describeOutcome(one) }));
      return { body: { value } };
    },
  });
}

function redeliver({ directory, connection }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'redeliverNotifications',
    method: 'POST',
    path: '/subscriptions/{subscription}/redeliver',
    summary: 'Sends the dead notifications of a subscription again.',
    params: OF_ONE,
    query: OF_TENANT,
    answer: { status: 200, description: 'The subscription, with its waiting notifications.', schema: SUBSCRIPTION },
    run: async ({ params, query }) => {
      const tenant = await getNamedTenant(directory, query.tenant);
      const target = await createNotificationStore(connection, tenant.key).findTarget(
        getId(tenant, params.subscription),
      );
      if (target === undefined) throw unknownSubscription(tenant, params.subscription);
      const report = createMessageReport(connection, { tenantKey: tenant.key, kind: 'subscription' });
      await report.redeliver(target.id, systemClock.now());
      const [last] = await report.listDeliveries(target.id, 1);
      return { body: describe(target, last, (await report.count()).get(target.id)) };
    },
  });
}

function remove({ directory, connection, server }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'removeSubscription',
    method: 'DELETE',
    path: '/subscriptions/{subscription}',
    summary: 'Removes a subscription, and stops sending to its endpoint.',
    params: OF_ONE,
    query: OF_TENANT,
    answer: { status: 204, description: 'Nothing.' },
    run: async ({ params, query, ...sender }) => {
      const tenant = await getNamedTenant(directory, query.tenant);
      const store = createNotificationStore(connection, tenant.key);
      const target = await store.findTarget(getId(tenant, params.subscription));
      const origin = originOf({ server }, 'removeSubscription', sender);
      if (target !== undefined && (await store.removeTarget(target, origin()))) return {};
      throw unknownSubscription(tenant, params.subscription);
    },
  });
}

function getId(tenant: Tenant, text: string): string {
  const id = findGuid(text);
  if (id === undefined) throw unknownSubscription(tenant, text);
  return id;
}

function unknownSubscription({ displayName }: Tenant, id: string): ControlError {
  return new ControlError(404, `The tenant ${displayName} has no subscription ${id}.`);
}

function describe(
  { id, appId, definition, expiresAt }: NotificationTarget,
  last: DeliveryRecord | undefined,
  { waiting, dead, oldestWaitingAt }: TargetCounts = NO_MESSAGES,
): Static<typeof SUBSCRIPTION> {
  const { origin, pathname } = new URL(definition.notificationUrl);
  return {
    ...{ id, waiting, dead },
    appId: appId ?? null,
    resource: definition.resource,
    changeType: definition.changeTypes.join(','),
    // The query may contain a secret of the app.
    endpoint: origin + pathname,
    expirationDateTime: expiresAt === undefined ? null : formatUtcMilliseconds(expiresAt),
    oldestWaitingDateTime: oldestWaitingAt === undefined ? null : formatUtcMilliseconds(oldestWaitingAt),
    lastDelivery: last === undefined ? null : describeOutcome(last),
  };
}

function describeOutcome({ sentAt, notifications, status, problem, tookMs }: DeliveryRecord) {
  return {
    sentDateTime: formatUtcMilliseconds(sentAt),
    notifications,
    status: status ?? null,
    problem: problem ?? null,
    tookMs,
  };
}

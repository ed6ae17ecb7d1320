/** The admin API's paths of messages to webhooks. */
import { Type } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { systemClock } from '../lib/clock.ts';
import { findGuid } from '../lib/ids.ts';
import { formatUtcMilliseconds } from '../lib/utc-text.ts';
import type { Tenant } from '../model/directory.ts';
import type { AdminContext } from './context.ts';
import { TENANT } from './find-tenant.ts';
import { describeNow, getTools, getWebhook, OF_WEBHOOK, openWebhooks, unknownWebhook } from './find-webhook.ts';
import {
  DEAD_LETTER,
  DELIVERY,
  describeDeadLetter,
  describeDelivery,
  REPLAY,
  REPLAYED,
  WEBHOOK,
} from './webhook-schema.ts';

const closed = { additionalProperties: false } as const;
const OF_TENANT = Type.Object({ tenant: TENANT }, closed);
const DEFAULT_ROWS = 100;

const PAGE = Type.Object(
  {
    tenant: TENANT,
    webhook: Type.Optional(Type.String({ description: 'Id of a webhook; without it, those of all.' })),
    limit: Type.Optional(
      Type.String({ pattern: '^[1-9]\\d{0,3}$', description: `Maximum number of rows. Default ${DEFAULT_ROWS}.` }),
    ),
  },
  closed,
);

export function webhookMessageRoutes(context: AdminContext): readonly ControlRoute[] {
  return [test(context), listDeliveries(context), listDeadLetters(context), redeliver(context), replay(context)];
}

function test(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'testWebhook',
    method: 'POST',
    path: '/webhooks/{webhook}/test',
    summary: 'Sends a test message now, even to a disabled webhook, and returns the result.',
    params: OF_WEBHOOK,
    query: OF_TENANT,
    answer: { status: 200, description: 'The request.', schema: DELIVERY },
    run: async ({ params, query }) => {
      const opened = await openWebhooks(context, query.tenant);
      const webhook = await getWebhook(opened, params.webhook);
      return { body: describeDelivery(await getTools(context).test(opened.tenant, webhook)) };
    },
  });
}

function listDeliveries(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'listWebhookDeliveries',
    method: 'GET',
    path: '/webhooks/deliveries',
    summary: 'Lists requests to webhooks with their results, newest first.',
    query: PAGE,
    answer: {
      status: 200,
      description: 'The requests.',
      schema: Type.Object({ value: Type.Array(DELIVERY) }, closed),
    },
    run: async ({ query }) => {
      const opened = await openWebhooks(context, query.tenant);
      const found = await opened.report.listDeliveries(idOf(opened.tenant, query.webhook), limitOf(query));
      return { body: { value: found.map(describeDelivery) } };
    },
  });
}

function listDeadLetters(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'listWebhookDeadLetters',
    method: 'GET',
    path: '/webhooks/dead-letters',
    summary: 'Lists messages whose attempts all failed, newest first.',
    query: PAGE,
    answer: {
      status: 200,
      description: 'The messages.',
      schema: Type.Object({ value: Type.Array(DEAD_LETTER) }, closed),
    },
    run: async ({ query }) => {
      const opened = await openWebhooks(context, query.tenant);
      const found = await opened.report.listDead(idOf(opened.tenant, query.webhook), limitOf(query));
      return { body: { value: found.map(describeDeadLetter) } };
    },
  });
}

function redeliver(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'redeliverWebhook',
    method: 'POST',
    path: '/webhooks/{webhook}/redeliver',
    summary: 'Sends dead letters of a webhook again: one, or all.',
    params: OF_WEBHOOK,
    query: OF_TENANT,
    body: Type.Object(
      { message: Type.Optional(Type.String({ description: 'Id of a dead letter; without it, all of the webhook.' })) },
      closed,
    ),
    answer: { status: 200, description: 'The webhook, with its waiting messages.', schema: WEBHOOK },
    run: async ({ params, query, body: { message } }) => {
      const opened = await openWebhooks(context, query.tenant);
      const webhook = await getWebhook(opened, params.webhook);
      const now = systemClock.now();
      if (message === undefined) await opened.report.redeliver(webhook.id, now);
      else {
        const id = findGuid(message);
        const isDead = id !== undefined && (await opened.report.redeliverOne({ targetId: webhook.id, id }, now));
        if (!isDead) throw new ControlError(404, `Webhook ${webhook.id} has no dead letter ${message}.`);
      }
      return { body: await describeNow(opened, webhook) };
    },
  });
}

function replay(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'replayWebhook',
    method: 'POST',
    path: '/webhooks/{webhook}/replay',
    summary: 'Sends the events since a time again, as far back as changes are kept.',
    params: OF_WEBHOOK,
    query: OF_TENANT,
    body: REPLAY,
    answer: { status: 200, description: 'What is sent again.', schema: REPLAYED },
    run: async ({ params, query, body }) => {
      const opened = await openWebhooks(context, query.tenant);
      const webhook = await getWebhook(opened, params.webhook);
      const since = Date.parse(body.since);
      if (Number.isNaN(since))
        throw new ControlError(400, 'The request is not valid.', ['since must be a date and time']);
      const place = await getTools(context).findPlace(opened.tenant.key, since);
      if (place === undefined) throw new ControlError(409, 'No changes are recorded yet. Try again.');
      if (!(await opened.store.replay(webhook.id, place.cursor)))
        throw new ControlError(409, `Webhook ${webhook.id} is disabled. Enable it, then replay.`);
      // The feed may begin after the time, and still hold every event since the webhook was created.
      const isComplete = place.since <= since || webhook.followedSince <= since;
      const sinceDateTime = formatUtcMilliseconds(isComplete ? since : place.since);
      return { body: { webhook: await describeNow(opened, webhook), sinceDateTime, isComplete } };
    },
  });
}

function idOf(tenant: Tenant, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const id = findGuid(text);
  if (id === undefined) throw unknownWebhook(tenant, text);
  return id;
}

function limitOf({ limit }: { readonly limit?: string }): number {
  return limit === undefined ? DEFAULT_ROWS : Number(limit);
}

/** The admin API's paths of webhooks. */
import { randomBytes, randomUUID } from 'node:crypto';
import { Type } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { systemClock } from '../lib/clock.ts';
import { getGuid } from '../lib/ids.ts';
import type { RegistrationId } from '../lib/ids.ts';
import { formatUtcMilliseconds } from '../lib/utc-text.ts';
import type { Tenant } from '../model/directory.ts';
import { DEFAULT_OVERLAP_HOURS, MAX_SECRETS, OVERDUE, SECRET_BYTES, SECRET_PREFIX } from '../model/webhook.ts';
import type { Origin } from '../store/changes/change.ts';
import type { Write } from '../store/connection.ts';
import { createDueStore } from '../store/notifications/due-store.ts';
import type { Webhook } from '../store/notifications/webhook.ts';
import { originOf } from './change-origin.ts';
import type { AdminContext, WebhookTools } from './context.ts';
import { TENANT } from './find-tenant.ts';
import { describeNow, getTools, getWebhook, OF_WEBHOOK, openWebhooks, unknownWebhook } from './find-webhook.ts';
import type { OpenedWebhooks } from './find-webhook.ts';
import { webhookMessageRoutes } from './webhook-message-routes.ts';
import { describeWebhook, MADE_WEBHOOK, NEW_WEBHOOK, ROTATION, WEBHOOK, WEBHOOK_CHANGE } from './webhook-schema.ts';

const closed = { additionalProperties: false } as const;
const OF_TENANT = Type.Object({ tenant: TENANT }, closed);
const HOUR_MS = 3_600_000;
/** Of two concurrent changes, the second is applied to the result of the first. */
const MAX_ATTEMPTS = 5;

export function webhookRoutes(context: AdminContext): readonly ControlRoute[] {
  return [
    ...[listAll(context), create(context), getOne(context), change(context), remove(context), rotateSecret(context)],
    ...webhookMessageRoutes(context),
  ];
}

function listAll(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'listWebhooks',
    method: 'GET',
    path: '/webhooks',
    summary: 'Lists the webhooks of a tenant, with their waiting and dead messages.',
    query: OF_TENANT,
    answer: {
      status: 200,
      description: 'The webhooks.',
      schema: Type.Object({ value: Type.Array(WEBHOOK) }, closed),
    },
    run: async ({ query }) => {
      const { store, report } = await openWebhooks(context, query.tenant);
      const [all, counts, last] = [await store.list(), await report.count(), await report.findLastDeliveries()];
      return { body: { value: all.map((one) => describeWebhook(one, last.get(one.id), counts.get(one.id))) } };
    },
  });
}

function create(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'createWebhook',
    method: 'POST',
    path: '/webhooks',
    summary: 'Creates a webhook, which gets the events from now on.',
    query: OF_TENANT,
    body: NEW_WEBHOOK,
    answer: { status: 201, description: 'The webhook, and its secret.', schema: MADE_WEBHOOK },
    run: async ({ query, body, ...sender }) => {
      const { tenant, store } = await openWebhooks(context, query.tenant);
      const tools = getTools(context);
      await checkUrl(tools, body.url);
      const secret = newSecret();
      const now = systemClock.now();
      const webhook: Webhook = {
        id: randomUUID(),
        definition: {
          url: body.url,
          events: body.events,
          registrationIds: idsOf(body.registrationIds),
          description: body.description ?? null,
        },
        secrets: [{ secret, endsAt: null }],
        isEnabled: body.isEnabled ?? true,
        disabledReason: undefined,
        createdAt: now,
        failingSince: undefined,
        cursor: await tools.follow(tenant.key),
        followedSince: now,
      };
      await store.add(webhook, originOf(context, 'createWebhook', sender)(), startDueDates(context, tenant, webhook));
      return { body: { webhook: describeWebhook(webhook, undefined), secret } };
    },
  });
}

function getOne(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'getWebhook',
    method: 'GET',
    path: '/webhooks/{webhook}',
    summary: 'Returns a webhook, with its waiting and dead messages.',
    params: OF_WEBHOOK,
    query: OF_TENANT,
    answer: { status: 200, description: 'The webhook.', schema: WEBHOOK },
    run: async ({ params, query }) => {
      const opened = await openWebhooks(context, query.tenant);
      return { body: await describeNow(opened, await getWebhook(opened, params.webhook)) };
    },
  });
}

function change(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'changeWebhook',
    method: 'PATCH',
    path: '/webhooks/{webhook}',
    summary: 'Changes, enables or disables a webhook.',
    params: OF_WEBHOOK,
    query: OF_TENANT,
    body: WEBHOOK_CHANGE,
    answer: { status: 200, description: 'The webhook.', schema: WEBHOOK },
    run: async ({ params, query, body, ...sender }) => {
      const opened = await openWebhooks(context, query.tenant);
      const tools = getTools(context);
      if (body.url !== undefined) await checkUrl(tools, body.url);
      const changed = await changeOne(opened, params.webhook, {
        origin: originOf(context, 'changeWebhook', sender)(),
        change: async (before) => {
          const { url, events, description, registrationIds } = body;
          const isEnabled = body.isEnabled ?? before.isEnabled;
          const definition = {
            ...before.definition,
            ...(url !== undefined && { url }),
            ...(events !== undefined && { events }),
            ...(description !== undefined && { description }),
            ...(registrationIds !== undefined && { registrationIds: idsOf(registrationIds) }),
          };
          const changes = { ...before, definition, isEnabled };
          if (!isEnabled) return changes;
          const cursor = await tools.follow(opened.tenant.key);
          // If it is enabled already, its own cursor stays; this one is where due dates start.
          const restarted = { ...changes, cursor, followedSince: systemClock.now(), disabledReason: undefined };
          return before.isEnabled ? { ...changes, cursor } : restarted;
        },
        also: (after) => startDueDates(context, opened.tenant, after),
      });
      return { body: await describeNow(opened, changed) };
    },
  });
}

function remove(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'removeWebhook',
    method: 'DELETE',
    path: '/webhooks/{webhook}',
    summary: 'Removes a webhook, with its waiting messages.',
    params: OF_WEBHOOK,
    query: OF_TENANT,
    answer: { status: 204, description: 'Nothing.' },
    run: async ({ params, query, ...sender }) => {
      const opened = await openWebhooks(context, query.tenant);
      const webhook = await getWebhook(opened, params.webhook);
      if (await opened.store.remove(webhook, originOf(context, 'removeWebhook', sender)())) return {};
      throw unknownWebhook(opened.tenant, params.webhook);
    },
  });
}

function rotateSecret(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'rotateWebhookSecret',
    method: 'POST',
    path: '/webhooks/{webhook}/secret',
    summary: 'Gives a webhook a new secret. For a while, messages are also signed with the old one.',
    params: OF_WEBHOOK,
    query: OF_TENANT,
    body: ROTATION,
    answer: { status: 200, description: 'The webhook, and its new secret.', schema: MADE_WEBHOOK },
    run: async ({ params, query, body: { overlapHours = DEFAULT_OVERLAP_HOURS }, ...sender }) => {
      const opened = await openWebhooks(context, query.tenant);
      const secret = newSecret();
      const now = systemClock.now();
      const end = now + overlapHours * HOUR_MS;
      const changed = await changeOne(opened, params.webhook, {
        origin: originOf(context, 'rotateWebhookSecret', sender)(),
        change: (before) => {
          const older = before.secrets.map((one) => ({ ...one, endsAt: Math.min(one.endsAt ?? Infinity, end) }));
          const secrets = [{ secret, endsAt: null }, ...older.filter(({ endsAt }) => endsAt > now)];
          if (secrets.length > MAX_SECRETS) throw tooManySecrets(before);
          return { ...before, secrets };
        },
      });
      return { body: { webhook: await describeNow(opened, changed), secret } };
    },
  });
}

interface WebhookWork {
  readonly origin: Origin;
  change(before: Webhook): Webhook | Promise<Webhook>;
  /** Stored in the same transaction. */
  also?(after: Webhook): readonly Write[];
}

async function changeOne(opened: OpenedWebhooks, id: string, { origin, change, also }: WebhookWork): Promise<Webhook> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const before = await getWebhook(opened, id);
    const after = await change(before);
    if (await opened.store.change({ before, after, also: also?.(after) ?? [] }, origin)) return after;
  }
  throw new ControlError(409, `Webhook ${id} is being changed by others. Try again.`);
}

/** From now on, unless another webhook has them kept already. The webhook's cursor is the current end of the feed. */
function startDueDates({ connection, clock }: AdminContext, { key }: Tenant, webhook: Webhook): readonly Write[] {
  const { isEnabled, definition, cursor } = webhook;
  const isTold = isEnabled && definition.events.includes(OVERDUE);
  return isTold ? [createDueStore(connection, key).start(cursor, clock.now())] : [];
}

async function checkUrl(tools: WebhookTools, url: string): Promise<void> {
  const problem = URL.canParse(url) ? await tools.findUrlProblem(url) : 'a URL';
  if (problem !== undefined) throw new ControlError(400, 'The request is not valid.', [`url must be ${problem}`]);
}

function tooManySecrets({ id, secrets }: Webhook): ControlError {
  const next = formatUtcMilliseconds(secrets.at(-1)?.endsAt ?? 0);
  const problem = `Webhook ${id} already signs with ${MAX_SECRETS} secrets.`;
  return new ControlError(409, `${problem} Wait until ${next}, or end the old ones with overlapHours 0.`);
}

function newSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64');
}

function idsOf(ids: readonly string[] | null | undefined): readonly RegistrationId[] | undefined {
  return ids?.map((id) => getGuid<RegistrationId>(id.toLowerCase()));
}

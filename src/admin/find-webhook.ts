/** Finds and describes the webhook that a request names. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { ControlError } from '../control/route.ts';
import { findGuid } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import { createMessageReport } from '../store/notifications/message-queue.ts';
import type { Webhook, WebhookMessage } from '../store/notifications/webhook.ts';
import { createWebhookStore } from '../store/notifications/webhook-store.ts';
import type { AdminContext, WebhookTools } from './context.ts';
import { getNamedTenant } from './find-tenant.ts';
import { describeWebhook } from './webhook-schema.ts';
import type { WEBHOOK } from './webhook-schema.ts';

/** Parameters of a path. */
export const OF_WEBHOOK = Type.Object(
  { webhook: Type.String({ minLength: 1, description: 'Id of the webhook.' }) },
  { additionalProperties: false },
);

export type OpenedWebhooks = Awaited<ReturnType<typeof openWebhooks>>;

export async function openWebhooks({ directory, connection }: AdminContext, name: string | undefined) {
  const tenant = await getNamedTenant(directory, name);
  return {
    tenant,
    store: createWebhookStore(connection, tenant),
    report: createMessageReport<WebhookMessage>(connection, { tenantKey: tenant.key, kind: 'webhook' }),
  };
}

/** @throws ControlError 404 */
export async function getWebhook({ tenant, store }: OpenedWebhooks, text: string): Promise<Webhook> {
  const id = findGuid(text);
  const found = id === undefined ? undefined : await store.find(id);
  if (found === undefined) throw unknownWebhook(tenant, text);
  return found;
}

/** As stored now, with its counts and last delivery. */
export async function describeNow({ store, report }: OpenedWebhooks, { id }: Webhook): Promise<Static<typeof WEBHOOK>> {
  const [webhook, [last]] = [await store.find(id), await report.listDeliveries(id, 1)];
  if (webhook === undefined) throw new ControlError(404, `Webhook ${id} has been removed.`);
  return describeWebhook(webhook, last, (await report.count()).get(id));
}

/** @throws ControlError 409 where no changes are kept */
export function getTools({ webhooks }: AdminContext): WebhookTools {
  if (webhooks !== undefined) return webhooks;
  throw new ControlError(409, 'Webhooks need the change record. Set feedDays above 0, or turn on audit.');
}

export function unknownWebhook({ displayName }: Tenant, id: string): ControlError {
  return new ControlError(404, `The tenant ${displayName} has no webhook ${id}.`);
}

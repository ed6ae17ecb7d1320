/** Changes of subscriptions and webhooks for the audit trail, without their secrets. */
import { hash } from 'node:crypto';

import type { Tenant } from '../../model/directory.ts';
import type { Image, ItemChange } from '../changes/change.ts';
import type { Webhook } from './webhook.ts';

interface Images<Item> {
  readonly before?: Item | undefined;
  readonly after?: Item | undefined;
}

/** The audited part of a subscription. */
interface SubscriptionFacts {
  readonly id: string;
  readonly appId: string | undefined;
  readonly expiresAt?: number | null | undefined;
  readonly definition: {
    readonly resource: string;
    readonly changeTypes: readonly string[];
    readonly notificationUrl: string;
    readonly lifecycleNotificationUrl: string | null;
  };
}

export function webhookChange({ key }: Tenant, { before, after }: Images<Webhook>): ItemChange {
  const images = { before: before && imageOfWebhook(before), after: after && imageOfWebhook(after) };
  return { tenantKey: key, kind: 'webhook', itemId: (after ?? before)?.id, ...images };
}

export function subscriptionChange(tenantKey: number, { before, after }: Images<SubscriptionFacts>): ItemChange {
  const images = { before: before && imageOfSubscription(before), after: after && imageOfSubscription(after) };
  return { tenantKey, kind: 'subscription', itemId: (after ?? before)?.id, ...images };
}

const MARK_LENGTH = 8;

/** The mark of a secret, which is random, shows whether it changed. */
function imageOfWebhook({ id, definition, secrets, isEnabled, disabledReason }: Webhook): Image {
  const { url, events, registrationIds, description } = definition;
  return {
    ...{ id, events, description, isEnabled },
    url: withoutQuery(url),
    registrationIds: registrationIds ?? null,
    disabledReason: disabledReason ?? null,
    secrets: secrets.map(({ secret, endsAt }) => ({ mark: hash('sha256', secret).slice(0, MARK_LENGTH), endsAt })),
  };
}

function imageOfSubscription({ id, appId, expiresAt, definition }: SubscriptionFacts): Image {
  const { resource, changeTypes, notificationUrl, lifecycleNotificationUrl: lifecycleUrl } = definition;
  return {
    ...{ id, resource, changeTypes },
    appId: appId ?? null,
    expiresAt: expiresAt ?? null,
    notificationUrl: withoutQuery(notificationUrl),
    lifecycleNotificationUrl: lifecycleUrl === null ? null : withoutQuery(lifecycleUrl),
  };
}

/** The query may contain a secret of the receiver. */
function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

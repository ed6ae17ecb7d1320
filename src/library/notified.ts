/** Subscriptions and webhooks, for programs. */
import type {
  MadeWebhook,
  NewWebhook,
  NotificationDelivery,
  SubscriptionDescription,
  Webhook,
  WebhookChange,
  WebhookDeadLetter,
  WebhookDelivery,
  WebhookReplay,
} from './admin-types.ts';
import type { OfTenant } from './of-tenant.ts';

/** Subscriptions of all apps, and what was sent to them. */
export interface Subscriptions {
  list(of?: OfTenant): Promise<readonly SubscriptionDescription[]>;
  /** Newest first. */
  deliveries(
    options?: OfTenant & { readonly subscription?: string | undefined; readonly limit?: number | undefined },
  ): Promise<readonly NotificationDelivery[]>;
  /** Sends its dead notifications again. */
  redeliver(id: string, of?: OfTenant): Promise<SubscriptionDescription>;
  remove(id: string, of?: OfTenant): Promise<void>;
}

/** Webhooks in the form of Standard Webhooks. */
export interface Webhooks {
  list(of?: OfTenant): Promise<readonly Webhook[]>;
  /** The answer has the secret, which is only shown once. */
  add(webhook: NewWebhook, of?: OfTenant): Promise<MadeWebhook>;
  get(id: string, of?: OfTenant): Promise<Webhook>;
  change(id: string, change: WebhookChange, of?: OfTenant): Promise<Webhook>;
  remove(id: string, of?: OfTenant): Promise<void>;
  /** Creates a new secret; messages are also signed with the old one for `overlapHours`, 24 by default. */
  rotateSecret(id: string, options?: OfTenant & { readonly overlapHours?: number | undefined }): Promise<MadeWebhook>;
  /** Sends a test message now. */
  test(id: string, of?: OfTenant): Promise<WebhookDelivery>;
  /** Newest first. */
  deliveries(
    options?: OfTenant & { readonly webhook?: string | undefined; readonly limit?: number | undefined },
  ): Promise<readonly WebhookDelivery[]>;
  /** Messages whose attempts all failed, newest first. */
  deadLetters(
    options?: OfTenant & { readonly webhook?: string | undefined; readonly limit?: number | undefined },
  ): Promise<readonly WebhookDeadLetter[]>;
  /** Sends one dead letter again, or all of them. */
  redeliver(id: string, options?: OfTenant & { readonly message?: string | undefined }): Promise<Webhook>;
  /** Sends the events since a time again, as far back as changes are kept. */
  replay(id: string, since: string | Date, of?: OfTenant): Promise<WebhookReplay>;
}

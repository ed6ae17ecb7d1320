/** Who is told of changes, as a program sees it. */
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

/** Which apps are told of changes, and what was sent to them. Subscriptions are named by id. */
export interface Subscriptions {
  list(of?: OfTenant): Promise<readonly SubscriptionDescription[]>;
  /** Newest first. */
  deliveries(
    options?: OfTenant & { readonly subscription?: string | undefined; readonly limit?: number | undefined },
  ): Promise<readonly NotificationDelivery[]>;
  /** Has notifications sent again that were given up. */
  redeliver(id: string, of?: OfTenant): Promise<SubscriptionDescription>;
  remove(id: string, of?: OfTenant): Promise<void>;
}

/** Who is told of events, in the form of Standard Webhooks. Webhooks are named by id. */
export interface Webhooks {
  list(of?: OfTenant): Promise<readonly Webhook[]>;
  /** With its secret, which is shown this once. */
  add(webhook: NewWebhook, of?: OfTenant): Promise<MadeWebhook>;
  get(id: string, of?: OfTenant): Promise<Webhook>;
  change(id: string, change: WebhookChange, of?: OfTenant): Promise<Webhook>;
  remove(id: string, of?: OfTenant): Promise<void>;
  /** A new secret; the one before signs as well for 24 hours, or as long as is said. */
  rotateSecret(id: string, options?: OfTenant & { readonly overlapHours?: number | undefined }): Promise<MadeWebhook>;
  /** Sends a test message at once. */
  test(id: string, of?: OfTenant): Promise<WebhookDelivery>;
  /** Newest first. */
  deliveries(
    options?: OfTenant & { readonly webhook?: string | undefined; readonly limit?: number | undefined },
  ): Promise<readonly WebhookDelivery[]>;
  /** Messages that were given up, newest first. */
  deadLetters(
    options?: OfTenant & { readonly webhook?: string | undefined; readonly limit?: number | undefined },
  ): Promise<readonly WebhookDeadLetter[]>;
  /** Has one dead letter sent again, or all of them. */
  redeliver(id: string, options?: OfTenant & { readonly message?: string | undefined }): Promise<Webhook>;
  /** Tells again of what has happened since a time, as far as changes are kept. */
  replay(id: string, since: string | Date, of?: OfTenant): Promise<WebhookReplay>;
}

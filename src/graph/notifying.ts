/** What operations on subscriptions need of notifications. */
import type { NotificationStore } from '../store/notifications/notification-store.ts';

export interface Notifying {
  storeOf(tenantKey: number): NotificationStore;
  /** Why notifications may not go to the URL, in words that follow "must be"; `undefined` when they may. */
  describeUrlProblem(url: string): string | undefined;
  /** Does the handshake with the endpoint. Why it failed, as a sentence; `undefined` when it passed. */
  validate(url: string): Promise<string | undefined>;
}

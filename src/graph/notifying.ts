/** What operations ask of those who tell others of changes. */
import type { NotificationStore } from '../store/notifications/notification-store.ts';

/** What subscriptions need beside the record. */
export interface Notifying {
  storeOf(tenantKey: number): NotificationStore;
  /** Why notifications may not go to the URL, in words that follow "must be"; `undefined` when they may. */
  describeUrlProblem(url: string): string | undefined;
  /** Has the endpoint answer. Why it does not, as a sentence; `undefined` when it does. */
  validate(url: string): Promise<string | undefined>;
}

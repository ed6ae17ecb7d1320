/** What a writer says of its change, for the change log. The log keeps it in the transaction of the change itself. */

import type { ChangeKind } from '../../model/change-kinds.ts';

/** By what way a change came, by the number that the log holds. Numbers are never given again. */
export const CHANNELS = { graph: 1, control: 2, admin: 3, scim: 4, commandLine: 5, library: 6, server: 7 } as const;

export type Channel = keyof typeof CHANNELS;

/** Values by property name; a property without a value is null or left out. Holds no secret. */
export type Image = Readonly<Record<string, unknown>>;

/** With `after` alone something was made, with `before` alone it was removed, with both it was changed. */
export interface ItemChange {
  /** 0: of no tenant. */
  readonly tenantKey: number;
  readonly kind: ChangeKind;
  /** The GUID of the item, which its history is found by; `undefined` when it has none. */
  readonly itemId: string | undefined;
  /** The row version that the item has then, which tells the order of its changes; a removed one has the next. */
  readonly version?: number | undefined;
  /** As it was when the change was made: guarded by its row version. */
  readonly before?: Image | undefined;
  readonly after?: Image | undefined;
  /** What those who follow changes are told in place of `before`, where no audit trail keeps it. */
  readonly named?: Image | undefined;
}

export type VersionedImages = Pick<ItemChange, 'before' | 'after' | 'version'>;

/** Who made a change, and how. */
export interface Origin {
  readonly channel: Channel;
  /** As the operation is called: `createLearningCourseActivity`, `user add`. */
  readonly operation: string;
  readonly appId?: string | undefined;
  /** A user's id, or the name that the person behind a command or the admin API goes by. Personal: it can be erased. */
  readonly actor?: string | undefined;
  /** A GUID. */
  readonly requestId?: string | undefined;
}

/** The changes of one unit of work. */
export interface Logged {
  readonly origin: Origin;
  readonly changes: readonly ItemChange[];
}

export function withTaken({ origin, changes }: Logged, taken: readonly ItemChange[]): Logged {
  return { origin, changes: [...changes, ...taken] };
}

/** Of no tenant. */
export const NO_TENANT = 0;

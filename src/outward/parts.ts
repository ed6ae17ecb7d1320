/** What works on one target is given. */
import type { UserId } from '../lib/ids.ts';
import type { LearnerKey, Tenant } from '../model/directory.ts';
import type { ReadableRecord } from '../store/changes/record.ts';
import type { CourseActivity, Entity } from '../model/entity.ts';
import type { SyncTarget } from '../model/sync-target.ts';
import type { ChangePage, FeedCursor } from '../store/outward/outward-changes.ts';
import type { OutwardStore } from '../store/outward/outward-store.ts';

/** The record here. */
export interface LocalRecord {
  findContent(itemId: string): Promise<Entity<'learningContent'> | undefined>;
  findActivity(learnerUserId: string, itemId: string): Promise<CourseActivity | undefined>;
  /** The id of the provider's content. */
  findContentByKey(externalId: string): Promise<string | undefined>;
  /** The GUID of the provider's activity. */
  findActivityByKey(key: ActivityKeyParts): Promise<string | undefined>;
  /** What each user has in the property; those who have none, or are no users, are left out. */
  listLearnerKeys(ids: readonly UserId[], key: LearnerKey): Promise<ReadonlyMap<UserId, LearnerKeyValue>>;
  /** The users who have one of the values, several of a value included. */
  listLearnersByKey(key: LearnerKey, values: readonly string[]): Promise<readonly UserId[]>;
}

export interface LearnerKeyValue {
  readonly value: string;
  /** Whether several users have it. */
  readonly isShared: boolean;
}

export interface ActivityKeyParts {
  readonly type: CourseActivity['type'];
  readonly learnerUserId: string;
  readonly externalId: string;
}

/** The change log. */
export interface ChangeSource {
  /** What is committed from now on is behind this place. */
  begin(): Promise<FeedCursor>;
  /** `undefined` when records behind the place are gone. */
  read(cursor: FeedCursor): Promise<ChangePage | undefined>;
  /** Pages of what was changed since then, epoch milliseconds, as far as it is kept. */
  readSince(since: number): AsyncIterable<readonly ReadableRecord[]>;
}

export interface OutwardParts {
  readonly target: SyncTarget;
  readonly tenant: Tenant;
  readonly store: OutwardStore;
  readonly record: LocalRecord;
  readonly changes: ChangeSource;
  /** Epoch milliseconds of the real time. */
  readonly now: () => number;
}

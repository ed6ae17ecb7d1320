/** What a program does with sync targets: other tenants that the records of providers are kept true in. */
import type { SyncCall, SyncHealth, SyncItem, SyncRun, SyncTargetStatus } from './admin-types.ts';

/** Targets are named as in `syncTargets`, contents and activities by their ids here. */
export interface Sync {
  /** How well providers keep their records here. */
  health(of: { readonly tenant: string; readonly provider?: string | undefined }): Promise<readonly SyncHealth[]>;
  targets(): Promise<readonly SyncTargetStatus[]>;
  /** Sends what waits from now on; the first time, the whole record. */
  start(target: string): Promise<SyncTargetStatus>;
  /** Sends nothing until it is started again; changes are kept, and a target that is new reads the record. */
  pause(target: string): Promise<SyncTargetStatus>;
  /** Sends what waits, once, also while the target is paused. Default: at most 60 seconds. */
  run(target: string, options?: { readonly seconds?: number | undefined }): Promise<SyncRun>;
  /** The requests that would be sent next. Default: 20. */
  preview(target: string, options?: { readonly limit?: number | undefined }): Promise<readonly SyncCall[]>;
  /** Dead letters, unless the options say otherwise; at most 100 by default. */
  items(
    target: string,
    options?: { readonly state?: 'waiting' | 'dead' | 'skipped' | undefined; readonly limit?: number | undefined },
  ): Promise<readonly SyncItem[]>;
  /** Has items sent again: some, those with one reason, or `all` dead letters. Gives how many. */
  retry(target: string, which: readonly string[] | { readonly reason: string } | 'all'): Promise<number>;
  /** Skips items until they change again. Gives how many. */
  skip(target: string, items: readonly string[]): Promise<number>;
  /** Sends again what was changed since then, UTC. Gives how many items wait for it. */
  replay(target: string, since: string): Promise<number>;
  /** Registers the provider there, or updates it, with a delegated token, which is used once. */
  registerProvider(target: string, accessToken: string): Promise<{ readonly id: string; readonly isNew: boolean }>;
  /** Compares both sides. All differences are in memory. */
  diff(target: string, order?: SyncDiffOrder): Promise<SyncDiff>;
  /** Reads in what others wrote there; a dry run stores nothing. */
  pull(target: string, options?: { readonly dryRun?: boolean | undefined }): Promise<SyncPull>;
}

export interface SyncDiffOrder {
  /** Send what is only here or different. */
  readonly repair?: boolean | undefined;
  /** Delete there what is only there. */
  readonly remove?: boolean | undefined;
}

export interface SyncDiff {
  readonly differences: readonly SyncDifference[];
  readonly summary: SyncDiffSummary;
}

export interface SyncDifference {
  readonly kind: 'content' | 'activity';
  readonly what: 'onlyHere' | 'onlyThere' | 'different';
  /** Here. */
  readonly id: string | null;
  readonly remoteId: string | null;
  readonly externalId: string | null;
  /** Those that differ. */
  readonly properties: readonly string[];
}

export interface SyncDiffSummary {
  readonly compared: number;
  readonly onlyHere: number;
  readonly onlyThere: number;
  readonly different: number;
  /** About to be sent, and not compared. */
  readonly waiting: number;
  /** Whether the other side gives a list of activities: without one, what is only there is not found. */
  readonly isListed: boolean;
}

export interface SyncPull {
  /** Those that were not as they are there. */
  readonly items: readonly SyncPulledItem[];
  readonly summary: SyncPullSummary;
}

export interface SyncPulledItem {
  readonly kind: 'content' | 'activity';
  readonly outcome: 'created' | 'updated' | 'refused';
  readonly remoteId: string;
  readonly externalId?: string;
  /** Here. */
  readonly itemId?: string;
  /** Why it cannot be here. */
  readonly why?: string;
}

export interface SyncPullSummary {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Those that wait to be sent, or differ without ever having been sent. */
  readonly skipped: number;
  readonly refused: number;
}

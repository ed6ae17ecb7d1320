/** What is found out and gathered while a seed is merged. */
import type { Directory } from '../directory/directory.ts';
import type { Tenant } from '../model/directory.ts';
import type { Protocol } from '../odata/protocol.ts';
import type { TenantSeed } from '../seed/seed-schema.ts';
import type { ItemChange } from '../store/changes/change.ts';
import type { SqlConnection, Write } from '../store/connection.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import { createLearningStore } from '../store/learning-store.ts';
import type { LearningStore } from '../store/learning-store.ts';
import { runWork } from '../store/work.ts';
import type { Work } from '../store/work.ts';

export const SEED_ACTIONS = ['add', 'change', 'remove'] as const;
export const SEED_KINDS = [
  ...['tenant', 'user', 'app'],
  ...['learningProvider', 'learningContent', 'learningCourseActivity'],
] as const;

export interface SeedAction {
  readonly action: (typeof SEED_ACTIONS)[number];
  readonly kind: (typeof SEED_KINDS)[number];
  /** Its domain name. */
  readonly tenant: string;
  readonly name: string;
  /** That change. */
  readonly properties: readonly string[];
}

/** Of an app that is added and whose secret the file leaves out. */
export interface SeedSecret {
  readonly app: string;
  readonly clientId: string;
  readonly secretText: string;
}

export interface MergeTools {
  readonly connection: SqlConnection;
  readonly directory: DirectoryStore;
  readonly people: Directory;
  readonly protocol: Protocol;
}

interface Step {
  /** In the file; empty for what is not there. */
  readonly place: string;
  readonly write: Write;
}

export interface SeedPlan {
  readonly actions: readonly SeedAction[];
  readonly secrets: readonly SeedSecret[];
  readonly steps: readonly Step[];
  readonly changes: readonly ItemChange[];
}

/** A tenant of the file, and what becomes of it. */
export interface TenantMerge {
  readonly seed: TenantSeed;
  /** In the file. */
  readonly place: string;
  readonly isPruning: boolean;
  /** As it will be. */
  readonly tenant: Tenant;
  readonly isNew: boolean;
}

export interface Merging extends SeedPlan {
  readonly tools: MergeTools;
  readonly store: LearningStore;
  readonly actions: SeedAction[];
  readonly secrets: SeedSecret[];
  readonly problems: string[];
  /** Tenants as they will be. */
  readonly tenants: Tenant[];
  /** What the work reads is read; what it writes is kept for later. */
  gather(place: string, work: Work<unknown>): Promise<void>;
  add(place: string, writes: readonly Write[], changes?: readonly ItemChange[]): void;
}

export function startMerging(tools: MergeTools): Merging {
  const steps: Step[] = [];
  const changes: ItemChange[] = [];
  const add: Merging['add'] = (place, writes, made = []) => {
    steps.push(...writes.map((write) => ({ place, write })));
    changes.push(...made);
  };
  const { read } = tools.connection;
  return {
    ...{ tools, steps, changes, add, actions: [], secrets: [], problems: [], tenants: [] },
    store: createLearningStore(tools.connection),
    gather: async (place, work) => {
      await runWork(work, {
        read,
        write: async (writes, logged) => {
          add(place, writes, logged?.changes);
          return { kind: 'done' };
        },
      });
    },
  };
}

/** Names of properties as seeds have them; what follows from others is left out. */
const SHOWN_NAMES: Readonly<Record<string, string | undefined>> = {
  appRoles: 'roles',
  delegatedScopes: 'scopes',
  withdrawn: undefined,
  assignedLicenses: undefined,
};

/** What a plan says of a change. */
export function showNames(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => (name in SHOWN_NAMES ? (SHOWN_NAMES[name] ?? []) : name));
}

/** Names of properties that are not the same. */
export function differences(before: object, after: object): readonly string[] {
  const old = before as Readonly<Record<string, unknown>>;
  return Object.entries(after)
    .filter(([name, value]) => JSON.stringify(value ?? null) !== JSON.stringify(old[name] ?? null))
    .map(([name]) => name);
}

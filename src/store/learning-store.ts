/** What operations see of the database: stores whose functions give work, and what runs it. */
import { createActivityStore } from './activity-store.ts';
import type { ActivityStore } from './activity-store.ts';
import { createAppStore } from './app-store.ts';
import type { AppStore } from './app-store.ts';
import type { Origin } from './changes/change.ts';
import type { SqlConnection } from './connection.ts';
import { createContentStore } from './content-store.ts';
import type { ContentStore } from './content-store.ts';
import type { Dialect } from './dialect.ts';
import { createListing } from './listing.ts';
import type { Listing } from './listing.ts';
import { createProviderStore } from './provider-store.ts';
import type { ProviderStore } from './provider-store.ts';
import { createScimCredentialStore } from './scim-credential-store.ts';
import type { ScimCredentialStore } from './scim-credential-store.ts';
import { createUserStore } from './user-store.ts';
import type { UserStore } from './user-store.ts';
import { awaitable, runWork, wait } from './work.ts';
import type { Awaitable, Work } from './work.ts';

interface Stores {
  readonly providers: ProviderStore;
  readonly contents: ContentStore;
  readonly activities: ActivityStore;
  readonly users: UserStore;
  readonly apps: AppStore;
  readonly scimCredentials: ScimCredentialStore;
  readonly lists: Listing;
}

export interface LearningStore extends Stores {
  /**
   * The result at once when the database gives all answers at once.
   * @param findOrigin who changes what the work changes; @throws what the work and the database throw
   */
  run<Result>(work: Work<Result>, findOrigin?: () => Origin): Result | Promise<Result>;
  /** Work that waits for something other than the database. */
  wait<Value>(start: () => Promise<Value>): Work<Value>;
}

export function createLearningStore(connection: Pick<SqlConnection, 'dialect' | 'read' | 'write'>): LearningStore {
  const { read, write } = connection;
  return {
    ...createStores(connection.dialect),
    run: (work, findOrigin) => runWork(work, findOrigin === undefined ? connection : { read, write, findOrigin }),
    wait,
  };
}

export type AwaitableStores = { readonly [Name in keyof Stores]: Awaitable<Stores[Name]> };

/** The same stores for those who await them. */
export function openStores(connection: Pick<SqlConnection, 'dialect' | 'read' | 'write'>): AwaitableStores {
  const { providers, contents, activities, users, apps, scimCredentials, lists } = createStores(connection.dialect);
  return {
    providers: awaitable(providers, connection),
    contents: awaitable(contents, connection),
    activities: awaitable(activities, connection),
    users: awaitable(users, connection),
    apps: awaitable(apps, connection),
    scimCredentials: awaitable(scimCredentials, connection),
    lists: awaitable(lists, connection),
  };
}

function createStores(dialect: Dialect): Stores {
  return {
    providers: createProviderStore(dialect),
    contents: createContentStore(dialect),
    activities: createActivityStore(dialect),
    users: createUserStore(dialect),
    apps: createAppStore(dialect),
    scimCredentials: createScimCredentialStore(dialect),
    lists: createListing(dialect),
  };
}

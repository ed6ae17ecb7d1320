/** What operations see of the database. */
import { createActivityStore } from './activity-store.ts';
import type { ActivityStore } from './activity-store.ts';
import type { SqlConnection } from './connection.ts';
import { createContentStore } from './content-store.ts';
import type { ContentStore } from './content-store.ts';
import { createDirectoryStore } from './directory-store.ts';
import type { DirectoryStore } from './directory-store.ts';
import { createListing } from './listing.ts';
import type { Listing } from './listing.ts';
import { createProviderStore } from './provider-store.ts';
import type { ProviderStore } from './provider-store.ts';

export interface LearningStore {
  readonly providers: ProviderStore;
  readonly contents: ContentStore;
  readonly activities: ActivityStore;
  readonly users: Pick<DirectoryStore, 'findUser' | 'countByLicence'>;
  readonly lists: Listing;
}

export function createLearningStore(connection: SqlConnection): LearningStore {
  return {
    providers: createProviderStore(connection),
    contents: createContentStore(connection),
    activities: createActivityStore(connection),
    users: createDirectoryStore(connection),
    lists: createListing(connection),
  };
}

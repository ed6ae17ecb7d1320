/** Where rows run: each version and each database, but not each version on each database. */
import { BETA, V1 } from '../../src/model/versions.ts';
import type { ApiVersion } from '../../src/model/versions.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { StoreDriver } from '../support/store.ts';

export interface ConformancePlace {
  readonly store: StoreDriver;
  /** For what is the same in both versions. */
  readonly version: ApiVersion;
}

export const PLACES: readonly ConformancePlace[] = STORE_DRIVERS.map((store) => ({
  store,
  version: store.name === 'sqlite' ? V1 : BETA,
}));

/** What changes tenants, users and apps: the same for the API, provisioning clients and administrators. */
import type { Settings } from '../config/settings.ts';
import type { Directory } from '../directory/directory.ts';
import type { Clock } from '../lib/clock.ts';
import type { IdSource } from '../lib/id-source.ts';
import type { SqlConnection } from '../store/connection.ts';
import { createLearningStore } from '../store/learning-store.ts';
import { createTenantStore } from '../store/tenant-store.ts';

export interface PeopleParts {
  readonly settings: Pick<Settings, 'directory' | 'openLicence'>;
  readonly connection: SqlConnection;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'newId'>;
  /** Of a server that runs: what requests remember. */
  readonly caches?: Readonly<Record<'standings' | 'tenants', { forget(): void }>>;
}

export function openPeople({ settings, connection, clock, ids, caches }: PeopleParts): Directory {
  const { users, apps, scimCredentials, wait, run } = createLearningStore(connection);
  const tenants = createTenantStore(connection);
  const forgetCallers = (): void => caches?.standings.forget();
  const forgetTenants = (): void => {
    caches?.tenants.forget();
    forgetCallers();
  };
  return {
    ...{ users, apps, scimCredentials, tenants, wait, run, clock, forgetCallers, forgetTenants },
    findOpenLicence: ({ directory, openLicence }) =>
      (directory ?? settings.directory) === 'open' ? (openLicence ?? settings.openLicence) : undefined,
    newId: () => ids.newId('entity'),
  };
}

/** What changes users and apps: the same for the API, provisioning clients and administrators. */
import type { Directory } from '../directory/directory.ts';
import type { Clock } from '../lib/clock.ts';
import type { IdSource } from '../lib/id-source.ts';
import type { SqlConnection } from '../store/connection.ts';
import { createLearningStore } from '../store/learning-store.ts';

export interface PeopleParts {
  readonly connection: SqlConnection;
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'newId'>;
  /** Of a server that runs: after each change. */
  readonly forgetCallers?: () => void;
}

export function openPeople({ connection, clock, ids, forgetCallers = () => undefined }: PeopleParts): Directory {
  const { users, apps, scimCredentials, wait, run } = createLearningStore(connection);
  return { users, apps, scimCredentials, wait, run, clock, newId: () => ids.newId('entity'), forgetCallers };
}

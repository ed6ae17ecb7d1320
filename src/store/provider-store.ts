/** learningProviders in the database. */
import type { RegistrationId } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import type { Entity } from '../model/entity.ts';
import { readIdentity } from './activity-codec.ts';
import { PROVIDER_PROPERTIES } from './columns.ts';
import type { ItemChange, VersionedImages } from './changes/change.ts';
import type { Params, Row, Statement, Taken } from './connection.ts';
import type { Dialect } from './dialect.ts';
import { createRowCodec } from './row-codec.ts';
import { entityReads, statements } from './statements.ts';
import { change, changeTaking, readTuples } from './work.ts';
import type { Work } from './work.ts';

export interface StoredProvider {
  readonly provider: Entity<'learningProvider'>;
  /** Grows by one with each update. */
  readonly rowVersion: number;
}

export interface ProviderStore {
  insert(tenant: Tenant, provider: Entity<'learningProvider'>): Work<void>;
  find(tenant: Tenant, id: RegistrationId): Work<StoredProvider | undefined>;
  /** `false` when the stored row is no longer of that version. */
  update(tenant: Tenant, changed: StoredProvider, before: StoredProvider['provider']): Work<boolean>;
  /** With its contents and activities. `false` when the stored row is no longer of that version. */
  remove(tenant: Tenant, stored: StoredProvider): Work<boolean>;
}

const MAX_ATTEMPTS = 20;

export function createProviderStore(dialect: Dialect): ProviderStore {
  const codec = createRowCodec(PROVIDER_PROPERTIES, dialect);
  const toRow = (tenant: Tenant, { provider, rowVersion }: StoredProvider): Params => ({
    ...codec.toRow(provider),
    tenant_id: tenant.key,
    row_version: rowVersion,
  });
  const changeOf = ({ key }: Tenant, images: VersionedImages, itemId: string): ItemChange => ({
    tenantKey: key,
    kind: 'learningProvider',
    itemId,
    ...images,
  });
  const lockProvider: Statement = {
    name: 'lockProvider',
    sql: `
select registration_id from learning_provider
where tenant_id = :tenant_id and registration_id = :registration_id ${dialect.forUpdate}`,
  };
  /** What a provider takes along when it is deleted: its contents and activities. Locked, it gets no others. */
  const takenAlong = ({ key }: Tenant, { provider }: StoredProvider, params: Params): readonly Taken[] => {
    const contentOf = ({ item_id: item = null, external_id: externalId = null }: Row): ItemChange => {
      const itemId = dialect.columns.guid.decode(item) as string;
      const before = { id: itemId, learningProviderId: provider.id, externalId };
      return { tenantKey: key, kind: 'learningContent', itemId, before };
    };
    const activityOf = (row: Row): ItemChange => {
      const { itemId, image } = readIdentity(row, dialect);
      return { tenantKey: key, kind: 'learningCourseActivity', itemId, before: image };
    };
    return [
      { statement: lockProvider, params, changeOf: () => undefined },
      { statement: statements.listOwnContents, params, changeOf: contentOf },
      { statement: statements.listOwnActivities, params, changeOf: activityOf },
    ];
  };
  return {
    *insert(tenant, provider) {
      const params = toRow(tenant, { provider, rowVersion: 1 });
      // Another provider that is inserted at the same time may take the key that the statement found free.
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        const made = changeOf(tenant, { after: provider, version: 1 }, provider.id);
        const result = yield* change([made], { statement: statements.insertProvider, params });
        if (result.kind === 'done') return;
      }
      throw new Error(`The provider ${provider.id} was not stored: its key was taken again and again.`);
    },
    *find(tenant, id) {
      const params = { tenant_id: tenant.key, registration_id: dialect.columns.guid.encode(id) };
      const [row] = yield* readTuples(entityReads.findProvider, params);
      if (row === undefined) return undefined;
      return { provider: codec.fromRow(row) as Entity<'learningProvider'>, rowVersion: Number(row.at(-1)) };
    },
    *update(tenant, changed, before) {
      const version = changed.rowVersion + 1;
      const made = changeOf(tenant, { before, after: changed.provider, version }, changed.provider.id);
      const params = toRow(tenant, changed);
      const result = yield* change([made], { statement: statements.updateProvider, params, mustChange: true });
      return result.kind === 'done';
    },
    *remove(tenant, stored) {
      const changes = [
        changeOf(tenant, { before: stored.provider, version: stored.rowVersion + 1 }, stored.provider.id),
      ];
      const params = toRow(tenant, stored);
      const write = { statement: statements.deleteProvider, params, mustChange: true };
      const result = yield* changeTaking({ changes, taken: takenAlong(tenant, stored, params) }, write);
      return result.kind === 'done';
    },
  };
}

/** learningContents in the database. */
import type { LearningContentId, RegistrationId } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import type { Entity } from '../model/entity.ts';
import { CONTENT_PROPERTIES } from './columns.ts';
import type { ItemChange, Image, VersionedImages } from './changes/change.ts';
import type { Params } from './connection.ts';
import type { Dialect } from './dialect.ts';
import { createRowCodec } from './row-codec.ts';
import { entityReads, statements } from './statements.ts';
import { change, readTuples } from './work.ts';
import type { Work } from './work.ts';

export interface StoredContent {
  readonly content: Entity<'learningContent'>;
  readonly registrationId: RegistrationId;
  /** Grows by one with each update. */
  readonly rowVersion: number;
}

/** How a content is addressed within its provider. */
export type ContentKey =
  | { readonly kind: 'id'; readonly id: LearningContentId }
  | { readonly kind: 'externalId'; readonly externalId: string };

export interface ContentStore {
  /** `refused`: the tenant has no such provider; `repeated`: the provider has a content with this external id. */
  insert(tenant: Tenant, created: StoredContent): Work<'created' | 'refused' | 'repeated'>;
  find(tenant: Tenant, registrationId: RegistrationId, key: ContentKey): Work<StoredContent | undefined>;
  /** `false` when the stored row is no longer of that version. */
  update(tenant: Tenant, changed: StoredContent, before: StoredContent['content']): Work<boolean>;
  /** `false` when the stored row is no longer of that version. */
  remove(tenant: Tenant, stored: StoredContent): Work<boolean>;
}

export function createContentStore(dialect: Dialect): ContentStore {
  const codec = createRowCodec(CONTENT_PROPERTIES, dialect);
  const { guid } = dialect.columns;
  const toRow = (tenant: Tenant, { content, registrationId, rowVersion }: StoredContent): Params => ({
    ...codec.toRow(content),
    tenant_id: tenant.key,
    registration_id: guid.encode(registrationId),
    row_version: rowVersion,
  });
  function* changeVersion(name: 'updateContent' | 'deleteContent', params: Params, made: ItemChange): Work<boolean> {
    const result = yield* change([made], { statement: statements[name], params, mustChange: true });
    return result.kind === 'done';
  }
  const changeOf = ({ key }: Tenant, images: VersionedImages, itemId: string): ItemChange => ({
    tenantKey: key,
    kind: 'learningContent',
    itemId,
    ...images,
  });
  return {
    *insert(tenant, created) {
      const params = toRow(tenant, created);
      const made = changeOf(tenant, { after: imageOf(created), version: created.rowVersion }, created.content.id);
      const result = yield* change([made], { statement: statements.insertContent, params, mustChange: true });
      if (result.kind === 'notUnique') return 'repeated';
      return result.kind === 'refused' ? 'refused' : 'created';
    },
    *find(tenant, registrationId, key) {
      const scope = { tenant_id: tenant.key, registration_id: guid.encode(registrationId) };
      const [row] =
        key.kind === 'id'
          ? yield* readTuples(entityReads.findContent, { ...scope, learning_content_id: guid.encode(key.id) })
          : yield* readTuples(entityReads.findContentByExternalId, { ...scope, external_id: key.externalId });
      if (row === undefined) return undefined;
      const content = codec.fromRow(row) as Entity<'learningContent'>;
      return { content, registrationId, rowVersion: Number(row.at(-1)) };
    },
    update: (tenant, changed, before) => {
      const images = {
        before: imageOf({ ...changed, content: before }),
        after: imageOf(changed),
        version: changed.rowVersion + 1,
      };
      return changeVersion('updateContent', toRow(tenant, changed), changeOf(tenant, images, changed.content.id));
    },
    remove: (tenant, stored) => {
      const made = changeOf(tenant, { before: imageOf(stored), version: stored.rowVersion + 1 }, stored.content.id);
      return changeVersion('deleteContent', toRow(tenant, stored), made);
    },
  };
}

/** A content does not say whose it is. */
function imageOf({ content, registrationId }: StoredContent): Image {
  return { ...content, learningProviderId: registrationId };
}

/** Credentials of provisioning clients in the database. */
import type { ScimCredential, Tenant } from '../model/directory.ts';
import { scimCredentialChange } from './changes/directory-changes.ts';
import { createScimCredentialCodec } from './directory-codec.ts';
import type { Dialect } from './dialect.ts';
import { statements } from './statements.ts';
import { change, read, readFirst } from './work.ts';
import type { Work } from './work.ts';

export interface ScimCredentialStore {
  /** By the hash of its token, also when it has expired. */
  findScimCredential(tenant: Tenant, tokenSha256: string): Work<ScimCredential | undefined>;
  /** Oldest first. */
  listScimCredentials(tenant: Tenant): Work<readonly ScimCredential[]>;
  insertScimCredential(tenant: Tenant, credential: ScimCredential): Work<void>;
  /** `false` when it is gone already. */
  removeScimCredential(tenant: Tenant, credential: ScimCredential): Work<boolean>;
}

export function createScimCredentialStore(dialect: Dialect): ScimCredentialStore {
  const codec = createScimCredentialCodec(dialect);
  return {
    *findScimCredential(tenant, tokenSha256) {
      const params = { tenant_id: tenant.key, token_sha256: tokenSha256 };
      const row = yield* readFirst(statements.findScimCredential, params);
      return row && codec.fromRow(tenant, row);
    },
    *listScimCredentials(tenant) {
      const rows = yield* read(statements.listScimCredentials, { tenant_id: tenant.key });
      return rows.map((row) => codec.fromRow(tenant, row));
    },
    *insertScimCredential(tenant, credential) {
      const made = scimCredentialChange(tenant, { after: credential });
      const params = codec.toRow(tenant, credential);
      yield* change([made], { statement: statements.insertScimCredential, params });
    },
    *removeScimCredential(tenant, credential) {
      const made = scimCredentialChange(tenant, { before: credential });
      const params = { tenant_id: tenant.key, credential_id: dialect.columns.guid.encode(credential.id) };
      const result = yield* change([made], { statement: statements.deleteScimCredential, params, mustChange: true });
      return result.kind === 'done';
    },
  };
}

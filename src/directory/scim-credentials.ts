/**
 * Bearer tokens of provisioning clients. A token names its tenant, so that it is looked up among those of that tenant
 * alone; what cannot be guessed of it are 32 random bytes.
 */
import { hash, randomBytes } from 'node:crypto';

import { findGuid } from '../lib/ids.ts';
import type { TenantId } from '../lib/ids.ts';
import { guidTextOfHex } from '../lib/guid-bytes.ts';
import type { ScimCredential, Tenant } from '../model/directory.ts';
import type { Work } from '../store/work.ts';
import type { Directory } from './directory.ts';

/** A credential that was made: its token is shown once. */
export interface MadeScimCredential {
  readonly token: string;
  readonly credential: ScimCredential;
}

const PREFIX = 'vivarium_scim_';
const GUID_BYTES = 16;
const SECRET_BYTES = 32;

export function* addScimCredential(
  directory: Directory,
  tenant: Tenant,
  given: Pick<ScimCredential, 'displayName' | 'expiresAt' | 'licence'>,
): Work<MadeScimCredential> {
  const named = Buffer.from(tenant.id.replaceAll('-', ''), 'hex');
  const token = `${PREFIX}${Buffer.concat([named, randomBytes(SECRET_BYTES)]).toString('base64url')}`;
  const credential = {
    ...given,
    tenantId: tenant.id,
    id: directory.newId(),
    tokenSha256: hash('sha256', token),
    createdAt: directory.clock.now(),
  };
  yield* directory.scimCredentials.insertScimCredential(tenant, credential);
  return { token, credential };
}

/** The tenant that a token says it is of; `undefined` for what is no such token. */
export function findTenantOfToken(token: string): TenantId | undefined {
  if (!token.startsWith(PREFIX)) return undefined;
  const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
  if (bytes.length !== GUID_BYTES + SECRET_BYTES) return undefined;
  return findGuid<TenantId>(guidTextOfHex(bytes.toString('hex', 0, GUID_BYTES)));
}

/** The credential that the token opens now. */
export function* findScimCredential(
  { scimCredentials, clock }: Pick<Directory, 'scimCredentials' | 'clock'>,
  tenant: Tenant,
  token: string,
): Work<ScimCredential | undefined> {
  const found = yield* scimCredentials.findScimCredential(tenant, hash('sha256', token));
  return found !== undefined && (found.expiresAt === null || clock.now() < found.expiresAt) ? found : undefined;
}

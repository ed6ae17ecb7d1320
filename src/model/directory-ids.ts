/** Ids of the directory that follow from others: the same in every answer, token and server, and after every restart. */
import { v5 as uuidV5 } from 'uuid';
import { guidBytes } from '../lib/guid-bytes.ts';
import type { AppId, TenantId } from '../lib/ids.ts';

const SERVICE_PRINCIPALS = 'b6c04bb5-5a5f-4c4e-9d0f-6f1f1d4f2c57';
const APPLICATIONS = '1f0f9c2e-6b0d-4c57-8a53-0f3a2c7d9b61';

/** The object id of an app's service principal in a tenant. */
export function servicePrincipalId(tenantId: TenantId, appId: AppId): string {
  return uuidV5(`${tenantId}/${appId}`, SERVICE_PRINCIPALS);
}

/** The object id of an app's registration in a tenant: another one than its client id. */
export function applicationId(tenantId: TenantId, appId: AppId): string {
  return uuidV5(`${tenantId}/${appId}`, APPLICATIONS);
}

/** An id of two GUIDs: their bytes in base64url, as in the examples of licenseDetails and appRoleAssignment. */
export function pairId(first: string, second: string): string {
  return Buffer.concat([littleEndianBytes(first), littleEndianBytes(second)]).toString('base64url');
}

/** The id of what a client holds of a resource. */
export function holdingId(holder: string, held: string): string {
  return pairId(holder, uuidV5(held, holder));
}

/** The first three groups of a GUID begin with their lowest byte, as .NET writes them. */
function littleEndianBytes(guid: string): Uint8Array {
  const bytes = guidBytes(guid);
  for (const [start, end] of [
    [0, 4],
    [4, 6],
    [6, 8],
  ] as const) {
    bytes.subarray(start, end).reverse();
  }
  return bytes;
}

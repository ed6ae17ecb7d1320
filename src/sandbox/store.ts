/** What the parts of a sandbox that hold something have in common, so that resets and snapshots take all of them along. */
import type { TenantId } from '../lib/ids.ts';

/** State is plain JSON. Without a tenant it is that of the whole server; what has no tenants leaves one tenant's alone. */
export interface SandboxStore {
  /** Names the state in a snapshot. */
  readonly name: string;
  capture(tenantId?: TenantId): unknown;
  restore(state: unknown, tenantId?: TenantId): void;
  /** Back to what a fresh start has. */
  reset(tenantId?: TenantId): void;
}

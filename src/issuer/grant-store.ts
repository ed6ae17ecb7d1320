/** Where the authority keeps what it remembers between requests: shared by every server on one database. */
import type { Tenant } from '../model/directory.ts';
import type { Grant, GrantKind, GrantStep } from '../model/grants.ts';

export interface GrantStore {
  /** `false` when the tenant has a grant with this hash or user code. Removes what expired long before `now`. */
  add(tenant: Tenant, grant: Grant<GrantKind>, now: number): Promise<boolean>;
  /** Also when it has expired, for some time. */
  find<Kind extends GrantKind>(tenant: Tenant, kind: Kind, hash: string): Promise<Grant<Kind> | undefined>;
  findByUserCode(tenant: Tenant, userCodeHash: string): Promise<Grant<'deviceCode'> | undefined>;
  /** `false` when it is not in the state to go from. */
  move<Kind extends GrantKind>(tenant: Tenant, grant: Grant<Kind>, step: GrantStep<Kind>): Promise<boolean>;
  notePoll(tenant: Tenant, grant: Grant<'deviceCode'>, now: number): Promise<void>;
}

/** Who is calling, as a verified token says it. */
import type { AppId, TenantId, UserId } from '../lib/ids.ts';

interface Caller {
  readonly tenantId: TenantId;
  readonly appId: AppId;
  /** Application roles or delegated scopes. */
  readonly permissions: ReadonlySet<string>;
}

export interface ApplicationPrincipal extends Caller {
  readonly kind: 'application';
}

export interface DelegatedPrincipal extends Caller {
  readonly kind: 'delegated';
  readonly userId: UserId;
}

export type Principal = ApplicationPrincipal | DelegatedPrincipal;

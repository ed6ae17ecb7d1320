/**
 * Authorization codes and device codes are redeemed once. A second redemption suggests that the code was stolen, so it revokes
 * the refresh tokens of the first (RFC 6749, section 4.1.2): each refers to its code and is checked against it when used.
 * Access tokens and id tokens cannot be revoked: they are verified without a lookup.
 */
import type { Tenant } from '../model/directory.ts';
import type { CodeKind, CodeReference, Grant, GrantState } from '../model/grants.ts';
import type { IssuerContext } from './issuer-context.ts';
import type { FoundGrant } from './grants.ts';
import { TokenError } from './token-error.ts';
import { REFRESH_TOKEN_MS } from './user-tokens.ts';

/** Spends the code, and gives what its tokens refer to it by. Throws TokenError `codeRedeemed` when it is spent. */
export async function redeemCode(
  issuer: Pick<IssuerContext, 'grants' | 'clock'>,
  { tenant, grant }: FoundGrant<CodeKind>,
  from: GrantState,
): Promise<CodeReference> {
  const isFirst = await issuer.grants.move(tenant, grant, { from, to: 'used' });
  if (!isFirst) throw await revokeCode(issuer, tenant, grant);
  return { kind: grant.kind, tenantId: tenant.id, hash: grant.hash };
}

/** Revokes what a spent code was redeemed for; gives the refusal of the request. */
export async function revokeCode(
  { grants, clock }: Pick<IssuerContext, 'grants' | 'clock'>,
  tenant: Tenant,
  grant: Grant<CodeKind>,
): Promise<TokenError> {
  // Its last refresh token was made before now: the row outlives it.
  const expiresAt = clock.now() + REFRESH_TOKEN_MS;
  await grants.move(tenant, { ...grant, state: 'used' }, { from: 'used', to: 'revoked', expiresAt });
  return new TokenError('codeRedeemed');
}

export async function isRevoked(
  { grants, directory }: Pick<IssuerContext, 'grants' | 'directory'>,
  source: CodeReference | undefined,
): Promise<boolean> {
  const tenant = source && (await directory.findTenant(source.tenantId));
  const code = tenant && (await grants.find(tenant, source.kind, source.hash));
  return code?.state === 'revoked';
}

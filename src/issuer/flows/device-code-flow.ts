/** grant_type=…:device_code: a device asks whether its person has signed in elsewhere (v2-oauth2-device-code, RFC 8628). */
import type { Tenant } from '../../model/directory.ts';
import type { EntraVersion } from '../../model/entra-versions.ts';
import type { Grant } from '../../model/grants.ts';
import type { IssuerContext } from '../issuer-context.ts';
import { getApp } from '../directory.ts';
import { findGrant } from '../grants.ts';
import { redeemCode, revokeCode } from '../redemption.ts';
import { grantScope } from '../scopes.ts';
import { TokenError } from '../token-error.ts';
import type { TokenResponse } from '../token-response.ts';
import { issueUserTokens } from '../user-tokens.ts';
import { getGrantUser, getOwnGrant, getParameter, wantsClientInfo } from './flow.ts';
import type { FlowRequest } from './flow.ts';

/** How long a device has to wait between two questions. */
export const POLL_INTERVAL_SECONDS = 5;
/** Timers and networks are not exact: this much too early is no fault. */
const POLL_GRACE_MS = 1000;

const DEVICE_CODE_PARAMETERS: Readonly<Record<EntraVersion, string>> = { '1.0': 'code', '2.0': 'device_code' };

/**
 * Throws TokenError `devicePending`, `deviceTooFast`, `deviceDeclined`, `deviceCodeExpired`, `deviceCodeUnknown`,
 * `codeRedeemed`, and those of the client's proof and of a scope.
 */
export async function deviceCodeFlow(issuer: IssuerContext, request: FlowRequest): Promise<TokenResponse> {
  const { form, address, credentials } = request;
  const handle = getParameter(form, DEVICE_CODE_PARAMETERS[address.version]);
  if ((await findGrant(issuer, 'deviceCode', handle)) === undefined) throw new TokenError('deviceCodeUnknown');
  const { tenant, grant } = await getOwnGrant(issuer, request, { kind: 'deviceCode', handle });
  await checkState(issuer, tenant, grant);
  const { scope: requestedScope, userTenantId } = grant.details;
  const userTenant = userTenantId === null ? tenant : ((await issuer.directory.findTenant(userTenantId)) ?? tenant);
  const registration = {
    tenant: userTenant,
    app: await getApp(issuer.directory, userTenant, credentials.clientId),
  };
  const user = await getGrantUser(issuer, userTenant, grant.userId);
  const { audiences } = issuer;
  const scope = grantScope(requestedScope, registration, { audiences, refusal: 'consentMissing' });
  const source = await redeemCode(issuer, { tenant, grant }, 'approved');
  return issueUserTokens(issuer, {
    ...{ registration, user, scope, requestedScope, source, address, nonce: null },
    proof: credentials.proof.kind,
    wantsClientInfo: wantsClientInfo(form),
  });
}

async function checkState(issuer: IssuerContext, tenant: Tenant, grant: Grant<'deviceCode'>): Promise<void> {
  const { state, expiresAt, polledAt } = grant;
  const now = issuer.clock.now();
  if (state === 'used' || state === 'revoked') throw await revokeCode(issuer, tenant, grant);
  if (now >= expiresAt) throw new TokenError('deviceCodeExpired');
  if (state === 'approved') return;
  if (state === 'declined') throw new TokenError('deviceDeclined');
  // A time that lies ahead is from before the clock was set back.
  const sincePollMs = polledAt === null || polledAt > now ? Infinity : now - polledAt;
  const isTooFast = sincePollMs < POLL_INTERVAL_SECONDS * 1000 - POLL_GRACE_MS;
  await issuer.grants.notePoll(tenant, grant, now);
  throw new TokenError(isTooFast ? 'deviceTooFast' : 'devicePending');
}

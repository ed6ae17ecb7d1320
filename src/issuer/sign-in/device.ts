/** The device code flow on this side: a device gets a code, and a person enters it on a page and decides. */
import type { Tenant } from '../../model/directory.ts';
import type { Grant } from '../../model/grants.ts';
import type { Address } from '../address.ts';
import { getAskedScope } from '../asked-scope.ts';
import type { IssuerContext } from '../issuer-context.ts';
import { getRegistrations, isSharedSegment, listTenantsOf } from '../directory.ts';
import type { Registration } from '../directory.ts';
import { POLL_INTERVAL_SECONDS } from '../flows/device-code-flow.ts';
import { getParameter } from '../flows/flow.ts';
import { startGrant } from '../grants.ts';
import { createUserCode, hashUserCode } from '../handles.ts';
import { grantScope } from '../scopes.ts';
import type { Parameters } from './authorization-request.ts';
import type { SignedIn } from './sessions.ts';

const DEVICE_CODE_SECONDS = 900;

/** What the device shows its person. */
export interface DeviceResponse {
  readonly user_code: string;
  readonly device_code: string;
  readonly verification_uri?: string;
  /** Of version 1.0, which writes numbers as text. */
  readonly verification_url?: string;
  readonly expires_in: number | string;
  readonly interval: number | string;
  readonly message: string;
}

/** A device that waits, and the app on it in every tenant whose users may sign in. */
export interface WaitingDevice {
  readonly tenant: Tenant;
  readonly grant: Grant<'deviceCode'>;
  readonly registrations: readonly [Registration, ...Registration[]];
}

/** Throws TokenError `parameterMissing`, `applicationNotFound`, and those of a scope. */
export async function startDevice(
  issuer: IssuerContext,
  { origin, segment, version }: Address,
  form: Parameters,
): Promise<DeviceResponse> {
  const found = await getRegistrations(issuer.directory, { segment }, getParameter(form, 'client_id'));
  const [{ tenant, app }] = found;
  const { scope, resource } = getAskedScope(version, form);
  const { audiences } = issuer;
  for (const registration of found) grantScope(scope, registration, { audiences, refusal: 'consentMissing', resource });
  const userCode = createUserCode();
  const deviceCode = await startGrant(issuer, tenant, {
    kind: 'deviceCode',
    appId: app.id,
    userId: null,
    userCodeHash: hashUserCode(userCode),
    details: { scope, isOfOneTenant: !isSharedSegment(segment), userTenantId: null },
    lifetimeMs: DEVICE_CODE_SECONDS * 1000,
  });
  const uri = `${origin}/${segment}/oauth2/v2.0/deviceauth`;
  const isVersion1 = version === '1.0';
  return {
    user_code: userCode,
    device_code: deviceCode,
    ...(isVersion1 ? { verification_url: uri } : { verification_uri: uri }),
    expires_in: isVersion1 ? String(DEVICE_CODE_SECONDS) : DEVICE_CODE_SECONDS,
    interval: isVersion1 ? String(POLL_INTERVAL_SECONDS) : POLL_INTERVAL_SECONDS,
    message: `To sign in, use a web browser to open the page ${uri} and enter the code ${userCode} to authenticate.`,
  };
}

/**
 * `undefined` when the code is wrong, too old, or decided on already. Throws TokenError `tenantOfTokenNotFound` and
 * `userCodesLocked`.
 */
export async function findDevice(
  issuer: IssuerContext,
  { segment, sender }: Pick<Address, 'segment' | 'sender'>,
  userCode: string,
): Promise<WaitingDevice | undefined> {
  const hash = hashUserCode(userCode);
  const guess = { kind: 'userCode', secret: hash, sender } as const;
  return issuer.lockout.judge(guess, async () => findWaiting(issuer, segment, hash));
}

async function findWaiting(issuer: IssuerContext, segment: string, hash: string): Promise<WaitingDevice | undefined> {
  for (const tenant of await listTenantsOf(issuer.directory, segment)) {
    const grant = await issuer.grants.findByUserCode(tenant, hash);
    if (grant === undefined || grant.appId === null) continue;
    if (grant.state !== 'open' || issuer.clock.now() >= grant.expiresAt) return undefined;
    const where = grant.details.isOfOneTenant ? tenant.id : segment;
    return {
      tenant,
      grant,
      registrations: await getRegistrations(issuer.directory, { segment: where }, grant.appId),
    };
  }
  return undefined;
}

/** `undefined`: the person said no. Gives `false` when somebody else has decided in the meantime. */
export async function decideOnDevice(
  { grants }: IssuerContext,
  { tenant, grant }: WaitingDevice,
  signedIn: SignedIn | undefined,
): Promise<boolean> {
  if (signedIn === undefined) return grants.move(tenant, grant, { from: 'open', to: 'declined' });
  const details = { ...grant.details, userTenantId: signedIn.tenant.id };
  return grants.move(tenant, grant, { from: 'open', to: 'approved', userId: signedIn.user.id, details });
}

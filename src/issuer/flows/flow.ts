/** What every grant type of the token endpoint begins with. */
import type { DirectoryUser, Tenant } from '../../model/directory.ts';
import type { GrantKind } from '../../model/grants.ts';
import type { Address } from '../address.ts';
import { readAskedScope } from '../asked-scope.ts';
import type { IssuerContext } from '../issuer-context.ts';
import { checkClientProof } from '../client-credentials.ts';
import type { ClientCredentials } from '../client-credentials.ts';
import { getApp, getTenant, isSharedSegment } from '../directory.ts';
import type { Registration } from '../directory.ts';
import { findGrant } from '../grants.ts';
import type { FoundGrant } from '../grants.ts';
import { grantScope, isOpenIdOnly } from '../scopes.ts';
import type { GrantedScope } from '../scopes.ts';
import { TokenError } from '../token-error.ts';
import type { TokenResponse } from '../token-response.ts';

/** A request to the token endpoint whose sender is known by name. */
export interface FlowRequest {
  readonly address: Address;
  readonly credentials: ClientCredentials;
  /** Parameters without those that are empty. */
  readonly form: ReadonlyMap<string, string>;
}

/** One grant type. Throws TokenError with the row that says what is wrong. */
export type Flow = (issuer: IssuerContext, request: FlowRequest) => Promise<TokenResponse>;

/** Throws TokenError `parameterMissing`. */
export function getParameter(form: ReadonlyMap<string, string>, parameter: string): string {
  const value = form.get(parameter);
  if (value === undefined) throw new TokenError('parameterMissing', { values: { parameter } });
  return value;
}

export function wantsClientInfo(form: ReadonlyMap<string, string>): boolean {
  return form.get('client_info') === '1';
}

/** What a grant is redeemed for, and what the next refresh token is for. */
export interface WantedScope {
  readonly scope: GrantedScope;
  readonly requestedScope: string;
}

/**
 * What the app asks for, or else what it asked for at the sign-in. In version 1.0 one of both has to name a resource.
 * Throws TokenError `resourceMissing`, and those of a scope.
 */
export function getWantedScope(
  { audiences }: IssuerContext,
  { form, address: { version } }: FlowRequest,
  { registration, before }: { readonly registration: Registration; readonly before: string },
): WantedScope {
  const { scope: asked = before, resource } = readAskedScope(version, form);
  if (version === '1.0' && isOpenIdOnly(asked)) throw new TokenError('resourceMissing');
  const requestedScope = version === '1.0' && isOpenIdOnly(before) ? asked : before;
  return { scope: grantScope(asked, registration, { audiences, refusal: 'consentMissing', resource }), requestedScope };
}

/** The client's registration with the tenant, once it has proved itself. */
export async function authenticateClient(
  issuer: IssuerContext,
  { credentials, address }: FlowRequest,
  tenant: Tenant,
): Promise<Registration> {
  const app = await getApp(issuer.directory, tenant, credentials.clientId);
  await checkClientProof(issuer, { tenant, app }, { proof: credentials.proof, address });
  return { tenant, app };
}

export interface OwnedGrant<Kind extends GrantKind> extends FoundGrant<Kind> {
  readonly registration: Registration;
}

/**
 * What the value stands for, once its owner has proved itself. Throws TokenError `grantMalformed`, `grantOfOtherTenant`,
 * `grantOfOtherClient` and those of authenticating a client.
 */
export async function getOwnGrant<Kind extends GrantKind>(
  issuer: IssuerContext,
  request: FlowRequest,
  { kind, handle }: { readonly kind: Kind; readonly handle: string },
): Promise<OwnedGrant<Kind>> {
  const { segment } = request.address;
  const named = isSharedSegment(segment) ? undefined : await getTenant(issuer.directory, segment);
  const found = await findGrant(issuer, kind, handle);
  if (found === undefined) throw new TokenError('grantMalformed');
  if (named !== undefined && named.key !== found.tenant.key) throw new TokenError('grantOfOtherTenant');
  const registration = await authenticateClient(issuer, request, found.tenant);
  if (found.grant.appId !== registration.app.id) throw new TokenError('grantOfOtherClient');
  return { ...found, registration };
}

/** Gives the user back; throws TokenError `userDisabled` for one who may not sign in. */
export function checkUser(user: DirectoryUser): DirectoryUser {
  if (!user.accountEnabled) throw new TokenError('userDisabled');
  return user;
}

/** The user of a grant; throws TokenError `userNotFound` for one who is gone, `userDisabled`. */
export async function getGrantUser(
  { directory }: IssuerContext,
  tenant: Tenant,
  userId: string | null,
): Promise<DirectoryUser> {
  const user = userId === null ? undefined : await directory.findUser(tenant, userId);
  if (user !== undefined) return checkUser(user);
  throw new TokenError('userNotFound', { values: { user: userId ?? '', tenant: tenant.displayName } });
}

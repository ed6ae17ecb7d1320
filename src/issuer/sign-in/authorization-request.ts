/**
 * What an app asks for at the authorization endpoint. Read in two steps: before the client and its redirect URI are known
 * to belong together, a fault may only be shown; afterwards it is sent back to the app.
 */
import { findRedirectUri, isRegistered } from '../../lib/redirect-uri.ts';
import { isPublicClient } from '../../model/directory.ts';
import type { EntraVersion } from '../../model/entra-versions.ts';
import type { Address } from '../address.ts';
import { readAskedScope, SIGN_IN_SCOPE } from '../asked-scope.ts';
import type { IssuerContext } from '../issuer-context.ts';
import { getRegistrations } from '../directory.ts';
import type { Registration } from '../directory.ts';
import { getParameter } from '../flows/flow.ts';
import { grantScope } from '../scopes.ts';
import { TokenError } from '../token-error.ts';
import { CHALLENGE_METHOD, isChallenge } from './pkce.ts';

export const RESPONSE_MODES = ['query', 'fragment', 'form_post'] as const;
export type ResponseMode = (typeof RESPONSE_MODES)[number];

const PROMPTS = ['none', 'login', 'select_account', 'consent'] as const;
export type Prompt = (typeof PROMPTS)[number];

export type Parameters = ReadonlyMap<string, string>;

/** An app's request, and the endpoint that it was sent to. */
export interface SignInRequest {
  readonly address: Address;
  readonly parameters: Parameters;
}

/** Where answers go, good or bad. */
export interface ReturnAddress {
  /** As requested. The redemption of the code repeats it. */
  readonly redirectUri: string;
  /** The same in canonical spelling, which browsers are sent to. */
  readonly href: string;
  readonly responseMode: ResponseMode;
  readonly state: string | undefined;
}

/** An app that may be answered. */
export interface KnownClient {
  /** In every tenant that the user may be of. */
  readonly registrations: readonly [Registration, ...Registration[]];
  readonly returnAddress: ReturnAddress;
}

export interface AuthorizationRequest {
  readonly client: KnownClient;
  readonly scope: string;
  readonly challenge: string | null;
  readonly nonce: string | null;
  readonly prompts: ReadonlySet<Prompt>;
  readonly loginHint: string | undefined;
  readonly wantsClientInfo: boolean;
}

/**
 * The app and where to answer it. What this throws must not be sent anywhere: TokenError `parameterMissing`,
 * `tenantOfTokenNotFound`, `applicationNotFound`, `redirectUriMissing` or `redirectUriUnknown`.
 */
export async function identifyClient(
  { directory }: Pick<IssuerContext, 'directory'>,
  { address, parameters }: SignInRequest,
): Promise<KnownClient> {
  const found = await getRegistrations(directory, address, getParameter(parameters, 'client_id'));
  const redirectUri = parameters.get('redirect_uri');
  if (redirectUri === undefined) throw new TokenError('redirectUriMissing');
  const uri = findRedirectUri(redirectUri);
  const [first, ...others] = found.filter(({ app }) => uri !== undefined && isRegistered(uri, app.redirectUris));
  if (uri === undefined || first === undefined) {
    throw new TokenError('redirectUriUnknown', { values: { redirectUri, appId: found[0].app.id } });
  }
  const asked = parameters.get('response_mode');
  const responseMode = RESPONSE_MODES.find((mode) => mode === asked) ?? 'query';
  return {
    registrations: [first, ...others],
    returnAddress: { redirectUri, href: uri.href, responseMode, state: parameters.get('state') },
  };
}

/**
 * The rest of the request. What this throws is for the app: TokenError `parameterMissing`, `responseTypeUnsupported`,
 * `responseModeUnsupported`, `promptUnsupported`, `challengeMissing`, `challengeUnsupported`, those of a scope, and
 * `consentRequired`.
 */
export function readAuthorizationRequest(
  { audiences }: Pick<IssuerContext, 'audiences'>,
  client: KnownClient,
  { parameters, address: { version } }: SignInRequest,
): AuthorizationRequest {
  checkResponse(parameters);
  const prompts = readPrompts(parameters.get('prompt'));
  const asked = readAskedScope(version, parameters);
  // In version 1.0, the redemption of the code may name the resource.
  const { scope = version === '1.0' ? SIGN_IN_SCOPE : '', resource } = asked;
  for (const registration of client.registrations) {
    grantScope(scope, registration, { audiences, refusal: 'consentRequired', resource });
  }
  return {
    client,
    scope,
    prompts,
    challenge: readChallenge(client, parameters, version),
    nonce: parameters.get('nonce') ?? null,
    loginHint: parameters.get('login_hint'),
    wantsClientInfo: parameters.get('client_info') === '1',
  };
}

function checkResponse(parameters: Parameters): void {
  const responseType = getParameter(parameters, 'response_type');
  if (responseType !== 'code') throw new TokenError('responseTypeUnsupported', { values: { responseType } });
  const responseMode = parameters.get('response_mode');
  if (responseMode !== undefined && !(RESPONSE_MODES as readonly string[]).includes(responseMode)) {
    throw new TokenError('responseModeUnsupported', { values: { responseMode } });
  }
}

function readPrompts(text: string | undefined): ReadonlySet<Prompt> {
  const asked = new Set(text?.split(' ').filter((word) => word !== ''));
  const prompts = new Set(PROMPTS.filter((prompt) => asked.has(prompt)));
  const isContradictory = prompts.has('none') && prompts.size > 1;
  if (prompts.size < asked.size || isContradictory) throw new TokenError('promptUnsupported');
  return prompts;
}

/** Nothing but PKCE binds a public client's code to who asked for it. Clients of version 1.0 are older than PKCE. */
function readChallenge(
  { registrations: [{ app }] }: KnownClient,
  parameters: Parameters,
  version: EntraVersion,
): string | null {
  const challenge = parameters.get('code_challenge');
  const method = parameters.get('code_challenge_method');
  if (challenge === undefined && method === undefined) {
    if (isPublicClient(app) && version === '2.0') throw new TokenError('challengeMissing');
    return null;
  }
  if (method !== CHALLENGE_METHOD || challenge === undefined || !isChallenge(challenge)) {
    throw new TokenError('challengeUnsupported');
  }
  return challenge;
}

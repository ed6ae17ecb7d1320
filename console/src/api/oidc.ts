/**
 * Signs people in at the issuer of the console, by authorization code with PKCE (RFC 7636), and trades the id token for a
 * session. What has to last from one page to the next is kept for this tab only.
 */
import * as oauth from 'oauth4webapi';
import { fillTenant, TENANT_PLACE } from '../../../src/model/outside-issuer.ts';
import type { SignInDescription } from '../../../src/library/admin-types.ts';
import { texts } from '../texts.ts';
import { readAnswer, RequestProblem, send } from './request.ts';
import { forgetSession, openSession, readRenewal, setRenewal, setSession } from './session.ts';

const KEY = 'vivarium-sign-in';
const SCOPE = 'openid profile offline_access';
/** Where an issuer of many tenants describes itself, and signs people in. */
const ANY_TENANT = 'organizations';

/** Of a sign-in that has begun. */
interface Begun {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly returnTo: string;
}

interface Issuer {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly options: { readonly [oauth.allowInsecureRequests]: boolean };
  readonly redirectUri: string;
}

/** @throws RequestProblem when the server, or its issuer, cannot be reached */
export async function findSignIn(): Promise<SignInDescription> {
  return readAnswer<SignInDescription>(await send('/_admin/sign-in', {}));
}

/** Leaves this page for that of the issuer; the promise settles only when that fails. */
export async function beginSignIn(): Promise<void> {
  const { server, client, redirectUri } = await findIssuer();
  // The issuer leads back to one address of the server; what this tab keeps is not there.
  if (new URL(redirectUri).origin !== location.origin) return location.assign(redirectUri);
  const begun: Begun = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    returnTo: location.pathname + location.search,
  };
  sessionStorage.setItem(KEY, JSON.stringify(begun));
  const url = new URL(getEndpoint(server.authorization_endpoint));
  const asked = {
    client_id: client.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    // The code stays out of requests to this server.
    ...(server.response_modes_supported?.includes('fragment') && { response_mode: 'fragment' }),
    scope: SCOPE,
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  location.assign(url);
}

/** With what the issuer has sent the browser back with. @throws RequestProblem for a sign-in that has failed */
export async function finishSignIn(answer: URLSearchParams): Promise<void> {
  const begun = takeBegun();
  if (begun === undefined) throw refuse(texts.signIn.lost);
  const { server, client, options, redirectUri } = await findIssuer();
  await translate(async () => {
    const checked = oauth.validateAuthResponse(withoutPlace(server, answer), client, answer, begun.state);
    const response = await oauth.authorizationCodeGrantRequest(
      ...([server, client, oauth.None(), checked, redirectUri, begun.verifier, options] as const),
    );
    const named = await nameIssuer(server, response);
    const expected = { expectedNonce: begun.nonce, requireIdToken: true };
    await keep(await oauth.processAuthorizationCodeResponse(named, client, response, expected));
  });
  if (begun.returnTo !== location.pathname + location.search) location.replace(begun.returnTo);
}

/** A new session in place of the one that is about to end. @throws RequestProblem when the issuer does not know the person any more */
export async function renewSession(refreshToken: string): Promise<void> {
  const { server, client, options } = await findIssuer();
  await translate(async () => {
    const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, options);
    const named = await nameIssuer(server, response);
    const tokens = await oauth.processRefreshTokenResponse(named, client, response);
    await keep({ ...tokens, refresh_token: tokens.refresh_token ?? refreshToken });
  });
}

/** Ends the session here, and at the issuer, which leads back to the console. */
export async function signOut(): Promise<void> {
  const idToken = readRenewal()?.idToken;
  forgetSession();
  const issuer = idToken === undefined ? undefined : await findIssuer().catch(() => undefined);
  const endpoint = issuer?.server.end_session_endpoint;
  if (idToken === undefined || issuer === undefined || endpoint === undefined) return setSession(undefined);
  const { client, redirectUri } = issuer;
  const url = new URL(endpoint);
  url.searchParams.set('client_id', client.client_id);
  url.searchParams.set('id_token_hint', idToken);
  url.searchParams.set('post_logout_redirect_uri', redirectUri);
  location.assign(url);
}

async function keep({ id_token: idToken, refresh_token: refreshToken }: oauth.TokenEndpointResponse): Promise<void> {
  if (idToken === undefined) throw refuse(texts.signIn.lost);
  await openSession({ idToken });
  setRenewal({ idToken, refreshToken, openedAt: Date.now() });
}

async function findIssuer(): Promise<Issuer> {
  const { issuer, clientId, redirectUri, now } = await findSignIn();
  if (issuer === null || clientId === null) throw refuse(texts.signIn.noIssuer);
  const options = { [oauth.allowInsecureRequests]: issuer.startsWith('http:') };
  const server = await translate(async () => {
    const response = await oauth.discoveryRequest(new URL(fillTenant(issuer, ANY_TENANT)), options);
    return oauth.processDiscoveryResponse(new URL(issuer), response);
  });
  const skewSeconds = Math.round((Date.parse(now) - Date.now()) / 1000);
  return { server, client: { client_id: clientId, [oauth.clockSkew]: skewSeconds }, options, redirectUri };
}

/** An issuer of many tenants names the one of the person in the token. */
async function nameIssuer(server: oauth.AuthorizationServer, response: Response): Promise<oauth.AuthorizationServer> {
  if (!server.issuer.includes(TENANT_PLACE) || !response.ok) return server;
  const { id_token: token = '' } = (await response.clone().json()) as { readonly id_token?: string };
  const [, claims = ''] = token.split('.');
  const { tid = '' } = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))) as { readonly tid?: string };
  return { ...server, issuer: fillTenant(server.issuer, tid) };
}

/** The `iss` of an answer (RFC 9207) cannot be compared with a name that has a place for the tenant. */
function withoutPlace(server: oauth.AuthorizationServer, answer: URLSearchParams): oauth.AuthorizationServer {
  const name = answer.get('iss');
  return server.issuer.includes(TENANT_PLACE) && name !== null ? { ...server, issuer: name } : server;
}

function takeBegun(): Begun | undefined {
  const text = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return text === null ? undefined : (JSON.parse(text) as Begun);
}

function getEndpoint(endpoint: string | undefined): string {
  if (endpoint === undefined) throw refuse(texts.signIn.noIssuer);
  return endpoint;
}

async function translate<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof RequestProblem) throw cause;
    if (cause instanceof oauth.AuthorizationResponseError || cause instanceof oauth.ResponseBodyError) {
      throw refuse(cause.error_description ?? cause.error, cause.error);
    }
    throw refuse(texts.signIn.failed(cause instanceof Error ? cause.message : String(cause)));
  }
}

function refuse(message: string, code: string = texts.signIn.refused): RequestProblem {
  return new RequestProblem({ status: 401, code, message });
}

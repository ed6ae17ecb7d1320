/**
 * The authorization endpoint. Its steps: begin -> page -> choose -> answer. With a session, or with prompt=none, begin
 * answers at once. Nothing is kept between the page and the choice: the page's form carries the request, which is checked
 * again as if it were new.
 */
import type { IssuerContext } from '../issuer-context.ts';
import { clientInfo } from '../claims.ts';
import { startGrant } from '../grants.ts';
import { TokenError } from '../token-error.ts';
import { accountName, findAccount, listAccounts } from './accounts.ts';
import type { AccountQuery, Accounts } from './accounts.ts';
import { answerApp } from './answer.ts';
import type { Answer } from './answer.ts';
import { identifyClient, readAuthorizationRequest } from './authorization-request.ts';
import type { AuthorizationRequest, KnownClient, ReturnAddress, SignInRequest } from './authorization-request.ts';
import { findSession, startSession } from './sessions.ts';
import type { SignedIn } from './sessions.ts';

const CODE_MS = 10 * 60_000;

export type SignInOutcome =
  | {
      readonly kind: 'page';
      readonly request: AuthorizationRequest;
      readonly accounts: Accounts;
      /** An entered name that no user has. */
      readonly unknownUser?: string;
    }
  | { readonly kind: 'answered'; readonly answer: Answer; readonly signedIn?: ChosenAccount }
  /** For the app to be told. */
  | { readonly kind: 'refused'; readonly to: ReturnAddress; readonly error: TokenError };

/** For the browser to remember. */
export interface ChosenAccount {
  readonly sessionHandle: string;
  /** As {@link AccountQuery} has it. */
  readonly account: string;
}

/** What a browser remembers. */
export interface BrowserMemory extends Pick<AccountQuery, 'recent'> {
  readonly sessionHandle: string | undefined;
}

/** What a person did on the page. `user` is an account's name, or a userPrincipalName. */
export type Choice =
  | { readonly kind: 'user'; readonly user: string }
  | { readonly kind: 'search'; readonly text: string }
  | { readonly kind: 'cancel' };

/** Throws TokenError for what must not be sent back: see {@link identifyClient}. */
export async function beginSignIn(
  issuer: IssuerContext,
  signIn: SignInRequest,
  { sessionHandle, recent }: BrowserMemory,
): Promise<SignInOutcome> {
  const client = await identifyClient(issuer, signIn);
  return refusable(client, async () => {
    const request = readAuthorizationRequest(issuer, client, signIn);
    const session = await findSession(issuer, sessionHandle);
    const signedIn = session && isEnough(request, session) ? session : undefined;
    if (signedIn !== undefined) return { kind: 'answered', answer: await answerWithCode(issuer, request, signedIn) };
    if (request.prompts.has('none')) throw new TokenError('loginRequired');
    return showPage(issuer, request, { search: '', recent });
  });
}

/** Throws as {@link beginSignIn} does; a search, and a user who is not there, bring the page again. */
export async function finishSignIn(
  issuer: IssuerContext,
  signIn: SignInRequest,
  { choice, recent }: Pick<AccountQuery, 'recent'> & { readonly choice: Choice },
): Promise<SignInOutcome> {
  const client = await identifyClient(issuer, signIn);
  return refusable(client, async () => {
    const request = readAuthorizationRequest(issuer, client, signIn);
    if (choice.kind === 'cancel') throw new TokenError('signInDeclined');
    if (choice.kind === 'search') return showPage(issuer, request, { search: choice.text, recent });
    const found = await findAccount(issuer, client.registrations, choice.user);
    if (found === undefined) {
      return { ...(await showPage(issuer, request, { search: '', recent })), unknownUser: choice.user };
    }
    const answer = await answerWithCode(issuer, request, found);
    const signedIn = { sessionHandle: await startSession(issuer, found), account: accountName(found.user) };
    return { kind: 'answered', answer, signedIn };
  });
}

async function showPage(
  issuer: IssuerContext,
  request: AuthorizationRequest,
  query: AccountQuery,
): Promise<Extract<SignInOutcome, { kind: 'page' }>> {
  const { client, loginHint } = request;
  return {
    kind: 'page',
    request,
    accounts: await listAccounts(issuer, client.registrations, { ...query, loginHint }),
  };
}

async function refusable({ returnAddress }: KnownClient, work: () => Promise<SignInOutcome>): Promise<SignInOutcome> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TokenError) return { kind: 'refused', to: returnAddress, error };
    throw error;
  }
}

/** Whether the session is of a user that the app may have, and that it asks for. */
function isEnough({ client, prompts, loginHint }: AuthorizationRequest, { tenant, user }: SignedIn): boolean {
  const isAsked = ['login', 'select_account', 'consent'].some((prompt) => (prompts as Set<string>).has(prompt));
  const isOfClient = client.registrations.some((registration) => registration.tenant.id === tenant.id);
  const isHinted = loginHint === undefined || loginHint.toLowerCase() === user.userPrincipalName;
  return !isAsked && isOfClient && isHinted;
}

async function answerWithCode(
  issuer: IssuerContext,
  request: AuthorizationRequest,
  { tenant, user }: SignedIn,
): Promise<Answer> {
  const { client, scope, challenge, nonce, wantsClientInfo } = request;
  const { returnAddress, registrations } = client;
  const code = await startGrant(issuer, tenant, {
    kind: 'code',
    appId: registrations[0].app.id,
    userId: user.id,
    details: { redirectUri: returnAddress.redirectUri, challenge, scope, nonce },
    lifetimeMs: CODE_MS,
  });
  return answerApp(returnAddress, { code, ...(wantsClientInfo && { client_info: clientInfo(tenant, user) }) });
}

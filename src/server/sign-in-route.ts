/** The pages of the embedded issuer that people see: sign-in, sign-out, and what went wrong. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorPage, messagePage, signInPage } from '../issuer/pages/pages.ts';
import { grantScope } from '../issuer/scopes.ts';
import { answerWithError } from '../issuer/sign-in/answer.ts';
import { beginSignIn, finishSignIn } from '../issuer/sign-in/authorize.ts';
import type { SignInRequest } from '../issuer/sign-in/authorization-request.ts';
import type { Choice, SignInOutcome } from '../issuer/sign-in/authorize.ts';
import { endSession } from '../issuer/sign-in/sessions.ts';
import { findReturnUrl } from '../issuer/sign-in/sign-out.ts';
import { TokenError } from '../issuer/token-error.ts';
import { readParameters } from '../issuer/token.ts';
import { ENTRA_VERSIONS } from '../model/entra-versions.ts';
import { registerDeviceRoutes } from './device-route.ts';
import { addressOf, describeRefusal, forbidCaching, oauthPath, queryOf, toTokenError } from './issuer-exchange.ts';
import type { IssuerRoutesOptions, TenantRequest, TenantRoute } from './issuer-exchange.ts';
import { addRecentAccount, readMemory, setSessionHandle } from './sign-in-memory.ts';
import { sendAnswer, sendPage } from './sign-in-reply.ts';

const AUTHORIZE_PATHS = ENTRA_VERSIONS.map((version) => oauthPath(version, 'authorize'));
const CHOICE_PATH = '/:segment/login';

/** To be given to `app.register`: what goes wrong in here is shown as a page. */
export async function registerSignInRoutes(app: FastifyInstance, options: IssuerRoutesOptions): Promise<void> {
  app.addHook('onRequest', forbidCaching);
  app.addHook('onRequest', async (request) => checkSender(options, request));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = toTokenError(options, error, request);
    const { row, status } = refusal;
    const page = errorPage(describeRefusal(options, refusal, request), {
      row,
      hasJournal: options.plugin !== undefined,
    });
    return sendPage(reply, page, status);
  });
  registerAuthorize(app, options);
  registerLogout(app, options);
  registerDeviceRoutes(app, options);
}

/** Values of Sec-Fetch-Site that no other site can cause: our own pages, and requests that the user started, such as a reload. */
const OWN_SITES: readonly string[] = ['same-origin', 'none'];

/**
 * Users are picked without a password, so pages of other sites must not submit these forms. Browsers name the sender in
 * Origin and, even where they omit that, in Sec-Fetch-Site; `same-site` includes other ports of this host. Other programs
 * send neither. The authorization endpoint takes forms of apps (OpenID Connect Core, section 3.1.2.1).
 */
function checkSender(options: IssuerRoutesOptions, request: FastifyRequest): void {
  if (request.method !== 'POST' || AUTHORIZE_PATHS.includes(request.routeOptions.url ?? '')) return;
  const { origin, 'sec-fetch-site': site } = request.headers;
  const isForeign = origin !== undefined && origin !== options.findOrigin(request);
  if (isForeign || (site !== undefined && !OWN_SITES.includes(site))) throw new TokenError('originForeign');
}

function registerAuthorize(app: FastifyInstance, options: IssuerRoutesOptions): void {
  const { issuer } = options;
  for (const version of ENTRA_VERSIONS) {
    app.route<TenantRoute>({
      method: ['GET', 'POST'],
      url: oauthPath(version, 'authorize'),
      handler: async (request, reply) => {
        const text = request.method === 'POST' ? (request.body ?? '') : queryOf(request);
        const signIn = { address: addressOf(options, request, version), parameters: readParameters(text) };
        const outcome = await beginSignIn(issuer, signIn, readMemory(request, signIn.address.origin));
        return sendOutcome(options, { request, reply, signIn }, outcome);
      },
    });
  }
  app.post<TenantRoute>(CHOICE_PATH, async (request, reply) => {
    const form = readParameters(request.body ?? '');
    const version = ENTRA_VERSIONS.find((known) => known === form.get('version'));
    const parameters = readParameters(form.get('request') ?? '');
    const signIn = { address: addressOf(options, request, version), parameters };
    const { recent } = readMemory(request, signIn.address.origin);
    const outcome = await finishSignIn(issuer, signIn, { choice: readChoice(form), recent });
    return sendOutcome(options, { request, reply, signIn }, outcome);
  });
}

function readChoice(form: ReadonlyMap<string, string>): Choice {
  if (form.has('cancel')) return { kind: 'cancel' };
  const search = form.get('search');
  return search === undefined ? { kind: 'user', user: form.get('user') ?? '' } : { kind: 'search', text: search };
}

interface SignInExchange {
  readonly request: TenantRequest;
  readonly reply: FastifyReply;
  readonly signIn: SignInRequest;
}

function sendOutcome(options: IssuerRoutesOptions, exchange: SignInExchange, outcome: SignInOutcome): FastifyReply {
  const { request, reply, signIn } = exchange;
  switch (outcome.kind) {
    case 'page':
      return sendSignInPage(options, exchange, outcome);
    case 'refused':
      return sendAnswer(reply, answerWithError(outcome.to, describeRefusal(options, outcome.error, request)));
    case 'answered':
      if (outcome.signedIn !== undefined) {
        setSessionHandle(reply, signIn.address.origin, outcome.signedIn.sessionHandle);
        addRecentAccount({ request, reply }, signIn.address.origin, outcome.signedIn.account);
      }
      return sendAnswer(reply, outcome.answer);
  }
}

function sendSignInPage(
  { issuer }: IssuerRoutesOptions,
  { reply, signIn }: SignInExchange,
  { request, accounts, unknownUser }: Extract<SignInOutcome, { kind: 'page' }>,
): FastifyReply {
  const { registrations, returnAddress } = request.client;
  const [registration] = registrations;
  const { audiences } = issuer;
  const page = signInPage({
    action: `/${encodeURIComponent(signIn.address.segment)}/login`,
    fields: {
      request: new URLSearchParams([...signIn.parameters]).toString(),
      version: signIn.address.version,
    },
    accounts,
    appName: registration.app.name,
    scope: grantScope(request.scope, registration, { audiences, refusal: 'consentRequired' }),
    showsWanted: request.prompts.has('consent'),
    redirectUri: returnAddress.redirectUri,
    unknownUser,
  });
  return sendPage(reply, page);
}

function registerLogout(app: FastifyInstance, options: IssuerRoutesOptions): void {
  const leave = async (request: TenantRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const address = addressOf(options, request);
    const text = request.method === 'POST' ? (request.body ?? '') : queryOf(request);
    const parameters = readParameters(text);
    const url = await findReturnUrl(options.issuer, address, parameters);
    await endSession(options.issuer, readMemory(request, address.origin).sessionHandle);
    setSessionHandle(reply, address.origin, undefined);
    if (url !== undefined) return sendAnswer(reply, { kind: 'redirect', url });
    const wanted = parameters.get('post_logout_redirect_uri');
    const refusal = wanted === undefined ? [] : [`${wanted} is not a redirectUri of any app.`];
    const texts = [...refusal, 'To sign in again, go back to the app. Otherwise, close this page.'];
    return sendPage(reply, messagePage({ title: 'You are signed out', texts }));
  };
  for (const version of ENTRA_VERSIONS) {
    app.route<TenantRoute>({ method: ['GET', 'POST'], url: oauthPath(version, 'logout'), handler: leave });
  }
}

/** The paths of the embedded issuer that programs call, where Microsoft Entra has them: metadata, keys, tokens. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { checkTenantSegment } from '../issuer/directory.ts';
import { describeInstanceDiscovery, describeIssuer, describeUserRealm } from '../issuer/metadata.ts';
import { startDevice } from '../issuer/sign-in/device.ts';
import { TokenError } from '../issuer/token-error.ts';
import { issueToken, readParameters } from '../issuer/token.ts';
import { accessTokenInvalid, describeUser } from '../issuer/user-info.ts';
import { ENTRA_PATHS, ENTRA_VERSIONS } from '../model/entra-versions.ts';
import { GraphError } from '../model/graph-error.ts';
import { OVERLOAD_RETRY_MS } from './admission.ts';
import { isPreflight, sendPreflight } from './cors.ts';
import { addressOf, findClientRequestId, forbidCaching, oauthPath, queryOf, toTokenError } from './issuer-exchange.ts';
import type { IssuerRoutesOptions, TenantRequest, TenantRoute } from './issuer-exchange.ts';
import { noteClient } from './note-client.ts';
import type { ServerPlugin } from './plugin.ts';
import { registerSignInRoutes } from './sign-in-route.ts';
import { answerTokenRequest, refuse } from './token-answer.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    isIntercepted?: boolean;
  }
}

const OVERLOAD_HEADERS = { 'Retry-After': String(OVERLOAD_RETRY_MS / 1000) };
const FORM_LIMIT_BYTES = 64 * 1024;
const INSTANCE_PATH = '/:segment/discovery/instance';
const REALM_PATH = '/:segment/userrealm/:user';

/**
 * To be given to `app.register`, which keeps its body parser and error shape from the other routes.
 * The request's id goes out as the trace id; it should be a GUID.
 */
export async function registerIssuerRoutes(app: FastifyInstance, options: IssuerRoutesOptions): Promise<void> {
  acceptForms(app);
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, observedAs: 'issuer' };
    if (options.plugin !== undefined) runThroughPlugin(options.plugin, route);
  });
  app.addHook('onRequest', identifyAnswer);
  app.addHook('onRequest', async (request) => checkAddress(options, request));
  // After the hooks that let pages of any origin read the answer, and before the body is read.
  app.addHook('preParsing', async ({ exchange }) => {
    if (exchange.exceedsCapacity) throw new TokenError('temporarilyUnavailable', { headers: OVERLOAD_HEADERS });
  });
  // For observers.
  if (options.plugin !== undefined) app.addHook('preHandler', (request: TenantRequest) => noteClient(options, request));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { status, headers, body } = refuse(options, toTokenError(options, error, request), request as TenantRequest);
    return reply.code(status).headers(headers).send(body);
  });
  registerDiscovery(app, options);
  registerTokens(app, options);
  registerUserInfo(app, options);
  await app.register(registerSignInRoutes, options);
}

/** Has the plugin run the handler of a route, unless the route calls the plugin itself. */
function runThroughPlugin({ pass }: ServerPlugin, route: RouteOptions): void {
  const { handler } = route;
  if (route.config?.isIntercepted === true) return;
  // Fastify makes the route of HEAD from this one.
  route.config = { ...route.config, isIntercepted: true };
  route.handler = function run(request, reply) {
    return pass(async () => handler.call(this, request, reply));
  };
}

/** Documents, tokens and pages name the origin of the request, so all of them require one of our own. */
function checkAddress(options: IssuerRoutesOptions, request: FastifyRequest): void {
  const origin = options.findOrigin(request);
  if (!options.isOwnOrigin(origin)) throw new TokenError('addressUnknown', { values: { origin } });
}

/**
 * Reads forms, also those without a Content-Type: MSAL4J sends none with a device code request. Any other body counts as an
 * empty one, whereupon the endpoint names the parameter it misses.
 */
function acceptForms(app: FastifyInstance): void {
  const limit = { parseAs: 'string', bodyLimit: FORM_LIMIT_BYTES } as const;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-www-form-urlencoded', limit, (_request, body, done) => done(null, body));
  app.addContentTypeParser('*', limit, ({ headers }, body, done) => {
    done(null, headers['content-type'] === undefined ? body : '');
  });
}

function registerDiscovery(app: FastifyInstance, options: IssuerRoutesOptions): void {
  const { issuer } = options;
  const open = { onRequest: allowAnyOrigin };
  for (const version of ENTRA_VERSIONS) {
    const { configuration, keys } = ENTRA_PATHS[version];
    app.get<TenantRoute>(`/:segment/${configuration}`, open, (request) =>
      describeIssuer(issuer.directory, addressOf(options, request, version)),
    );
    app.get<TenantRoute>(`/:segment/${keys}`, open, (request) => getKeyDocument(options, request.params.segment));
  }
  app.get(INSTANCE_PATH, open, (request) => {
    const endpoint = readParameters(queryOf(request)).get('authorization_endpoint');
    return describeInstanceDiscovery(options.findOrigin(request), endpoint);
  });
  // Before it sends a password, MSAL asks whether the user is federated. No user is.
  app.get<{ Params: { user: string } }>(REALM_PATH, open, (request) =>
    describeUserRealm(options.findOrigin(request), request.params.user),
  );
}

/** Tenants share the keys; only the path is the tenant's own. */
async function getKeyDocument({ issuer }: IssuerRoutesOptions, segment: string): Promise<object> {
  await checkTenantSegment(issuer.directory, segment);
  return issuer.keys.publicJwks();
}

/** Any page may ask, as single page apps do: what it gets depends on what it sends. */
function registerTokens(app: FastifyInstance, options: IssuerRoutesOptions): void {
  const { issuer } = options;
  for (const version of ENTRA_VERSIONS) {
    addFormRoute(app, oauthPath(version, 'token'), {
      isIntercepted: true,
      answer: (request, reply) =>
        answerTokenRequest(options, { request, reply }, async () =>
          issueToken(issuer, {
            address: addressOf(options, request, version),
            authorization: request.headers.authorization,
            form: readParameters(request.body ?? ''),
          }),
        ),
    });
    addFormRoute(app, oauthPath(version, 'devicecode'), {
      answer: (request) =>
        startDevice(issuer, addressOf(options, request, version), readParameters(request.body ?? '')),
    });
  }
}

interface FormRoute {
  /** Whether its answer is that of an interceptor. */
  readonly isIntercepted?: boolean;
  answer(request: TenantRequest, reply: FastifyReply): Promise<object>;
}

function addFormRoute(app: FastifyInstance, url: string, { isIntercepted = false, answer }: FormRoute): void {
  app.post<TenantRoute>(url, { onRequest: [allowAnyOrigin, forbidCaching], config: { isIntercepted } }, answer);
  app.route({
    method: app.supportedMethods.filter((method) => method !== 'POST'),
    url,
    exposeHeadRoute: false,
    onRequest: [allowAnyOrigin, forbidCaching],
    handler: (request, reply) => {
      if (isPreflight(request)) return sendPreflight(request, reply);
      throw new TokenError('methodNotPost', { values: { method: request.method }, headers: { Allow: 'POST' } });
    },
  });
}

function registerUserInfo(app: FastifyInstance, options: IssuerRoutesOptions): void {
  for (const version of ENTRA_VERSIONS) {
    app.route({
      method: ['GET', 'POST'],
      url: ENTRA_PATHS[version].userInfo,
      onRequest: [allowAnyOrigin, forbidCaching],
      handler: async ({ headers }) => {
        const caller = await options.authenticate(headers.authorization).catch((cause: unknown) => {
          throw cause instanceof GraphError ? accessTokenInvalid(cause) : cause;
        });
        return describeUser(options.issuer, caller, version);
      },
    });
  }
}

type Next = () => void;

function identifyAnswer(request: FastifyRequest, reply: FastifyReply, next: Next): void {
  reply.header('x-ms-request-id', request.id);
  const clientRequestId = findClientRequestId(request);
  if (clientRequestId !== undefined) reply.header('client-request-id', clientRequestId);
  next();
}

function allowAnyOrigin(_request: FastifyRequest, reply: FastifyReply, next: Next): void {
  reply.header('Access-Control-Allow-Origin', '*');
  next();
}

/** The paths of the embedded authority, where Microsoft Entra has them: metadata, keys and the token endpoint. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SigningKeys } from '../auth/signing-keys.ts';
import type { Clock } from '../base/clock.ts';
import { checkTenantSegment } from '../issuer/directory.ts';
import type { IssuerDirectory } from '../issuer/directory.ts';
import { describeIssuer } from '../issuer/metadata.ts';
import { readTokenForm } from '../issuer/token.ts';
import type { TokenEndpoint } from '../issuer/token.ts';
import { TokenError, tokenErrorBody } from '../issuer/token-error.ts';

const FORM_LIMIT_BYTES = 64 * 1024;
const TOKEN_PATH = '/:segment/oauth2/v2.0/token';
const METADATA_PATHS = [
  '/:segment/v2.0/.well-known/openid-configuration',
  '/:segment/.well-known/openid-configuration',
];
const KEYS_PATHS = ['/:segment/discovery/v2.0/keys', '/:segment/discovery/keys'];

/** What may go back in a header and in an error's text. */
const CLIENT_REQUEST_ID = /^[\x21-\x7e]{1,64}$/;

export interface IssuerRoutesOptions {
  readonly issuer: {
    readonly directory: IssuerDirectory;
    readonly keys: SigningKeys;
    readonly tokens: TokenEndpoint;
  };
  readonly clock: Clock;
  /** The origin as the client addressed it, such as `https://localhost:8443`. */
  findOrigin(request: FastifyRequest): string;
  /** The one origin that access tokens name as their issuer, however their receiver addressed the server. */
  findTokenOrigin(): string;
  /** Told of everything that is answered with status 500. */
  reportFault(fault: unknown, request: FastifyRequest): void;
}

interface TenantRoute {
  Params: { segment: string };
}

/**
 * To be given to `app.register`, which keeps its body parser and error shape from the other routes.
 * The request's id goes out as the trace id; it should be a GUID.
 */
export async function registerIssuerRoutes(app: FastifyInstance, options: IssuerRoutesOptions): Promise<void> {
  acceptForms(app);
  app.addHook('onRequest', identifyAnswer);
  app.setErrorHandler((error: FastifyError, request, reply) => sendTokenError(error, { request, reply, options }));
  registerDiscovery(app, options);
  registerToken(app, options);
}

/** Forms are read. Any other body counts as an empty one, whereupon the endpoint names the parameter it misses. */
function acceptForms(app: FastifyInstance): void {
  const limit = { parseAs: 'string', bodyLimit: FORM_LIMIT_BYTES } as const;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-www-form-urlencoded', limit, (_request, body, done) => done(null, body));
  app.addContentTypeParser('*', limit, (_request, _body, done) => done(null, ''));
}

function registerDiscovery(app: FastifyInstance, options: IssuerRoutesOptions): void {
  for (const path of METADATA_PATHS) {
    app.get<TenantRoute>(path, { onRequest: allowAnyOrigin }, (request) =>
      describeIssuer(options.issuer.directory, {
        origin: options.findOrigin(request),
        segment: request.params.segment,
      }),
    );
  }
  for (const path of KEYS_PATHS) {
    app.get<TenantRoute>(path, { onRequest: allowAnyOrigin }, (request) =>
      getKeyDocument(options, request.params.segment),
    );
  }
}

/** Tenants share the keys; only the path is the tenant's own. */
async function getKeyDocument({ issuer }: IssuerRoutesOptions, segment: string): Promise<object> {
  await checkTenantSegment(issuer.directory, segment);
  return issuer.keys.publicJwks();
}

function registerToken(app: FastifyInstance, options: IssuerRoutesOptions): void {
  app.post<TenantRoute & { Body: string | undefined }>(TOKEN_PATH, { onRequest: forbidCaching }, (request) =>
    options.issuer.tokens.issueToken({
      origin: options.findTokenOrigin(),
      segment: request.params.segment,
      authorization: request.headers.authorization,
      form: readTokenForm(request.body ?? ''),
    }),
  );
  app.route({
    method: app.supportedMethods.filter((method) => method !== 'POST'),
    url: TOKEN_PATH,
    exposeHeadRoute: false,
    onRequest: forbidCaching,
    handler: ({ method }) => {
      throw new TokenError('methodNotPost', { values: { method }, headers: { Allow: 'POST' } });
    },
  });
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

function forbidCaching(_request: FastifyRequest, reply: FastifyReply, next: Next): void {
  reply.header('Cache-Control', 'no-store, no-cache').header('Pragma', 'no-cache');
  next();
}

/** MSAL sends it in the query, other clients as a header. */
function findClientRequestId({ headers, query }: FastifyRequest): string | undefined {
  const id = headers['client-request-id'] ?? (query as Readonly<Record<string, unknown>>)['client-request-id'];
  return typeof id === 'string' && CLIENT_REQUEST_ID.test(id) ? id : undefined;
}

interface FailedExchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly options: IssuerRoutesOptions;
}

function sendTokenError(error: FastifyError, { request, reply, options }: FailedExchange): FastifyReply {
  const refusal = toTokenError(error);
  if (refusal.row === 'serverFault') options.reportFault(error, request);
  const body = tokenErrorBody(refusal, {
    now: options.clock.now(),
    traceId: request.id,
    correlationId: findClientRequestId(request) ?? request.id,
  });
  return reply.code(refusal.status).headers(refusal.headers).send(body);
}

function toTokenError(error: FastifyError): TokenError {
  if (error instanceof TokenError) return error;
  // The framework's own refusals, such as that of a body above the limit.
  const isOfClient = error.statusCode !== undefined && error.statusCode < 500;
  return new TokenError(isOfClient ? 'requestMalformed' : 'serverFault', { cause: error });
}

/** What the routes of the embedded issuer share: who asked, where, and how a refusal names the request. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../auth/authenticate.ts';
import type { Address } from '../issuer/address.ts';
import type { IssuerContext } from '../issuer/issuer-context.ts';
import { Unavailable, WriteInDoubt } from '../lib/unavailable.ts';
import { TokenError, tokenErrorBody } from '../issuer/token-error.ts';
import type { TokenErrorBody } from '../issuer/token-error.ts';
import { ENTRA_PATHS } from '../model/entra-versions.ts';
import type { EntraVersion } from '../model/entra-versions.ts';
import type { ServerPlugin } from './plugin.ts';

export interface IssuerRoutesOptions {
  readonly issuer: IssuerContext;
  /** The origin as the client addressed it, such as `https://localhost:8443`. */
  findOrigin(request: FastifyRequest): string;
  /** Who sent the request, by network address. */
  findSender(request: FastifyRequest): string;
  /** Whether this server is really reached there, whatever a client or a page claims. */
  isOwnOrigin(origin: string): boolean;
  /** The caller of an Authorization header. Rejects for a token that is not good. */
  authenticate(authorization: string | undefined): Promise<Caller>;
  readonly plugin?: ServerPlugin | undefined;
  /** Called for everything that is answered with status 500. */
  reportFault(fault: unknown, request: FastifyRequest): void;
}

export interface TenantRoute {
  Params: { segment: string };
  /** The text of a form. */
  Body: string | undefined;
}

export type TenantRequest = FastifyRequest<TenantRoute>;

/** Ids that can be repeated in a header and in the text of an error. */
const CLIENT_REQUEST_ID = /^[\x21-\x7e]{1,64}$/;

export function addressOf(
  options: IssuerRoutesOptions,
  request: TenantRequest,
  version: EntraVersion = '2.0',
): Address {
  const { segment } = request.params;
  return { origin: options.findOrigin(request), segment, version, sender: options.findSender(request) };
}

/** Where the OAuth endpoint of this name is, in this version. */
export function oauthPath(version: EntraVersion, name: string): string {
  return `/:segment/${ENTRA_PATHS[version].oauth}/${name}`;
}

/** The query as it was sent. */
export function queryOf({ originalUrl }: FastifyRequest): string {
  const mark = originalUrl.indexOf('?');
  return mark === -1 ? '' : originalUrl.slice(mark + 1);
}

/** MSAL sends it in the query, other clients as a header. */
export function findClientRequestId({ headers, query }: FastifyRequest): string | undefined {
  const id = headers['client-request-id'] ?? (query as Readonly<Record<string, unknown>>)['client-request-id'];
  return typeof id === 'string' && CLIENT_REQUEST_ID.test(id) ? id : undefined;
}

type Next = () => void;

export function forbidCaching(_request: FastifyRequest, reply: FastifyReply, next: Next): void {
  reply.header('Cache-Control', 'no-store, no-cache').header('Pragma', 'no-cache');
  next();
}

/** The refusal of a request, with the ids that its log line has. */
export function describeRefusal(
  { issuer }: IssuerRoutesOptions,
  error: TokenError,
  request: FastifyRequest,
): TokenErrorBody {
  request.exchange.tokenRefusal = error;
  return tokenErrorBody(error, {
    now: issuer.clock.now(),
    traceId: request.id,
    correlationId: findClientRequestId(request) ?? request.id,
  });
}

const RETRY_AFTER = { 'Retry-After': '5' };

/** Whatever is thrown, as a refusal; faults of the server are reported. */
export function toTokenError(options: IssuerRoutesOptions, error: FastifyError, request: FastifyRequest): TokenError {
  if (error instanceof TokenError) return error;
  // A write in doubt can be repeated: at worst, a code that was redeemed is refused when it comes again.
  if (error instanceof Unavailable || error instanceof WriteInDoubt)
    return new TokenError('temporarilyUnavailable', { headers: RETRY_AFTER, cause: error });
  // The framework's own refusals, such as that of a body above the limit.
  const isOfClient = error.statusCode !== undefined && error.statusCode < 500;
  if (!isOfClient) options.reportFault(error, request);
  return new TokenError(isOfClient ? 'requestMalformed' : 'serverFault', { cause: error });
}

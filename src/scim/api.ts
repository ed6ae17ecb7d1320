/**
 * SCIM 2.0 as an engine: a request as plain data in, an answer out. Who asks comes first, so that a stranger learns nothing
 * and no body of theirs is read.
 */
import { findScimCredential, findTenantOfToken } from '../directory/scim-credentials.ts';
import type { Directory } from '../directory/directory.ts';
import type { TenantId } from '../lib/ids.ts';
import type { ScimCredential, Tenant } from '../model/directory.ts';
import { SCIM_TYPE } from '../model/scim.ts';
import type { ScimOperation } from '../model/scim.ts';
import { describeReason } from '../model/reasons.ts';
import { findExcess } from '../odata/json-bounds.ts';
import { isMembers } from './assign.ts';
import type { ScimAnswer, ScimContext } from './context.ts';
import type { Members } from './resource.ts';
import { findRoute } from './routes.ts';
import type { FoundRoute } from './routes.ts';
import { refusalOf, ScimError } from './scim-error.ts';

export interface ScimRequest {
  readonly requestId: string;
  readonly method: string;
  /** Below the root, as sent, without the query. */
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly origin: string;
  /** `undefined` when there is none. @throws GraphError when it is too large or does not come whole */
  readBody(): Promise<Uint8Array | undefined>;
  /** Called once it is known: who asks, and what for. */
  note(facts: { readonly tenantId?: TenantId; readonly operation?: ScimOperation }): void;
}

export interface ScimReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** What went wrong in the server, for its log. */
  readonly fault?: unknown;
}

export interface ScimApi {
  /** Never throws: a refusal is an answer. */
  run(request: ScimRequest): Promise<ScimReply>;
  /** Anything that was thrown on the way, as an answer. */
  refuse(thrown: unknown): ScimReply;
}

export interface ScimApiOptions {
  readonly directory: Directory;
  findTenant(id: TenantId): Tenant | undefined | Promise<Tenant | undefined>;
  /** Counts a request of the credential. @throws GraphError tooManyRequests */
  admit(credential: ScimCredential): void;
  /** Stands around the work of a request; at once when not given. */
  readonly pass?: (<Result>(work: () => Promise<Result>) => Promise<Result>) | undefined;
}

export function createScimApi({ directory, findTenant, admit, pass = (work) => work() }: ScimApiOptions): ScimApi {
  const authenticate = async (request: ScimRequest): Promise<Caller> => {
    const token = /^bearer +(\S+)\s*$/i.exec(request.headers['authorization'] ?? '')?.[1];
    const tenantId = token === undefined ? undefined : findTenantOfToken(token);
    const tenant = tenantId && (await findTenant(tenantId));
    const credential = tenant && (await directory.run(findScimCredential(directory, tenant, token ?? '')));
    if (tenant === undefined || credential === undefined) throw stranger();
    request.note({ tenantId: tenant.id });
    admit(credential);
    return { tenant, credential };
  };

  const answer = async (request: ScimRequest): Promise<ScimReply> => {
    const caller = await authenticate(request);
    const found = findRoute(request.method, request.path);
    const { route } = found;
    request.note({ operation: route.id });
    const body = route.hasBody === true ? readJson(request, await request.readBody()) : {};
    const context = { ...contextOf(request, found), ...caller, directory, body };
    return replyOf(await pass(async () => run(context, found, request.requestId)));
  };

  const run = async (context: ScimContext, { route }: FoundRoute, requestId: string): Promise<ScimAnswer> => {
    const started = route.run(context);
    if ('status' in started) return started;
    const { id: actor } = context.credential;
    return directory.run(started, () => ({ channel: 'scim', operation: route.id, actor, requestId }));
  };

  return {
    run: async (request) => {
      try {
        return await answer(request);
      } catch (thrown) {
        return refuse(thrown);
      }
    },
    refuse,
  };
}

interface Caller {
  readonly tenant: Tenant;
  readonly credential: ScimCredential;
}

function stranger(): ScimError {
  const detail =
    'Missing, wrong or expired token. Send "Authorization: Bearer <token>" with the token of a credential.';
  return new ScimError({ status: 401, headers: { 'www-authenticate': 'Bearer realm="vivarium scim"' } }, detail);
}

function contextOf({ origin, headers, query }: ScimRequest, { params }: FoundRoute) {
  const named = [...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value] as const);
  return { origin, headers, params, query: new Map(named) };
}

const JSON_TYPE = /^application\/(?:scim\+)?json\s*(?:;|$)/i;

function readJson({ headers }: ScimRequest, bytes: Uint8Array | undefined): Members {
  const type = headers['content-type'];
  if (type !== undefined && !JSON_TYPE.test(type.trim()))
    throw new ScimError({ status: 415 }, `Send the body as ${SCIM_TYPE}.`);
  const excess = bytes && findExcess(bytes);
  if (excess !== undefined) throw new ScimError('invalidSyntax', describeReason(excess));
  try {
    const body: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isMembers(body)) return body;
  } catch {
    throw new ScimError('invalidSyntax', 'The body is not valid JSON.');
  }
  throw new ScimError('invalidSyntax', 'The body must be a JSON object.');
}

const NO_STORE = { 'cache-control': 'no-store' };

function replyOf({ status, headers, body }: ScimAnswer): ScimReply {
  if (body === undefined) return { status, headers: { ...NO_STORE, ...headers }, body: undefined };
  return { status, headers: { ...NO_STORE, 'content-type': SCIM_TYPE, ...headers }, body: JSON.stringify(body) };
}

function refuse(thrown: unknown): ScimReply {
  const reply = replyOf(refusalOf(thrown));
  return reply.status === 500 ? { ...reply, fault: thrown } : reply;
}

/**
 * A control API as an engine: a request as plain data in, an answer out. Who asks, what for, what with: the token, the
 * route, its input, in this order, so that a stranger learns nothing and no body of his is read.
 */
import { Type } from 'typebox';

import type { ControlRoot } from '../lib/control-root.ts';
import type { ControlApiFacts } from './facts.ts';
import { bodyTypesOf, createInputReader, JSON_TYPE } from './input.ts';
import { createControlOpenApi } from './openapi.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';
import { ControlError, controlRoute } from './route.ts';
import type { ControlAnswer, ControlParts, ControlRoute } from './route.ts';
import { createRouteTable } from './route-table.ts';
import { includesRole } from './role.ts';
import type { Role } from './role.ts';
import type { ControlHolder, ControlKey } from './token.ts';

export interface ControlRequest {
  readonly method: string;
  /** Below the root of the API, as sent, without the query. */
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  /** The header Last-Event-ID. */
  readonly lastEventId: string | undefined;
  /** As its answer names it; `undefined` for a call within the process. */
  readonly requestId: string | undefined;
  /** Settles when the client has gone, and when the server stops. */
  readonly signal: AbortSignal;
  /** `undefined` when there is none. @throws GraphError when it is too large or does not come whole */
  readBody(limitBytes: number): Promise<Uint8Array | undefined>;
}

export interface ControlReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Nothing at all when undefined. */
  readonly body: string | ControlParts | undefined;
  /** What went wrong in the server, for its log. */
  readonly fault?: unknown;
}

export interface ControlApi {
  /** Never throws: a refusal is an answer. */
  run(request: ControlRequest): Promise<ControlReply>;
  /** Anything that was thrown on the way, as an answer. */
  refuse(thrown: unknown): ControlReply;
}

/** An API, and where it is. */
export interface MountedApi {
  readonly root: ControlRoot;
  /** Loaded when it is first asked for. */
  readonly findApi: () => Promise<ControlApi>;
}

export interface ControlApiOptions {
  readonly facts: ControlApiFacts;
  readonly routes: readonly ControlRoute[];
  /** Each opens it. */
  readonly keys: readonly ControlKey[];
  /** Stands around each route's work; at once when not given. */
  readonly pass?: (<Result>(work: () => Promise<Result>) => Promise<Result>) | undefined;
  /** Of a request whose route names no limit of its own. */
  readonly bodyLimitBytes: number;
  readonly version: string;
  /** Of the API: `https://localhost:8443/_vivarium`. */
  findUrl(): string;
}

const NO_STORE = { 'cache-control': 'no-store' };

export function createControlApi(options: ControlApiOptions): ControlApi {
  const { facts, keys, pass = (work) => work() } = options;
  const routes = [...options.routes, documentRoute(options)];
  const findRoute = createRouteTable(routes);
  const readInput = createInputReader();

  const answer = async (request: ControlRequest): Promise<ControlReply> => {
    const search = findRoute(request.method, request.path);
    const isOpen = search.kind === 'found' && search.route.isOpen === true;
    const holder = findHolder(keys, request.authorization);
    if (!isOpen && holder === undefined) return refuseStranger(facts);
    if (search.kind === 'noPath') throw new ControlError(404, `The ${facts.name} API has no such path.`);
    if (search.kind === 'noMethod') return refuseMethod(search.allowed);
    const { route, params } = search;
    const needed = roleFor(route, facts);
    if (!isOpen && holder !== undefined && !includesRole(holder.role, needed)) {
      throw new ControlError(403, `This needs the role ${needed}, and the session has the role ${holder.role}.`);
    }
    const hasBody = bodyTypesOf(route).length > 0;
    const body = hasBody ? await request.readBody(route.bodyLimitBytes ?? options.bodyLimitBytes) : undefined;
    const { query, contentType, lastEventId, requestId, signal } = request;
    const input = { ...readInput(route, { params, query, contentType, body }), lastEventId, requestId, signal };
    return replyOf(route, await pass(async () => route.run({ ...input, holder: holder ?? STRANGER })));
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

/** Who sends no token to an open route. */
const STRANGER: ControlHolder = { role: 'learner', name: 'no token' };

function findHolder(keys: readonly ControlKey[], authorization: string | undefined): ControlHolder | undefined {
  for (const key of keys) {
    const holder = key.findHolder(authorization);
    if (holder !== undefined) return holder;
  }
  return undefined;
}

function roleFor({ role, method }: ControlRoute, { changedBy }: ControlApiFacts): Role {
  return role ?? (method === 'GET' ? 'viewer' : changedBy);
}

const PROBLEM_HEADERS = { ...NO_STORE, 'content-type': PROBLEM_TYPE };

function refuse(thrown: unknown): ControlReply {
  const problem = problemOf(thrown);
  const reply = { status: problem.status, headers: PROBLEM_HEADERS, body: JSON.stringify(problem) };
  return problem.status === 500 ? { ...reply, fault: thrown } : reply;
}

function refuseStranger({ name, tokenPlace }: ControlApiFacts): ControlReply {
  const detail = `Missing or invalid ${name} token. Send "Authorization: Bearer <token>" with the token ${tokenPlace}.`;
  const headers = { ...PROBLEM_HEADERS, 'www-authenticate': `Bearer realm="vivarium ${name}"` };
  return { ...refuse(new ControlError(401, detail)), headers };
}

function refuseMethod(allowed: readonly string[]): ControlReply {
  const reply = refuse(new ControlError(405, `The path takes ${allowed.join(', ')}.`));
  return { ...reply, headers: { ...reply.headers, allow: allowed.join(', ') } };
}

function replyOf({ answer: { status } }: ControlRoute, { body, text }: ControlAnswer): ControlReply {
  if (text !== undefined) return { status, headers: { ...NO_STORE, ...textHeaders(text) }, body: text.value };
  if (body === undefined) return { status, headers: NO_STORE, body: undefined };
  return { status, headers: { ...NO_STORE, 'content-type': JSON_TYPE }, body: JSON.stringify(body) };
}

function textHeaders({ type, fileName }: NonNullable<ControlAnswer['text']>): Record<string, string> {
  const disposition = fileName === undefined ? {} : { 'content-disposition': `attachment; filename="${fileName}"` };
  return { 'content-type': type, ...disposition };
}

function documentRoute(options: ControlApiOptions): ControlRoute {
  const { facts, version, findUrl } = options;
  const route: ControlRoute = controlRoute({
    id: 'getDocument',
    method: 'GET',
    path: '/openapi.json',
    isOpen: true,
    summary: `Describe the ${facts.name} API as an OpenAPI document.`,
    answer: { status: 200, description: 'The document.', schema: Type.Object({}) },
    run: () => ({ body: createControlOpenApi([...options.routes, route], { facts, version, url: findUrl() }) }),
  });
  return route;
}

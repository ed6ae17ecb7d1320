/**
 * The way of every Graph request, whether it came over HTTP, in a batch or from a test: path -> permission -> service
 * plan -> query -> operation -> answer. Each step is called from here and knows nothing of the others.
 */
import type { Caller } from '../auth/authenticate.ts';
import { authorize } from '../auth/authorize.ts';
import type { Principal } from '../auth/principal.ts';
import type { Tenant } from '../model/directory.ts';
import { GraphError } from '../model/graph-error.ts';
import { needsServicePlan } from '../model/operation-facts.ts';
import { API_VERSIONS } from '../model/versions.ts';
import type { ApiVersion } from '../model/versions.ts';
import { errorResponse } from '../odata/error-body.ts';
import type { ErrorStyle } from '../odata/error-body.ts';
import type { GraphRequest, GraphResponse } from '../odata/message.ts';
import type { PathMatch } from '../odata/path.ts';
import { readPreferences } from '../odata/preferences.ts';
import type { Preferences } from '../odata/preferences.ts';
import { createProtocol } from '../odata/protocol.ts';
import type { Protocol } from '../odata/protocol.ts';
import type { QueryOptions } from '../odata/query-options.ts';
import { findUnavailableError } from '../odata/unavailable-error.ts';
import type { Found, OperationParts } from './context.ts';
import { FUNCTIONS } from './functions.ts';
import { planMissing } from './licence.ts';
import { createResponse } from './response.ts';
import { isBatchPath, runBatch } from './run-batch.ts';

export interface GraphEngine {
  /** Never throws: a refusal is an answer. */
  run(request: GraphRequest, caller: Caller): Promise<GraphResponse>;
  /** Whether the body may matter: not where the path or the caller is refused whatever it holds. */
  takesBody(request: Pick<GraphRequest, 'version' | 'method' | 'path'>, caller: Caller): boolean;
}

export interface EngineOptions {
  readonly parts: OperationParts;
  readonly style: ErrorStyle;
  /** Counts an item of a batch against what the caller may send. @throws tooManyRequests */
  readonly admitItem: (principal: Principal) => Promise<void>;
  readonly around?: Around | undefined;
}

/** One request, or one item of a batch, on its way. */
export interface EngineCall {
  readonly request: GraphRequest;
  readonly caller: Caller;
  /** Whether it came in a batch, which is a call of its own around those of its items. */
  readonly isItem: boolean;
  /** What the path names; `undefined` for a batch, and for a path that names nothing. */
  readonly match: PathMatch | undefined;
}

/** Stands around every call: it may wait, answer in its place, run it, and change the answer. @throws GraphError to refuse */
export type Around = (call: EngineCall, run: () => Promise<GraphResponse>) => Promise<GraphResponse>;

type RunAround = (call: Omit<EngineCall, 'match'>, run: () => Promise<GraphResponse>) => Promise<GraphResponse>;

export function createEngine({ parts, style, admitItem, around }: EngineOptions): GraphEngine {
  const protocols = new Map<ApiVersion, Protocol>(
    API_VERSIONS.map((version) => [version, createProtocol(version, parts.behaviour)]),
  );

  const refuse = (thrown: unknown, request: GraphRequest) =>
    errorResponse(findUnavailableError(thrown) ?? thrown, request, style);

  const runOne = async (request: GraphRequest, caller: Caller): Promise<GraphResponse> => {
    let way: Way | undefined;
    try {
      const protocol = protocols.get(request.version) as Protocol;
      const match = protocol.matchPath(request.method, request.path);
      way = { parts, protocol, match, inQuery: undefined, inKey: undefined, inBody: undefined };
      return withFindings(await answer(way, request, caller), way);
    } catch (thrown) {
      return withFindings(refuse(thrown, request), way);
    }
  };

  const findMatch = ({ version, method, path }: GraphRequest): PathMatch | undefined => {
    try {
      return protocols.get(version)?.matchPath(method, path);
    } catch {
      return undefined;
    }
  };

  const runAround: RunAround =
    around === undefined
      ? (_call, run) => run()
      : async (call, run) => {
          try {
            return await around({ ...call, match: findMatch(call.request) }, run);
          } catch (thrown) {
            return refuse(thrown, call.request);
          }
        };

  const runItem = async (request: GraphRequest, caller: Caller): Promise<GraphResponse> => {
    try {
      await admitItem(caller.principal);
      return await runAround({ request, caller, isItem: true }, () => runOne(request, caller));
    } catch (thrown) {
      return refuse(thrown, request);
    }
  };

  const runItems = async (request: GraphRequest, caller: Caller): Promise<GraphResponse> => {
    try {
      const { notes } = protocols.get(request.version) as Protocol;
      return await runBatch(request, { run: (item) => runItem(item, caller), refuse, notes });
    } catch (thrown) {
      return refuse(thrown, request);
    }
  };

  return {
    run: (request, caller) => {
      const run = isBatchPath(request.path) ? runItems : runOne;
      return runAround({ request, caller, isItem: false }, () => run(request, caller));
    },
    takesBody: ({ version, method, path }, caller) => {
      if (isBatchPath(path)) return true;
      try {
        admit(caller, (protocols.get(version) as Protocol).matchPath(method, path));
        return true;
      } catch {
        return false;
      }
    },
  };
}

interface Way extends Found {
  readonly parts: OperationParts;
  readonly protocol: Protocol;
  readonly match: PathMatch;
}

/** The answer with what is known of its request. */
function withFindings(response: GraphResponse, way: Way | undefined): GraphResponse {
  if (way === undefined) return response;
  const { match, inQuery, inKey, inBody } = way;
  const operation = match.operation.id;
  if ((match.deviations ?? inQuery ?? inKey ?? inBody) === undefined) return { ...response, operation };
  const deviations = [...(match.deviations ?? []), ...(inQuery ?? []), ...(inKey ?? []), ...(inBody ?? [])];
  return { ...response, operation, deviations };
}

/** @throws meNeedsUser, E2, E3 */
function admit({ principal, tenant }: Caller, { operation }: PathMatch): void {
  if (operation.isPersonal === true && principal.kind === 'application') throw new GraphError('meNeedsUser');
  authorize(principal, operation);
  if (!tenant.hasServicePlan && needsServicePlan(operation)) throw new GraphError('noServicePlan', planMissing());
}

async function answer(way: Way, request: GraphRequest, caller: Caller): Promise<GraphResponse> {
  const { parts, protocol, match } = way;
  const { operation, keys } = match;
  const { principal, tenant } = caller;
  admit(caller, match);
  const preferences = readPreferences(request.headers);
  const query = readQuery(way, request, { preferences, tenant });
  way.inQuery = query.deviations;
  const context = { ...parts, principal, tenant, request, preferences, query, protocol, operation, keys, found: way };
  return createResponse(context, await FUNCTIONS[operation.id](context));
}

/** Query options belong to GET; on other methods they are passed over. */
function readQuery(
  { protocol, match: { operation, keys } }: Pick<Way, 'protocol' | 'match'>,
  { method, query }: GraphRequest,
  { preferences, tenant }: { readonly preferences: Preferences; readonly tenant: Tenant },
): QueryOptions {
  const options = operation.options ?? [];
  const isList = options.includes('skiptoken');
  return protocol.queryReaders[operation.entity](method === 'GET' ? query : '', {
    options,
    undocumentedOptions: operation.undocumentedOptions,
    preferences,
    collection: isList ? [tenant.id, operation.id, ...Object.values(keys)].join(' ') : '',
  });
}

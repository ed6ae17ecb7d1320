/**
 * The way of every Graph request, whether it came over HTTP, in a batch or from a test: path -> permission -> service
 * plan -> query -> operation -> answer. Each step is called from here and knows nothing of the others.
 */
import type { Caller } from '../auth/authenticate.ts';
import { authorize } from '../auth/authorize.ts';
import { Unavailable } from '../base/unavailable.ts';
import { GraphError } from '../model/graph-error.ts';
import type { OperationId } from '../model/operations.ts';
import { API_VERSIONS } from '../model/versions.ts';
import type { ApiVersion } from '../model/versions.ts';
import { errorResponse } from '../odata/error-body.ts';
import type { ErrorStyle } from '../odata/error-body.ts';
import type { GraphRequest, GraphResponse } from '../odata/message.ts';
import type { PathMatch } from '../odata/path.ts';
import { createProtocol } from '../odata/protocol.ts';
import type { Protocol } from '../odata/protocol.ts';
import type { OperationFunction, OperationParts } from './context.ts';
import { entityResponse } from './entity-response.ts';
import {
  getLearningCourseActivity,
  getLearningCourseActivityByExternalId,
  getProviderLearningCourseActivity,
} from './get-course-activity.ts';
import { createLearningCourseActivity, updateLearningCourseActivity } from './learning-course-activity.ts';

const FUNCTIONS: Readonly<Record<OperationId, OperationFunction>> = {
  createLearningCourseActivity,
  updateLearningCourseActivity,
  getLearningCourseActivity,
  getProviderLearningCourseActivity,
  getLearningCourseActivityByExternalId,
};

export interface GraphEngine {
  /** Never throws: a refusal is an answer. */
  run(request: GraphRequest, caller: Caller): Promise<GraphResponse>;
}

export function createEngine(parts: OperationParts, style: ErrorStyle): GraphEngine {
  const protocols = new Map<ApiVersion, Protocol>(API_VERSIONS.map((version) => [version, createProtocol(version)]));
  return {
    run: async (request, caller) => {
      let match: PathMatch | undefined;
      try {
        const protocol = protocols.get(request.version) as Protocol;
        match = protocol.matchPath(request.method === 'HEAD' ? 'GET' : request.method, request.path);
        const response = await answer(parts, protocol, match, request, caller);
        return { ...response, operation: match.operation.id };
      } catch (thrown) {
        return { ...errorResponse(translate(thrown), request, style), operation: match?.operation.id };
      }
    },
  };
}

async function answer(
  parts: OperationParts,
  protocol: Protocol,
  { operation, keys }: PathMatch,
  request: GraphRequest,
  { principal, tenant }: Caller,
): Promise<GraphResponse> {
  authorize(principal, operation);
  if (!tenant.hasServicePlan) throw new GraphError('noServicePlan');
  const query = operation.method === 'GET' ? protocol.queryReaders[operation.entity](request.query) : undefined;
  const context = { ...parts, principal, tenant, request, protocol, operation, keys };
  const result = await FUNCTIONS[operation.id](context);
  if (result.kind === 'nothing') return { status: operation.success, headers: {} };
  return entityResponse(context, result, query);
}

/** What a part of the server throws in terms of its own, as the refusal that the catalogue has for it. */
function translate(thrown: unknown): unknown {
  if (!(thrown instanceof Unavailable)) return thrown;
  const minutes = Math.max(1, Math.ceil(thrown.retryAfterMs / 60_000));
  return new GraphError('serviceUnavailable', {
    values: { noOfMinutes: minutes },
    headers: { 'retry-after': String(minutes * 60) },
    logDetail: thrown.message,
    cause: thrown,
  });
}

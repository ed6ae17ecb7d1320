/** What metrics and traces record of a request. The keys in its path are left out: they may identify people. */
import type { GraphResponse } from '../odata/message.ts';
import type { RequestOutcome } from '../telemetry/request-tracer.ts';
import { isBatchPath } from './batch.ts';
import type { RequestContext } from './context.ts';

export function describeOutcome(context: RequestContext, response: GraphResponse): RequestOutcome {
  const { match, version, requestId, principal } = context as Omit<RequestContext, 'principal'> &
    Partial<Pick<RequestContext, 'principal'>>;
  return {
    operation: nameOperation(context),
    route: match && `/${version}${match.operation.path}`,
    status: response.status,
    refusal: response.refusal?.row,
    requestId,
    tenantId: principal?.tenantId,
  };
}

/** The id of the operation's row; `batch` or `unknown` where there is none. */
export function nameOperation({ match, path }: RequestContext): string {
  return match?.operation.id ?? (isBatchPath(path) ? 'batch' : 'unknown');
}

/** Who makes the changes of a request, as the change log keeps it. */
import type { Origin } from '../store/changes/change.ts';
import type { RequestContext } from './context.ts';

export function changeOriginOf({ principal, operation, requestId }: RequestContext): Origin {
  return {
    channel: 'graph',
    operation: operation.id,
    appId: principal.appId,
    actor: principal.kind === 'delegated' ? principal.userId : undefined,
    requestId,
  };
}

/**
 * The pipeline of every Graph request, over HTTP, as an item of a batch, or from a test: one list of steps. A step that must
 * wait returns a promise; a request none of whose steps waits is answered without one.
 */
import { authorize as requirePermission } from '../auth/authorize.ts';
import { GraphError } from '../model/graph-error.ts';
import { needsServicePlan } from '../model/operation-facts.ts';
import { errorResponse } from '../odata/error-body.ts';
import type { GraphResponse } from '../odata/message.ts';
import type { RequestTracer } from '../telemetry/request-tracer.ts';
import { methodError } from '../odata/method-error.ts';
import { isBatchPath, runBatch } from './batch.ts';
import { changeOriginOf } from './change-origin.ts';
import type { RequestContext } from './context.ts';
import { describeOutcome } from './describe-outcome.ts';
import { planMissing } from './licence.ts';
import { listName } from './lists.ts';
import { OPERATION_FUNCTIONS } from './operations.ts';
import { createResponse } from './response.ts';

type Step = (context: RequestContext) => void | Promise<void>;

/** The first step that sets the response, or throws, is the last. */
const graphPipeline: readonly Step[] = [findDocument, authenticate, admit, authorize, readBody, intercept];
/** What interceptors wrap. */
const operationSteps: readonly Step[] = [plan, operate, print];

/** Never throws: what a step throws becomes the answer. */
export function runPipeline(context: RequestContext): GraphResponse | Promise<GraphResponse> {
  const { tracer } = context.services;
  const answer = tracer === undefined ? run(graphPipeline, context) : runTraced(context, tracer);
  return answer instanceof Promise ? answer.then((response) => report(context, response)) : report(context, answer);
}

function report(context: RequestContext, response: GraphResponse): GraphResponse {
  context.services.onAnswered?.(context, response);
  return response;
}

function runTraced(context: RequestContext, tracer: RequestTracer): GraphResponse | Promise<GraphResponse> {
  return tracer.trace({
    method: context.method,
    headers: context.batch === undefined ? context.headers : undefined,
    run: () => run(graphPipeline, context),
    describe: (response) => describeOutcome(context, response),
  });
}

function run(steps: readonly Step[], context: RequestContext, from = 0): GraphResponse | Promise<GraphResponse> {
  try {
    for (let index = from; context.response === undefined; index += 1) {
      const pending = (steps[index] as Step)(context);
      if (pending !== undefined) {
        return pending.then(
          () => run(steps, context, index + 1),
          (thrown: unknown) => answerWithError(context, thrown),
        );
      }
    }
    return context.response;
  } catch (thrown) {
    return answerWithError(context, thrown);
  }
}

/** The one place where an error becomes an answer. */
function answerWithError(context: RequestContext, thrown: unknown): GraphResponse {
  return (context.response = errorResponse(thrown, context, context.services.errorStyle));
}

/** Documents about the API need no token and are read-only. */
function findDocument(context: RequestContext): void {
  const { services, version, path, origin, method, batch } = context;
  const document = batch === undefined ? services.documents?.find(version, path, origin) : undefined;
  if (document === undefined) return;
  if (method !== 'GET') throw methodError(method, ['GET', 'HEAD']);
  context.response = document;
}

/** An item has the caller of its batch. */
function authenticate(context: RequestContext): void | Promise<void> {
  if (context.batch !== undefined) return context.setCaller(context.batch);
  const caller = context.services.authenticator.authenticate(context.headers['authorization'], context.connection);
  if (!(caller instanceof Promise)) return context.setCaller(caller);
  return caller.then((found) => context.setCaller(found));
}

function admit({ services, principal }: RequestContext): void {
  services.admit(principal);
}

/** Comes before the body, which is not read when it denies the request. It throws later, so that interceptors see the request. */
function authorize(context: RequestContext): void {
  if (isBatchPath(context.path)) return;
  try {
    const match = context.protocol.matchPath(context.method, context.path);
    context.match = match;
    context.operation = match.operation;
    context.keys = match.keys;
    const { operation, principal, tenant } = context;
    if (operation.isPersonal === true && principal.kind === 'application') throw new GraphError('meNeedsUser');
    requirePermission(principal, operation);
    if (!tenant.hasServicePlan && needsServicePlan(operation)) throw new GraphError('noServicePlan', planMissing());
  } catch (denial) {
    context.denial = denial as Error;
  }
}

const METHODS_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PATCH', 'PUT']);

function readBody(context: RequestContext): void | Promise<void> {
  const { receiveBody, method, denial } = context;
  if (receiveBody === undefined || denial !== undefined || !METHODS_WITH_BODY.has(method)) return;
  const body = receiveBody();
  if (body instanceof Promise) return body.then((bytes) => void (context.body = bytes));
  context.body = body;
}

/** The last step: the answer is that of the operation's steps, or of an interceptor. */
function intercept(context: RequestContext): void | Promise<void> {
  const { interceptor } = context.services;
  const pending =
    interceptor === undefined ? run(operationSteps, context) : interceptor(context, () => run(operationSteps, context));
  if (pending instanceof Promise) return pending.then((response) => void (context.response = response));
  context.response = pending;
}

/** @throws why the path or the caller is refused */
function plan(context: RequestContext): void {
  const { denial, match, protocol, method, queryText } = context;
  if (denial !== undefined) throw denial;
  if (match === undefined) return;
  context.plan = protocol.plan({
    operation: match.operation,
    queryText: method === 'GET' ? queryText : '',
    headers: context.headers,
    listName: () => listName(context),
  });
}

function operate(context: RequestContext): void | Promise<void> {
  if (context.match === undefined) return runBatch(context, runPipeline);
  const work = OPERATION_FUNCTIONS[context.operation.id](context);
  const result = context.store.run(work, () => changeOriginOf(context));
  if (result instanceof Promise) return result.then((awaited) => void (context.result = awaited));
  context.result = result;
}

function print(context: RequestContext): void {
  context.response = createResponse(context, context.result);
}

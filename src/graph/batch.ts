/** Runs the items of a batch, each through the pipeline, and puts their answers together. */
import { BATCH_REASONS } from '../model/errors.ts';
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import { printBatch, readBatch } from '../odata/batch.ts';
import type { BatchItem } from '../odata/batch.ts';
import { errorResponse } from '../odata/error-body.ts';
import type { GraphResponse } from '../odata/message.ts';
import { methodError } from '../odata/method-error.ts';
import { readJsonObject } from '../odata/payload.ts';
import { RequestContext } from './context.ts';

type Run = (item: RequestContext) => GraphResponse | Promise<GraphResponse>;

/** Whether the path below the version root is `/$batch`. */
export function isBatchPath(path: string): boolean {
  return /^\/+(\$|%24)batch\/?$/i.test(path);
}

/**
 * Items take effect in array order. Creates that follow one another start together, so that they share one commit: the
 * store takes them in the order in which they were started, hence with the same outcome as one after the other.
 * @throws batchTooLarge, batchInvalid, and those of reading a body
 */
export async function runBatch(batch: RequestContext, run: Run): Promise<void> {
  if (batch.method !== 'POST') throw methodError(batch.method, ['POST']);
  const { notes } = batch.protocol;
  notes.take();
  const items = readBatch(readJsonObject(batch), notes);
  batch.bodyDeviations = notes.take();
  batch.items = items.map((item) => contextOf(item, batch));
  /** The items started so far, by lower-case id. */
  const started = new Map<string, Promise<GraphResponse>>();
  /** Whether the item before may still run while the next one starts. */
  let mayOverlap = true;
  for (const [index, item] of items.entries()) {
    if (!mayOverlap || !isIndependentCreate(item)) await Promise.all(started.values());
    mayOverlap = isIndependentCreate(item);
    const dependencies = item.dependsOn.map((id) => ({ id, answer: started.get(id) as Promise<GraphResponse> }));
    started.set(item.id.toLowerCase(), runItem(batch.items[index] as RequestContext, dependencies, run));
  }
  const answers = await Promise.all(started.values());
  batch.response = {
    status: 200,
    headers: { 'content-type': 'application/json', 'odata-version': '4.0' },
    body: printBatch(items, answers),
  };
}

function isIndependentCreate({ method, dependsOn }: BatchItem): boolean {
  return method === 'POST' && dependsOn.length === 0;
}

function contextOf({ id, method, path, query, headers, body }: BatchItem, batch: RequestContext): RequestContext {
  const { services, requestId, clientRequestId, version, origin, findSignal, waitAside } = batch;
  const sent = {
    requestId,
    clientRequestId,
    version,
    method,
    path,
    queryText: query,
    headers,
    body,
    origin,
    findSignal,
    waitAside,
    batch,
    itemId: id,
  };
  return new RequestContext(services, sent);
}

interface Dependency {
  readonly id: string;
  readonly answer: Promise<GraphResponse>;
}

async function runItem(item: RequestContext, dependencies: readonly Dependency[], run: Run): Promise<GraphResponse> {
  if (isBatchPath(item.path)) {
    return refuse(item, new GraphError('batchInvalid', { values: { reason: BATCH_REASONS.nested } }));
  }
  const before = await Promise.all(dependencies.map(({ answer }) => answer));
  const failed = dependencies.filter((_, index) => (before[index] as GraphResponse).status >= 400);
  if (failed.length === 0) return run(item);
  const reasons = [reason('dependencyFailed', { dependencies: failed.map(({ id }) => id) })];
  return refuse(item, new GraphError('failedDependency', { reasons }));
}

function refuse(item: RequestContext, error: GraphError): GraphResponse {
  return (item.response = errorResponse(error, item, item.services.errorStyle));
}

/** Runs the items of a batch, each as a request of its own, and gives one answer for all. */
import { BATCH_REASONS } from '../model/errors.ts';
import { GraphError } from '../model/graph-error.ts';
import { readBatch, writeBatchItem } from '../odata/batch.ts';
import type { BatchItem } from '../odata/batch.ts';
import type { DeviationNotes } from '../odata/deviation-notes.ts';
import type { BatchExchange, GraphRequest, GraphResponse } from '../odata/message.ts';
import { readJsonObject } from '../odata/payload.ts';

export interface BatchRunner {
  /** Never throws. */
  run(request: GraphRequest): Promise<GraphResponse>;
  /** The answer to an item that is not run. */
  refuse(error: GraphError, request: GraphRequest): GraphResponse;
  readonly notes: DeviationNotes;
}

/** Whether the path below the version root is that of batches. */
export function isBatchPath(path: string): boolean {
  return /^\/+(\$|%24)batch\/?$/i.test(path);
}

/**
 * Items take effect in array order. Creates that follow one another are begun together, so that they share one commit: the
 * store takes them in the order in which they were begun, hence with the same outcome as one after the other.
 * @throws batchTooLarge, batchInvalid, and those of reading a body
 */
export async function runBatch(request: GraphRequest, runner: BatchRunner): Promise<GraphResponse> {
  if (request.method !== 'POST') throw new GraphError('methodNotAllowed', { headers: { allow: 'POST' } });
  const { notes } = runner;
  notes.take();
  const items = readBatch(readJsonObject(request), notes);
  const deviations = notes.take();
  const started = new Map<string, Promise<BatchExchange>>();
  let mayFollow = true;
  for (const item of items) {
    if (!mayFollow || !isFreeCreate(item)) await Promise.all(started.values());
    mayFollow = isFreeCreate(item);
    started.set(item.id.toLowerCase(), runItem(item, { batch: request, runner, started }));
  }
  const exchanges = await Promise.all(started.values());
  const responses = exchanges.map(({ id, response }) => writeBatchItem(id, response));
  // The items share one way back.
  const delivery = exchanges.find(({ response }) => response.delivery !== undefined)?.response.delivery;
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'odata-version': '4.0' },
    body: { responses },
    items: exchanges,
    ...(deviations !== undefined && { deviations }),
    ...(delivery !== undefined && { delivery }),
  };
}

function isFreeCreate({ method, dependsOn }: BatchItem): boolean {
  return method === 'POST' && dependsOn.length === 0;
}

interface BatchRun {
  readonly batch: GraphRequest;
  readonly runner: BatchRunner;
  /** The items begun so far, by lower-case id, in array order. */
  readonly started: ReadonlyMap<string, Promise<BatchExchange>>;
}

async function runItem(item: BatchItem, { batch, runner, started }: BatchRun): Promise<BatchExchange> {
  const { id, method, path, query, headers, body, dependsOn } = item;
  const request = { ...batch, method, path, query, headers, body };
  if (isBatchPath(path)) {
    const error = new GraphError('batchInvalid', { values: { reason: BATCH_REASONS.nested } });
    return { id, request, response: runner.refuse(error, request) };
  }
  const before = await Promise.all(dependsOn.map((name) => started.get(name) as Promise<BatchExchange>));
  const hasFailed = before.some(({ response }) => response.status >= 400);
  const response = hasFailed ? runner.refuse(new GraphError('failedDependency'), request) : await runner.run(request);
  return { id, request, response };
}

/** Runs the items of a batch, each as a request of its own, and gives one answer for all. */
import { GraphError } from '../model/graph-error.ts';
import { inRunningOrder, readBatch, writeBatchItem } from '../odata/batch.ts';
import type { BatchItem } from '../odata/batch.ts';
import type { DeviationNotes } from '../odata/deviation-notes.ts';
import type { GraphRequest, GraphResponse } from '../odata/message.ts';
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
 * Items take effect in array order, or in that of their dependencies. Creates that follow one another are begun together,
 * so that they share one commit: the store takes them in the order in which they were begun, hence with the same outcome
 * as one after the other.
 * @throws batchTooLarge, batchInvalid, and those of reading a body
 */
export async function runBatch(request: GraphRequest, runner: BatchRunner): Promise<GraphResponse> {
  if (request.method !== 'POST') throw new GraphError('methodNotAllowed', { headers: { allow: 'POST' } });
  const { notes } = runner;
  notes.take();
  const items = readBatch(readJsonObject(request), notes);
  const deviations = notes.take();
  const requests = new Map(items.map((item) => [item.id, requestOf(item, request)]));
  const answers = new Map<string, Promise<GraphResponse>>();
  let mayFollow = true;
  for (const item of inRunningOrder(items)) {
    if (!mayFollow || !isFreeCreate(item)) await Promise.all(answers.values());
    mayFollow = isFreeCreate(item);
    answers.set(
      item.id.toLowerCase(),
      runItem(item, { request: requests.get(item.id) as GraphRequest, runner, answers }),
    );
  }
  const exchanges = await Promise.all(
    items.map(async ({ id }) => ({
      id,
      request: requests.get(id) as GraphRequest,
      response: (await answers.get(id.toLowerCase())) as GraphResponse,
    })),
  );
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

/** The item as a request of its own. */
function requestOf({ method, path, query, headers, body }: BatchItem, batch: GraphRequest): GraphRequest {
  return { ...batch, method, path, query, headers, body };
}

interface ItemRun {
  /** The item's own. */
  readonly request: GraphRequest;
  readonly runner: BatchRunner;
  /** By lower-case id, of the items begun so far. */
  readonly answers: ReadonlyMap<string, Promise<GraphResponse>>;
}

async function runItem({ path, dependsOn }: BatchItem, { request, runner, answers }: ItemRun): Promise<GraphResponse> {
  if (isBatchPath(path)) return runner.refuse(new GraphError('batchInvalid', { values: { reason: NESTED } }), request);
  const before = await Promise.all(dependsOn.map((id) => answers.get(id) as Promise<GraphResponse>));
  const hasFailed = before.some(({ status }) => status >= 400);
  return hasFailed ? runner.refuse(new GraphError('failedDependency'), request) : runner.run(request);
}

const NESTED = 'A batch cannot hold another batch.';

/** Runs the items of a batch, each as a request of its own, and gives one answer for all. */
import { GraphError } from '../model/graph-error.ts';
import { inRunningOrder, readBatch, writeBatchItem } from '../odata/batch.ts';
import type { BatchItem } from '../odata/batch.ts';
import type { GraphRequest, GraphResponse } from '../odata/message.ts';
import { readJsonObject } from '../odata/payload.ts';

export interface BatchRunner {
  /** Never throws. */
  run(request: GraphRequest): Promise<GraphResponse>;
  /** The answer to an item that is not run. */
  refuse(error: GraphError, request: GraphRequest): GraphResponse;
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
  const items = readBatch(readJsonObject(request));
  const answers = new Map<string, Promise<GraphResponse>>();
  let mayFollow = true;
  for (const item of inRunningOrder(items)) {
    if (!mayFollow || !isFreeCreate(item)) await Promise.all(answers.values());
    mayFollow = isFreeCreate(item);
    answers.set(item.id.toLowerCase(), runItem(item, { request, runner, answers }));
  }
  const responses = await Promise.all(
    items.map(async ({ id }) => writeBatchItem(id, (await answers.get(id.toLowerCase())) as GraphResponse)),
  );
  return { status: 200, headers: { 'content-type': 'application/json', 'odata-version': '4.0' }, body: { responses } };
}

function isFreeCreate({ method, dependsOn }: BatchItem): boolean {
  return method === 'POST' && dependsOn.length === 0;
}

interface BatchRun {
  readonly request: GraphRequest;
  readonly runner: BatchRunner;
  /** By lower-case id, of the items begun so far. */
  readonly answers: ReadonlyMap<string, Promise<GraphResponse>>;
}

async function runItem(item: BatchItem, { request, runner, answers }: BatchRun): Promise<GraphResponse> {
  const { method, path, query, headers, body } = item;
  const own: GraphRequest = { ...request, method, path, query, headers, body };
  if (isBatchPath(path)) return runner.refuse(new GraphError('batchInvalid', { values: { reason: NESTED } }), own);
  const before = await Promise.all(item.dependsOn.map((id) => answers.get(id) as Promise<GraphResponse>));
  const hasFailed = before.some(({ status }) => status >= 400);
  return hasFailed ? runner.refuse(new GraphError('failedDependency'), own) : runner.run(own);
}

const NESTED = 'A batch cannot hold another batch.';

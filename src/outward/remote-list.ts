/** Lists of the other side, page by page, within the budget. What fails in passing is asked again. */
import { setTimeout as pause } from 'node:timers/promises';

import { isJsonObject } from '../odata/payload.ts';
import { isPassing } from './graph-client.ts';
import type { GraphAnswer, GraphCall, GraphClient } from './graph-client.ts';
import { describeAnswer } from './outcome.ts';
import { TargetTrouble } from './token.ts';

const PAGE_ITEMS = 100;
const MAX_ATTEMPTS = 8;
const FIRST_PAUSE_MS = 500;

/** The other side does not give the list at all. */
export class ListRefused extends Error {
  override readonly name = 'ListRefused';
}

/** @throws ListRefused for the first page, TargetTrouble when the other side does not answer well again and again */
export async function* listRemote(
  client: GraphClient,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<readonly unknown[]> {
  let isFirst = true;
  for (let next: string | undefined = `${path}?$top=${PAGE_ITEMS}`; next !== undefined; isFirst = false) {
    const [answer] = await askAgain([{ method: 'GET', path: next }], (calls) =>
      Promise.all(calls.map((call) => client.send(call, signal))),
    );
    const body =
      answer?.kind === 'answer' && answer.status === 200 && isJsonObject(answer.body) ? answer.body : undefined;
    if (body === undefined) {
      const why = answer === undefined ? '' : describeAnswer(answer);
      throw isFirst ? new ListRefused(why) : new TargetTrouble(`A page of the other side could not be read: ${why}`);
    }
    const { value, '@odata.nextLink': link } = body;
    yield Array.isArray(value) ? (value as readonly unknown[]) : [];
    next = typeof link === 'string' ? client.pathOf(link) : undefined;
  }
}

/** The answers in the order of the calls, at most those of a batch. @throws TargetTrouble as {@link listRemote} */
export function askRemote(
  client: GraphClient,
  calls: readonly GraphCall[],
  signal: AbortSignal,
): Promise<readonly GraphAnswer[]> {
  return askAgain(calls, (left) => client.sendBatch(left, signal));
}

/** Asks only those again that were not answered for good. */
async function askAgain(
  calls: readonly GraphCall[],
  ask: (calls: readonly GraphCall[]) => Promise<readonly GraphAnswer[]>,
): Promise<readonly GraphAnswer[]> {
  const answers = new Map<GraphCall, GraphAnswer>();
  for (let attempt = 0; ; attempt += 1) {
    const left = calls.filter((call) => !isAnswered(answers.get(call)));
    if (left.length === 0) return calls.map((call) => answers.get(call) as GraphAnswer);
    if (attempt === MAX_ATTEMPTS) {
      const last = answers.get(left[0] as GraphCall) as GraphAnswer;
      throw new TargetTrouble(`The other side keeps failing: ${describeAnswer(last)}`);
    }
    if (attempt > 0) await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    for (const [index, answer] of (await ask(left)).entries()) answers.set(left[index] as GraphCall, answer);
  }
}

function isAnswered(answer: GraphAnswer | undefined): boolean {
  return answer?.kind === 'answer' && !isPassing(answer.status);
}

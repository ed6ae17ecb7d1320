/**
 * Does a page cost the same wherever it lies? Fills one learner's list through the API, then asks for the first and the
 * last page in turn and prints the ratio of their medians. `npm run bench:list [-- COUNT]`
 */
import { writeFileSync } from 'node:fs';

import { startTestServer } from '../test/support/server.ts';
import type { TestServer } from '../test/support/server.ts';

const BATCH_ITEMS = 20;
const BATCHES_AT_ONCE = 8;
const ROUNDS = 200;
const WARM_UP = 50;
const PAGE = 10;

const count = Number(process.argv[2] ?? 100_000);
await using server = await startTestServer();
const { registrationId, learningContentId } = server.app.credentials.samples;
const provider = `/employeeExperience/learningProviders/${registrationId}/learningCourseActivities`;
const mine = '/v1.0/me/employeeExperience/learningCourseActivities';

await fill(server);
const learner = await server.userToken('learner');
const first = `${mine}?$top=${PAGE}`;
const last = await findLastPage();
const [firstMs, lastMs] = await timeInTurn(first, last);
const result = {
  activities: count,
  page: PAGE,
  rounds: ROUNDS,
  firstPageMs: firstMs,
  lastPageMs: lastMs,
  ratio: lastMs / firstMs,
};
console.log(`${count} activities of one learner, pages of ${PAGE}, ${ROUNDS} rounds in turn, medians`);
console.log(
  `  first page ${firstMs.toFixed(2)} ms, last page ${lastMs.toFixed(2)} ms, last/first ${result.ratio.toFixed(2)} (at most 2)`,
);
writeFileSync(new URL('list-pages.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`);

async function fill({ call, appToken }: TestServer): Promise<void> {
  const token = await appToken('writer');
  const body = {
    '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
    learnerUserId: server.app.credentials.users['learner']?.id,
    learningContentId,
    status: 'inProgress',
  };
  let next = 0;
  const work = async () => {
    while (next < count) {
      const size = Math.min(BATCH_ITEMS, count - next);
      next += size;
      const requests = Array.from({ length: size }, (_, id) => ({
        id: String(id),
        method: 'POST',
        url: provider,
        headers: { 'Content-Type': 'application/json' },
        body,
      }));
      const answer = await call({ method: 'POST', path: '/v1.0/$batch', token, json: { requests } });
      const statuses = (answer.body.responses as { status: number }[]).map(({ status }) => status);
      if (statuses.some((status) => status !== 201)) throw new Error(`A create failed: ${answer.text.slice(0, 500)}`);
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, work));
}

/** Walks to the page before the end in the largest steps that the server gives, then asks for pages of the same size. */
async function findLastPage(): Promise<string> {
  let path = `${mine}?$top=${PAGE}&$skip=${count - 2 * PAGE + 1}`;
  const answer = await server.call({ path, token: learner });
  path = String(answer.body['@odata.nextLink']).slice(server.origin.length);
  const page = await server.call({ path, token: learner });
  if (page.body['@odata.nextLink'] !== undefined) throw new Error('This is not the last page');
  return path;
}

async function timeInTurn(one: string, other: string): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const [index, path] of [one, other].entries()) {
      const start = performance.now();
      const { body } = await server.call({ path, token: learner });
      if (round >= 0) times[index as 0 | 1].push(performance.now() - start);
      if (body.value.length !== PAGE) throw new Error(`A page of ${body.value.length}`);
    }
  }
  return [median(times[0]), median(times[1])];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

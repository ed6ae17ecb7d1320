/** Of several servers on one database, one sends to a target, and another one takes over when it ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { learnerId, PROVIDER_HERE, readAll, sideOf, startPair, untilEqual } from '../support/outward.ts';
import type { Side } from '../support/outward.ts';
import { startTestServer } from '../support/server.ts';
import { POSTGRES } from '../support/store.ts';

const WRITES = 40;

test('two servers send each create once, and the one that is left goes on', { timeout: 60_000 }, async () => {
  await using database = POSTGRES.create();
  const settings = { sandbox: true, ...(await database.serverSettings()) };
  await using pair = await startPair({ learners: 4, here: settings, there: { allowDuplicateExternalIds: true } });
  const { syncTargets, here: first, there } = pair;
  const write = async (sides: readonly Side[], name: string): Promise<void> => {
    const requests = Array.from({ length: WRITES }, (_, index) =>
      (sides[index % sides.length] as Side).graph(
        'POST',
        `/employeeExperience/learningProviders/${PROVIDER_HERE}/learningCourseActivities`,
        {
          '@odata.type': '#microsoft.graph.learningAssignment',
          assignmentType: 'required',
          learnerUserId: learnerId(index % 4),
          learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
          externalCourseActivityId: `${name}${index}`,
          status: 'notStarted',
        },
      ),
    );
    expect((await Promise.all(requests)).map((answer) => answer.status)).toEqual(requests.map(() => 201));
  };
  const data = mkdtempSync(join(tmpdir(), 'vivarium-second-'));
  const second = await startTestServer({ ...settings, syncTargets, data, ephemeral: false });
  try {
    await pair.admin('POST', '/start');
    await write([first, sideOf(second, PROVIDER_HERE)], 'both');
    await untilEqual(pair, 20_000);
  } finally {
    await second[Symbol.asyncDispose]();
    rmSync(data, { recursive: true, force: true });
  }
  await write([first], 'left');
  await untilEqual(pair, 20_000);
  const path = `/employeeExperience/learningProviders/${there.provider}/learningCourseActivities?$top=100`;
  const keys = (await readAll(there, path)).map((one) => String(one['externalcourseActivityId']));
  expect(new Set(keys).size).toBe(keys.length);
});

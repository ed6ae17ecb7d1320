/** Two servers on one database tell each change once, and the one that is left goes on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { openReceiver } from '../support/receiver.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { POSTGRES } from '../support/store.ts';

const ACTIVITIES =
  '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38/learningCourseActivities';
const WAIT = { timeout: 20_000, interval: 20 };

test('one of two servers sends, the other one when it has ended', async () => {
  await using database = POSTGRES.create();
  await using receiver = await openReceiver();
  const settings = { ...(await database.serverSettings()), sandbox: true };
  const data = mkdtempSync(join(tmpdir(), 'vivarium-second-'));
  const servers = [await startTestServer(settings), await startTestServer({ ...settings, data, ephemeral: false })];
  const send = async (server: TestServer | undefined, path: string, json: object): Promise<string> => {
    const answer = await server?.call({ method: 'POST', path, json, token: await server.appToken('writer') });
    expect(answer?.status).toBe(201);
    return String(answer?.body.id);
  };
  const create = (server: TestServer | undefined, number: number): Promise<string> =>
    send(server, ACTIVITIES, {
      '@odata.type': '#microsoft.graph.learningAssignment',
      assignmentType: 'required',
      learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
      learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
      externalcourseActivityId: `lease ${number}`,
      status: 'notStarted',
    });
  await send(servers[1], '/v1.0/subscriptions', {
    changeType: 'created',
    notificationUrl: receiver.url,
    resource: 'employeeExperience/learningCourseActivities',
    expirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const told = (): readonly string[] =>
    receiver.received.flatMap(({ body }) =>
      (body.value as readonly { readonly resourceData: { readonly id: string } }[]).map(
        ({ resourceData }) => resourceData.id,
      ),
    );
  const both = await Promise.all(Array.from({ length: 20 }, (_, index) => create(servers[index % 2], index)));
  await expect.poll(() => told().length, WAIT).toBeGreaterThanOrEqual(20);
  expect(told().toSorted()).toEqual(both.toSorted());
  await servers[0]?.[Symbol.asyncDispose]();
  const left = await create(servers[1], 20);
  await expect.poll(told, WAIT).toContain(left);
  await servers[1]?.[Symbol.asyncDispose]();
  rmSync(data, { recursive: true, force: true });
  expect(told()).toHaveLength(21);
});

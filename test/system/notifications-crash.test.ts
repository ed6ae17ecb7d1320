/** What was answered is told, although the server was killed before it could. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { createSqlitePlace } from '../support/crash-places.ts';
import { findQuietPort } from '../support/quiet-port.ts';
import { openReceiver } from '../support/receiver.ts';
import { openCalls } from '../support/server.ts';
import { requestToken, startServerProcess } from '../support/server-process.ts';

const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const ACTIVITIES = `/v1.0/employeeExperience/learningProviders/${PROVIDER}/learningCourseActivities`;
const COUNT = 60;

test('a notification outlives kill -9 between its commit and its delivery', { timeout: 60_000 }, async () => {
  await using place = await createSqlitePlace();
  await using receiver = await openReceiver();
  const port = String(await findQuietPort());
  const start = () => startServerProcess(place.folder, '--port', port, ...place.flags);
  await using first = start();
  const ready = await first.ready;
  const { call, close } = openCalls(ready.baseUrl, readFileSync(ready.caFile, 'utf8'));
  const token = await requestToken(ready, 'writer');
  const send = (path: string, json: object) => call({ method: 'POST', path, json, token });
  const subscribed = await send('/v1.0/subscriptions', {
    changeType: 'created',
    notificationUrl: receiver.url,
    resource: 'employeeExperience/learningCourseActivities',
    expirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
  });
  expect(subscribed.status).toBe(201);
  const ids = await Promise.all(
    Array.from({ length: COUNT }, async (_, index) => {
      const { status, body } = await send(ACTIVITIES, {
        '@odata.type': '#microsoft.graph.learningAssignment',
        assignmentType: 'required',
        learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
        learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
        externalcourseActivityId: `crash ${index}`,
        status: 'notStarted',
      });
      expect(status).toBe(201);
      return String(body.id);
    }),
  );
  first.signal('SIGKILL');
  await first.exited;
  await close();
  const told = (): readonly string[] =>
    receiver.received.flatMap(({ body }) =>
      (body.value as readonly { readonly resourceData: { readonly id: string } }[]).map(
        ({ resourceData }) => resourceData.id,
      ),
    );
  expect(told().length).toBeLessThan(COUNT);
  await using second = start();
  await second.ready;
  await expect.poll(() => new Set(told()), { timeout: 20_000, interval: 50 }).toEqual(new Set(ids));
});

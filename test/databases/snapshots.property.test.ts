/** Whatever was done before a snapshot and after it: a restore gives back every table, and every state beside the tables. */
import * as fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';

import {
  ACTIVITIES,
  CONTENT,
  dumpData,
  LEARNER,
  openSandboxPlace,
  OURS,
  PROVIDER,
  THEIRS,
} from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

/** One thing that a client or a test does. What is refused counts as well: it is in the journal. */
type Action = (server: TestSandbox) => Promise<unknown>;

const tenants = fc.constantFrom(OURS, THEIRS);
const numbers = fc.nat({ max: 5 });

const activityOf = (number: number) => ({
  '@odata.type': '#microsoft.graph.learningAssignment',
  assignmentType: 'required',
  learningContentId: CONTENT,
  learningProviderId: PROVIDER,
  learnerUserId: LEARNER,
  externalCourseActivityId: `activity ${number}`,
  status: 'notStarted',
});

const onActivities =
  (tenant: string, call: Parameters<TestSandbox['call']>[0]): Action =>
  async (server) =>
    server.call({ ...call, token: await server.tenantToken(tenant) });

const byKey = (number: number) => `${ACTIVITIES}(externalcourseActivityId='activity ${number}')`.replaceAll(' ', '%20');

const create = fc
  .tuple(tenants, numbers)
  .map(([tenant, number]) => onActivities(tenant, { method: 'POST', path: ACTIVITIES, json: activityOf(number) }));

const update = fc
  .tuple(tenants, numbers, fc.nat({ max: 100 }))
  .map(([tenant, number, percentage]): Action => async (server) => {
    const token = await server.tenantToken(tenant);
    const { body } = await server.call({ path: byKey(number), token });
    const json = { ...activityOf(number), completionPercentage: percentage, status: 'inProgress' };
    await server.call({ method: 'PATCH', path: `${ACTIVITIES}/${body?.id}`, token, json });
  });

const remove = fc.tuple(tenants, numbers).map(([tenant, number]): Action => async (server) => {
  const token = await server.tenantToken(tenant);
  const { body } = await server.call({ path: byKey(number), token });
  await server.call({ method: 'DELETE', path: `${ACTIVITIES}/${body?.id}`, token });
});

const content = fc.tuple(tenants, numbers).map(([tenant, number]) =>
  onActivities(tenant, {
    method: 'PATCH',
    path: `/v1.0/employeeExperience/learningProviders/${PROVIDER}/learningContents(externalId='content${number}')`,
    json: { title: `Content ${number}`, contentWebUrl: 'https://fabrikam.example/', externalId: `content${number}` },
  }),
);

const provider = fc.boolean().map((isEnabled): Action => async (server) => {
  const token = await server.userToken('admin', ['LearningProvider.ReadWrite']);
  const path = `/v1.0/employeeExperience/learningProviders/${PROVIDER}`;
  await server.call({ method: 'PATCH', path, token, json: { isCourseActivitySyncEnabled: isEnabled } });
});

/** Leaves a grant that waits for a person. */
const signIn = tenants.map((tenant): Action => async ({ app, call }) => {
  const form = new URLSearchParams({
    client_id: app.credentials.signInApps['portal']?.clientId ?? '',
    scope: 'User.Read',
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  await call({ method: 'POST', path: `/${tenant}/oauth2/v2.0/devicecode`, headers, body: form.toString() });
});

const control =
  (method: string, path: string, json?: unknown): Action =>
  (server) =>
    server.control(method, path, json);

const setting = fc.oneof(
  numbers.map((nth) =>
    control('POST', '/faults', { calls: { nth: nth + 1 }, effect: { kind: 'error', row: 'serviceUnavailable' } }),
  ),
  numbers.map((requests) => control('POST', '/limits', { requests: requests + 5, windowSeconds: 60, per: ['tenant'] })),
  numbers.map((day) => control('PATCH', '/clock', { frozenAt: `2030-01-0${day + 1}T00:00:00Z` })),
  numbers.map((days) => control('POST', '/clock/advance', { by: `P${days}D` })),
  numbers.map((number) => control('PUT', '/ids', { seed: `seed ${number}` })),
  fc.constant(control('DELETE', '/journal')),
  fc.constant(control('DELETE', '/faults')),
);

const actions = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: create },
    { weight: 2, arbitrary: update },
    { weight: 2, arbitrary: remove },
    { weight: 1, arbitrary: content },
    { weight: 1, arbitrary: provider },
    { weight: 1, arbitrary: signIn },
    { weight: 3, arbitrary: setting },
  ),
  { maxLength: 12, size: 'max' },
);

async function perform(sequence: readonly Action[], server: TestSandbox): Promise<void> {
  for (const action of sequence) await action(server);
}

/** The states of the parts of a sandbox: those that a file of a snapshot that is taken now begins with. */
async function captureStates({ control: send }: TestSandbox): Promise<Readonly<Record<string, unknown>>> {
  expect((await send('POST', '/snapshots', { name: 'states' })).status).toBe(201);
  const file = await send('GET', '/snapshots/states/file');
  expect((await send('DELETE', '/snapshots/states')).status).toBe(204);
  return JSON.parse(file.text.slice(0, file.text.indexOf('\n'))).states as Readonly<Record<string, unknown>>;
}

describe.each(inject('databases'))('on %s', (database) => {
  test('a restore gives back what a snapshot was taken of', { timeout: 300_000 }, async () => {
    await using place = await openSandboxPlace(database);
    await using server = await place.start();
    await using connection = place.connect();
    // A clock that goes would show another time each time that it is looked at.
    const startOver = async () => {
      for (const { name } of (await server.control('GET', '/snapshots')).body.value) {
        await server.control('DELETE', `/snapshots/${name}`);
      }
      expect((await server.control('POST', '/reset')).status).toBe(204);
      await server.control('PATCH', '/clock', { frozenAt: '2030-01-01T00:00:00Z' });
    };
    await startOver();
    const fresh = { data: await dumpData(connection), states: await captureStates(server) };
    expect(Object.keys(fresh.states).toSorted()).toEqual(['clock', 'faults', 'ids', 'inboxes', 'journal', 'limits']);
    await fc.assert(
      fc.asyncProperty(actions, actions, async (before, after) => {
        await startOver();
        expect({ data: await dumpData(connection), states: await captureStates(server) }).toEqual(fresh);
        await perform(before, server);
        const data = await dumpData(connection);
        const states = await captureStates(server);
        expect((await server.control('POST', '/snapshots', { name: 'kept' })).status).toBe(201);
        await perform(after, server);
        expect((await server.control('POST', '/snapshots/kept/restore')).status).toBe(204);
        expect(await dumpData(connection)).toEqual(data);
        expect(await captureStates(server)).toEqual(states);
      }),
      { numRuns: database === 'sqlite' ? 20 : 10 },
    );
  });
});

/** What a server says of a sync target to its operators: events and metrics, and no secrets. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';

import {
  assignmentHere,
  learnerId,
  PROVIDER_HERE,
  SECRET_THERE,
  seedsOfBoth,
  TARGET,
  targetOf,
  until,
} from '../support/outward.ts';
import { findQuietPort } from '../support/quiet-port.ts';
import { openCalls, startTestServer } from '../support/server.ts';
import { requestToken, startServerProcess } from '../support/server-process.ts';

const ACTIVITIES = `/v1.0/employeeExperience/learningProviders/${PROVIDER_HERE}/learningCourseActivities`;
const TEN_MINUTES_MS = 600_000;

let stack: AsyncDisposableStack;
let folder: string;
beforeEach(() => {
  stack = new AsyncDisposableStack();
  folder = mkdtempSync(join(tmpdir(), 'vivarium-reports-'));
});
afterEach(async () => {
  await stack.disposeAsync();
  rmSync(folder, { recursive: true, force: true });
});

/** A process with the target, as often as it is started: its data stays. */
async function startHere(flags: readonly string[]) {
  const metricsPort = await findQuietPort();
  const more = ['--log-level', 'debug', '--metrics-port', String(metricsPort), '--sync-wait-limit-minutes', '5'];
  const server = stack.use(startServerProcess(join(folder, 'data'), '--sandbox', ...flags, ...more));
  const ready = await server.ready;
  const calls = openCalls(ready.baseUrl, readFileSync(ready.caFile, 'utf8'));
  stack.defer(() => calls.close());
  return {
    admin: (method: string, path: string) =>
      calls.call({ method, path: `/_admin/sync/targets${path}`, token: ready.controlToken ?? '' }),
    create: async (members: object) => {
      const token = await requestToken(ready, 'writer');
      const { status } = await calls.call({
        method: 'POST',
        path: ACTIVITIES,
        token,
        json: assignmentHere({ ...members }),
      });
      expect(status).toBe(201);
    },
    stop: async () => {
      server.signal('SIGTERM');
      await server.exited;
      return server.stderr();
    },
    eventOf: (name: string) =>
      until(
        async () =>
          server
            .stderr()
            .split('\n')
            .filter((line) => line.includes(`"${name}"`))
            .map((line) => JSON.parse(line) as object),
        ({ length }) => length > 0,
        30_000,
      ),
    metric: async (name: string) =>
      new RegExp(`^${name}\\{[^}]*target="${TARGET}"[^}]*\\} ([\\d.]+)$`, 'm').exec(
        await (await fetch(`http://localhost:${metricsPort}/metrics`)).text(),
      )?.[1],
  };
}

test(
  'a dead letter, and what waits for longer than the limit, are events and metrics',
  { timeout: 120_000 },
  async () => {
    const seeds = seedsOfBoth({ learners: 1 });
    const othersSide = stack.use(new AsyncDisposableStack());
    const there = othersSide.use(await startTestServer({}, undefined, { seed: seeds.there }));
    const fileOf = (name: string, content: unknown): string => {
      writeFileSync(join(folder, name), stringify(content));
      return join(folder, name);
    };
    const config = fileOf('vivarium.yaml', { syncTargets: [targetOf(folder, there)] });
    const flags = ['--config', config, '--seed', fileOf('seed.yaml', seeds.here)];
    const unlicensed = { method: 'PATCH', path: `/_admin/users/${learnerId(0)}`, json: { licence: 'none' } };
    await there.call({ ...unlicensed, token: there.app.admin?.token });

    const here = await startHere(flags);
    await here.admin('POST', `/${TARGET}/start`);
    await here.create({ externalCourseActivityId: 'dead' });
    expect(await here.eventOf('syncWaiting')).toMatchObject([{ target: TARGET, dead: 1, waiting: 0 }]);
    expect(await here.metric('vivarium_sync_dead_letters')).toBe('1');
    expect(Number(await here.metric('vivarium_sync_requests_per_minute'))).toBeGreaterThan(1000);
    await othersSide.disposeAsync();
    await here.create({ externalCourseActivityId: 'waits' });
    await until(
      async () => (await here.admin('GET', '')).body as { readonly value: readonly { readonly waiting: number }[] },
      ({ value }) => value[0]?.waiting === 1,
    );
    const log = await here.stop();

    // Ten minutes ago, as if the other side had been away for so long.
    const database = new DatabaseSync(join(folder, 'data', 'vivarium.db'));
    database.exec(
      `update outward_item set waiting_since = waiting_since - ${TEN_MINUTES_MS} where waiting_since is not null`,
    );
    database.exec('update outward_item set state = 0 where reason is not null');
    database.close();
    const again = await startHere(flags);
    expect(await again.eventOf('syncWaiting')).toMatchObject([{ target: TARGET, waiting: 1, dead: 0 }]);
    expect(Number(await again.metric('vivarium_sync_oldest_waiting_seconds'))).toBeGreaterThanOrEqual(600);
    expect(await again.metric('vivarium_sync_waiting')).toBe('1');
    expect(await again.eventOf('syncTroubled')).toMatchObject([{ target: TARGET }]);

    const all = log + (await again.stop());
    expect(all).toContain('syncTroubled');
    expect(all).not.toContain(SECRET_THERE);
    // As every token begins.
    expect(all).not.toMatch(/eyJ[\w-]{10}/);
  },
);

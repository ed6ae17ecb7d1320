/** The CPU time of requests that are made to cost as much as they can, as the server starts and without the sandbox. */
import { setTimeout as pause } from 'node:timers/promises';

import { FIRST_STEP } from '../data/activities.ts';
import { createSqliteData } from '../data/bench-data.ts';
import { listHostileRequests } from '../hostile/requests.ts';
import { openConnection } from '../load/connection.ts';
import { median } from '../load/statistics.ts';
import type { Options } from '../options.ts';
import { describeConditions } from '../results.ts';
import type { Hostile, HostileResult, HostileVariant } from '../results.ts';
import { requestAppToken } from '../servers/tokens.ts';
import { startVivarium } from '../servers/vivarium.ts';
import type { Vivarium } from '../servers/vivarium.ts';

/** Secrets are wrong in each round: a lockout would refuse them before they are looked at. */
const FLAGS = ['--lockout-threshold', '0'];
const SANDBOX_FLAGS = { withSandbox: '--sandbox', withoutSandbox: '--no-sandbox' } as const;
/** Apps of the seed: one that may write, and one that may do nothing. */
const APPS = { permitted: 'writer', refused: 'none' } as const;
/** What an answer leaves to be done, such as lines of the log and the collection of garbage, is done by then. */
const SETTLE_MS = 150;

export async function measureHostile(options: Options, folder: string): Promise<Hostile> {
  await using data = await createSqliteData(folder);
  await data.grow(FIRST_STEP);
  const requests = new Map<string, Partial<Record<HostileVariant, HostileResult>>>();
  for (const sandbox of ['withSandbox', 'withoutSandbox'] as const) {
    const flags = [...FLAGS, SANDBOX_FLAGS[sandbox]];
    await using vivarium = await startVivarium({ ...data.options, flags });
    const site = {
      registrationId: vivarium.ready.samples['registrationId'] as string,
      tenantId: vivarium.ready.tenantId,
      clientId: vivarium.ready.apps[APPS.permitted]?.clientId ?? '',
    };
    for (const [caller, app] of Object.entries(APPS)) {
      const token = await requestAppToken(vivarium, app);
      for (const request of listHostileRequests(site)) {
        const result = await measureRequest(vivarium, request.text(token), options.rounds);
        requests.set(request.title, { ...requests.get(request.title), [`${caller} ${sandbox}`]: result });
        console.error(`${request.title}, ${caller} ${sandbox}: ${result.status}, ${result.cpuMs.toFixed(0)} ms`);
      }
    }
  }
  return { conditions: { ...describeConditions(options), connections: 1 }, requests: Object.fromEntries(requests) };
}

/** One round that does not count, then so many that do. */
async function measureRequest(vivarium: Vivarium, text: string, rounds: number): Promise<HostileResult> {
  const times: number[] = [];
  let status = 0;
  for (let round = 0; round <= rounds; round += 1) {
    const before = vivarium.readCpuSeconds();
    status = await sendAlone(vivarium.port, text);
    await pause(SETTLE_MS);
    if (round > 0) times.push(1000 * (vivarium.readCpuSeconds() - before));
  }
  return { status, cpuMs: median(times) };
}

/** @returns the status, or 0 when the server has ended the connection instead of answering */
async function sendAlone(port: number, text: string): Promise<number> {
  const connection = await openConnection({ port });
  try {
    const { promise, resolve } = Promise.withResolvers<number>();
    connection.send(text, ({ status }) => resolve(status));
    return await Promise.race([promise, connection.broken]);
  } catch {
    return 0;
  } finally {
    connection.close();
  }
}

/** Whether the server can serve: its database answers, takes writes, and has a schema that this release can work with. */
import { setTimeout as pause } from 'node:timers/promises';

import { monotonicMs } from '../lib/clock.ts';
import { Unavailable } from '../lib/unavailable.ts';
import type { Readiness, ReadinessCheck } from '../server/health-route.ts';
import type { SqlConnection } from '../store/connection.ts';
import { findSchemaProblem } from '../store/migrations/migrate.ts';

/** Supervisors commonly wait for one to five seconds. */
const ANSWER_MS = 1500;
const SILENT: Readiness = { isReady: false, checks: { database: 'noAnswer', schema: 'unknown' } };

interface Running {
  /** Of the monotonic clock. */
  readonly since: number;
  readonly result: Promise<Readiness>;
}

/** Checks one at a time: requests that come meanwhile share the check, and none waits for it longer than the limit. */
export function createReadinessCheck(connection: SqlConnection): ReadinessCheck {
  let running: Running | undefined;
  return async () => {
    running ??= { since: monotonicMs(), result: check(connection).finally(() => (running = undefined)) };
    const late = new AbortController();
    const waitMs = Math.max(0, running.since + ANSWER_MS - monotonicMs());
    const timeout = pause(waitMs, SILENT, { signal: late.signal });
    timeout.catch(() => {});
    const readiness = await Promise.race([running.result, timeout]);
    late.abort();
    return readiness;
  };
}

async function check(connection: SqlConnection): Promise<Readiness> {
  try {
    await connection.checkWritable();
    const isReady = (await findSchemaProblem(connection)) === undefined;
    return { isReady, checks: { database: 'ok', schema: isReady ? 'ok' : 'incompatible' } };
  } catch (error) {
    const trouble = error instanceof Unavailable ? error.trouble : undefined;
    return { isReady: false, checks: { database: trouble ?? 'failed', schema: 'unknown' } };
  }
}

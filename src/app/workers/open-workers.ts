/**
 * A server of several processes. This one has opened the data; its workers answer requests, and share the port by
 * `node:cluster`: connections go to them in turn, and none is lost when one of them dies before it has taken it.
 *
 * States of a worker: starting, serving, ended, and starting again after a pause, which grows while it ends early. If that
 * happens MAX_EARLY_ENDS times in a row, the server has failed. Once the server stops, what ends is not started again.
 */
import cluster from 'node:cluster';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { AUTO } from '../../config/setting-type.ts';
import type { Settings } from '../../config/settings.ts';
import { monotonicMs } from '../../lib/clock.ts';
import { StartError } from '../../lib/start-error.ts';
import type { TlsCertificate } from '../../server/listeners.ts';
import { createStandingCache } from '../../store/standing-cache.ts';
import { createTenantCache } from '../../store/tenant-cache.ts';
import type { Events } from '../../telemetry/events.ts';
import type { MetricValues } from '../../telemetry/metrics.ts';
import { openAdmin } from '../open-admin.ts';
import type { Serving, ServingBase } from '../open-serving.ts';
import { openPeople } from '../open-people.ts';
import { serveWorkerMetrics } from '../serve-metrics.ts';
import type { WorkerOrder } from './messages.ts';
import { describeEnd, startProcess } from './worker-process.ts';
import type { WorkerProcess } from './worker-process.ts';

/** From `src/` as from `dist/`. */
const PROGRAM = fileURLToPath(new URL('../../../bin/vivarium.js', import.meta.url));
/** One that has served for so long has not ended early. */
const EARLY_MS = 10_000;
const MAX_EARLY_ENDS = 5;
const FIRST_PAUSE_MS = 100;
/** What may pass beyond the grace of the requests until a worker that does not end is killed. */
const CLOSING_MS = 3000;

/** How many processes are to serve. */
export function countWorkers({ workers }: Pick<Settings, 'workers'>): number {
  return workers === AUTO ? availableParallelism() : workers;
}

/** Resolves when all workers accept requests. @throws StartError, or what has failed in one of them */
export async function openWorkers(base: ServingBase): Promise<Serving> {
  const { settings, instance, tls, telemetry, adminKeys } = base;
  const { events } = telemetry;
  cluster.setupPrimary({ exec: PROGRAM, args: ['worker'] });
  const ported = await withPorts(settings);
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const places = Array.from({ length: countWorkers(settings) }, (_, index) => {
    const order = { worker: index + 1, settings: ported, instance, tls };
    return new WorkerPlace(order, { events, onFailure: reject });
  });
  await using opening = new AsyncDisposableStack();
  let hasOpened = false;
  opening.defer(async () => {
    // Those that have not served have nothing to answer.
    const graceMs = hasOpened ? settings.shutdownGraceMs + CLOSING_MS : 0;
    const ends = await Promise.all(places.map((place) => place.stop(graceMs)));
    const bad = ends.find((end) => end !== undefined);
    if (bad !== undefined && hasOpened) throw new StartError(`A worker did not stop well: ${bad}.`);
  });
  const readMetrics = async (): Promise<readonly MetricValues[]> => {
    const all = await Promise.all(places.map((place) => place.measure()));
    return all.filter((metrics) => metrics !== undefined);
  };
  const [addresses] = await Promise.all(places.map((place) => place.firstReady));
  if (addresses === undefined) throw new Error('There are no workers.');
  const { url: metricsUrl } = opening.use(await serveWorkerMetrics(settings, readMetrics));
  // Writes are counted by the workers, each for itself.
  const sync = { flush: async () => {} };
  // It answers no requests of the API, so it remembers nothing of who sends them.
  const caches = { tenants: createTenantCache(base.directory, 0), standings: createStandingCache(base.directory, 0) };
  const own = { ...base, ...caches, people: openPeople(base), events, sync, sandbox: undefined, signIn: undefined };
  const admin = adminKeys && openAdmin({ ...own, findBaseUrl: () => addresses.baseUrl }, adminKeys);
  hasOpened = true;
  const open = opening.move();
  const close = () => open.disposeAsync();
  const showCertificate = (certificate: TlsCertificate): void => {
    for (const place of places) place.showCertificate(certificate);
  };
  const none = { proxyUrl: undefined, sandbox: undefined };
  return { ...addresses, ...none, metricsUrl, admin, failed, showCertificate, [Symbol.asyncDispose]: close };
}

interface PlaceOptions {
  readonly events: Events;
  /** Told once, when workers in this place end again and again. */
  onFailure(error: StartError): void;
}

/** Where one worker serves, and the next one when it has died. */
class WorkerPlace {
  readonly firstReady: WorkerProcess['ready'];
  #order: WorkerOrder;
  readonly #options: PlaceOptions;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #current: WorkerProcess;

  constructor(order: WorkerOrder, options: PlaceOptions) {
    this.#order = order;
    this.#options = options;
    this.#current = startProcess(order);
    this.firstReady = this.#current.ready;
    this.#done = this.#keep();
  }

  showCertificate(certificate: TlsCertificate): void {
    this.#order = { ...this.#order, tls: certificate };
    this.#current.showCertificate(certificate);
  }

  measure(): Promise<MetricValues | undefined> {
    return this.#current.measure();
  }

  /** Gives how the worker has ended if it was told to and did not do it well. */
  async stop(killAfterMs: number): Promise<string | undefined> {
    this.#stopping.abort();
    const { stop, kill, ended, hasEnded } = this.#current;
    const wasRunning = !hasEnded();
    stop();
    const timer = setTimeout(kill, killAfterMs);
    const end = await ended;
    clearTimeout(timer);
    await this.#done;
    return end.code === 0 || !wasRunning ? undefined : describeEnd(end);
  }

  async #keep(): Promise<void> {
    const { events, onFailure } = this.#options;
    const { worker } = this.#order;
    const { signal } = this.#stopping;
    // A server whose first workers cannot start does not start, and says why.
    const hasStarted = await this.firstReady.then(
      () => true,
      () => false,
    );
    if (!hasStarted) return;
    let earlyEnds = 0;
    for (;;) {
      const readyAt = await this.#current.ready.then(monotonicMs, () => undefined);
      if (readyAt !== undefined) events.workerStarted(worker, this.#current.pid);
      const end = await this.#current.ended;
      if (signal.aborted) return;
      const isEarly = readyAt === undefined || monotonicMs() - readyAt < EARLY_MS;
      earlyEnds = isEarly ? earlyEnds + 1 : 0;
      events.workerEnded(worker, end);
      if (earlyEnds === MAX_EARLY_ENDS) return onFailure(keepsEnding(worker, describeEnd(end)));
      await pause(FIRST_PAUSE_MS * 2 ** earlyEnds, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      this.#current = startProcess(this.#order);
    }
  }
}

function keepsEnding(worker: number, how: string): StartError {
  const message = `Worker ${worker} ended ${MAX_EARLY_ENDS} times in a row within ${EARLY_MS / 1000} seconds, the last time with ${how}.`;
  return new StartError(message, { hint: 'The log says more. Nothing that was answered is lost.' });
}

/**
 * Free ports for those that are to be any: workers that ask for any port would each time that the last of them has died get
 * another one.
 */
async function withPorts(settings: Settings): Promise<Settings> {
  const { host, port, httpHost, httpPort } = settings;
  return {
    ...settings,
    port: port === 0 ? await findFreePort(host) : port,
    httpPort: httpPort === 0 ? await findFreePort(httpHost) : httpPort,
  };
}

function findFreePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ host, port: 0, exclusive: true }, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** What the server reports of itself: events to the log, and metrics where the settings ask for them. */
import { X509Certificate } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { PACKAGE } from '../lib/package.ts';
import { readTerminal } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { listenForScrapes } from '../server/metrics-listener.ts';
import type { HttpServer } from '../server/server.ts';
import type { SqlConnection } from '../store/connection.ts';
import { createEvents } from '../telemetry/events.ts';
import type { Events } from '../telemetry/events.ts';
import { createLogger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createReadinessCheck } from './check-readiness.ts';
import type { DatabaseEvents } from './open-data.ts';
import type { Tls } from './open-tls.ts';

export interface Telemetry {
  readonly events: Events;
  readonly databaseEvents: DatabaseEvents;
  readonly metrics: Metrics | undefined;
}

/** A scrape that waits longer is given up by most collectors. */
const ANSWER_MS = 1500;

export async function openTelemetry({ metricsPort, logLevel }: Settings): Promise<Telemetry> {
  const { isStderrTerminal, hasColour } = readTerminal();
  const logged = createEvents(createLogger({ level: logLevel, isTerminal: isStderrTerminal, hasColour }));
  if (metricsPort === undefined) return { events: logged, databaseEvents: logged, metrics: undefined };
  const { createMetrics } = await import('../telemetry/metrics.ts');
  const metrics = createMetrics();
  const events = metrics.count(logged);
  return { events, databaseEvents: { ...events, observer: metrics.observer }, metrics };
}

export interface Measured {
  readonly connection: SqlConnection;
  readonly server: HttpServer;
  readonly tls: Tls | undefined;
}

export interface OpenMetrics extends AsyncDisposable {
  /** Where they can be read. */
  readonly url: string | undefined;
}

/** Serves the metrics, if there are any. @throws Node's error when the address cannot be had */
export async function serveMetrics(
  { metricsHost: host, metricsPort: port }: Settings,
  { metrics }: Telemetry,
  { connection, server, tls }: Measured,
): Promise<OpenMetrics> {
  if (metrics === undefined || port === undefined) return { url: undefined, [Symbol.asyncDispose]: async () => {} };
  const checkReadiness = createReadinessCheck(connection);
  metrics.addReadings({
    version: PACKAGE.version,
    database: connection.dialect.name,
    inFlight: () => server.admission.countInFlight(),
    isOverloaded: () => server.admission.isOverloaded(),
    describeLoad: () => connection.describeLoad(),
    findBytes: () => withinTime(connection.measureBytes()),
    isReady: async () => (await checkReadiness()).isReady,
    certificateEndsAt: tls && new X509Certificate(tls.cert).validToDate.getTime(),
  });
  const { printMetrics } = await import('../telemetry/metrics.ts');
  return listenForScrapes({ host, port, print: () => printMetrics(metrics) });
}

async function withinTime(answer: Promise<number>): Promise<number | undefined> {
  const late = new AbortController();
  const timeout = pause(ANSWER_MS, undefined, { signal: late.signal }).catch(() => undefined);
  try {
    return await Promise.race([answer.catch(() => undefined), timeout]);
  } finally {
    late.abort();
  }
}

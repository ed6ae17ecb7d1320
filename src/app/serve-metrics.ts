/** Where metrics go: to those who ask for them on their port, and to a collector of OpenTelemetry's. */
import { X509Certificate } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { PACKAGE } from '../lib/package.ts';
import type { Settings } from '../config/settings.ts';
import { listenForScrapes } from '../server/metrics-listener.ts';
import type { HttpServer } from '../server/server.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { MetricValues } from '../telemetry/metrics.ts';
import type { Readings } from '../telemetry/readings.ts';
import { createReadinessCheck } from './check-readiness.ts';
import type { Telemetry } from './open-telemetry.ts';

/** A scrape that waits longer is given up by most collectors. */
const ANSWER_MS = 1500;

export interface Measured {
  readonly connection: SqlConnection;
  readonly server: HttpServer;
  /** PEM, as it is now; `undefined` without TLS. */
  readonly findCertificate: () => string | undefined;
}

export interface OpenMetrics extends AsyncDisposable {
  /** Where they can be read. */
  readonly url: string | undefined;
}

/** Serves and sends the metrics, if there are any. @throws Node's error when the address cannot be had */
export async function serveMetrics(
  { metricsHost: host, metricsPort: port }: Settings,
  { metrics, otel, events }: Telemetry,
  measured: Measured,
): Promise<OpenMetrics> {
  const open = new AsyncDisposableStack();
  const close = { [Symbol.asyncDispose]: () => open.disposeAsync() };
  if (metrics === undefined) return { url: undefined, ...close };
  metrics.addReadings(readingsOf(measured));
  const { getProcessMetrics, printMetrics } = await import('../telemetry/metrics.ts');
  if (otel?.metrics !== undefined) {
    const { describeResource, loadMetricExporter } = await import('../telemetry/otlp.ts');
    const { sendMetrics } = await import('../telemetry/metric-producer.ts');
    const exporter = await loadMetricExporter(otel.metrics, (cause) =>
      events.backgroundTaskFailed('metricExport', cause),
    );
    const { version } = PACKAGE;
    const registries = [metrics.registry, getProcessMetrics()];
    const source = { version, resource: describeResource(version), registries };
    open.use(sendMetrics({ ...source, exporter, intervalMs: otel.metricIntervalMs }));
  }
  if (port === undefined) return { url: undefined, ...close };
  const { url } = open.use(await listenForScrapes({ host, port, print: () => printMetrics(metrics) }));
  return { url, ...close };
}

/** Serves the metrics of all workers, if there are any. @throws as {@link serveMetrics} */
export async function serveWorkerMetrics(
  { metricsHost: host, metricsPort: port }: Settings,
  read: () => Promise<readonly MetricValues[]>,
): Promise<OpenMetrics> {
  if (port === undefined) return { url: undefined, [Symbol.asyncDispose]: async () => {} };
  const { printAll } = await import('../telemetry/metrics.ts');
  return listenForScrapes({ host, port, print: async () => printAll(await read()) });
}

/** What a worker tells of itself; `undefined` without metrics. */
export async function readWorkerMetrics({ metrics }: Telemetry): Promise<MetricValues | undefined> {
  if (metrics === undefined) return undefined;
  const { readMetrics } = await import('../telemetry/metrics.ts');
  return readMetrics(metrics);
}

function readingsOf({ connection, server, findCertificate }: Measured): Readings {
  const checkReadiness = createReadinessCheck(connection);
  return {
    version: PACKAGE.version,
    database: connection.dialect.name,
    inFlight: () => server.admission.countInFlight(),
    isOverloaded: () => server.admission.isOverloaded(),
    describeLoad: () => connection.describeLoad(),
    findBytes: () => withinTime(connection.measureBytes()),
    isReady: async () => (await checkReadiness()).isReady,
    findCertificateEnd: () => {
      const certificate = findCertificate();
      return certificate === undefined ? undefined : new X509Certificate(certificate).validToDate.getTime();
    },
  };
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

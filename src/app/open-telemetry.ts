/** What the server reports of itself: events to the log, and metrics and traces where they are asked for. */
import { PACKAGE } from '../lib/package.ts';
import { readOtel, readTerminal } from '../config/load.ts';
import type { OtelSettings } from '../config/otel.ts';
import type { Settings } from '../config/settings.ts';
import type { StoreObserver } from '../store/observer.ts';
import { createEvents } from '../telemetry/events.ts';
import type { Events } from '../telemetry/events.ts';
import { createLogger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { RequestTracer } from '../telemetry/request-tracer.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import type { DatabaseEvents } from './open-data.ts';

/** To be disposed of after the server: then it sends what it has not sent yet. */
export interface Telemetry extends AsyncDisposable {
  readonly events: Events;
  readonly databaseEvents: DatabaseEvents;
  readonly metrics: Metrics | undefined;
  readonly tracer: RequestTracer | undefined;
  readonly otel: OtelSettings | undefined;
}

/**
 * What is not asked for is not loaded.
 * @param worker its number, for one of several processes
 */
export async function openTelemetry(settings: Settings, worker?: number): Promise<Telemetry> {
  const { isStderrTerminal: isTerminal, hasColour } = readTerminal();
  const logger = createLogger({
    ...{ level: settings.logLevel, isTerminal, hasColour },
    ...(worker !== undefined && { worker }),
  });
  const logged = createEvents(logger);
  const otel = readOtel();
  const metrics = await findMetrics(settings, otel, worker);
  const events = metrics?.count(logged) ?? logged;
  const tracing = otel && (await findTracing(settings, otel, events));
  const observer = combine(metrics?.observer, tracing?.observer);
  return {
    events,
    databaseEvents: { ...events, observer },
    metrics,
    tracer: tracing?.tracer,
    otel,
    [Symbol.asyncDispose]: async () => tracing?.[Symbol.asyncDispose](),
  };
}

async function findMetrics(
  { metricsPort }: Settings,
  otel: OtelSettings | undefined,
  worker: number | undefined,
): Promise<Metrics | undefined> {
  if (metricsPort === undefined && otel?.metrics === undefined) return undefined;
  const { createMetrics } = await import('../telemetry/metrics.ts');
  return createMetrics(worker === undefined ? {} : { worker: String(worker) });
}

async function findTracing({ database }: Settings, otel: OtelSettings, events: Events): Promise<Tracing | undefined> {
  if (otel.traces === undefined) return undefined;
  const { describeResource, loadSpanExporter } = await import('../telemetry/otlp.ts');
  const { openTracing } = await import('../telemetry/tracing.ts');
  const { sampler, samplerArgument, spanDelayMs: delayMs } = otel;
  return openTracing({
    version: PACKAGE.version,
    resource: describeResource(PACKAGE.version),
    exporter: await loadSpanExporter(otel.traces, (cause) => events.backgroundTaskFailed('traceExport', cause)),
    database: database === undefined ? 'sqlite' : 'postgresql',
    sampler,
    samplerArgument,
    delayMs,
  });
}

function combine(metrics: StoreObserver | undefined, traces: StoreObserver | undefined): StoreObserver | undefined {
  if (metrics === undefined || traces === undefined) return metrics ?? traces;
  return {
    statementRan: (run) => {
      metrics.statementRan(run);
      traces.statementRan(run);
    },
    committed: (run, scopes) => {
      metrics.committed(run, scopes);
      traces.committed(run, scopes);
    },
    openScope: traces.openScope,
  };
}

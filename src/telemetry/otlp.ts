/** Exporters over OTLP, each loaded when it is asked for. They read their addresses from OpenTelemetry's variables. */
import { setTimeout as pause } from 'node:timers/promises';
import { ExportResultCode } from '@opentelemetry/core';
import type { ExportResult } from '@opentelemetry/core';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import type { Resource } from '@opentelemetry/resources';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';

type Protocol = 'http/protobuf' | 'http/json';
/** Told of each export that fails; the server goes on. */
type OnFailure = (cause: unknown) => void;

/** What the server calls itself; `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` decide. */
export function describeResource(version: string): Resource {
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'vivarium', 'service.version': version }))
    .merge(detectResources({ detectors: [envDetector] }));
}

export async function loadSpanExporter(protocol: Protocol, onFailure: OnFailure): Promise<SpanExporter> {
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return reporting(new OTLPTraceExporter(), onFailure);
}

export async function loadMetricExporter(protocol: Protocol, onFailure: OnFailure): Promise<PushMetricExporter> {
  const { OTLPMetricExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-metrics-otlp-http')
      : await import('@opentelemetry/exporter-metrics-otlp-proto');
  return reporting(new OTLPMetricExporter(), onFailure);
}

/** How long the last export may hold up a server that stops: a collector that is away is tried again and again. */
const GRACE_MS = 1000;

export async function withinGrace(shutdown: Promise<void>): Promise<void> {
  const late = new AbortController();
  // What it could not send has been reported.
  await Promise.race([shutdown.catch(() => {}), pause(GRACE_MS, undefined, { signal: late.signal }).catch(() => {})]);
  late.abort();
}

interface Exporter<Items> {
  export(items: Items, done: (result: ExportResult) => void): void;
}

function reporting<Items, Kind extends Exporter<Items>>(exporter: Kind, onFailure: OnFailure): Kind {
  const send = exporter.export.bind(exporter);
  exporter.export = (items, done) =>
    send(items, (result) => {
      if (result.code === ExportResultCode.FAILED) onFailure(result.error);
      done(result);
    });
  return exporter;
}

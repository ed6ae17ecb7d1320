/** The metrics of the registries as OpenTelemetry takes them, so that each is defined once. */
import { ValueType } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { Histogram, MetricData, MetricProducer, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';

import { systemClock } from '../lib/clock.ts';
import { withinGrace } from './otlp.ts';

export interface MetricSending {
  readonly version: string;
  readonly resource: Resource;
  readonly exporter: PushMetricExporter;
  /** Milliseconds between two exports; `undefined`: as the SDK has it. */
  readonly intervalMs: number | undefined;
  readonly registries: readonly Registry[];
}

/** Sends the metrics at intervals, and once more when it is disposed of. */
export function sendMetrics({ exporter, intervalMs, resource, ...source }: MetricSending): AsyncDisposable {
  const reader = new PeriodicExportingMetricReader({
    exporter,
    metricProducers: [createProducer({ resource, ...source })],
    ...(intervalMs !== undefined && { exportIntervalMillis: intervalMs, exportTimeoutMillis: intervalMs }),
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return { [Symbol.asyncDispose]: () => withinGrace(provider.shutdown()) };
}

function createProducer({
  registries,
  resource,
  version,
}: Omit<MetricSending, 'exporter' | 'intervalMs'>): MetricProducer {
  const startedAt = systemClock.now();
  return {
    collect: async () => {
      const collected = await Promise.all(registries.map((registry) => registry.getMetricsAsJSON()));
      const span = [startedAt, systemClock.now()] as const;
      const metrics = collected.flat().map((metric) => toMetricData(metric as MetricOfAnyKind, span));
      return {
        resourceMetrics: { resource, scopeMetrics: [{ scope: { name: 'vivarium', version }, metrics }] },
        errors: [],
      };
    },
  };
}

/** As prom-client gives it; `metricName` is that of a sample. */
type MetricOfAnyKind = MetricObjectWithValues<MetricValue<string> & { readonly metricName?: string }>;

function toMetricData(metric: MetricOfAnyKind, [from, to]: readonly [number, number]): MetricData {
  const { name, help: description, type, values } = metric;
  const descriptor = { name, description, unit: unitOf(name), valueType: ValueType.DOUBLE };
  const cumulative = { descriptor, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  const times = { startTime: millisToHrTime(from), endTime: millisToHrTime(to) };
  // The types of prom-client have numbers here, and its values are names.
  const kind = String(type);
  if (kind === 'histogram') {
    const dataPoints = [...groupBuckets(values)].map(([, group]) => ({ ...times, ...toHistogram(name, group) }));
    return { ...cumulative, dataPointType: DataPointType.HISTOGRAM, dataPoints };
  }
  const dataPoints = values.map(({ labels, value }) => ({ ...times, attributes: { ...labels }, value }));
  return kind === 'counter'
    ? { ...cumulative, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...cumulative, dataPointType: DataPointType.GAUGE, dataPoints };
}

function unitOf(name: string): string {
  if (/_seconds(_total)?$/.test(name)) return 's';
  return /_bytes(_total)?$/.test(name) ? 'By' : '1';
}

type Values = MetricOfAnyKind['values'];

function groupBuckets(values: Values): ReadonlyMap<string, Values> {
  return Map.groupBy(values, ({ labels }) =>
    JSON.stringify(Object.entries(labels).filter(([label]) => label !== 'le')),
  );
}

/** Prometheus counts in each bucket also what is in those below it. */
function toHistogram(name: string, group: Values): { attributes: Attributes; value: Histogram } {
  const attributes = Object.fromEntries(Object.entries(group[0]?.labels ?? {}).filter(([label]) => label !== 'le'));
  const find = (suffix: string): number =>
    group.find(({ metricName }) => metricName === `${name}_${suffix}`)?.value ?? 0;
  const buckets = group.filter(({ metricName }) => metricName === `${name}_bucket`);
  const counts = buckets.map(({ value }, index) => value - (buckets[index - 1]?.value ?? 0));
  const boundaries = buckets.map(({ labels }) => Number(labels['le'])).filter(Number.isFinite);
  return { attributes, value: { buckets: { boundaries, counts }, sum: find('sum'), count: find('count') } };
}

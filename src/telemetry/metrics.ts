/** The metrics of a server, as Prometheus reads them. Loaded when they are asked for. */
import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { MetricObjectWithValues, MetricValue } from 'prom-client';

import type { StoreObserver } from '../store/observer.ts';
import type { Counts, Events } from './events.ts';
import { createTenantLabels } from './tenant-labels.ts';
import { addReadings } from './readings.ts';
import type { Readings } from './readings.ts';

export interface Metrics {
  /** Counts what is reported, and hands it on. */
  count(events: Events): Events;
  readonly observer: StoreObserver;
  /** What is read when somebody asks. Once a server. */
  addReadings(readings: Readings): void;
  readonly registry: Registry;
}

/** Of requests: the fastest take a tenth of a millisecond. */
const REQUEST_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const STATEMENT_SECONDS = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5];
const COMMIT_UNITS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const ABANDONED = 'abandoned';

/** @param labels of every metric, such as the worker's number */
export function createMetrics(labels: Readonly<Record<string, string>> = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels(labels);
  getProcessMetrics().setDefaultLabels(labels);
  return {
    count: countEvents(registry),
    observer: observeStore(registry),
    addReadings: (readings) => addReadings(registry, readings),
    registry,
  };
}

/** The event loop, memory and garbage collection are of the process, be there one server in it or many. */
let processRegistry: Registry | undefined;

export function getProcessMetrics(): Registry {
  return (processRegistry ??= collectProcess());
}

/** As Prometheus reads it. */
export interface PrintedMetrics {
  readonly type: string;
  readonly text: string;
}

export async function printMetrics({ registry }: Metrics): Promise<PrintedMetrics> {
  const texts = [await registry.metrics(), await getProcessMetrics().metrics()];
  return { type: registry.contentType, text: texts.join('\n') };
}

/** Of one of several processes, as JSON. */
export type MetricValues = readonly MetricObjectWithValues<MetricValue<string>>[];

/** The metrics of a worker, with those of its process. */
export async function readMetrics({ registry }: Metrics): Promise<MetricValues> {
  return [...(await registry.getMetricsAsJSON()), ...(await getProcessMetrics().getMetricsAsJSON())];
}

/** The metrics of several processes, whose labels tell them apart. */
export async function printAll(values: readonly MetricValues[]): Promise<PrintedMetrics> {
  // All are kept: there is one of each to sum.
  const all = values.map((metrics) => metrics.map((metric) => ({ ...metric, aggregator: 'sum' as const })));
  const registry = AggregatorRegistry.aggregate(all);
  return { type: registry.contentType, text: await registry.metrics() };
}

/** Gauges with names of counters, which promtool rejects; each has a twin by type. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

function collectProcess(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register });
  for (const name of MISNAMED) register.removeSingleMetric(name);
  return register;
}

function countEvents(registry: Registry): Metrics['count'] {
  const counts = createCounts(registry);
  const counter = <Label extends string>(name: string, help: string, ...labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  const overload = counter('vivarium_overload_refusals_total', 'Requests refused as too many in flight.', 'kind');
  const slow = counter('vivarium_slow_statements_total', 'Statements slower than slowStatementMs.', 'statement');
  const failures = counter(
    'vivarium_database_failures_total',
    'Failures of the database, not of statements.',
    'trouble',
  );
  const broken = counter('vivarium_broken_connections_total', 'Connections with bytes that are not a request.');
  const tasks = counter('vivarium_background_failures_total', 'Failed runs of work that no request waits for.', 'task');
  const keys = counter('vivarium_issuer_key_fetches_total', 'Fetches of the keys of trusted issuers.', 'outcome');
  return (events) => ({
    ...events,
    counts,
    requestRefused: (kind, inFlight) => {
      overload.inc({ kind });
      events.requestRefused(kind, inFlight);
    },
    slowStatement: (statement, durationMs) => {
      slow.inc({ statement });
      events.slowStatement(statement, durationMs);
    },
    databaseTroubled: (trouble, cause) => {
      failures.inc({ trouble: trouble ?? 'other' });
      events.databaseTroubled(trouble, cause);
    },
    connectionBroken: (connection) => {
      broken.inc();
      events.connectionBroken(connection);
    },
    backgroundTaskFailed: (task, cause) => {
      tasks.inc({ task });
      events.backgroundTaskFailed(task, cause);
    },
    issuerKeysFetched: (issuer, keyCount) => {
      keys.inc({ outcome: 'fetched' });
      events.issuerKeysFetched(issuer, keyCount);
    },
    issuerKeysUnavailable: (issuer, cause) => {
      keys.inc({ outcome: 'failed' });
      events.issuerKeysUnavailable(issuer, cause);
    },
  });
}

function createCounts(registry: Registry): Counts {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, ...labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const requests = counter('vivarium_requests_total', 'Requests by operation and status.', 'operation', 'status');
  const seconds = new Histogram({
    name: 'vivarium_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['operation'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const items = counter('vivarium_batch_items_total', 'Requests within batches.', 'operation', 'status');
  const refusals = counter(
    'vivarium_refusals_total',
    'Refused requests and batch items by row of docs/errors.md.',
    'error',
  );
  const received = counter('vivarium_received_bytes_total', 'Bytes of request bodies.');
  const sent = counter('vivarium_sent_bytes_total', 'Bytes of answer bodies.');
  const tenants = counter(
    'vivarium_tenant_requests_total',
    'Requests by tenant; "other" beyond the first 100.',
    'tenant',
    'outcome',
  );
  const issued = counter('vivarium_tokens_issued_total', 'Tokens issued by the embedded issuer.', 'grant_type');
  const denied = counter('vivarium_tokens_refused_total', 'Refused token requests.', 'grant_type', 'error');
  const throttled = counter('vivarium_throttle_refusals_total', 'Requests beyond throttleRequestsPerMinute.');
  const synced = counter('vivarium_sync_requests_total', 'Requests to sync targets.', 'target', 'outcome');
  const messages = counter('vivarium_webhook_messages_total', 'Messages to webhooks.', 'outcome');
  const disabled = counter('vivarium_webhooks_disabled_total', 'Webhooks that the server has disabled.', 'reason');
  const notified = counter('vivarium_notifications_total', 'Notifications of changes.', 'outcome');
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames: ['target'], registers });
  const waiting = gauge('vivarium_sync_waiting', 'Items that wait to be sent.');
  const oldest = gauge('vivarium_sync_oldest_waiting_seconds', 'How long the oldest of them has waited.');
  const dead = gauge('vivarium_sync_dead_letters', 'Items that will not be sent unless they change or are retried.');
  const rate = gauge('vivarium_sync_requests_per_minute', 'Requests a minute that a target is given at present.');
  const labelOf = createTenantLabels();
  return {
    request: ({ operation, status, refusal, ...request }) => {
      requests.inc({ operation, status: status ?? ABANDONED });
      seconds.observe({ operation }, request.durationMs / 1000);
      received.inc(request.bytesIn);
      sent.inc(request.bytesOut);
      if (refusal !== undefined) refusals.inc({ error: refusal });
      if (request.tenantId !== undefined)
        tenants.inc({ tenant: labelOf(request.tenantId), outcome: refusal === undefined ? 'ok' : 'refused' });
      for (const item of request.items) {
        items.inc({ operation: item.operation, status: item.status ?? ABANDONED });
        if (item.refusal !== undefined) refusals.inc({ error: item.refusal });
      }
    },
    tokenRequest: (grantType, refusal) => {
      if (refusal === undefined) issued.inc({ grant_type: grantType });
      else denied.inc({ grant_type: grantType, error: refusal });
    },
    throttled: () => throttled.inc(),
    sync: (target, outcome, requests) => synced.inc({ target, outcome }, requests),
    notifications: (outcome, count) => notified.inc({ outcome }, count),
    webhookMessage: (outcome) => messages.inc({ outcome }),
    webhookDisabled: (reason) => disabled.inc({ reason }),
    syncState: (target, state) => {
      waiting.set({ target }, state.waiting);
      oldest.set({ target }, state.oldestWaitingMs / 1000);
      dead.set({ target }, state.dead);
      rate.set({ target }, state.rate);
    },
  };
}

function observeStore(registry: Registry): StoreObserver {
  const registers = [registry];
  const statements = new Histogram({
    name: 'vivarium_statement_duration_seconds',
    help: 'Database statements, the network included.',
    labelNames: ['kind'],
    buckets: STATEMENT_SECONDS,
    registers,
  });
  const counter = (name: string, help: string) => new Counter({ name, help, labelNames: ['statement'], registers });
  const runs = counter('vivarium_statements_total', 'Database statements by name.');
  const total = counter('vivarium_statement_seconds_total', 'Time that database statements took, by name.');
  const failed = counter(
    'vivarium_statement_failures_total',
    'Failed statements, those refused by a constraint included.',
  );
  const units = new Histogram({
    name: 'vivarium_commit_units',
    help: 'Writes that share one commit.',
    buckets: COMMIT_UNITS,
    registers,
  });
  const seconds = new Histogram({
    name: 'vivarium_commit_duration_seconds',
    help: 'Commits, with the wait for the disk.',
    buckets: REQUEST_SECONDS,
    registers,
  });
  return {
    statementRan: ({ name, kind, durationMs, hasFailed }) => {
      const label = { statement: name };
      statements.observe({ kind }, durationMs / 1000);
      runs.inc(label);
      total.inc(label, durationMs / 1000);
      if (hasFailed) failed.inc(label);
    },
    committed: (commit) => {
      units.observe(commit.units);
      seconds.observe(commit.durationMs / 1000);
    },
    openScope: () => (work) => work(),
  };
}

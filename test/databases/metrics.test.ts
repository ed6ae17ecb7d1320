/** What a server counts of itself, as Prometheus reads it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { parseMetrics, findPromtool, runPromtool } from '../support/prometheus.ts';
import type { Family } from '../support/prometheus.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';

type Families = ReadonlyMap<string, Family>;

async function scrape({ app }: TestServer): Promise<string> {
  const response = await fetch(app.metricsUrl as string);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return response.text();
}

/** The value of the sample with these labels; 0 when there is none yet. */
function valueOf(families: Families, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const family = families.get(name) ?? families.get(name.replace(/_(count|sum|bucket)$/, ''));
  const found = family?.samples.find(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  return found?.value ?? 0;
}

const read = (file: string): string => readFileSync(join(import.meta.dirname, '..', '..', 'docs', file), 'utf8');

const PROVIDERS = '/v1.0/employeeExperience/learningProviders';

describe.each(STORE_DRIVERS)('a server on $name with a port for metrics', ({ create, name }) => {
  test('counts requests, batches, refusals, tokens, statements and commits', async () => {
    await using database = create();
    await using server = await startTestServer({ ...(await database.serverSettings()), metricsPort: 0 });
    const { app, call } = server;
    const before = parseMetrics(await scrape(server));
    const token = await server.appToken('writer');
    const example = app.example as NonNullable<typeof app.example>;
    const created = await call({ method: 'POST', path: example.path, token, json: example.body });
    expect(created.status).toBe(201);
    await call({ path: `${example.path}/unknown`, token });
    await call({ path: PROVIDERS });
    const item = { id: '1', method: 'GET', url: `${example.path.slice('/v1.0'.length)}/${created.body.id}` };
    await call({ method: 'POST', path: '/v1.0/$batch', token, json: { requests: [item] } });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await call({
      method: 'POST',
      path: new URL(app.tokenUrl as string).pathname,
      headers,
      body: 'grant_type=password',
    });
    const after = parseMetrics(await scrape(server));
    const grown = (metric: string, labels: Readonly<Record<string, string>> = {}) =>
      valueOf(after, metric, labels) - valueOf(before, metric, labels);

    const operation = 'createLearningCourseActivity';
    expect(grown('vivarium_requests_total', { operation, status: '201' })).toBe(1);
    expect(grown('vivarium_request_duration_seconds_count', { operation })).toBe(1);
    expect(grown('vivarium_requests_total', { operation: 'unknown', status: '401' })).toBe(1);
    expect(grown('vivarium_requests_total', { operation: 'batch', status: '200' })).toBe(1);
    expect(grown('vivarium_batch_items_total', { operation: 'getProviderLearningCourseActivity', status: '200' })).toBe(
      1,
    );
    expect(grown('vivarium_refusals_total', { error: 'authenticationMissing' })).toBe(1);
    expect(grown('vivarium_tokens_issued_total', { grant_type: 'client_credentials' })).toBe(1);
    expect(grown('vivarium_tokens_refused_total', { grant_type: 'password', error: 'parameterMissing' })).toBe(1);
    expect(grown('vivarium_tenant_requests_total', { tenant: app.credentials.tenantId, outcome: 'ok' })).toBe(2);
    expect(grown('vivarium_tenant_requests_total', { tenant: app.credentials.tenantId, outcome: 'refused' })).toBe(1);
    expect(grown('vivarium_statements_total', { statement: 'insertActivity' })).toBe(1);
    expect(grown('vivarium_commit_units_count')).toBe(1);
    expect(grown('vivarium_commit_units_sum')).toBe(1);
    expect(grown('vivarium_received_bytes_total')).toBeGreaterThan(100);
    expect(valueOf(after, 'vivarium_database_size_bytes')).toBeGreaterThan(10_000);
    expect(valueOf(after, 'vivarium_build_info', { database: name })).toBe(1);
    expect(valueOf(after, 'vivarium_ready')).toBe(1);
    expect(valueOf(after, 'vivarium_requests_in_flight', { kind: 'read' })).toBe(0);
    expect(valueOf(after, 'vivarium_certificate_expiry_timestamp_seconds')).toBeGreaterThan(Date.now() / 1000);
    expect(after.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
  });

  test('says that it is not ready, and answers in time, while its database takes no writes', async () => {
    await using database = create();
    await using server = await startTestServer({
      ...(await database.serverSettings()),
      metricsPort: 0,
      writeWaitMs: 60,
      slowStatementMs: 60_000,
    });
    await using _lock = await database.lockElsewhere();
    const token = await server.appToken('writer');
    const example = server.app.example as NonNullable<typeof server.app.example>;
    const { status } = await server.call({ method: 'POST', path: example.path, token, json: example.body });
    expect(status).toBe(503);
    const families = parseMetrics(await scrape(server));
    expect(families.get('vivarium_database_failures_total')?.samples.length).toBe(1);
    expect(valueOf(families, 'vivarium_refusals_total', { error: 'serviceUnavailable' })).toBe(1);
  });

  test('prints what promtool passes', async () => {
    await using database = create();
    await using server = await startTestServer({ ...(await database.serverSettings()), metricsPort: 0 });
    await server.call({ path: PROVIDERS, token: await server.appToken('writer') });
    const text = await scrape(server);
    expect(parseMetrics(text).size).toBeGreaterThan(40);
    const promtool = await findPromtool();
    if (promtool === undefined) console.warn('promtool was not run: it could not be found, nor unpacked from Debian.');
    else expect(await runPromtool(promtool, ['check', 'metrics'], text)).toBe('');
  });

  test('has every metric that documents, dashboard and alerts name, and no other', async () => {
    await using database = create();
    await using server = await startTestServer({ ...(await database.serverSettings()), metricsPort: 0 });
    const present = new Set(parseMetrics(await scrape(server)).keys());
    if (name === 'sqlite') present.add('vivarium_database_connections');
    const own = [...present].filter((metric) => metric.startsWith('vivarium_'));
    const documented = read('monitoring.md').matchAll(/^\| `(vivarium_\w+)`/gm);
    const listed = [...documented].map(([, metric]) => metric);
    expect([listed.length, new Set(listed)]).toEqual([own.length, new Set(own)]);
    for (const file of ['monitoring/dashboard.json', 'monitoring/alerts.yaml']) {
      const named = [...read(file).matchAll(/\b(?:vivarium|nodejs|process)_\w+/g)].map(([metric]) => metric);
      expect(named.length).toBeGreaterThan(10);
      expect(named.filter((metric) => !present.has(metric.replace(/_(bucket|sum|count)$/, '')))).toEqual([]);
    }
  });
});

test('the alert rules are what promtool passes', async () => {
  const rules = parse(read('monitoring/alerts.yaml')) as {
    readonly groups: readonly { readonly rules: readonly object[] }[];
  };
  expect(rules.groups.flatMap((group) => group.rules).length).toBeGreaterThan(5);
  const promtool = await findPromtool();
  if (promtool === undefined) console.warn('promtool was not run on the alert rules.');
  else expect(await runPromtool(promtool, ['check', 'rules', 'docs/monitoring/alerts.yaml'])).toContain('SUCCESS');
});

/** Traces and metrics over OTLP, as a collector receives them. */
import { describe, expect, test } from 'vitest';

import { startCollector } from '../support/otlp-collector.ts';
import type { CollectedSpan } from '../support/otlp-collector.ts';
import { startTestServer } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';

/** As the documented create spells it. */
const EXTERNAL_ID = 'externalCourseActivityId';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

/** The variables of OpenTelemetry hold for what the work starts. */
async function withVariables<Result>(
  variables: Readonly<Record<string, string>>,
  work: () => Promise<Result>,
): Promise<Result> {
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
}

const childrenOf = (spans: readonly CollectedSpan[], { spanId }: CollectedSpan): readonly CollectedSpan[] =>
  spans.filter(({ parentSpanId }) => parentSpanId === spanId);

describe.each(STORE_DRIVERS)('a server on $name with OpenTelemetry’s variables', ({ create, name }) => {
  test('sends a trace of request, statements and commit, as a part of the client’s trace', async () => {
    await using database = create();
    await using collector = await startCollector();
    const settings = await database.serverSettings();
    const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
    await withVariables({ ...variables, OTEL_SERVICE_NAME: 'learning' }, async () => {
      await using server = await startTestServer(settings);
      const { path, body } = server.app.example as NonNullable<typeof server.app.example>;
      const token = await server.appToken('writer');
      const traced = { traceparent: `00-${TRACE}-${PARENT}-01` };
      const created = await server.call({ method: 'POST', path, token, json: body, headers: traced });
      expect(created.status).toBe(201);
      const unsampled = { traceparent: `00-1${TRACE.slice(1)}-${PARENT}-00` };
      await server.call({ path: `${path}/${created.body.id}`, token, headers: unsampled });
      const items = ['a', 'b'].map((id) => ({ id, method: 'GET', url: `${path.slice('/v1.0'.length)}/${id}` }));
      await server.call({ method: 'POST', path: '/v1.0/$batch', token, json: { requests: items } });
    });

    const { spans } = collector;
    const request = spans.find(({ parentSpanId }) => parentSpanId === PARENT) as CollectedSpan;
    expect(request).toMatchObject({
      traceId: TRACE,
      name: 'POST createLearningCourseActivity',
      attributes: { 'http.response.status_code': 201, 'http.request.method': 'POST' },
    });
    const below = childrenOf(spans, request);
    expect(below.every(({ traceId }) => traceId === TRACE)).toBe(true);
    expect(below.map((span) => span.name)).toEqual(expect.arrayContaining(['insertActivity', 'commit']));
    const commit = below.find((span) => span.name === 'commit');
    expect(commit?.attributes).toEqual({
      'db.system.name': name === 'sqlite' ? 'sqlite' : 'postgresql',
      'db.operation.name': 'commit',
      'vivarium.commit.units': 1,
    });
    for (const span of below) {
      expect(BigInt(span.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(request.startTimeUnixNano) - 1_000_000n);
      expect(BigInt(span.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(request.endTimeUnixNano) + 1_000_000n);
    }
    expect(spans.some(({ traceId }) => traceId.startsWith('1af'))).toBe(false);
    const batch = spans.find((span) => span.name === 'POST batch') as CollectedSpan;
    expect(
      childrenOf(spans, batch).filter(({ attributes }) => attributes['error.type'] === 'assignmentNotFound'),
    ).toHaveLength(2);
    expect(collector.resources[0]).toMatchObject({ 'service.name': 'learning' });
  });

  test('each write of a group has the commit in its own trace', async () => {
    await using database = create();
    await using collector = await startCollector();
    const settings = await database.serverSettings();
    const variables = {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    };
    const count = 12;
    await withVariables(variables, async () => {
      await using server = await startTestServer(settings);
      const { path, body } = server.app.example as NonNullable<typeof server.app.example>;
      const token = await server.appToken('writer');
      const creates = Array.from({ length: count }, (_, index) =>
        server.call({ method: 'POST', path, token, json: { ...(body as object), [EXTERNAL_ID]: `group-${index}` } }),
      );
      for (const { status } of await Promise.all(creates)) expect(status).toBe(201);
    });
    const requests = collector.spans.filter((span) => span.name === 'POST createLearningCourseActivity');
    expect(new Set(requests.map(({ traceId }) => traceId)).size).toBe(count);
    for (const request of requests) {
      const commits = childrenOf(collector.spans, request).filter((span) => span.name === 'commit');
      expect(commits).toHaveLength(1);
    }
    expect(collector.metrics.size).toBe(0);
  });

  test('sends the metrics that Prometheus reads', async () => {
    await using database = create();
    await using collector = await startCollector();
    const settings = await database.serverSettings();
    const variables = {
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    };
    await withVariables({ ...variables, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, async () => {
      await using server = await startTestServer(settings);
      await server.call({ path: '/v1.0/employeeExperience/learningProviders' });
    });
    const { metrics, spans } = collector;
    expect(metrics.get('vivarium_requests_total')?.sum?.dataPoints).toEqual([expect.objectContaining({ asDouble: 1 })]);
    const [latency] = metrics.get('vivarium_request_duration_seconds')?.histogram?.dataPoints ?? [];
    expect(latency).toMatchObject({ count: 1 });
    expect((latency?.bucketCounts ?? []).reduce((total, value) => total + value, 0)).toBe(1);
    expect(metrics.get('vivarium_ready')?.gauge?.dataPoints).toHaveLength(1);
    expect(metrics.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
    expect(spans).toEqual([]);
  });
});

test('what OpenTelemetry’s variables ask for in vain is a notice, and the server runs', async () => {
  const variables = {
    OTEL_TRACES_EXPORTER: 'zipkin',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
  };
  await withVariables(variables, async () => {
    await using server = await startTestServer();
    expect(server.app.notices).toEqual([
      'OTEL_TRACES_EXPORTER is zipkin, and only otlp and none are known: no traces are sent.',
      'The OTLP protocol grpc is not one of http/protobuf and http/json: no metrics are sent.',
    ]);
    expect((await server.call({ path: '/readyz' })).status).toBe(200);
  });
});

test('a collector that cannot be reached keeps nobody waiting', async () => {
  await withVariables({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }, async () => {
    const server = await startTestServer();
    expect((await server.call({ path: '/v1.0/me', token: await server.userToken('learner') })).status).toBe(200);
    const stopping = performance.now();
    await server[Symbol.asyncDispose]();
    expect(performance.now() - stopping).toBeLessThan(5000);
  });
});

/**
 * Traces, by OpenTelemetry's SDK. Loaded when its variables ask for them.
 *
 * A span each: the request, an item of a batch, a statement, a commit. Which request a statement belongs to is kept by an
 * AsyncLocalStorage of our own, and nothing is registered globally: a program that runs a server may have a tracer of its own.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { defaultTextMapGetter, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Sampler, SpanExporter } from '@opentelemetry/sdk-trace';

import type { StoreObserver } from '../store/observer.ts';
import { withinGrace } from './otlp.ts';
import type { RequestOutcome, RequestTracer } from './request-tracer.ts';

export interface Tracing extends AsyncDisposable {
  readonly tracer: RequestTracer;
  readonly observer: StoreObserver;
}

export interface TracingOptions {
  readonly version: string;
  readonly resource: Resource;
  readonly exporter: SpanExporter;
  /** As the semantic conventions name the database. */
  readonly database: 'sqlite' | 'postgresql';
  readonly sampler: string | undefined;
  readonly samplerArgument: string | undefined;
  readonly delayMs: number | undefined;
}

/** To be disposed of after the server: then it sends what it has not sent yet. */
export function openTracing(options: TracingOptions): Tracing {
  const { exporter, resource, delayMs, version, database } = options;
  const processor = new BatchSpanProcessor({
    exporter,
    ...(delayMs !== undefined && { scheduledDelayMillis: delayMs }),
  });
  const provider = new TracerProvider({ resource, sampler: findSampler(options), spanProcessors: [processor] });
  const tracer = provider.getTracer('vivarium', version);
  const contexts = new AsyncLocalStorage<Context>();
  return {
    tracer: traceRequests(tracer, contexts),
    observer: traceStore(tracer, contexts, database),
    [Symbol.asyncDispose]: () => withinGrace(provider.shutdown()),
  };
}

function findSampler({ sampler = 'parentbased_always_on', samplerArgument }: TracingOptions): Sampler {
  const name = sampler.replace(/^parentbased_/, '');
  const ratio = samplerArgument === undefined ? 1 : Number(samplerArgument);
  const roots: Readonly<Record<string, () => Sampler>> = {
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  };
  const root = roots[name]?.() ?? new AlwaysOnSampler();
  return name === sampler ? root : new ParentBasedSampler({ root });
}

function traceRequests(tracer: Tracer, contexts: AsyncLocalStorage<Context>): RequestTracer {
  const propagator = new W3CTraceContextPropagator();
  return {
    trace: ({ method, headers, run, describe }) => {
      const isOuter = headers !== undefined;
      const parent = isOuter ? propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter) : contexts.getStore();
      const kind = isOuter ? SpanKind.SERVER : SpanKind.INTERNAL;
      const span = tracer.startSpan(method, { kind, attributes: { 'http.request.method': method } }, parent);
      const answer = contexts.run(trace.setSpan(parent ?? ROOT_CONTEXT, span), run);
      const finish = <Answer>(done: Answer, outcome: RequestOutcome): Answer => {
        endRequest(span, method, outcome);
        return done;
      };
      if (!(answer instanceof Promise)) return finish(answer, describe(answer));
      return answer.then((awaited) => finish(awaited, describe(awaited)));
    },
  };
}

function endRequest(span: Span, method: string, outcome: RequestOutcome): void {
  const { operation, route, status, refusal, requestId, tenantId } = outcome;
  span.updateName(`${method} ${operation}`);
  span.setAttributes({
    'http.response.status_code': status,
    'vivarium.operation': operation,
    'vivarium.request_id': requestId,
    ...(route !== undefined && { 'http.route': route }),
    ...(refusal !== undefined && { 'error.type': refusal }),
    ...(tenantId !== undefined && { 'vivarium.tenant_id': tenantId }),
  });
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** Work that belongs to no request is not traced. */
function traceStore(
  tracer: Tracer,
  contexts: AsyncLocalStorage<Context>,
  database: TracingOptions['database'],
): StoreObserver {
  const record = (
    name: string,
    times: { startedAt: number; durationMs: number },
    attributes: Attributes,
  ): Span | undefined => {
    const context = contexts.getStore();
    if (context === undefined || trace.getSpan(context)?.isRecording() !== true) return undefined;
    const { startedAt: startTime, durationMs } = times;
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, startTime, attributes }, context);
    span.end(startTime + durationMs);
    return span;
  };
  const system = { 'db.system.name': database };
  return {
    statementRan: ({ name, kind, hasFailed, ...times }) => {
      const failed = hasFailed ? { 'error.type': 'statementFailed' } : {};
      record(name, times, { ...system, 'db.operation.name': kind, 'db.query.summary': name, ...failed });
    },
    committed: ({ units, ...times }, scopes) => {
      for (const scope of scopes)
        scope(() =>
          record('commit', times, { ...system, 'db.operation.name': 'commit', 'vivarium.commit.units': units }),
        );
    },
    openScope: () => AsyncLocalStorage.snapshot(),
  };
}

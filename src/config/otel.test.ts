import { expect, test } from 'vitest';
import { readOtelVariables } from './otel.ts';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' };

test.each([
  ['nothing', {}, undefined],
  ['a name alone', { OTEL_SERVICE_NAME: 'learning' }, undefined],
  ['an empty address', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }, undefined],
  ['an address, with the SDK disabled', { ...endpoint, OTEL_SDK_DISABLED: 'TRUE' }, undefined],
  ['an address', endpoint, { traces: 'http/protobuf', metrics: 'http/protobuf' }],
  [
    'an address of traces',
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://a' },
    { traces: 'http/protobuf', metrics: undefined },
  ],
  ['an exporter', { OTEL_METRICS_EXPORTER: 'otlp' }, { traces: undefined, metrics: 'http/protobuf' }],
  [
    'an address without traces',
    { ...endpoint, OTEL_TRACES_EXPORTER: 'none' },
    { traces: undefined, metrics: 'http/protobuf' },
  ],
  [
    'a protocol for each signal',
    { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf' },
    { traces: 'http/protobuf', metrics: 'http/json' },
  ],
  [
    'intervals',
    { ...endpoint, OTEL_BSP_SCHEDULE_DELAY: '200', OTEL_METRIC_EXPORT_INTERVAL: 'often' },
    { spanDelayMs: 200, metricIntervalMs: undefined },
  ],
])('%s is read as the specification has it', (_name, variables, expected) => {
  const read = readOtelVariables(variables);
  if (expected === undefined) expect(read).toBeUndefined();
  else expect(read).toMatchObject({ ...expected, notices: [] });
});

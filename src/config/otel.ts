/** What OpenTelemetry's variables ask for. Addresses, headers and certificates are read by its exporters themselves. */

type Environment = Readonly<Record<string, string | undefined>>;

export const OTLP_PROTOCOLS = ['http/protobuf', 'http/json'] as const;
export type OtlpProtocol = (typeof OTLP_PROTOCOLS)[number];

export interface OtelSettings {
  /** How traces are sent; `undefined` when there are none. */
  readonly traces: OtlpProtocol | undefined;
  readonly metrics: OtlpProtocol | undefined;
  /** As `OTEL_TRACES_SAMPLER` names it. */
  readonly sampler: string | undefined;
  readonly samplerArgument: string | undefined;
  /** `undefined`: as the SDK has it. */
  readonly spanDelayMs: number | undefined;
  readonly metricIntervalMs: number | undefined;
  /** What was asked for and cannot be done; the server runs without. */
  readonly notices: readonly string[];
}

/** `undefined` when nothing is asked for. */
export function readOtelVariables(env: Environment): OtelSettings | undefined {
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined;
  const notices: string[] = [];
  const traces = findProtocol(env, 'TRACES', notices);
  const metrics = findProtocol(env, 'METRICS', notices);
  if (traces === undefined && metrics === undefined && notices.length === 0) return undefined;
  return {
    traces,
    metrics,
    sampler: find(env, 'OTEL_TRACES_SAMPLER'),
    samplerArgument: find(env, 'OTEL_TRACES_SAMPLER_ARG'),
    spanDelayMs: findNumber(env, 'OTEL_BSP_SCHEDULE_DELAY'),
    metricIntervalMs: findNumber(env, 'OTEL_METRIC_EXPORT_INTERVAL'),
    notices,
  };
}

/** An exporter that is named, or an address, is what asks for a signal. */
function findProtocol(env: Environment, signal: 'TRACES' | 'METRICS', notices: string[]): OtlpProtocol | undefined {
  const variable = `OTEL_${signal}_EXPORTER`;
  const exporter = find(env, variable);
  const endpoint = find(env, `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`) ?? find(env, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  if (exporter === 'none' || (exporter ?? endpoint) === undefined) return undefined;
  const consequence = `no ${signal.toLowerCase()} are sent`;
  if (exporter !== undefined && exporter !== 'otlp') {
    notices.push(`${variable} is ${exporter}, and only otlp and none are known: ${consequence}.`);
    return undefined;
  }
  const wanted = find(env, `OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`) ?? find(env, 'OTEL_EXPORTER_OTLP_PROTOCOL');
  const protocol = wanted === undefined ? 'http/protobuf' : OTLP_PROTOCOLS.find((known) => known === wanted);
  if (protocol === undefined)
    notices.push(`The OTLP protocol ${wanted} is not one of ${OTLP_PROTOCOLS.join(' and ')}: ${consequence}.`);
  return protocol;
}

/** The specification has it that an empty variable is one that is not set. */
function find(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function findNumber(env: Environment, name: string): number | undefined {
  const value = Number(find(env, name));
  return Number.isInteger(value) && value > 0 ? value : undefined;
}

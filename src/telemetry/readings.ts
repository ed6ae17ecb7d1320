/** Metrics that are read when somebody asks for them. */
import { Gauge } from 'prom-client';
import type { GaugeConfiguration, Metric, Registry } from 'prom-client';

import type { StoreLoad } from '../store/observer.ts';

export interface Readings {
  readonly version: string;
  readonly database: string;
  inFlight(): Readonly<Record<'read' | 'write' | 'token', number>>;
  isOverloaded(): boolean;
  describeLoad(): StoreLoad;
  /** `undefined` when the database does not answer in time. */
  findBytes(): Promise<number | undefined>;
  isReady(): Promise<boolean>;
  /** Of the server's certificate, epoch milliseconds; `undefined` without one. */
  findCertificateEnd(): number | undefined;
}

export function addReadings(registry: Registry, readings: Readings): void {
  const add = (metric: Metric): void => registry.registerMetric(metric);
  const { version, database } = readings;
  const build = gauge('vivarium_build_info', 'Always 1.', { labelNames: ['version', 'database'] });
  build.set({ version, database }, 1);
  add(build);
  if (readings.findCertificateEnd() !== undefined) add(certificateEnd(readings));
  for (const metric of listLoad(readings)) add(metric);
  add(
    gauge('vivarium_ready', '1 while /readyz answers 200.', {
      async collect() {
        this.set((await readings.isReady()) ? 1 : 0);
      },
    }),
  );
  add(
    gauge('vivarium_database_size_bytes', 'The database on disk; missing while it does not answer.', {
      async collect() {
        const bytes = await readings.findBytes();
        if (bytes === undefined) this.remove();
        else this.set(bytes);
      },
    }),
  );
}

/** It changes with the certificate. */
function certificateEnd({ findCertificateEnd }: Readings): Metric {
  return gauge('vivarium_certificate_expiry_timestamp_seconds', 'When the certificate of the server expires.', {
    collect() {
      this.set((findCertificateEnd() ?? 0) / 1000);
    },
  });
}

function listLoad({ inFlight, isOverloaded, describeLoad }: Readings): readonly Metric[] {
  const requests = gauge('vivarium_requests_in_flight', 'Requests that are worked on.', {
    labelNames: ['kind'],
    collect() {
      for (const [kind, count] of Object.entries(inFlight())) this.set({ kind }, count);
    },
  });
  const overloaded = gauge('vivarium_overloaded', '1 when a request was refused as one too many within a second.', {
    collect() {
      this.set(isOverloaded() ? 1 : 0);
    },
  });
  const queue = gauge('vivarium_write_queue_units', 'Writes that wait for the database.', {
    collect() {
      this.set(describeLoad().queuedUnits);
    },
  });
  const connections = gauge('vivarium_database_connections', 'Connections to PostgreSQL, and who waits for one.', {
    labelNames: ['state'],
    collect() {
      const { open = 0, idle = 0, waiting = 0 } = describeLoad().connections ?? {};
      this.set({ state: 'busy' }, open - idle);
      this.set({ state: 'idle' }, idle);
      this.set({ state: 'waiting' }, waiting);
    },
  });
  const always = [requests, overloaded, queue];
  return describeLoad().connections === undefined ? always : [...always, connections];
}

type GaugeOptions<Label extends string> = Partial<Pick<GaugeConfiguration<Label>, 'labelNames' | 'collect'>>;

/** In no registry yet. */
function gauge<Label extends string = never>(
  name: string,
  help: string,
  options: GaugeOptions<Label> = {},
): Gauge<Label> {
  return new Gauge({ name, help, registers: [], ...options });
}

/** What a server of several processes and its workers tell each other. */
import type { Settings } from '../../config/settings.ts';
import type { TlsCertificate } from '../../server/listeners.ts';
import type { MetricValues } from '../../telemetry/metrics.ts';
import type { Addresses } from '../open-serving.ts';

export type SupervisorMessage =
  | ({ readonly kind: 'start' } & WorkerOrder)
  /** Show it to connections from now on. */
  | { readonly kind: 'certificate'; readonly certificate: TlsCertificate }
  /** Tell the metrics. */
  | { readonly kind: 'measure'; readonly request: number }
  /** Answer what is in flight, and end. */
  | { readonly kind: 'stop' };

export interface WorkerOrder {
  /** From 1 on; the one that takes the place of another has its number. */
  readonly worker: number;
  readonly settings: Settings;
  /** Of the server's start, as health routes answer it. */
  readonly instance: string;
  /** `undefined` for plain HTTP alone. */
  readonly tls: TlsCertificate | undefined;
}

export type WorkerMessage =
  | ({ readonly kind: 'ready' } & Addresses)
  | { readonly kind: 'measured'; readonly request: number; readonly metrics: MetricValues | undefined }
  | {
      readonly kind: 'failed';
      /** What a person can mend; `undefined` for a bug. */
      readonly reason: string | undefined;
      readonly message: string;
      readonly stack: string | undefined;
    };

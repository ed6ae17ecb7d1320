/** One process of a server of several: from its start to its end, as the one that has started it sees it. */
import cluster from 'node:cluster';

import { StartError } from '../../lib/start-error.ts';
import type { TlsCertificate } from '../../server/listeners.ts';
import type { MetricValues } from '../../telemetry/metrics.ts';
import type { Addresses } from '../open-serving.ts';
import type { SupervisorMessage, WorkerMessage, WorkerOrder } from './messages.ts';

export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface WorkerProcess {
  /** 0 when it could not be started. */
  readonly pid: number;
  /** Resolves when it accepts requests. Rejects with what has failed, or when it ends before. */
  readonly ready: Promise<Addresses>;
  readonly ended: Promise<WorkerEnd>;
  hasEnded(): boolean;
  showCertificate(certificate: TlsCertificate): void;
  /** Its metrics; `undefined` when it has ended. */
  measure(): Promise<MetricValues | undefined>;
  /** Asks it to answer what is in flight, and to end. */
  stop(): void;
  kill(): void;
}

export function startProcess(order: WorkerOrder): WorkerProcess {
  const worker = cluster.fork();
  const { promise: ready, resolve: resolveReady, reject: rejectReady } = Promise.withResolvers<Addresses>();
  const { promise: ended, resolve: resolveEnd } = Promise.withResolvers<WorkerEnd>();
  let hasEnded = false;
  const measuring = new Map<number, (metrics: MetricValues | undefined) => void>();
  let asked = 0;
  const end = (code: number | null, signal: string | null): void => {
    rejectReady(new StartError(`A worker ended with ${describeEnd({ code, signal })} before it was ready.`));
    hasEnded = true;
    resolveEnd({ code, signal });
    for (const resolve of measuring.values()) resolve(undefined);
  };
  const send = (message: SupervisorMessage): void => {
    if (worker.isConnected()) worker.send(message);
  };
  // Who starts it waits for it to be ready only at times.
  ready.catch(() => {});
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'ready') resolveReady(message);
    else if (message.kind === 'measured') {
      measuring.get(message.request)?.(message.metrics);
      measuring.delete(message.request);
    } else rejectReady(toError(message));
  });
  worker.on('exit', end);
  // It may be gone before a message reaches it: then it ends as well. What could not be started has no end.
  worker.on('error', () => {
    if (worker.process.pid === undefined) end(null, null);
  });
  send({ kind: 'start', ...order });
  return {
    pid: worker.process.pid ?? 0,
    ready,
    ended,
    hasEnded: () => hasEnded,
    showCertificate: (certificate) => send({ kind: 'certificate', certificate }),
    measure: () =>
      new Promise((resolve) => {
        if (hasEnded || !worker.isConnected()) return resolve(undefined);
        asked += 1;
        measuring.set(asked, resolve);
        send({ kind: 'measure', request: asked });
      }),
    stop: () => send({ kind: 'stop' }),
    kill: () => worker.process.kill('SIGKILL'),
  };
}

export function describeEnd({ code, signal }: WorkerEnd): string {
  if (signal !== null) return `the signal ${signal}`;
  return code === null ? 'no process' : `exit code ${code}`;
}

function toError({ reason, message, stack }: Extract<WorkerMessage, { readonly kind: 'failed' }>): Error {
  if (reason !== undefined) return new StartError(reason);
  return Object.assign(new Error(message), { stack });
}

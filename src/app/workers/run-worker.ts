/** A process that serves for another one, which has opened the data and told it what to do. */
import { findReason } from '../../config/find-reason.ts';
import { systemClock } from '../../lib/clock.ts';
import { findDataFolder } from '../../lib/data-folder.ts';
import { systemIds } from '../../lib/id-source.ts';
import { createDirectoryStore } from '../../store/directory-store.ts';
import { openAdminKeys } from '../open-admin.ts';
import { ownKeys } from '../key-makers.ts';
import { openHeadNotes } from '../open-change-log.ts';
import { openDatabase, openKeys } from '../open-data.ts';
import { checkDatabaseFile } from '../open-folder.ts';
import { openServing } from '../open-serving.ts';
import type { Serving } from '../open-serving.ts';
import { openTelemetry } from '../open-telemetry.ts';
import type { Telemetry } from '../open-telemetry.ts';
import { readWorkerMetrics } from '../serve-metrics.ts';
import type { SupervisorMessage, WorkerMessage, WorkerOrder } from './messages.ts';

/** Of the process that has started this one. */
export interface Supervisor {
  send(message: WorkerMessage): void;
  /** The next message. */
  receive(): Promise<SupervisorMessage>;
}

/** Serves until it is told to stop. @returns whether it could start */
export async function runWorker(supervisor: Supervisor): Promise<boolean> {
  const order = await supervisor.receive();
  if (order.kind !== 'start') return true;
  try {
    await using telemetry = await openTelemetry(order.settings, order.worker);
    await using serving = await openWorker(order, telemetry);
    const { baseUrl, localUrl, httpUrl } = serving;
    supervisor.send({ kind: 'ready', baseUrl, localUrl, httpUrl });
    for (;;) {
      const message = await supervisor.receive();
      if (message.kind === 'stop') return true;
      if (message.kind === 'certificate') serving.showCertificate(message.certificate);
      if (message.kind !== 'measure') continue;
      const { request } = message;
      supervisor.send({ kind: 'measured', request, metrics: await readWorkerMetrics(telemetry) });
    }
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    supervisor.send({ kind: 'failed', reason: findReason(error, order.settings), message, stack });
    return false;
  }
}

async function openWorker({ settings, instance, tls }: WorkerOrder, telemetry: Telemetry): Promise<Serving> {
  await using opening = new AsyncDisposableStack();
  const folder = findDataFolder(settings.dataDir);
  // SQLite would make a missing file, which would be empty.
  if (settings.database === undefined) checkDatabaseFile({ ...settings, beginAnew: false }, folder);
  const connection = opening.use(await openDatabase(settings, folder, telemetry.databaseEvents));
  opening.use(openHeadNotes({ settings, connection, events: telemetry.events }));
  const directory = createDirectoryStore(connection);
  const clock = systemClock;
  const keys = await openKeys(directory, { ...settings, clock, makers: ownKeys });
  const adminKeys = openAdminKeys(settings, folder);
  const state = { telemetry, folder, instance, connection, directory, keys, adminKeys, tls, cloudTls: undefined };
  // Metrics are told to the process that has started this one.
  const own = { ...settings, metricsPort: undefined };
  const serving = opening.use(await openServing({ settings: own, clock, ids: systemIds(clock), ...state }));
  const open = opening.move();
  return { ...serving, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

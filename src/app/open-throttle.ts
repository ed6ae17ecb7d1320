/** The throttle of the settings, which holds over all servers of a database that several may use. */
import { systemClock } from '../lib/clock.ts';
import { RepeatedTask } from '../lib/repeated-task.ts';
import { createThrottleExchange } from '../server/throttle-exchange.ts';
import { createThrottle } from '../server/throttle.ts';
import type { Throttle } from '../server/throttle.ts';
import { createThrottleStore } from '../store/throttle-store.ts';
import type { Parts } from './parts.ts';

const EXCHANGE_MS = 1000;

export interface OpenThrottle extends AsyncDisposable {
  /** `undefined`: any number of requests. */
  readonly throttle: Throttle | undefined;
}

export function openThrottle({
  settings,
  clock,
  connection,
  events,
}: Pick<Parts, 'settings' | 'clock' | 'connection' | 'events'>): OpenThrottle {
  const throttle = createThrottle(
    { app: settings.throttleRequestsPerMinute, tenant: settings.throttleTenantRequestsPerMinute },
    clock,
  );
  const open = new AsyncDisposableStack();
  // A file that one process serves: there is nobody to tell.
  const isShared = settings.database !== undefined || settings.workers !== 1;
  if (throttle !== undefined && isShared) {
    const store = createThrottleStore(connection);
    const exchange = createThrottleExchange({ throttle, store, clock: systemClock });
    const onFailure = (cause: unknown) => events.backgroundTaskFailed('throttleExchange', cause);
    open.use(new RepeatedTask(exchange, { pauseMs: EXCHANGE_MS, onFailure }));
  }
  return { throttle, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

/** Counts a request of a sender, and that it is refused. */
export function openAdmit({ throttle, events: { counts } }: Pick<Parts, 'throttle' | 'events'>): Throttle['count'] {
  if (throttle === undefined || counts === undefined) return (sender) => throttle?.count(sender);
  return (sender) => {
    try {
      throttle.count(sender);
    } catch (refusal) {
      counts.throttled();
      throw refusal;
    }
  };
}

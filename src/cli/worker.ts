/** A process that another one has started to serve with it: `--workers`. */
import { serveAsWorker } from '../app.ts';
import type { SupervisorMessage } from '../app.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { STOP_SIGNALS } from './stop-signals.ts';

/** Serves until it is told to stop, and gives the exit code. Without the process that has started it, it ends at once. */
export async function runAsWorker(): Promise<number> {
  // A terminal sends them to all processes: the one that has started this one tells what to do.
  for (const signal of STOP_SIGNALS) process.on(signal, () => {});
  const received: SupervisorMessage[] = [];
  let wake: (() => void) | undefined;
  process.channel?.ref();
  process.on('message', (message: SupervisorMessage) => {
    received.push(message);
    wake?.();
  });
  const receive = async (): Promise<SupervisorMessage> => {
    for (;;) {
      const message = received.shift();
      if (message !== undefined) return message;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const hasServed = await serveAsWorker({ send: (message) => void process.send?.(message), receive });
  // Nothing that is said from now on matters.
  process.channel?.unref();
  return hasServed ? EXIT_CODES.ok : EXIT_CODES.failure;
}

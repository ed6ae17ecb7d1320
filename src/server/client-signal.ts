/** A signal that is aborted when the client leaves before it is answered. */
import type { ServerResponse } from 'node:http';

/** One signal for all callers, made on demand: few requests need it, and a response should have few listeners. */
export function createSignalFinder(response: ServerResponse): () => AbortSignal {
  let signal: AbortSignal | undefined;
  return () => {
    if (signal !== undefined) return signal;
    const controller = new AbortController();
    if (response.destroyed) controller.abort();
    response.once('close', () => controller.abort());
    return (signal = controller.signal);
  };
}

/** A signal that is aborted when the client leaves before it is answered. */
import type { ServerResponse } from 'node:http';

/** One signal for all who ask: it is needed by few requests, and an answer takes few listeners. */
export function createSignalFinder(response: ServerResponse): () => AbortSignal {
  let signal: AbortSignal | undefined;
  return () => {
    if (signal !== undefined) return signal;
    const left = new AbortController();
    if (response.destroyed) left.abort();
    response.once('close', () => left.abort());
    return (signal = left.signal);
  };
}

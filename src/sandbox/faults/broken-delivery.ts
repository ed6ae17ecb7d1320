/** Sends answers that are broken on purpose, as networks and proxies break them. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { WrittenAnswer } from '../../server/plugin.ts';

/** Broken ways to send an answer. */
export type Delivery =
  /** The connection is reset without an answer. */
  | { readonly kind: 'reset' }
  /** So many bytes of the body go out, then the connection is closed; Content-Length names the whole. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** The second half of the body is missing, as if it had never been part of it: Content-Length names what is sent. */
  | { readonly kind: 'halve' }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number };

/** How often a slow body goes on, at most. */
const STEP_MS = 100;

/** Sends the answer; the body of one to HEAD stays here. */
export function sendBroken(raw: ServerResponse, answer: WrittenAnswer, delivery: Delivery): void {
  const whole = Buffer.from(answer.text ?? '');
  const begin = (contentLength: number): void => {
    // After a broken body, the client cannot know where the next response begins.
    raw.shouldKeepAlive = false;
    const length = answer.text === undefined ? [] : ['content-length', String(contentLength)];
    raw.writeHead(answer.status, [...answer.headers, ...length]);
  };
  switch (delivery.kind) {
    case 'reset':
      resetConnection(raw.req.socket);
      return;
    case 'truncate':
      begin(whole.length);
      // Node closes the connection behind it.
      endWith(raw, whole.subarray(0, Math.min(delivery.bytes, whole.length - 1)));
      return;
    case 'halve': {
      const half = whole.subarray(0, Math.ceil(whole.length / 2));
      begin(half.length);
      endWith(raw, half);
      return;
    }
    case 'slow':
      begin(whole.length);
      void drip(raw, whole, delivery.bytesPerSecond);
      return;
    default:
      delivery satisfies never;
  }
}

function endWith(raw: ServerResponse, bytes: Uint8Array): void {
  raw.end(bytes.length === 0 ? undefined : bytes);
}

/** Ends early when the client leaves or the server cuts the connection. */
async function drip(raw: ServerResponse, bytes: Uint8Array, bytesPerSecond: number): Promise<void> {
  const left = new AbortController();
  raw.once('close', () => left.abort());
  const step = Math.max(1, Math.floor((bytesPerSecond * STEP_MS) / 1000));
  for (let sent = 0; sent < bytes.length && !raw.destroyed; sent += step) {
    const part = bytes.subarray(sent, sent + step);
    raw.write(part);
    await pause((part.length / bytesPerSecond) * 1000, undefined, { signal: left.signal }).catch(() => undefined);
  }
  raw.end();
}

/** The socket of TLS cannot be reset, only the one below it can, which Node keeps under this name. */
interface TlsParent {
  readonly _parent?: Socket | null;
}

/** Resets the connection instead of ending it. */
function resetConnection(socket: Socket): void {
  const transport = (socket as TlsParent)._parent ?? socket;
  if (!transport.destroyed) transport.resetAndDestroy();
}

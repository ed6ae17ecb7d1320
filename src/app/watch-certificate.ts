/**
 * The user's own certificate, read again when its files change: the next connection is shown the new one. Files are looked at
 * every two seconds, as watches do not see what a mounted secret or a network share does. A pair that cannot be served, such
 * as one of which only one file is new yet, leaves the one before.
 */
import { unwatchFile, watchFile } from 'node:fs';

import { StartError } from '../lib/start-error.ts';
import type { Settings } from '../config/settings.ts';
import type { TlsCertificate } from '../server/listeners.ts';
import type { Events } from '../telemetry/events.ts';
import { readOwnPair } from './open-tls.ts';

const LOOK_MS = 2000;

export interface WatchOptions {
  readonly events: Events;
  /** What is shown now. */
  readonly shown: TlsCertificate | undefined;
  show(certificate: TlsCertificate): void;
}

export interface CertificateWatch extends Disposable {
  /** Reads the files now. Does nothing for a certificate by the local CA. */
  reload(): void;
}

export function watchCertificate(
  { certFile, keyFile }: Settings,
  { events, shown, show }: WatchOptions,
): CertificateWatch {
  if (certFile === undefined || keyFile === undefined) return { reload: () => {}, [Symbol.dispose]: () => {} };
  let current = shown;
  let refused: string | undefined;
  const reload = (): void => {
    try {
      const pair = readOwnPair(certFile, keyFile);
      refused = undefined;
      if (pair.cert === current?.cert && pair.key === current.key) return;
      show(pair);
      current = pair;
      events.certificateChanged(certFile);
    } catch (cause) {
      if (!(cause instanceof StartError)) throw cause;
      // The same problem is reported once, however often the files are looked at.
      if (cause.message !== refused) events.certificateKept(certFile, cause);
      refused = cause.message;
    }
  };
  for (const file of [certFile, keyFile]) watchFile(file, { interval: LOOK_MS, persistent: false }, reload);
  return {
    reload,
    [Symbol.dispose]: () => {
      for (const file of [certFile, keyFile]) unwatchFile(file, reload);
    },
  };
}

/** The forward proxy of a server, for programs whose base URL cannot be changed. */
import type { Settings } from '../config/settings.ts';
import type { ForwardProxy } from '../forward-proxy/forward-proxy.ts';
import type { TlsCertificate } from '../server/listeners.ts';
import type { HttpServer } from '../server/server.ts';
import { listCloudNames } from './open-tls.ts';

export interface ProxyParts {
  /** It listens. */
  readonly server: HttpServer;
  readonly cloudTls: TlsCertificate;
}

/** @throws the errors of listening on a port */
export async function openProxy(settings: Settings, { server, cloudTls }: ProxyParts): Promise<ForwardProxy> {
  const { proxyHost, proxyPort = 0, proxyOthers } = settings;
  const names = listCloudNames(settings);
  // Loaded where it is asked for.
  const { openForwardProxy } = await import('../forward-proxy/forward-proxy.ts');
  const answers = server.coverNames(names, cloudTls);
  return openForwardProxy({ host: proxyHost, port: proxyPort, names, answers, others: proxyOthers });
}

/**
 * An HTTP forward proxy, for programs whose base URL cannot be changed: what they send to names of Microsoft's is answered
 * here. Anything else is refused, or passed on unread.
 */
import type { Server as HttpsServer } from 'node:https';
import { RequestError, Server } from 'proxy-chain';
import type { PrepareRequestFunctionResult } from 'proxy-chain';

export interface ForwardProxyOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Names that are answered here, in lower case, on port 443. */
  readonly names: readonly string[];
  /** Takes the connections to them. */
  readonly answers: HttpsServer;
  readonly others: 'refuse' | 'pass';
}

export interface ForwardProxy {
  readonly host: string;
  readonly port: number;
  /** Accepts nothing more and cuts what is passed on. Connections that are answered here end with the server that answers. */
  close(): Promise<void>;
}

const HTTPS_PORT = 443;

/** Accepts connections once it has resolved. @throws the errors of listening on a port */
export async function openForwardProxy(options: ForwardProxyOptions): Promise<ForwardProxy> {
  const { host, port } = options;
  const address = host === 'localhost' ? '127.0.0.1' : host;
  const proxy = new Server({
    host: address,
    port,
    authRealm: 'Vivarium',
    prepareRequestFunction: ({ hostname, port: asked, isHttp }) =>
      route(options, { name: hostname.toLowerCase(), port: asked, isHttp }),
  });
  await proxy.listen();
  return { host: address, port: proxy.port, close: () => proxy.close(true) };
}

interface Target {
  readonly name: string;
  readonly port: number;
  /** Whether the whole request came in the clear, not a request for a tunnel. */
  readonly isHttp: boolean;
}

/** @throws RequestError for what the proxy refuses */
function route({ names, answers, others }: ForwardProxyOptions, target: Target): PrepareRequestFunctionResult {
  const { name, port, isHttp } = target;
  if (names.includes(name)) {
    if (!isHttp && port === HTTPS_PORT) return { customConnectServer: answers };
    // It must not reach the real service by another port either: tokens of this server would go with it.
    throw new RequestError(
      `${name} is answered by Vivarium over HTTPS on port ${HTTPS_PORT} alone. Use https://${name}.`,
      403,
    );
  }
  if (others === 'pass') return {};
  throw new RequestError(
    `Vivarium does not pass on requests to ${name}:${port}. Start it with --proxy-others pass, or name the host in NO_PROXY.`,
    403,
  );
}

/** Under which origin the client reached the server: links in answers must lead back the same way. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';

export interface OriginSettings {
  /** Given: the answer for every request. Without a path. */
  readonly publicUrl?: string | undefined;
  /** Whether X-Forwarded-Proto and X-Forwarded-Host come from a proxy of ours and not from the client. */
  readonly isProxyTrusted: boolean;
}

export type OriginResolver = (request: IncomingMessage) => string;

const HOST = /^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Gives the resolver of scheme, host and port, without a trailing slash. */
export function createOriginResolver(settings: OriginSettings): OriginResolver {
  const { publicUrl } = settings;
  if (publicUrl !== undefined) {
    const { origin } = new URL(publicUrl);
    return () => origin;
  }
  return settings.isProxyTrusted ? forwardedOrigin : socketOrigin;
}

function forwardedOrigin(request: IncomingMessage): string {
  const scheme = firstOf(request.headers['x-forwarded-proto'])?.toLowerCase();
  const host = findHost(firstOf(request.headers['x-forwarded-host']));
  const isKnownScheme = scheme === 'http' || scheme === 'https';
  return `${isKnownScheme ? scheme : schemeOf(request)}://${host ?? hostOf(request)}`;
}

function socketOrigin(request: IncomingMessage): string {
  return `${schemeOf(request)}://${hostOf(request)}`;
}

function schemeOf({ socket }: IncomingMessage): 'http' | 'https' {
  return (socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http';
}

function hostOf({ headers, socket }: IncomingMessage): string {
  return findHost(headers.host) ?? hostAndPort(socket.localAddress ?? 'localhost', socket.localPort ?? 0);
}

/**
 * Whether an origin names this server as it is reached directly: by the host it listens on, by a name of this machine's
 * own, or by a number. Any other name may be a foreign one that was made to lead here.
 */
export function isAddressOf(host: string): (origin: string) => boolean {
  const names = ['localhost', host.toLowerCase()];
  return (origin) => {
    const hostname = URL.parse(origin)?.hostname.toLowerCase();
    return hostname !== undefined && (names.includes(hostname) || isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0);
  };
}

/** `host:port` as it stands in a URL. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function findHost(text: string | undefined): string | undefined {
  return text !== undefined && HOST.test(text) ? text : undefined;
}

/** Each proxy appends; the first value is the one that the client used. */
function firstOf(header: string | string[] | undefined): string | undefined {
  return (typeof header === 'string' ? header : header?.[0])?.split(',', 1)[0]?.trim();
}

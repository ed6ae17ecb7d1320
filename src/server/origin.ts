/** Under which origin the client reached the server: links in answers must lead back the same way. */
import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';

export interface OriginSettings {
  /** Without a path. If given, it is the origin of every request. */
  readonly publicUrl?: string | undefined;
  /** Whether X-Forwarded-Proto and X-Forwarded-Host come from a proxy of ours and not from the client. */
  readonly isProxyTrusted: boolean;
}

export type OriginResolver = (request: IncomingMessage) => string;

const HOST = /^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** The resolver gives scheme, host and port, without a trailing slash. */
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

export interface OwnNames {
  /** The hosts that the server listens on, and that its settings name. */
  readonly hosts: readonly string[];
  /** The certificate that it shows, PEM; `undefined` when it speaks plain HTTP alone. */
  readonly findCertificate: () => string | undefined;
}

/**
 * The one rule for which hosts are this server's own: `localhost`, a number, the hosts that the server listens on or
 * is given names of, and the names of its certificate. Any other name may be a foreign one that was made to lead here (DNS rebinding).
 */
export function createOwnHostCheck({ hosts, findCertificate }: OwnNames): (origin: string) => boolean {
  const names = ['localhost', ...hosts.map((host) => host.toLowerCase())];
  return (origin) => {
    const hostname = findHostname(origin);
    if (hostname === undefined) return false;
    if (names.includes(hostname) || isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0) return true;
    const certificate = findCertificate();
    if (certificate === undefined) return false;
    return new X509Certificate(certificate).checkHost(hostname, { subject: 'never' }) !== undefined;
  };
}

/** Whether an answer may name the origin that its request was sent to: it is our own, or `publicUrl` or a proxy of ours says so. */
export function createOwnOriginCheck(
  { publicUrl, isProxyTrusted }: OriginSettings,
  isOwnHost: (origin: string) => boolean,
): (origin: string) => boolean {
  if (publicUrl !== undefined) return (origin) => origin === new URL(publicUrl).origin;
  return isProxyTrusted ? () => true : isOwnHost;
}

/** In lower case; `undefined` for a spelling that a URL parser would change, such as a number in hexadecimal. */
function findHostname(origin: string): string | undefined {
  const url = URL.parse(origin);
  const written = origin.toLowerCase().replace(/:\d+$/, '');
  return url !== null && written === `${url.protocol}//${url.hostname}` ? url.hostname : undefined;
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

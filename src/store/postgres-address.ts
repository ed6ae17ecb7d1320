/** Where a PostgreSQL database is and how to reach it: a `postgres://` URL, and the files that go with it. */
import { isIPv4 } from 'node:net';

import { readFilled } from '../lib/read-filled.ts';

export interface PostgresAddress {
  /** `postgres://user:password@host:port/database?sslmode=…` */
  readonly url: string;
  /** Holds the password, read again for every connection; overrides the one in the URL. */
  readonly passwordFile: string | undefined;
  /** PEM certificates of the authorities that the server's certificate may be from, in place of those of Node. */
  readonly authorityFile: string | undefined;
}

export interface PostgresTarget {
  /** A name, an address, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  /** Empty when none is known. */
  readonly password: () => string;
  readonly database: string | undefined;
  readonly tls: PostgresTls | false;
}

export interface PostgresTls {
  readonly ca: string | undefined;
  /** False: encrypted, but the server is not verified. */
  readonly rejectUnauthorized: boolean;
  /** Given when any name will do, as long as the authority is right. */
  readonly checkServerIdentity?: () => undefined;
}

const DEFAULT_PORT = 5432;
const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
type SslMode = (typeof SSL_MODES)[number];
const KNOWN_PARAMETERS = new Set(['sslmode', 'host']);

/** @throws a plain `Error` that says what is wrong, without the password; StartError for a file that cannot be read or is empty */
export function readPostgresAddress({ url, passwordFile, authorityFile }: PostgresAddress): PostgresTarget {
  const parsed = URL.parse(url);
  if (parsed === null || !/^postgres(ql)?:$/.test(parsed.protocol)) throw new Error('it is not a postgres:// URL');
  const unknown = [...parsed.searchParams.keys()].find((name) => !KNOWN_PARAMETERS.has(name));
  if (unknown !== undefined) throw new Error(`its parameter ${unknown} is not known`);
  // What is written with an IPv6 address has brackets, which are no part of it.
  const host = parsed.searchParams.get('host') ?? (decode(parsed.hostname).replaceAll(/[[\]]/g, '') || 'localhost');
  const mode = parsed.searchParams.get('sslmode') ?? defaultSslMode(host);
  if (!isSslMode(mode)) throw new Error(`its sslmode must be one of ${SSL_MODES.join(', ')}`);
  // Read once now, so that a start without the file fails and says so.
  if (passwordFile !== undefined) readPassword(passwordFile);
  return {
    host,
    port: parsed.port === '' ? DEFAULT_PORT : Number(parsed.port),
    user: decode(parsed.username) || undefined,
    password: () => (passwordFile === undefined ? decode(parsed.password) : readPassword(passwordFile)),
    database: decode(parsed.pathname.slice(1)) || undefined,
    tls: readTls(mode, authorityFile),
  };
}

/** The URL as it may be shown. */
export function describePostgresUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return 'of --database';
  parsed.password = '';
  return parsed.href;
}

function decode(text: string): string {
  return decodeURIComponent(text);
}

function readPassword(file: string): string {
  const hint = 'Name another file with --database-password-file.';
  return readFilled(file, { what: 'The database password', hint }).trimEnd();
}

function isSslMode(text: string): text is SslMode {
  return SSL_MODES.some((mode) => mode === text);
}

/** What leaves the machine is encrypted, and to the right one, unless the URL says otherwise. */
function defaultSslMode(host: string): SslMode {
  const isLoopback = host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
  return isLoopback || host.startsWith('/') ? 'disable' : 'verify-full';
}

/** The modes as libpq has them: `require` looks at the certificate only when it is told which authority to trust. */
function readTls(mode: SslMode, authorityFile: string | undefined): PostgresTls | false {
  if (mode === 'disable') return false;
  const ca = authorityFile === undefined ? undefined : readAuthorities(authorityFile);
  if (mode === 'verify-full') return { ca, rejectUnauthorized: true };
  if (mode === 'require' && ca === undefined) return { ca, rejectUnauthorized: false };
  return { ca, rejectUnauthorized: true, checkServerIdentity: () => undefined };
}

/** An empty file would mean the authorities of Node. */
function readAuthorities(file: string): string {
  return readFilled(file, { what: 'The database CA file', hint: 'Name another file with --database-ca.' });
}

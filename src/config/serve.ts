/** What a server for the record is by default, and what it refuses to be. */
import { accessSync, constants } from 'node:fs';
import { isLoopbackHost } from './loopback.ts';
import { SETTINGS } from './settings.ts';
import type { Settings } from './settings.ts';

/** Where they differ from those of a server for tests. */
export const SERVE_DEFAULTS: Readonly<Partial<Settings>> = {
  sandbox: false,
  embeddedIssuer: false,
  explainRefusals: false,
  http2: true,
};

/** Where a server with a forward proxy differs. */
export const PROXY_DEFAULTS = { proxyPort: 8888 } as const satisfies Partial<Settings>;

/** All that must not be, one sentence each: what is wrong, and what to do. */
export function listUnsafe(settings: Settings): readonly string[] {
  return [
    ...listTestAids(settings),
    ...listOpenWays(settings),
    ...listIssuerProblems(settings),
    ...listUnreadable(settings),
  ];
}

function listTestAids({ sandbox, ephemeral, idSeed }: Settings): readonly string[] {
  return [
    ...(sandbox
      ? ['--sandbox opens data and faults to all who have the control token: use vivarium start for tests.']
      : []),
    ...(ephemeral ? ['--ephemeral loses all data with the process: name a folder with --data.'] : []),
    ...(idSeed === undefined ? [] : ['--id-seed makes ids that can be guessed: leave it out.']),
  ];
}

function listOpenWays(settings: Settings): readonly string[] {
  const { certFile, publicUrl, httpPort, httpHost, trustProxy, trustedProxies = [], database } = settings;
  const hasProxy = trustedProxies.length > 0;
  return [
    ...(trustProxy
      ? ['--trust-proxy believes anybody who reaches the port: name the proxies with --trusted-proxy.']
      : []),
    ...(certFile === undefined && !hasProxy
      ? [
          'There is no certificate that clients know: give --cert and --key, or name the proxy that has one with --trusted-proxy.',
        ]
      : []),
    ...(httpPort !== undefined && !isLoopbackHost(httpHost) && !hasProxy
      ? [
          '--http-port is open to the network without encryption: keep it on loopback, or name the proxy in front of it with --trusted-proxy.',
        ]
      : []),
    ...(publicUrl !== undefined && new URL(publicUrl).protocol !== 'https:'
      ? ['--public-url must begin with https: tokens and data would travel unencrypted.']
      : []),
    ...(database !== undefined && isPlainDatabase(database)
      ? ['--database switches encryption off by sslmode=disable: use verify-full.']
      : []),
  ];
}

function listIssuerProblems({
  embeddedIssuer,
  trustedIssuers,
  publicUrl,
  lockoutThreshold,
}: Settings): readonly string[] {
  if (!embeddedIssuer) {
    const isMissing = trustedIssuers.length === 0;
    return isMissing
      ? [
          'No token would be accepted: name an issuer with --trusted-issuers, or ask for the one of this server with --embedded-issuer.',
        ]
      : [];
  }
  return [
    ...(publicUrl === undefined ? ['--embedded-issuer needs --public-url: tokens name their issuer by it.'] : []),
    ...(lockoutThreshold === 0 ? ['--lockout-threshold 0 lets secrets be guessed without end: give a number.'] : []),
  ];
}

/** Files that must be there at the start. */
function listUnreadable(settings: Settings): readonly string[] {
  return SETTINGS.flatMap(({ key, flag, type }) => {
    const path = settings[key];
    const isInput = type === 'path' && key !== 'dataDir' && key !== 'readyFile' && key !== 'configFile';
    return isInput && typeof path === 'string' && !isReadable(path)
      ? [`${flag} names ${path}, which cannot be read.`]
      : [];
  });
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether it is of another machine, and its address forbids encryption. */
function isPlainDatabase(url: string): boolean {
  const { hostname, searchParams } = new URL(url);
  return searchParams.get('sslmode') === 'disable' && hostname !== '' && !isLoopbackHost(hostname);
}

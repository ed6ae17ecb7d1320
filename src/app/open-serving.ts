/** The part of a server that answers requests: one for each process. It works on data that is open already. */
import { createLockout } from '../issuer/lockout.ts';
import { createOwnHostCheck, hostAndPort } from '../server/origin.ts';
import type { Sandbox } from '../sandbox/plugin.ts';
import type { TlsCertificate } from '../server/listeners.ts';
import { createStandingCache } from '../store/standing-cache.ts';
import { createTenantCache } from '../store/tenant-cache.ts';
import { openAdmin } from './open-admin.ts';
import type { AdminKeys } from './open-admin.ts';
import { openConsoleSignIn } from './console-sign-in.ts';
import { openOutsideIssuers } from './open-issuers.ts';
import { openProxy } from './open-proxy.ts';
import { listCloudNames } from './open-tls.ts';
import { openPeople } from './open-people.ts';
import { createServer } from './open-server.ts';
import type { Telemetry } from './open-telemetry.ts';
import { openSync } from './open-sync.ts';
import { openThrottle } from './open-throttle.ts';
import { serveMetrics } from './serve-metrics.ts';
import type { Admin, Parts } from './parts.ts';

/** How long a change of a tenant, an app or a user may go unnoticed by requests to other processes: 5 seconds, by a time that may be 0.1 old. */
const DIRECTORY_TTL_MS = 4_900;

/** What the process has open. */
export interface ServingBase extends Pick<
  Parts,
  'settings' | 'clock' | 'ids' | 'folder' | 'instance' | 'connection' | 'directory' | 'keys'
> {
  readonly telemetry: Telemetry;
  /** `undefined` when the admin API is switched off. */
  readonly adminKeys: AdminKeys | undefined;
  /** `undefined` for plain HTTP alone. */
  readonly tls: TlsCertificate | undefined;
  /** Of the forward proxy; `undefined` without one. */
  readonly cloudTls: TlsCertificate | undefined;
}

/** All of a server that a sandbox may know. */
export type SandboxBase = Omit<Parts, 'isOwnHost' | 'outsideIssuers' | 'throttle' | 'sandbox' | 'admin' | 'tracer'>;

export interface Addresses {
  readonly baseUrl: string;
  /** As it listens: differs from `baseUrl` when that is a public one. */
  readonly localUrl: string;
  /** Plain HTTP, when asked for. */
  readonly httpUrl: string | undefined;
}

/** As long as it does not listen. */
const NO_ADDRESSES: Addresses = { baseUrl: '', localUrl: '', httpUrl: undefined };

export interface Serving extends Addresses, AsyncDisposable {
  /** For Prometheus, when asked for. */
  readonly metricsUrl: string | undefined;
  /** The forward proxy, when asked for. */
  readonly proxyUrl: string | undefined;
  readonly sandbox: Sandbox | undefined;
  readonly admin: Admin | undefined;
  /** Rejects with a StartError when it cannot go on; never where its process would end then. */
  readonly failed: Promise<never>;
  /** What connections from now on are shown. */
  showCertificate(certificate: TlsCertificate): void;
}

/** Accepts requests once it has resolved. @throws the errors of listening on a port */
export async function openServing(
  base: ServingBase,
  openSandbox?: (base: SandboxBase) => Promise<Sandbox>,
): Promise<Serving> {
  await using opening = new AsyncDisposableStack();
  const { settings, clock, connection, directory, telemetry, adminKeys, tls, cloudTls } = base;
  const { events, tracer } = telemetry;
  const { issuers: outsideIssuers } = opening.use(openOutsideIssuers(settings, events));
  const { sync } = opening.use(openSync({ connection, clock, events }));
  const { throttle } = opening.use(openThrottle({ settings, clock, connection, events }));
  let addresses = NO_ADDRESSES;
  const tenants = createTenantCache(directory, DIRECTORY_TTL_MS);
  const standings = createStandingCache(directory, DIRECTORY_TTL_MS);
  const opened = {
    ...base,
    events,
    tenants,
    sync,
    standings,
    people: openPeople({ ...base, caches: { standings, tenants } }),
    lockout: createLockout({ threshold: settings.lockoutThreshold, clock }),
    findBaseUrl: () => addresses.baseUrl,
    findUrls: () => listUrls(addresses),
  };
  const sandbox = openSandbox && opening.use(await openSandbox(opened));
  let shown = tls;
  const findCertificate = () => shown?.cert;
  const isOwnHost = createOwnHostCheck({
    hosts: [
      ...[settings.host, settings.httpHost, ...(settings.tlsNames ?? [])],
      ...(cloudTls === undefined ? [] : listCloudNames(settings)),
    ],
    findCertificate,
  });
  const signIn = openConsoleSignIn({ ...opened, isOwnHost, outsideIssuers });
  const admin = adminKeys && openAdmin({ ...opened, sandbox, signIn }, adminKeys);
  const parts = { ...opened, tracer, isOwnHost, outsideIssuers, throttle, sandbox, admin };
  // Closed after the server, which lets connections finish that the proxy has handed over.
  const forwarding = opening.use(new AsyncDisposableStack());
  const server = opening.use(createServer(parts, tls));
  const { url: metricsUrl } = opening.use(
    await serveMetrics(settings, telemetry, { connection, server, findCertificate }),
  );
  const [main, plain] = await server.listen();
  const localUrl = `${main?.scheme}://${addressOf(settings.host, main?.port)}`;
  const httpUrl = plain && `http://${addressOf(settings.httpHost, plain.port)}`;
  addresses = { baseUrl: settings.publicUrl ?? localUrl, localUrl, httpUrl };
  const proxy = cloudTls && (await openProxy(settings, { server, cloudTls }));
  forwarding.defer(async () => proxy?.close());
  const proxyUrl = proxy && `http://${addressOf(proxy.host, proxy.port)}`;
  const open = opening.move();
  const showCertificate = (certificate: TlsCertificate): void => {
    shown = certificate;
    server.showCertificate(certificate);
  };
  const failed = new Promise<never>(() => {});
  return {
    ...addresses,
    metricsUrl,
    proxyUrl,
    sandbox,
    admin,
    failed,
    showCertificate,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function listUrls({ baseUrl, localUrl, httpUrl }: Addresses): readonly string[] {
  return [baseUrl, localUrl, httpUrl ?? ''].filter((url) => url !== '');
}

/** Host and port as clients on this machine write them. */
function addressOf(host: string, port = 0): string {
  const isEveryAddress = host === '0.0.0.0' || host === '::';
  return hostAndPort(isEveryAddress ? 'localhost' : host, port);
}

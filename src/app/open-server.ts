/** The HTTP server with everything behind it. */
import { createAuthenticator } from '../auth/authenticate.ts';
import type { Authenticator } from '../auth/authenticate.ts';
import type { Settings } from '../config/settings.ts';
import type { Services } from '../graph/context.ts';
import { CONSOLE_ROOT, DOCS_ROOT } from '../lib/control-root.ts';
import { API_VERSIONS } from '../model/versions.ts';
import type { ApiVersion } from '../model/versions.ts';
import { createDocuments } from '../odata/documents.ts';
import type { ErrorStyle } from '../odata/error-body.ts';
import { createProtocol } from '../odata/protocol.ts';
import type { Protocol } from '../odata/protocol.ts';
import { registerInboxes } from '../server/inbox-route.ts';
import { createHttpServer } from '../server/server.ts';
import type { HttpPlugin, HttpServer } from '../server/server.ts';
import type { Sandbox } from '../sandbox/plugin.ts';
import { createChangeFeed } from '../store/feed/change-feed.ts';
import { createLearningStore } from '../store/learning-store.ts';
import { createReadinessCheck } from './check-readiness.ts';
import { consolePlugin, docsPlugin } from './page-plugins.ts';
import { issuerRoutes } from './issuer-routes.ts';
import { findAuthority, listIssuers } from './open-issuers.ts';
import { changeLogOf } from './open-change-log.ts';
import { openNotifying } from './open-notifications.ts';
import { openScim } from './open-scim.ts';
import { trustConnected, trustProxies } from '../server/proxies.ts';
import { registerSchemas } from '../server/schema-route.ts';
import type { TlsCertificate } from '../server/listeners.ts';
import { openAdmit } from './open-throttle.ts';
import type { Parts } from './parts.ts';

export function createServer(parts: Parts, tls: TlsCertificate | undefined): HttpServer {
  const { settings, ids, events, connection, sandbox, admin } = parts;
  const authenticator = openAuthenticator(parts);
  const hasConsole = settings.console && admin !== undefined;
  const origin = { publicUrl: settings.publicUrl, isProxyTrusted: settings.trustProxy };
  const isProxy = settings.trustProxy ? trustConnected : trustProxies(settings.trustedProxies ?? []);
  return createHttpServer({
    host: settings.host,
    port: settings.port,
    tls,
    http2: settings.http2,
    httpHost: settings.httpHost,
    httpPort: settings.httpPort,
    limits: {
      maxRequestsInFlight: settings.maxRequestsInFlight,
      bodyBytes: settings.bodyLimitBytes,
      drainMs: settings.shutdownGraceMs,
    },
    origin,
    ids,
    instanceId: ids.newId('instance'),
    instance: parts.instance,
    events,
    services: openServices(parts, authenticator),
    readiness: createReadinessCheck(connection),
    homePath: hasConsole ? `${CONSOLE_ROOT}/` : settings.docs ? `${DOCS_ROOT}/` : undefined,
    plugin: sandbox,
    routes: [
      ...(settings.embeddedIssuer ? [issuerRoutes({ parts, authenticator, origin, isProxy })] : []),
      ...(hasConsole ? [consolePlugin(settings)] : []),
      ...(settings.docs ? [docsPlugin] : []),
      registerSchemas,
      ...(sandbox === undefined ? [] : [inboxPlugin(sandbox, settings)]),
    ],
    coversClouds: settings.proxyPort !== undefined,
    findScim: openScim(parts),
    controlApis: [sandbox, admin].flatMap((one) => (one === undefined ? [] : [one.api])),
  });
}

function inboxPlugin({ inboxes }: Sandbox, { bodyLimitBytes }: Settings): HttpPlugin {
  return async (app) => registerInboxes(app, { receive: inboxes.receive, bodyLimitBytes });
}

export function errorStyleOf({ clock, settings }: Pick<Parts, 'clock' | 'settings'>): ErrorStyle {
  const { forbiddenCode, explainRefusals } = settings;
  return { clock, forbiddenCode, explainRefusals };
}

function openAuthenticator(parts: Parts): Authenticator {
  const { settings, tenants, standings, clock } = parts;
  return createAuthenticator({
    issuers: listIssuers(parts),
    clock,
    clockSkewSeconds: settings.clockSkewSeconds,
    cacheSize: settings.tokenCacheSize,
    findTenant: tenants.find,
    findStanding: standings.find,
    findAuthority: () => findAuthority(parts),
  });
}

function openServices(parts: Parts, authenticator: Authenticator): Services {
  const { settings, connection, ids, sandbox, tracer } = parts;
  const keepsChanges = changeLogOf(settings) !== undefined;
  const protocols = API_VERSIONS.map((version) => [version, createProtocol(version, settings)] as const);
  return {
    store: createLearningStore(connection),
    feed: keepsChanges ? createChangeFeed(connection) : undefined,
    notifying: openNotifying(parts),
    directory: parts.people,
    behaviour: settings,
    newId: () => ids.newId('entity'),
    newActivityGuid: ids.newActivityGuid,
    protocols: Object.fromEntries(protocols) as Record<ApiVersion, Protocol>,
    documents: createDocuments(settings),
    authenticator,
    admit: openAdmit(parts),
    errorStyle: errorStyleOf(parts),
    interceptor: sandbox?.interceptor,
    tracer,
    onAnswered: parts.sync.note,
  };
}

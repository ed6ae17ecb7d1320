/** The HTTP server with everything behind it. */
import { createAuthenticator } from '../auth/authenticate.ts';
import type { Authenticator } from '../auth/authenticate.ts';
import { createHttpServer } from '../server/server.ts';
import type { HttpServer } from '../server/server.ts';
import { createDocuments } from '../odata/documents.ts';
import type { ErrorStyle } from '../odata/error-body.ts';
import { createEngine } from '../graph/run-operation.ts';
import type { GraphEngine } from '../graph/run-operation.ts';
import { createLearningStore } from '../store/learning-store.ts';
import { createReadinessCheck } from './check-readiness.ts';
import { issuerPlugin } from './issuer-plugin.ts';
import { findAuthority, listIssuers } from './open-issuers.ts';
import type { Tls } from './open-tls.ts';
import type { Parts } from './parts.ts';

export function createServer(parts: Parts, tls: Tls | undefined): HttpServer {
  const { settings, ids, events, connection, throttle, sandbox } = parts;
  const authenticator = openAuthenticator(parts);
  const origin = { publicUrl: settings.publicUrl, isProxyTrusted: settings.trustProxy };
  return createHttpServer({
    host: settings.host,
    port: settings.port,
    tls,
    httpHost: settings.httpHost,
    httpPort: settings.httpPort,
    limits: { bodyBytes: settings.bodyLimitBytes, drainMs: settings.shutdownGraceMs },
    throttle,
    origin,
    errorStyle: errorStyleOf(parts),
    ids,
    instanceId: ids.newId('instance'),
    instance: parts.instance,
    events,
    authenticator,
    engine: openEngine(parts),
    documents: createDocuments(settings),
    readiness: createReadinessCheck(connection),
    recorder: sandbox?.recorder,
    plugins: [
      ...(settings.embeddedIssuer ? [issuerPlugin({ parts, authenticator, origin })] : []),
      ...(sandbox === undefined ? [] : [sandbox.plugin]),
    ],
  });
}

export function errorStyleOf({ clock, settings }: Pick<Parts, 'clock' | 'settings'>): ErrorStyle {
  const { forbiddenCode, explainRefusals } = settings;
  return { clock, forbiddenCode, explainRefusals };
}

function openAuthenticator(parts: Parts): Authenticator {
  const { settings, tenants, clock } = parts;
  return createAuthenticator({
    issuers: listIssuers(parts),
    clock,
    clockSkewSeconds: settings.clockSkewSeconds,
    cacheSize: settings.tokenCacheSize,
    findTenant: (id) => tenants.find(id),
    findAuthority: () => findAuthority(parts),
  });
}

function openEngine(parts: Parts): GraphEngine {
  const { settings, connection, ids, throttle, sandbox } = parts;
  return createEngine({
    parts: {
      store: createLearningStore(connection),
      behaviour: settings,
      newId: () => ids.newId('entity'),
      newActivityGuid: () => ids.newActivityGuid(),
    },
    style: errorStyleOf(parts),
    admitItem: async (principal) => throttle?.count(principal),
    around: sandbox?.around,
  });
}

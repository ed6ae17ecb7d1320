/** The HTTP server with everything behind it. */
import { randomUUID } from 'node:crypto';
import { v7 as uuidV7 } from 'uuid';

import { createAuthenticator } from '../auth/authenticate.ts';
import type { Authenticator } from '../auth/authenticate.ts';
import { getGuid } from '../base/ids.ts';
import type { ActivityGuid } from '../base/ids.ts';
import type { Readiness } from '../http/health-route.ts';
import { createHttpServer } from '../http/server.ts';
import type { HttpServer } from '../http/server.ts';
import { createThrottle } from '../http/throttle.ts';
import type { Throttle } from '../http/throttle.ts';
import { createDocuments } from '../odata/documents.ts';
import type { ErrorStyle } from '../odata/error-body.ts';
import { createEngine } from '../operations/run-operation.ts';
import type { GraphEngine } from '../operations/run-operation.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import { createLearningStore } from '../store/learning-store.ts';
import { createTenantCache } from '../store/tenant-cache.ts';
import { issuerPlugin } from './issuer-plugin.ts';
import { findAuthority, listIssuers } from './open-issuers.ts';
import type { Tls } from './open-tls.ts';
import type { Parts } from './parts.ts';

/** How long a change of a tenant may go unnoticed by requests. */
const TENANT_TTL_MS = 5_000;

export function createServer(parts: Parts, tls: Tls): HttpServer {
  const { settings, events, directory } = parts;
  const authenticator = openAuthenticator(parts);
  const throttle = createThrottle(settings.throttleRequestsPerMinute);
  return createHttpServer({
    host: settings.host,
    port: settings.port,
    tls,
    httpPort: settings.httpPort,
    limits: { bodyBytes: settings.bodyLimitBytes, drainMs: settings.shutdownGraceMs },
    throttle,
    origin: { publicUrl: settings.publicUrl, isProxyTrusted: settings.trustProxy },
    errorStyle: errorStyleOf(parts),
    instanceId: randomUUID(),
    events,
    authenticator,
    engine: openEngine(parts, throttle),
    documents: createDocuments(settings),
    readiness: () => checkReadiness(directory),
    plugins: settings.embeddedIssuer ? [issuerPlugin(parts, authenticator)] : [],
  });
}

/** Ready when the database answers. */
async function checkReadiness(directory: DirectoryStore): Promise<Readiness> {
  try {
    await directory.countTenants();
    return { isReady: true, checks: { database: 'ok' } };
  } catch {
    return { isReady: false, checks: { database: 'failed' } };
  }
}

function errorStyleOf({ clock, settings: { forbiddenCode, explainRefusals } }: Parts): ErrorStyle {
  return { clock, forbiddenCode, explainRefusals };
}

function openAuthenticator(parts: Parts): Authenticator {
  const { settings, directory, clock } = parts;
  return createAuthenticator({
    issuers: listIssuers(parts),
    clock,
    clockSkewSeconds: settings.clockSkewSeconds,
    cacheSize: settings.tokenCacheSize,
    findTenant: createTenantCache(directory, TENANT_TTL_MS),
    findAuthority: () => findAuthority(parts),
  });
}

function openEngine(parts: Parts, throttle: Throttle | undefined): GraphEngine {
  const { settings, connection } = parts;
  return createEngine({
    parts: {
      store: createLearningStore(connection),
      behaviour: settings,
      newId: randomUUID,
      newActivityGuid: () => getGuid<ActivityGuid>(uuidV7()),
    },
    style: errorStyleOf(parts),
    admitItem: async (principal) => throttle?.count(principal),
  });
}

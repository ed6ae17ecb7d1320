/** The HTTP server with everything behind it. */
import { randomUUID } from 'node:crypto';
import { v7 as uuidV7 } from 'uuid';

import { createAuthenticator, trustOwnIssuer } from '../auth/authenticate.ts';
import type { Authenticator } from '../auth/authenticate.ts';
import { systemClock } from '../base/clock.ts';
import { getGuid } from '../base/ids.ts';
import type { ActivityGuid } from '../base/ids.ts';
import type { Readiness } from '../http/health-route.ts';
import { createHttpServer } from '../http/server.ts';
import type { HttpServer } from '../http/server.ts';
import { createThrottle } from '../http/throttle.ts';
import type { Throttle } from '../http/throttle.ts';
import { createDocuments } from '../odata/documents.ts';
import { createEngine } from '../operations/run-operation.ts';
import type { GraphEngine } from '../operations/run-operation.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import { createLearningStore } from '../store/learning-store.ts';
import { createTenantCache } from '../store/tenant-cache.ts';
import { issuerPlugin } from './issuer-plugin.ts';
import type { Tls } from './open-tls.ts';
import type { Parts } from './parts.ts';

/** How long a change of a tenant may go unnoticed by requests. */
const TENANT_TTL_MS = 5_000;

export function createServer(parts: Parts, tls: Tls): HttpServer {
  const { settings, events, directory } = parts;
  const throttle = createThrottle(settings.throttleRequestsPerMinute);
  return createHttpServer({
    host: settings.host,
    port: settings.port,
    tls,
    httpPort: settings.httpPort,
    limits: { bodyBytes: settings.bodyLimitBytes, drainMs: settings.shutdownGraceMs },
    throttle,
    origin: { publicUrl: settings.publicUrl, isProxyTrusted: settings.trustProxy },
    errorStyle: { clock: systemClock, forbiddenCode: settings.forbiddenCode },
    instanceId: randomUUID(),
    events,
    authenticator: openAuthenticator(parts),
    engine: openEngine(parts, throttle),
    documents: createDocuments(settings),
    readiness: () => checkReadiness(directory),
    plugins: [issuerPlugin(parts)],
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

function openAuthenticator({ settings, directory, keys, findBaseUrl }: Parts): Authenticator {
  return createAuthenticator({
    issuer: trustOwnIssuer(keys, () => new Set([findBaseUrl()])),
    audiences: settings.audiences,
    clock: systemClock,
    clockSkewSeconds: settings.clockSkewSeconds,
    cacheSize: settings.tokenCacheSize,
    findTenant: createTenantCache(directory, TENANT_TTL_MS),
    findPublicOrigin: findBaseUrl,
  });
}

function openEngine({ settings, connection }: Parts, throttle: Throttle | undefined): GraphEngine {
  return createEngine({
    parts: {
      store: createLearningStore(connection),
      behaviour: settings,
      newId: randomUUID,
      newActivityGuid: () => getGuid<ActivityGuid>(uuidV7()),
    },
    style: { clock: systemClock, forbiddenCode: settings.forbiddenCode },
    admitItem: async (principal) => throttle?.count(principal),
  });
}

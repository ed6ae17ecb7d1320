/** The routes of the embedded authority, with what they work on. */
import { randomUUID } from 'node:crypto';

import { systemClock } from '../base/clock.ts';
import { recordFault } from '../http/exchange.ts';
import { registerIssuerRoutes } from '../http/issuer-route.ts';
import { createOriginResolver } from '../http/origin.ts';
import type { HttpPlugin } from '../http/server.ts';
import { createTokenEndpoint } from '../issuer/token.ts';
import type { Parts } from './parts.ts';

export function issuerPlugin({ settings, directory, keys, findBaseUrl }: Parts): HttpPlugin {
  const tokens = createTokenEndpoint({
    directory,
    keys,
    clock: systemClock,
    newId: randomUUID,
    lifetimeSeconds: settings.tokenLifetimeSeconds,
    audiences: settings.audiences,
  });
  const originOf = createOriginResolver({ publicUrl: settings.publicUrl, isProxyTrusted: settings.trustProxy });
  return async (app) => {
    await app.register(registerIssuerRoutes, {
      issuer: { directory, keys, tokens },
      clock: systemClock,
      findOrigin: (request) => originOf(request.raw),
      findTokenOrigin: findBaseUrl,
      reportFault: (fault, request) => recordFault(request, fault),
    });
  };
}

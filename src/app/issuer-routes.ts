/** The routes of the embedded issuer, with what they work on. */
import type { Authenticator } from '../auth/authenticate.ts';
import { findSender } from '../server/client-address.ts';
import { recordFault } from '../server/exchange.ts';
import { registerIssuerRoutes } from '../server/issuer-route.ts';
import { createOriginResolver, createOwnOriginCheck } from '../server/origin.ts';
import type { OriginSettings } from '../server/origin.ts';
import type { ProxyCheck } from '../server/proxies.ts';
import type { HttpPlugin } from '../server/server.ts';
import type { IssuerContext } from '../issuer/issuer-context.ts';
import { createGrantStore } from '../store/grant-store.ts';
import { withConsoleApp } from './console-sign-in.ts';
import { openAudiences } from './open-issuers.ts';
import type { Parts } from './parts.ts';

export interface IssuerOptions {
  readonly parts: Parts;
  readonly authenticator: Authenticator;
  readonly origin: OriginSettings;
  readonly isProxy: ProxyCheck;
}

export function issuerRoutes({ parts, authenticator, origin, isProxy }: IssuerOptions): HttpPlugin {
  const originOf = createOriginResolver(origin);
  return async (app) => {
    await app.register(registerIssuerRoutes, {
      issuer: openIssuerContext(parts),
      findOrigin: (request) => originOf(request.raw),
      findSender: (request) => findSender(request.raw, isProxy),
      isOwnOrigin: createOwnOriginCheck(origin, parts.isOwnHost),
      authenticate: async (authorization) => authenticator.authenticate(authorization),
      plugin: parts.sandbox,
      reportFault: (fault, request) => recordFault(request, fault),
    });
  };
}

function openIssuerContext(parts: Parts): IssuerContext {
  const { settings, clock, ids, connection, directory, keys, lockout, findBaseUrl } = parts;
  return {
    directory: withConsoleApp(directory, parts),
    grants: createGrantStore(connection),
    lockout,
    keys,
    clock,
    newId: () => ids.newId('token'),
    lifetimeSeconds: settings.tokenLifetimeSeconds,
    audiences: openAudiences(parts),
    refusesRepeatedAssertions: settings.singleUseAssertions,
    findTokenOrigin: findBaseUrl,
  };
}

/** The tenant and client that a request to the issuer claims, for observers. Nothing is verified. */
import { findGuid } from '../lib/ids.ts';
import type { AppId } from '../lib/ids.ts';
import { queryOf } from './issuer-exchange.ts';
import type { IssuerRoutesOptions, TenantRequest } from './issuer-exchange.ts';

/** The tenant is that of the path; the client that of the form, the query or HTTP Basic. */
export async function noteClient({ issuer }: IssuerRoutesOptions, request: TenantRequest): Promise<void> {
  const { exchange, params, body, headers } = request;
  const tenant =
    params.segment === undefined ? undefined : await issuer.directory.findTenant(params.segment.toLowerCase());
  exchange.claimedTenantId = tenant?.id;
  const clientId = findParameter(body) ?? findParameter(queryOf(request)) ?? findBasicUser(headers.authorization);
  exchange.claimedAppId = findGuid<AppId>(clientId ?? '');
}

function findParameter(text: unknown): string | undefined {
  return typeof text === 'string' ? (new URLSearchParams(text).get('client_id') ?? undefined) : undefined;
}

function findBasicUser(authorization = ''): string | undefined {
  const credentials = /^basic +(\S+)$/i.exec(authorization)?.[1];
  return credentials && Buffer.from(credentials, 'base64').toString().split(':')[0];
}

/** Whose a request to the issuer seems to be, for who reads along. Nothing of it is proven. */
import { findGuid } from '../lib/ids.ts';
import type { AppId } from '../lib/ids.ts';
import { queryOf } from './issuer-exchange.ts';
import type { IssuerRoutesOptions, TenantRequest } from './issuer-exchange.ts';

/** Notes the tenant that the path names and the client that form, query or HTTP Basic name, as far as there are such. */
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

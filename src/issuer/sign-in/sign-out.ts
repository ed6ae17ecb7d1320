/** Where the browser may go after a sign-out: to an address that some app of the tenant is registered with. */
import { findRedirectUri, isRegistered } from '../../lib/redirect-uri.ts';
import type { Address } from '../address.ts';
import type { IssuerContext } from '../issuer-context.ts';
import { listTenantsOf } from '../directory.ts';
import type { Parameters } from './authorization-request.ts';

/**
 * The URL to send the browser to; `undefined` when none was asked for, or none that is registered: then a page says that
 * the user is signed out. Throws TokenError `tenantOfTokenNotFound`.
 */
export async function findReturnUrl(
  { directory }: IssuerContext,
  { segment }: Pick<Address, 'segment'>,
  parameters: Parameters,
): Promise<string | undefined> {
  const tenants = await listTenantsOf(directory, segment);
  const uri = findRedirectUri(parameters.get('post_logout_redirect_uri') ?? '');
  if (uri === undefined) return undefined;
  for (const tenant of tenants) {
    const apps = await directory.listApps(tenant);
    if (apps.some(({ redirectUris }) => isRegistered(uri, redirectUris))) {
      return addState(uri.href, parameters.get('state'));
    }
  }
  return undefined;
}

function addState(uri: string, state: string | undefined): string {
  if (state === undefined) return uri;
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state }).toString()}`;
}

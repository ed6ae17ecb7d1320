/** Where the browser may go after a sign-out: to an address that some app of the tenant is registered with. */
import type { Address } from '../address.ts';
import type { Authority } from '../authority.ts';
import { listTenantsOf } from '../directory.ts';
import type { Parameters } from './authorization-request.ts';
import { isRegistered } from './redirect-uri.ts';

/**
 * The URL to send the browser to; `undefined` when none was asked for, or none that is registered: then a page says that
 * the user is signed out. Throws TokenError `tenantOfTokenNotFound`.
 */
export async function findReturnUrl(
  { directory }: Authority,
  { segment }: Pick<Address, 'segment'>,
  parameters: Parameters,
): Promise<string | undefined> {
  const tenants = await listTenantsOf(directory, segment);
  const uri = parameters.get('post_logout_redirect_uri');
  if (uri === undefined) return undefined;
  for (const tenant of tenants) {
    const apps = await directory.listApps(tenant);
    if (apps.some(({ redirectUris }) => isRegistered(uri, redirectUris))) return addState(uri, parameters.get('state'));
  }
  return undefined;
}

function addState(uri: string, state: string | undefined): string {
  if (state === undefined) return uri;
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state }).toString()}`;
}

/** What a request asks tokens for. Each version of the endpoints has its own words; here they become those of version 2.0. */
import type { EntraVersion } from '../model/entra-versions.ts';
import { DEFAULT_PERMISSION } from './scopes.ts';
import { TokenError } from './token-error.ts';

type Parameters = ReadonlyMap<string, string>;

export interface AskedScope {
  /** Undefined when the request says nothing. */
  readonly scope: string | undefined;
  /** What version 2.0 may name beside the scope (RFC 8707). */
  readonly resource: string | undefined;
}

/** What every sign-in of version 1.0 gives: an id token and a refresh token. */
export const SIGN_IN_SCOPE = 'openid profile offline_access';

/** Version 1.0 names a resource, and means all that is consented there. It ignores `scope`. */
export function readAskedScope(version: EntraVersion, parameters: Parameters): AskedScope {
  if (version === '2.0') return { scope: parameters.get('scope'), resource: parameters.get('resource') };
  const resource = parameters.get('resource')?.replaceAll(/\s/g, encodeURIComponent);
  const scope = resource === undefined ? undefined : `${SIGN_IN_SCOPE} ${resource}/${DEFAULT_PERMISSION}`;
  return { scope, resource: undefined };
}

/** As {@link readAskedScope}. Throws TokenError `scopeMissing`, or, in version 1.0, `parameterMissing`. */
export function getAskedScope(version: EntraVersion, parameters: Parameters): AskedScope & { readonly scope: string } {
  const { scope, resource } = readAskedScope(version, parameters);
  if (scope !== undefined) return { scope, resource };
  if (version === '2.0') throw new TokenError('scopeMissing');
  throw new TokenError('parameterMissing', { values: { parameter: 'resource' } });
}

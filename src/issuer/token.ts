/** The token endpoint: client credentials in, access token out. Knows nothing of HTTP. */
import { findAudience } from '../auth/authenticate.ts';
import type { SigningKeys } from '../auth/signing-keys.ts';
import type { Clock } from '../base/clock.ts';
import { findGuid } from '../base/ids.ts';
import type { AppId } from '../base/ids.ts';
import type { AppRegistration, Tenant } from '../model/directory.ts';
import { checkClientProof, readClientCredentials } from './client-credentials.ts';
import { getTenant } from './directory.ts';
import type { IssuerDirectory } from './directory.ts';
import { mintToken } from './mint-token.ts';
import { TokenError } from './token-error.ts';

const DEFAULT_LIFETIME_SECONDS = 3599;

const DEFAULT_SCOPE = '/.default';

export interface TokenEndpointOptions {
  readonly directory: IssuerDirectory;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  /** A fresh GUID. */
  newId(): string;
  readonly lifetimeSeconds?: number;
  /** Resources that tokens can be asked for. */
  readonly audiences: readonly string[];
}

export interface TokenRequest {
  /** Origin as the client addressed it: the start of the token's issuer. */
  readonly origin: string;
  /** The tenant segment of the path. */
  readonly segment: string;
  /** The Authorization header. */
  readonly authorization: string | undefined;
  /** Parameters, as {@link readTokenForm} gives them. */
  readonly form: ReadonlyMap<string, string>;
}

export interface TokenResponse {
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly ext_expires_in: number;
  readonly access_token: string;
}

export interface TokenEndpoint {
  /** Throws TokenError with the row that says what is wrong; unknown parameters are no fault. */
  issueToken(request: TokenRequest): Promise<TokenResponse>;
}

export function createTokenEndpoint(options: TokenEndpointOptions): TokenEndpoint {
  const { directory, audiences, lifetimeSeconds = DEFAULT_LIFETIME_SECONDS } = options;
  const mint = { keys: options.keys, clock: options.clock, newId: () => options.newId(), lifetimeSeconds };
  return {
    async issueToken({ origin, segment, authorization, form }) {
      checkGrantType(form);
      const { clientId, proof } = readClientCredentials(form, authorization);
      const tenant = await getTenant(directory, segment);
      const app = await getApp(directory, tenant, clientId);
      checkClientProof(app, proof);
      const audience = getAudience(audiences, tenant, form);
      const accessToken = await mintToken(mint, { tenant, app, audience, origin });
      return {
        token_type: 'Bearer',
        expires_in: lifetimeSeconds,
        ext_expires_in: lifetimeSeconds,
        access_token: accessToken,
      };
    },
  };
}

/**
 * The parameters of a form body. One without a value counts as not sent (RFC 6749, section 3.2);
 * throws TokenError `parameterDuplicated`.
 */
export function readTokenForm(text: string): ReadonlyMap<string, string> {
  const form = new Map<string, string>();
  for (const [parameter, value] of new URLSearchParams(text)) {
    if (value === '') continue;
    if (form.has(parameter)) throw new TokenError('parameterDuplicated', { values: { parameter } });
    form.set(parameter, value);
  }
  return form;
}

function checkGrantType(form: ReadonlyMap<string, string>): void {
  const grantType = form.get('grant_type');
  if (grantType === undefined) throw new TokenError('parameterMissing', { values: { parameter: 'grant_type' } });
  if (grantType !== 'client_credentials') throw new TokenError('grantTypeUnsupported', { values: { grantType } });
}

async function getApp(directory: IssuerDirectory, tenant: Tenant, clientId: string): Promise<AppRegistration> {
  const appId = findGuid<AppId>(clientId);
  const app = appId === undefined ? undefined : await directory.findApp(tenant, appId);
  if (app !== undefined) return app;
  throw new TokenError('applicationNotFound', { values: { appId: clientId, tenant: tenant.displayName } });
}

/** The configured audience that `{resource}/.default` asks for. */
function getAudience(audiences: readonly string[], tenant: Tenant, form: ReadonlyMap<string, string>): string {
  const scope = form.get('scope')?.trim();
  if (scope === undefined) throw new TokenError('scopeMissing');
  if (scope.includes(' ') || !scope.endsWith(DEFAULT_SCOPE))
    throw new TokenError('scopeInvalid', { values: { scope } });
  const resource = scope.slice(0, -DEFAULT_SCOPE.length);
  const audience = findAudience(audiences, resource);
  if (audience !== undefined) return audience;
  throw new TokenError('resourceNotFound', { values: { resource, tenant: tenant.displayName } });
}

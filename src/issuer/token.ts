/** The token endpoint: a grant in, tokens out. Knows nothing of HTTP. */
import { DEVICE_CODE_GRANT, findGrantType } from '../model/grant-types.ts';
import type { GrantType } from '../model/grant-types.ts';
import type { Address } from './address.ts';
import type { IssuerContext } from './issuer-context.ts';
import { readClientCredentials } from './client-credentials.ts';
import { authorizationCodeFlow } from './flows/authorization-code-flow.ts';
import { clientCredentialsFlow } from './flows/client-credentials-flow.ts';
import { deviceCodeFlow } from './flows/device-code-flow.ts';
import { getParameter } from './flows/flow.ts';
import type { Flow } from './flows/flow.ts';
import { passwordFlow } from './flows/password-flow.ts';
import { refreshTokenFlow } from './flows/refresh-token-flow.ts';
import { TokenError } from './token-error.ts';
import type { TokenResponse } from './token-response.ts';

const FLOWS: Readonly<Record<GrantType, Flow>> = {
  authorization_code: authorizationCodeFlow,
  client_credentials: clientCredentialsFlow,
  password: passwordFlow,
  refresh_token: refreshTokenFlow,
  [DEVICE_CODE_GRANT]: deviceCodeFlow,
};

export interface TokenRequest {
  readonly address: Address;
  /** The Authorization header. */
  readonly authorization: string | undefined;
  /** Parameters, as {@link readParameters} gives them. */
  readonly form: ReadonlyMap<string, string>;
}

/** Throws TokenError with the row that says what is wrong; unknown parameters are no fault. */
export async function issueToken(issuer: IssuerContext, request: TokenRequest): Promise<TokenResponse> {
  const { address, authorization, form } = request;
  const sent = getParameter(form, 'grant_type');
  const grantType = findGrantType(sent);
  if (grantType === undefined) throw new TokenError('grantTypeUnsupported', { values: { grantType: sent } });
  return FLOWS[grantType](issuer, { address, form, credentials: readClientCredentials(form, authorization) });
}

/**
 * The parameters of a form body or a query. One without a value counts as not sent (RFC 6749, section 3.2);
 * throws TokenError `parameterDuplicated`.
 */
export function readParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [parameter, value] of new URLSearchParams(text)) {
    if (value === '') continue;
    if (parameters.has(parameter)) throw new TokenError('parameterDuplicated', { values: { parameter } });
    parameters.set(parameter, value);
  }
  return parameters;
}

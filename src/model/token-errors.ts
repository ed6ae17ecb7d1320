/**
 * The errors of the embedded authority's token endpoint: OAuth error code, AADSTS number and sentence as Microsoft
 * Entra writes them. People search for the number, and libraries show the sentence.
 */

export interface TokenErrorRow {
  readonly status: number;
  /** The `error` of RFC 6749, or Entra's own. */
  readonly error: string;
  /** What follows AADSTS. */
  readonly number: number;
  /** Literal text; `{name}` is filled from the error's values. */
  readonly message: string;
  readonly when: string;
  readonly source: string;
}

const observed = 'observed on Microsoft Entra';
const ours = 'decided here; number and sentence as Microsoft Entra uses them for malformed requests';

const malformed = {
  number: 9002313,
  message: 'Invalid request. Request is malformed or invalid.',
} as const;

const tenantNotFound = {
  status: 400,
  number: 90002,
  message:
    "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
  source: observed,
} as const;

export const TOKEN_ERRORS = {
  tenantNotFound: {
    ...tenantNotFound,
    error: 'invalid_tenant',
    when: 'Metadata or keys of a tenant that does not exist.',
  },
  tenantOfTokenNotFound: {
    ...tenantNotFound,
    error: 'invalid_request',
    when: 'A token of a tenant that does not exist.',
  },
  tenantNotNamed: {
    status: 400,
    error: 'invalid_request',
    number: 50059,
    message: 'No tenant-identifying information found in either the request or implied by any provided credentials.',
    when: 'An app asks common or organizations for a token of its own: neither names a tenant.',
    source: observed,
  },
  parameterMissing: {
    status: 400,
    error: 'invalid_request',
    number: 900144,
    message: "The request body must contain the following parameter: '{parameter}'.",
    when: 'grant_type or client_id is not sent, or the body is no form.',
    source: observed,
  },
  scopeMissing: {
    status: 400,
    error: 'invalid_request',
    number: 90014,
    message:
      "The required field 'scope' is missing from the credential. Ensure that you have all the necessary parameters for the login request.",
    when: 'scope is not sent.',
    source: observed,
  },
  parameterDuplicated: {
    status: 400,
    error: 'invalid_request',
    number: 9000411,
    message: "The request is not properly formatted. The parameter '{parameter}' is duplicated.",
    when: 'A parameter is sent more than once.',
    source: observed,
  },
  requestMalformed: {
    status: 400,
    error: 'invalid_request',
    ...malformed,
    when: 'The body cannot be read, or the client authenticates in two ways at once.',
    source: ours,
  },
  grantTypeUnsupported: {
    status: 400,
    error: 'unsupported_grant_type',
    number: 70003,
    message: "The app requested an unsupported grant type '{grantType}'.",
    when: 'grant_type is none that the endpoint knows.',
    source: observed,
  },
  applicationNotFound: {
    status: 400,
    error: 'unauthorized_client',
    number: 700016,
    message:
      "Application with identifier '{appId}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
    when: 'client_id is not registered with the tenant.',
    source: observed,
  },
  clientHeaderMalformed: {
    status: 401,
    error: 'invalid_client',
    ...malformed,
    when: 'The Authorization header is not the Basic form of RFC 6749, section 2.3.1.',
    source: ours,
  },
  clientSecretMissing: {
    status: 401,
    error: 'invalid_client',
    number: 7000216,
    message: "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
    when: 'The client does not authenticate.',
    source: observed,
  },
  clientSecretInvalid: {
    status: 401,
    error: 'invalid_client',
    number: 7000215,
    message:
      "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{appId}'.",
    when: 'The client secret is not the one of the registration.',
    source: observed,
  },
  clientIsPublic: {
    status: 401,
    error: 'invalid_client',
    number: 700025,
    message: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    when: 'The registration has no client secret, so it cannot act for itself.',
    source: observed,
  },
  clientCertificateUnknown: {
    status: 401,
    error: 'invalid_client',
    number: 700027,
    message: 'The certificate with identifier used to sign the client assertion is not registered on application.',
    when: 'The client authenticates with client_assertion: registrations hold secrets, no certificates.',
    source: observed,
  },
  scopeInvalid: {
    status: 400,
    error: 'invalid_scope',
    number: 1002012,
    message:
      'The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
    when: 'The scope of a client credentials request is not {resource}/.default.',
    source: observed,
  },
  resourceNotFound: {
    status: 400,
    error: 'invalid_resource',
    number: 500011,
    message:
      'The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.',
    when: 'The scope names a resource that is no audience of this server.',
    source: observed,
  },
  methodNotPost: {
    status: 405,
    error: 'invalid_request',
    number: 900561,
    message: 'The endpoint only accepts POST requests. Received a {method} request.',
    when: 'The token endpoint is called with another method.',
    source: observed,
  },
  serverFault: {
    status: 500,
    error: 'server_error',
    number: 50000,
    message: 'There was an error issuing a token or an issue with our sign-in service.',
    when: 'A fault of the server; the log has its cause.',
    source: 'reference-error-codes: AADSTS50000',
  },
} as const satisfies Record<string, TokenErrorRow>;

export type TokenErrorName = keyof typeof TOKEN_ERRORS;

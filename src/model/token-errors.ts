/**
 * The errors of the embedded issuer: OAuth error code, AADSTS number and sentence as Microsoft Entra writes them.
 * People search for the number, and libraries show the sentence.
 */

export interface TokenErrorRow {
  readonly status: number;
  /** The `error` of RFC 6749, or Entra's own. */
  readonly error: string;
  /** What MSAL looks at besides. */
  readonly suberror?: string;
  /** What follows AADSTS. */
  readonly number: number;
  /** Literal text; `{name}` is filled from the error's values. */
  readonly message: string;
  readonly when: string;
  readonly source: string;
}

const observed = 'observed on Microsoft Entra';
const listed = 'reference-error-codes';
const ours = 'decided here; number and sentence as Microsoft Entra uses them for malformed requests';

const lockedOut = 'decided here; reference-error-codes gives the address as the second reason of this number';

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

const notConsented = {
  status: 400,
  number: 65001,
  message:
    "The user or administrator has not consented to use the application with ID '{appId}' named '{appName}'. Send an interactive authorization request for this user and resource.",
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
    when: 'common or organizations is asked for what needs one tenant: a token for an app itself, a user code.',
    source: observed,
  },
  parameterMissing: {
    status: 400,
    error: 'invalid_request',
    number: 900144,
    message: "The request body must contain the following parameter: '{parameter}'.",
    when: 'A required parameter is missing, or the body is not a form.',
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
    when: 'The endpoint does not support this grant_type.',
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
  clientLocked: {
    status: 401,
    error: 'invalid_client',
    number: 50053,
    message: 'Sign-in was blocked because too many invalid client secrets came from this address. Try again later.',
    when: 'An address has sent as many wrong secrets of an app as lockoutThreshold says; the right one is refused, too.',
    source: lockedOut,
  },
  clientIsPublic: {
    status: 401,
    error: 'invalid_client',
    number: 700025,
    message: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    when: 'The registration has neither a client secret nor a certificate, so it cannot act for itself.',
    source: observed,
  },
  clientCertificateUnknown: {
    status: 401,
    error: 'invalid_client',
    number: 700027,
    message: 'The certificate with identifier used to sign the client assertion is not registered on application.',
    when: 'No certificate of the registration has the thumbprint that the assertion names, or it is out of its time.',
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
    when: 'The scope names a resource that is not an audience of this server.',
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
  clientProofMissing: {
    status: 401,
    error: 'invalid_client',
    number: 7000218,
    message: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    when: 'A confidential client asks for tokens of a user and does not authenticate.',
    source: listed,
  },
  assertionMalformed: {
    status: 401,
    error: 'invalid_client',
    number: 50027,
    message: 'JWT token is invalid or malformed.',
    when: 'client_assertion is not a JWT signed with RS256 or PS256, or lacks a required claim.',
    source: listed,
  },
  assertionSignatureInvalid: {
    status: 401,
    error: 'invalid_client',
    number: 700027,
    message: 'Client assertion failed signature validation.',
    when: 'The signature of client_assertion is not one of the certificate that it names.',
    source: listed,
  },
  assertionAudienceInvalid: {
    status: 401,
    error: 'invalid_client',
    number: 700023,
    message: 'Client assertion audience claim does not match Realm issuer.',
    when: 'aud of client_assertion is neither the token endpoint nor the issuer.',
    source: observed,
  },
  assertionClientInvalid: {
    status: 401,
    error: 'invalid_client',
    number: 700021,
    message: "Client assertion application identifier doesn't match 'client_id' parameter.",
    when: 'iss or sub of client_assertion is not the client.',
    source: observed,
  },
  assertionOutOfTime: {
    status: 401,
    error: 'invalid_client',
    number: 700024,
    message:
      'Client assertion is not within its valid time range. Current time: {now}, assertion valid from {from}, expiry time of assertion {until}.',
    when: 'client_assertion has expired or is not valid yet.',
    source: observed,
  },
  assertionReplayed: {
    status: 401,
    error: 'invalid_client',
    number: 50013,
    message: 'Assertion is invalid: it was used before.',
    when: 'client_assertion comes again, and the setting singleUseAssertions is on.',
    source: 'decided here: Microsoft Entra takes an assertion until it expires',
  },
  grantMalformed: {
    status: 400,
    error: 'invalid_grant',
    ...malformed,
    when: 'This issuer did not issue the code or refresh token.',
    source: observed,
  },
  grantOfOtherClient: {
    status: 400,
    error: 'invalid_grant',
    number: 70000,
    message: 'Provided grant is invalid or malformed.',
    when: 'The code or refresh token was issued to another client.',
    source: listed,
  },
  grantOfOtherTenant: {
    status: 400,
    error: 'invalid_grant',
    number: 700005,
    message:
      'Provided Authorization Code is intended to use against other tenant, thus rejected. OAuth2 Authorization Code must be redeemed against same tenant it was acquired for (/common or /{tenant-ID} as appropriate)',
    when: 'The code or refresh token was issued by another tenant than the one in the path.',
    source: listed,
  },
  codeRedeemed: {
    status: 400,
    error: 'invalid_grant',
    number: 54005,
    message:
      'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
    when: 'An authorization code or device code comes again. Refresh tokens that it led to are revoked.',
    source: listed,
  },
  codeExpired: {
    status: 400,
    error: 'invalid_grant',
    number: 70008,
    message:
      'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
    when: 'The authorization code is older than 10 minutes.',
    source: observed,
  },
  refreshTokenExpired: {
    status: 400,
    error: 'invalid_grant',
    number: 700082,
    message:
      'The refresh token has expired due to inactivity. The token was issued on {issuedAt} and was inactive for {time}.',
    when: 'The refresh token is older than 90 days.',
    source: observed,
  },
  grantRevoked: {
    status: 400,
    error: 'invalid_grant',
    number: 50173,
    message: 'The provided grant has expired due to it being revoked, a fresh auth token is needed.',
    when: 'The refresh token comes from a code that was sent a second time after it was redeemed.',
    source: observed,
  },
  redirectUriChanged: {
    status: 400,
    error: 'invalid_client',
    number: 500112,
    message:
      "The reply address '{redirectUri}' does not match the reply address '{requestedUri}' provided when requesting Authorization code.",
    when: 'redirect_uri is not the one that the code was asked for with.',
    source: observed,
  },
  verifierInvalid: {
    status: 400,
    error: 'invalid_grant',
    number: 501481,
    message: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
    when: 'code_verifier is not the one of the challenge, is missing, or comes without a challenge before.',
    source: listed,
  },
  consentMissing: {
    ...notConsented,
    error: 'invalid_grant',
    suberror: 'consent_required',
    when: 'A scope is asked for at the token endpoint that the registration does not list.',
  },
  consentRequired: {
    ...notConsented,
    error: 'interaction_required',
    suberror: 'consent_required',
    when: 'A scope is asked for at the authorization endpoint that the registration does not list.',
  },
  scopeUnknown: {
    status: 400,
    error: 'invalid_client',
    number: 650053,
    message:
      "The application '{appName}' asked for scope '{scope}' that doesn't exist on the resource '{resource}'. Contact the app vendor.",
    when: 'A scope is not a known delegated permission.',
    source: observed,
  },
  scopeMixed: {
    status: 400,
    error: 'invalid_scope',
    number: 70011,
    message:
      "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid. .default scope can't be combined with resource-specific scopes.",
    when: 'A sign-in combines {resource}/.default with single permissions.',
    source: observed,
  },
  resourcesMixed: {
    status: 400,
    error: 'invalid_scope',
    number: 700022,
    message: "The provided value for the input parameter scope isn't valid because it contains more than one resource.",
    when: 'scope names permissions of several resources.',
    source: listed,
  },
  resourceMismatched: {
    status: 400,
    error: 'invalid_target',
    number: 9010010,
    message: "The resource parameter provided in the request doesn't match with the requested scopes.",
    when: 'A request of version 2.0 has a resource that is not the one of its scopesexactly.',
    source: observed,
  },
  resourceMissing: {
    status: 400,
    error: 'invalid_resource',
    number: 500013,
    message: 'Resource identifier is not provided.',
    when: 'In version 1.0, neither the sign-in nor the redemption of its code or refresh token names a resource.',
    source: observed,
  },
  passwordInvalid: {
    status: 400,
    error: 'invalid_grant',
    number: 50126,
    message: 'Error validating credentials due to invalid username or password.',
    when: 'The password is not the one of the user, or the user has none.',
    source: listed,
  },
  accountLocked: {
    status: 400,
    error: 'invalid_grant',
    number: 50053,
    message: "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
    when: 'An address has sent as many wrong passwords of a user as lockoutThreshold says; the right one is refused, too.',
    source: observed,
  },
  userNotFound: {
    status: 400,
    error: 'invalid_grant',
    number: 50034,
    message:
      'The user account {user} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory.',
    when: 'The user of a grant does not exist, or exists no longer.',
    source: observed,
  },
  devicePending: {
    status: 400,
    error: 'authorization_pending',
    number: 70016,
    message: 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
    when: 'The user has not yet accepted or declined the device code.',
    source: observed,
  },
  deviceTooFast: {
    status: 400,
    error: 'slow_down',
    number: 70016,
    message: 'OAuth 2.0 device flow error. Authorization is pending. Poll less often.',
    when: 'The device asks more often than the interval that it was given.',
    source: 'RFC 8628, section 3.5; number decided here',
  },
  deviceDeclined: {
    status: 400,
    error: 'authorization_declined',
    number: 65004,
    message: 'User declined to consent to access the app.',
    when: 'The user declined the device code.',
    source: 'v2-oauth2-device-code; number of reference-error-codes',
  },
  deviceCodeExpired: {
    status: 400,
    error: 'expired_token',
    number: 70020,
    message: "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
    when: 'The device code is older than 15 minutes.',
    source: observed,
  },
  deviceCodeUnknown: {
    status: 400,
    error: 'bad_verification_code',
    number: 70018,
    message: "The provided value for the input parameter 'device_code' is not valid.",
    when: 'This issuer did not issue the device code.',
    source: 'v2-oauth2-device-code; number of reference-error-codes',
  },
  userCodesLocked: {
    status: 400,
    error: 'access_denied',
    number: 50053,
    message: 'Sign-in was blocked because too many wrong codes came from this address. Try again later.',
    when: 'An address has sent as many wrong user codes as lockoutThreshold says; a right one is refused, too.',
    source: lockedOut,
  },
  redirectUriMissing: {
    status: 400,
    error: 'invalid_request',
    number: 900971,
    message: 'No reply address provided.',
    when: 'A sign-in is asked for without redirect_uri.',
    source: listed,
  },
  redirectUriUnknown: {
    status: 400,
    error: 'invalid_request',
    number: 50011,
    message:
      "The redirect URI '{redirectUri}' specified in the request does not match the redirect URIs configured for the application '{appId}'. Make sure the redirect URI sent in the request matches one added to your application.",
    when: 'The registration does not list redirect_uri.',
    source: observed,
  },
  responseTypeUnsupported: {
    status: 400,
    error: 'unsupported_response_type',
    number: 70005,
    message:
      "The app returned an unsupported response type: response type '{responseType}' is not enabled for the app.",
    when: 'response_type is not code.',
    source: listed,
  },
  responseModeUnsupported: {
    status: 400,
    error: 'invalid_request',
    number: 70007,
    message: "'{responseMode}' is not a supported value of 'response_mode' when requesting a code.",
    when: 'response_mode is not query, fragment or form_post.',
    source: listed,
  },
  promptUnsupported: {
    status: 400,
    error: 'invalid_request',
    number: 90023,
    message: "Unsupported 'prompt' value.",
    when: 'prompt is not none, login, select_account or consent, or combines none with another.',
    source: observed,
  },
  challengeMissing: {
    status: 400,
    error: 'invalid_request',
    number: 9002325,
    message: 'Proof Key for Code Exchange is required for public clients: send code_challenge.',
    when: 'A public client asks for a code without code_challenge.',
    source: 'decided here; number that Microsoft Entra uses where it asks for PKCE',
  },
  challengeUnsupported: {
    status: 400,
    error: 'invalid_request',
    number: 501491,
    message: 'Invalid Code_Challenge parameter: only S256, with 43 characters of base64url, is supported.',
    when: 'code_challenge_method is not S256, or code_challenge is not what S256 gives.',
    source: 'decided here; number that Microsoft Entra uses for a challenge of a wrong size',
  },
  loginRequired: {
    status: 400,
    error: 'login_required',
    number: 50058,
    message: 'A silent sign-in request was sent but no user is signed in.',
    when: 'prompt is none, and no matching user is signed in with this browser.',
    source: observed,
  },
  signInDeclined: {
    status: 400,
    error: 'access_denied',
    number: 65004,
    message: 'User declined to consent to access the app.',
    when: 'The user declined on the sign-in page.',
    source: listed,
  },
  instanceUnknown: {
    status: 400,
    error: 'invalid_instance',
    number: 50049,
    message: 'Unknown or invalid instance.',
    when: 'Instance discovery for an address that is not one of this server.',
    source: listed,
  },
  addressUnknown: {
    status: 400,
    error: 'invalid_instance',
    number: 50049,
    message:
      'Unknown or invalid instance. This server does not know itself as {origin}. If it is, start it with that as its public URL.',
    when: 'A document, a token or a page is requested under a host name that is not one of this server.',
    source: 'decided here; number of reference-error-codes',
  },
  originForeign: {
    status: 400,
    error: 'invalid_request',
    number: 90023,
    message: 'The form was sent by a page of another site.',
    when: 'A page of another origin sends a form to the sign-in pages: Origin or Sec-Fetch-Site says so.',
    source: ours,
  },
  accessTokenInvalid: {
    status: 401,
    error: 'invalid_token',
    number: 50013,
    message: 'The access token is missing, invalid, or not one of a user who signed in with openid.',
    when: 'The userinfo endpoint is called without a delegated access token that has the scope openid.',
    source: 'OpenID Connect Core, section 5.3.3; number decided here',
  },
  temporarilyUnavailable: {
    status: 503,
    error: 'temporarily_unavailable',
    number: 90033,
    message: 'A transient error has occurred. Please try again.',
    when: 'The database is not usable at present, or too many requests are in flight; Retry-After gives the seconds.',
    source: 'reference-error-codes: AADSTS90033; status decided here',
  },
  clientSecretExpired: {
    status: 401,
    error: 'invalid_client',
    number: 7000222,
    message:
      "The provided client secret keys for app '{appId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.",
    when: 'The client secret has passed its end; those of a seed have none.',
    source: observed,
  },
  applicationDisabled: {
    status: 400,
    error: 'unauthorized_client',
    number: 7000112,
    message: "Application '{appId}'({appName}) is disabled.",
    when: 'The service principal of the app is disabled in the tenant.',
    source: observed,
  },
  servicePrincipalMissing: {
    status: 401,
    error: 'invalid_client',
    number: 7000229,
    message: "The client application '{appId}' is missing service principal in the tenant '{tenant}'.",
    when: 'The app is registered, and no service principal was created for it.',
    source: observed,
  },
  userDisabled: {
    status: 400,
    error: 'invalid_grant',
    number: 50057,
    message: 'The user account is disabled.',
    when: 'The user of a password, code or refresh token may not sign in.',
    source: 'reference-error-codes: AADSTS50057',
  },
  loopDetected: {
    status: 400,
    error: 'invalid_grant',
    number: 50196,
    message: 'The server terminated an operation because it encountered a loop while processing a request.',
    when: 'Only as a fault: Microsoft Entra refuses a client that keeps asking for the same token for a user.',
    source: 'reference-breaking-changes',
  },
  serverFault: {
    status: 500,
    error: 'server_error',
    number: 50000,
    message: 'There was an error issuing a token or an issue with our sign-in service.',
    when: 'An internal error; the log has the cause.',
    source: 'reference-error-codes: AADSTS50000',
  },
} as const satisfies Record<string, TokenErrorRow>;

export type TokenErrorName = keyof typeof TOKEN_ERRORS;

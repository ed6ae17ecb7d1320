/**
 * The error catalogue: every refusal that a client can see. The texts of E1 to E15 are the published ones, literally;
 * clients match on some of them.
 */
import type { ErrorRow } from './rows.ts';

const table = 'error table of the create, get, update and delete pages';
const observed = 'observed on Microsoft Graph';
const ours = 'decided here: the documentation is silent';

const badRequest = { status: 400, code: 'badRequest' } as const;
const forbidden = { status: 403, code: 'Forbidden' } as const;
/** How the directory behind Microsoft Graph refuses a body. */
const directoryRequest = { status: 400, code: 'Request_BadRequest' } as const;
const notFound = { status: 404, code: 'notFound' } as const;

export const ERRORS = {
  methodNotAllowed: {
    id: 'E1',
    status: 405,
    code: 'methodNotAllowed',
    message:
      "This method isn't supported for this entity type. See the Microsoft Graph documentation for the methods applicable to this entity.",
    when: 'The path exists, the method does not.',
    remedy: 'Use a method of the `Allow` header.',
    source: table,
  },
  accessDenied: {
    id: 'E2',
    ...forbidden,
    message:
      "Your account doesn't have access to this report or data. Contact your global administrator to request access.",
    when: 'The token has no permission for the operation, or none for this type of activity.',
    remedy: 'Have an administrator grant one of `requiredPermissions`, then get a new token.',
    source: table,
  },
  noServicePlan: {
    id: 'E3',
    ...forbidden,
    message: "You don't have an adequate service plan for this request.",
    when: 'The tenant has no Viva Learning service plan.',
    remedy: 'The tenant needs Viva Learning: an administrator buys it or starts a trial.',
    source: table,
  },
  providerNotEnabled: {
    id: 'E4',
    ...badRequest,
    message: "This provider isn't enabled for the given tenant.",
    when: 'isCourseActivitySyncEnabled of the provider is not true, on a write of activities.',
    remedy: 'Set `isCourseActivitySyncEnabled` of the provider to true, as a user who may change it.',
    source: table,
  },
  registrationIdInvalid: {
    id: 'E5',
    ...badRequest,
    message:
      'There was an issue with your request. Make sure the registrationId you entered is valid or registered for your tenant.',
    when: 'The registrationId in the URL is not a GUID or not registered with the tenant.',
    remedy: 'Use the id that the provider got when it was registered with this tenant.',
    source: table,
  },
  assignmentNotFoundOnUpdate: {
    id: 'E6',
    ...notFound,
    message: "The assignment ID requested doesn't exist.",
    when: 'The activity to update does not exist under this provider.',
    remedy: 'Create the activity. If it should exist, compare provider and id with those of the create.',
    source: table,
  },
  assignmentNotFound: {
    id: 'E6',
    ...notFound,
    message: "The requested assignment ID doesn't exist.",
    when: 'The activity to get or delete does not exist, or not for this provider or user.',
    remedy: 'Compare id, provider and user with those of the create. Take a delete as done.',
    source: table,
  },
  internalServerError: {
    id: 'E7',
    status: 500,
    code: 'internalServerError',
    message: 'Internal server error.',
    when: 'An internal error; the log has the cause.',
    remedy: 'Send it once more after some seconds. If it fails again, report the `request-id`.',
    source: table,
  },
  tooManyRequests: {
    id: 'E8',
    status: 429,
    code: 'tooManyRequests',
    message: 'Retry after {noOfMinutes} minutes',
    when: 'The app sent more requests than it is allowed. Retry-After gives the seconds.',
    remedy: 'Wait as long as `Retry-After` says, then send the same request again.',
    source: table,
  },
  serviceUnavailable: {
    id: 'E9',
    status: 503,
    code: 'serviceUnavailable',
    message: 'Retry after {noOfMinutes} minutes',
    when: 'The server is stopping or overloaded, or its database is not usable: locked, unreachable, read-only, or on a full or failing disk. Nothing was written.',
    remedy: 'Wait as long as `Retry-After` says, then send the same request again.',
    source: table,
  },
  requiredFieldsMissing: {
    id: 'E10',
    ...badRequest,
    message: 'Required fields are missing',
    when: 'An update or upsert lacks required properties.',
    remedy: 'Add the fields that `details` lists. An update must have `status`.',
    source: table,
  },
  fieldsInvalid: {
    id: 'E11',
    ...badRequest,
    message: 'Input fields are invalid',
    when: 'Every problem of the body is an invalid value.',
    remedy: 'Correct each field that `details` lists.',
    source: table,
  },
  fieldsEmpty: {
    id: 'E12',
    ...badRequest,
    message: 'badRequest',
    when: 'An update gives an empty value, or has problems of several kinds.',
    remedy: 'Give each field that `details` lists a valid value, or leave it out.',
    source: table,
  },
  fieldValidationFailed: {
    id: 'E13',
    ...badRequest,
    message: 'badRequest',
    when: 'A create lacks required properties, gives empty or too long ones, or has problems of several kinds.',
    remedy: 'Add or correct each field that `details` lists.',
    source: table,
  },
  contentOfAnotherProvider: {
    id: 'E14',
    ...forbidden,
    message: "The provider isn't valid to create course activity for the given learning content",
    when: 'The learning content was created by another provider.',
    remedy: 'Use a content of the same provider; upsert it there first.',
    source: table,
  },
  userLicenseInvalid: {
    id: 'E15',
    ...forbidden,
    message: "The user license isn't valid to perform the operation",
    when: 'The learner of the new activity has no premium licence.',
    remedy: 'Assign the learner a premium licence for Viva Learning, then send it again.',
    source: table,
  },
  userLicenseInvalidOnUpdate: {
    id: 'E15',
    ...forbidden,
    message: 'The user license is not valid to perform the operation',
    when: 'The learner of the activity no longer has a premium licence.',
    remedy: 'Assign the learner a premium licence for Viva Learning, then send it again.',
    source: table,
  },

  authenticationMissing: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token is empty.',
    when: 'No bearer token was sent. Clients that know only the hosts of Microsoft Graph send none to others.',
    remedy: 'Send `Authorization: Bearer`. Add this host to those that the client sends tokens to.',
    source: observed,
  },
  authenticationMalformed: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'CompactToken parsing failed with error code: 80049217',
    when: 'The token is not a signed JWT.',
    remedy: "Send the `access_token` of the token endpoint's answer as it is.",
    source: observed,
  },
  authenticationExpired: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token has expired or is not yet valid.',
    when: 'exp has passed or nbf is in the future.',
    remedy: 'Get a new token and send the request again. If that is refused too, compare the clocks.',
    source: observed,
  },
  authenticationInvalid: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'Access token validation failure. {reason}',
    when: 'Signature, issuer, audience, tenant or another claim of the token is not accepted.',
    remedy: 'Correct what the reason names: usually the tenant or the scope that the token was asked for.',
    source: observed,
  },

  payloadUnreadable: {
    status: 400,
    code: 'BadRequest',
    message:
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    when: 'The body is not a JSON object.',
    remedy: 'Send one JSON object, in UTF-8.',
    source: observed,
  },
  payloadEmpty: {
    status: 400,
    code: 'BadRequest',
    message: 'Empty Payload. JSON content expected.',
    when: 'A write has no body.',
    remedy: 'Send the body.',
    source: observed,
  },
  contentTypeMissing: {
    status: 400,
    code: 'BadRequest',
    message: 'Write requests (excluding DELETE) must contain the Content-Type header declaration.',
    when: 'A POST or PATCH has no Content-Type.',
    remedy: 'Send `Content-Type: application/json`.',
    source: observed,
  },
  contentTypeUnsupported: {
    status: 415,
    code: 'unsupportedMediaType',
    message: 'Entity only allows writes with a JSON Content-Type header.',
    when: 'Content-Type is not application/json.',
    remedy: 'Send `Content-Type: application/json`.',
    source: observed,
  },
  contentEncodingUnsupported: {
    status: 415,
    code: 'unsupportedMediaType',
    message: "The content encoding '{encoding}' isn't supported. Send the body with gzip or without an encoding.",
    when: 'Content-Encoding is neither gzip nor identity.',
    remedy: 'Send gzip, or no `Content-Encoding`.',
    source: ours,
  },
  contentEncodingInvalid: {
    status: 400,
    code: 'BadRequest',
    message: 'The request body is not valid gzip data.',
    when: 'Content-Encoding is gzip, the body is not.',
    remedy: 'Compress the body with gzip, or leave `Content-Encoding` out.',
    source: ours,
  },
  payloadTooLarge: {
    status: 413,
    code: 'requestEntityTooLarge',
    message: 'The request body is larger than the maximum of {maximumBytes} bytes.',
    when: 'The body, or what its gzip data inflates to, is above the limit.',
    remedy: 'Send a smaller body; split batches.',
    source: 'use-the-api: writes are limited to 4 MB',
  },
  bodyAborted: {
    status: 400,
    code: 'BadRequest',
    message: 'The request body ended before its announced length.',
    when: 'The client stopped sending the body.',
    remedy: 'Send it again. Look for timeouts of the client and of proxies.',
    source: ours,
  },
  propertyUnknown: {
    status: 400,
    code: 'BadRequest',
    message:
      "The property '{property}' does not exist on type 'microsoft.graph.{type}'. Make sure to only use property names that are defined by the type.",
    when: 'The body, $select, $filter or $orderby names a property that the type does not have.',
    remedy: 'Correct the name, or leave the property out.',
    source: observed,
  },
  segmentNotFound: {
    status: 400,
    code: 'BadRequest',
    message: "Resource not found for the segment '{segment}'.",
    when: 'The path names something that does not exist.',
    remedy: 'Compare the path with [capabilities.md](capabilities.md).',
    source: observed,
  },
  versionInvalid: {
    status: 400,
    code: 'BadRequest',
    message: 'Invalid version: {version}',
    when: 'The first segment of the path is not an API version.',
    remedy: 'Begin the path with an API version.',
    source: observed,
  },
  urlMalformed: {
    status: 400,
    code: 'BadRequest',
    message: "The URL is not valid: '{part}' cannot be decoded.",
    when: 'Percent-encoding in the URL is broken.',
    remedy: 'Encode the URL; a percent sign is `%25`.',
    source: ours,
  },
  requestMalformed: {
    status: 400,
    code: 'BadRequest',
    message: 'The request is not valid HTTP.',
    when: 'The request is not valid HTTP.',
    remedy: 'Send the request with an HTTP library, and look for proxies that change it.',
    source: ours,
  },
  headersTooLarge: {
    status: 431,
    code: 'requestHeaderFieldsTooLarge',
    message: 'The request headers are too large.',
    when: 'All headers together are above the limit of the HTTP parser.',
    remedy: 'Send fewer or shorter headers.',
    source: ours,
  },
  requestTimeout: {
    status: 408,
    code: 'requestTimeout',
    message: 'The request was not complete in time.',
    when: 'Headers or body arrived too slowly.',
    remedy: 'Send it again. Look for a slow network, or a client that stalls.',
    source: ours,
  },
  queryOptionUnsupported: {
    status: 400,
    code: 'BadRequest',
    message: "The query option '{option}' is not supported.",
    when: 'The query has a system option that the operation does not support.',
    remedy: 'Leave the option out; [capabilities.md](capabilities.md) lists those of each operation.',
    source: ours,
  },
  queryOptionInvalid: {
    status: 400,
    code: 'BadRequest',
    message: "The value of the query option '{option}' is not valid.",
    when: 'A system option has an invalid value, or is sent twice.',
    remedy: 'Correct the value, and send the option once.',
    source: ours,
  },
  filterInvalid: {
    status: 400,
    code: 'BadRequest',
    message: 'Invalid filter clause: {reason}',
    when: '$filter is invalid, too large, or uses an operator that the property does not support.',
    remedy: 'Correct what the reason names.',
    source: observed,
  },
  orderByInvalid: {
    status: 400,
    code: 'BadRequest',
    message: 'Invalid orderby clause: {reason}',
    when: '$orderby is invalid, or names a property twice or one that is not sortable.',
    remedy: 'Correct what the reason names.',
    source: ours,
  },
  skipTokenInvalid: {
    status: 400,
    code: 'BadRequest',
    message: 'The skip token is not valid. Follow @odata.nextLink as it was given.',
    when: '$skiptoken is broken, or was made for another collection, $filter or $orderby.',
    remedy: 'Read the list from its beginning, and follow each next link unchanged.',
    source: ours,
  },
  syncStateNotFound: {
    status: 410,
    code: 'syncStateNotFound',
    message: 'The sync state generation is not found. The delta token is expired and data must be synchronized again.',
    when: 'The token of a delta link is broken, of another collection or caller, or older than changes are kept; or a change since cannot be told.',
    remedy: 'Read everything again without a token, and keep the delta link that ends it.',
    source: 'change tracking of Microsoft Graph, concepts/delta-query-overview',
  },
  changesNotKept: {
    status: 501,
    code: 'NotImplemented',
    message: 'This server keeps no changes, so that none can be tracked.',
    when: 'Changes are tracked on a server that was started with feedDays 0 and without an audit trail.',
    remedy: 'Start the server with `feedDays` above 0, or with an audit trail.',
    source: ours,
  },
  subscriptionNotFound: {
    status: 404,
    code: 'ResourceNotFound',
    message: 'The object was not found.',
    when: 'The app has no subscription of this id, or it has ended.',
    remedy: 'Subscribe again, and renew the subscription before it ends.',
    source: observed,
  },
  subscriptionEndpointInvalid: {
    status: 400,
    code: 'InvalidRequest',
    message: 'Subscription validation request failed. {reason}',
    when: 'The endpoint of a subscription did not answer its validation token within ten seconds, or must not be sent anything.',
    remedy:
      'Answer the POST with 200, `text/plain` and the decoded `validationToken`, at an address that `notificationReach` allows.',
    source: observed,
  },
  writeInDoubt: {
    status: 504,
    code: 'gatewayTimeout',
    message:
      "The database didn't confirm the write in time. Read the item by its external id to see whether it was stored before you send the request again.",
    when: 'The connection to the database, or its disk, failed before the commit of a write was confirmed.',
    remedy: 'Read the item by its external id. Send the write again if it is not there.',
    source: ours,
  },
  preconditionFailed: {
    status: 412,
    code: 'resourceModified',
    message: 'The item was changed since the version that If-Match names.',
    when: 'If-Match names another version than the stored one.',
    remedy: 'Read the item again, change that, and send it with the new `ETag`.',
    source: ours,
  },
  providerNotFound: {
    ...notFound,
    message: "The requested provider doesn't exist.",
    when: 'The learning provider to get, update or delete does not exist.',
    remedy: 'Compare the id with the list of providers.',
    source: ours,
  },
  contentNotFound: {
    ...notFound,
    message: "The requested learning content doesn't exist.",
    when: 'The learning content to get, update or delete does not exist under this provider.',
    remedy: 'Compare id and provider, or upsert the content by its external id.',
    source: ours,
  },
  userNotFound: {
    status: 404,
    code: 'Request_ResourceNotFound',
    message: "Resource '{user}' does not exist or one of its queried reference-property objects are not present.",
    when: 'The user in the path is unknown to the tenant.',
    remedy: 'Compare the id or userPrincipalName with the users of this tenant.',
    source: observed,
  },
  meNeedsUser: {
    status: 400,
    code: 'BadRequest',
    message: '/me request is only valid with delegated authentication flow.',
    when: 'A path under /me was called with an application token.',
    remedy: 'Use `/users/{id}`, or a token of a signed-in user.',
    source: observed,
  },
  directoryValueMissing: {
    ...directoryRequest,
    message: "A value is required for property '{property}' of resource '{resource}'.",
    when: 'A body of the directory lacks a required property, or has it empty.',
    remedy: 'Add the property.',
    source: 'Azure-Samples/active-directory-dotnet-graphapi-web#21',
  },
  directoryValueInvalid: {
    ...directoryRequest,
    message: "Invalid value specified for property '{property}' of resource '{resource}'.",
    when: 'A body of the directory has a value that does not fit, or changes what is read-only.',
    remedy: 'Correct the value, or leave out what is read-only.',
    source: observed,
  },
  directoryConflict: {
    ...directoryRequest,
    message: 'Another object with the same value for property {property} already exists.',
    when: 'The userPrincipalName, or the id of an app, belongs to another object of the tenant.',
    remedy: 'Choose another value, or change the object that has it.',
    source: 'microsoft-graph-docs#1508',
  },
  directoryObjectNotFound: {
    status: 404,
    code: 'Request_ResourceNotFound',
    message: "Resource '{id}' does not exist or one of its queried reference-property objects are not present.",
    when: 'The application, service principal, assignment or grant in the path is unknown to the tenant.',
    remedy: 'Use the id of the object, which is not the `appId`.',
    source: observed,
  },
  appUnknown: {
    ...directoryRequest,
    message: "The appId '{appId}' of the service principal does not reference a valid application object.",
    when: 'A service principal is created for an app that the tenant has not registered.',
    remedy: 'Create the application first.',
    source: observed,
  },
  servicePrincipalExists: {
    status: 409,
    code: 'Request_MultipleObjectsWithSameKeyValue',
    message:
      'The service principal cannot be created, updated, or restored because the service principal name {appId} is already in use.',
    when: 'A service principal is created for an app that has one.',
    remedy: 'Use the existing one; find it by its `appId`.',
    source: observed,
  },
  permissionHeld: {
    ...directoryRequest,
    message: 'Permission being assigned already exists on the object',
    when: 'An app role is assigned that the app holds, or consent is given a second time.',
    remedy: 'Nothing: it is granted.',
    source: observed,
  },
  passwordCredentialUnknown: {
    ...directoryRequest,
    message: 'No password credential found with keyId.',
    when: 'removePassword names a secret that the app does not have.',
    remedy: 'Use a `keyId` from `passwordCredentials` of the app.',
    source: observed,
  },
  passwordTooSimple: {
    ...directoryRequest,
    message:
      'The specified password does not comply with password complexity requirements. Please provide a different password.',
    when: 'A password has less than 8 or more than 256 characters, or not three of lower case, upper case, digits and symbols.',
    remedy: 'Choose a password that meets the rule.',
    source: observed,
  },
  licenseUnknown: {
    ...directoryRequest,
    message: 'License {skuId} does not correspond to a valid company License.',
    when: 'A product is assigned or removed that the tenant has not subscribed to.',
    remedy: 'Use a `skuId` from `GET /subscribedSkus`.',
    source: observed,
  },
  licenseNotHeld: {
    ...directoryRequest,
    message: 'User does not have a corresponding license.',
    when: 'A product is removed that the user does not hold.',
    remedy: 'Nothing: the user does not hold it.',
    source: observed,
  },
  licenseAddedAndRemoved: {
    ...directoryRequest,
    message: 'License {skuId} cannot be both added and removed.',
    when: 'addLicenses and removeLicenses name the same product.',
    remedy: 'Name each product once.',
    source: ours,
  },
  usageLocationMissing: {
    ...directoryRequest,
    message: 'License assignment cannot be done for user with invalid usage location.',
    when: 'A product is assigned to a user without a usageLocation.',
    remedy: 'Set `usageLocation` of the user, such as `US`, then assign.',
    source: 'microsoft/Partner-Center-DotNet-Samples#131',
  },
  batchTooLarge: {
    status: 400,
    code: 'MaximumValueExceeded',
    message: 'Number of batch request steps exceeds the maximum value of {maximum}.',
    when: 'A batch has more than 20 requests.',
    remedy: 'Split it into several batches.',
    source: observed,
  },
  batchInvalid: {
    status: 400,
    code: 'BadRequest',
    message: '{reason}',
    when: 'A batch, or an item of one, does not have the form that json-batching describes.',
    remedy: 'Correct what the message names.',
    source: 'json-batching: malformed batches are refused whole; the sentences as threads quote them',
  },
  failedDependency: {
    status: 424,
    code: 'failedDependency',
    message: 'A request that this one depends on has failed.',
    when: 'An item of a batch depends on one that was refused.',
    remedy: 'Correct the request that it depends on, and send both again.',
    source: 'json-batching',
  },
  alternateKeyAmbiguous: {
    ...badRequest,
    message: 'More than one item has this alternate key. Address the item by its id.',
    when: 'An external id is shared, as by an assignment and a self-initiated course.',
    remedy: 'Find the item in a list, and address it by its id.',
    source: 'alternate-key guideline: fail rather than pick one',
  },
  conflict: {
    status: 409,
    code: 'conflict',
    message: 'An activity of this type with the same external id exists for this learner and provider.',
    when: 'A create or an update would repeat provider, type, learner and external id of another activity.',
    remedy: 'After a repeated create, take it as done. Else update the existing activity.',
    source: ours,
  },
  contentConflict: {
    status: 409,
    code: 'conflict',
    message: 'A learning content with the same external id exists for this provider.',
    when: 'A create would repeat the external id of another learning content of the provider.',
    remedy: 'Upsert the content by its external id.',
    source: ours,
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorName = keyof typeof ERRORS;

/** Sentences about one field, for `error.details`. */
export const DETAILS = {
  required: { code: 'badRequest', message: 'Input field {fieldName} is required' },
  empty: { code: 'badRequest', message: "Input field {fieldName} shouldn't be empty" },
  invalid: { code: 'badRequest', message: 'Input field {fieldName} is invalid' },
  tooLong: { code: 'badRequest', message: 'Input field {fieldName} length exceeded than {expectedLength}' },
  valueMissing: { code: 'MissingValue', message: ERRORS.directoryValueMissing.message },
  valueInvalid: { code: 'InvalidValue', message: ERRORS.directoryValueInvalid.message },
  objectConflict: { code: 'ObjectConflict', message: ERRORS.directoryConflict.message },
  unknown: { code: ERRORS.propertyUnknown.code, message: ERRORS.propertyUnknown.message },
} as const satisfies Record<string, { code: string; message: string }>;

export type DetailName = keyof typeof DETAILS;

/** What may be wrong with a field of a body, whichever table words it. */
export type ProblemKind = Extract<DetailName, 'required' | 'empty' | 'invalid' | 'tooLong' | 'unknown'>;

/** What is wrong with a $filter or $orderby: the `{reason}` of filterInvalid and orderByInvalid. */
export const CLAUSE_REASONS = {
  empty: 'it is empty.',
  tooLong: 'it has more than {limit} characters.',
  tooDeep: 'it is nested more than {limit} levels deep.',
  tooLarge: 'it has more than {limit} conditions and values.',
  tooManyProperties: 'it names more than {limit} properties.',
  textOpen: 'the string that begins at character {position} has no closing quote.',
  unexpected: "'{text}' at character {position} is not expected there.",
  endUnexpected: 'it ends where more is expected.',
  noComparison: 'a comparison needs a property on one side and a value on the other.',
  functionUnknown: "the function '{name}' is not supported.",
  typeUnknown: "'{name}' is not a type of these items.",
  notFilterable: "'{property}' cannot be filtered by.",
  notSortable: "'{property}' cannot be sorted by.",
  operatorUnfit: "'{property}' does not take '{operator}'.",
  valueUnfit: "'{property}' must be {expected}; got {value}.",
  /** As OData libraries word it; both sentences are quoted in OpenAEV-Platform/collectors#564. */
  typesIncompatible:
    "A binary operator with incompatible types was detected. Found operand types '{left}' and '{right}' for operator kind '{operator}'.",
  dateTimeFormat:
    "The DateTimeOffset text '{value}' should be in format 'yyyy-mm-ddThh:mm:ss('.'s+)?(zzzzzz)?' and each field value is within valid range.",
  memberHidden: '{value} can be named only with the header Prefer: include-unknown-enum-members.',
  repeated: "'{property}' is named twice.",
  directionUnknown: "the direction must be 'asc' or 'desc'; got '{text}'.",
} as const;

export type ClauseReason = keyof typeof CLAUSE_REASONS;

/** Messages of `batchInvalid`: as the service was seen to word them, with the thread that quotes them. */
export const BATCH_REASONS = {
  /** microsoft-graph-docs-contrib#8576. What is wrong with the payload goes into `innerError`. */
  payloadInvalid: 'Invalid batch payload format.',
  /** microsoft-graph-docs#4449 */
  idRepeated: 'Request Id {id} has to be unique in a batch.',
  /** msgraph-sdk-dotnet-core#891, which quotes its beginning. */
  dependencyInvalid: "Invalid dependency for request Id {id}: no request '{dependency}' comes before it.",
  /** microsoft-graph-docs#16280 */
  mixed: 'Batch should be either fully sequential or fully parallel.',
  /** Softeria/ms-365-mcp-server#677 */
  contentTypeMissing: "Write request with id '{id}' does not contain a Content-Type header.",
  /** msgraph-sdk-dotnet#2628 */
  bodyMissing: 'Write request id : {id} does not contain Content-Type header or body.',
  /** Not seen. */
  nested: 'A batch cannot hold another batch.',
} as const;

export type BatchReason = keyof typeof BATCH_REASONS;

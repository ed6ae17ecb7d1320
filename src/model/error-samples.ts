/** What an error row says when it is asked for by name: stand-ins for what a real cause would fill in. */
import { BATCH_REASONS, CLAUSE_REASONS } from './errors.ts';
import type { DetailName, ErrorName } from './errors.ts';

type Values = Readonly<Record<string, string | number>>;

/**
 * For the `{name}`s of the messages, by name. Those that a request has of its own are not here: `segment`, `version`,
 * `part`, `user`, `property`, `type`; nor is `noOfMinutes`, which goes with Retry-After.
 */
export const SAMPLE_VALUES: Values = {
  encoding: 'br',
  maximumBytes: 4 * 1024 * 1024,
  maximum: 20,
  option: '$search',
  resource: 'User',
  id: '00000000-0000-4000-8000-000000000000',
  appId: '00000000-0000-4000-8000-000000000000',
  skuId: '61902246-d7cb-453e-85cd-53ee28eec138',
};

/** For the messages of token errors. Those of the request are not here: `appId`, `tenant`, `grantType`, `method`. */
export const TOKEN_SAMPLE_VALUES: Readonly<Record<string, string>> = {
  appName: 'Sample',
  from: '2020-01-01T00:00:00Z',
  until: '2020-01-01T00:10:00Z',
  now: '2020-01-01T00:20:00Z',
  issuedAt: '2020-01-01T00:00:00Z',
  time: '90.00:00:00',
  origin: 'https://localhost',
  parameter: 'scope',
  redirectUri: 'https://localhost/unknown',
  requestedUri: 'https://localhost/redirect',
  resource: 'https://unknown.example',
  responseMode: 'unknown',
  responseType: 'unknown',
  scope: 'unknown',
  user: 'unknown',
};

/** For one row in place of {@link SAMPLE_VALUES}. */
export const SAMPLE_VALUES_OF: Readonly<Partial<Record<ErrorName, Values>>> = {
  authenticationInvalid: { reason: 'Invalid audience.' },
  queryOptionInvalid: { option: '$top' },
  filterInvalid: { reason: CLAUSE_REASONS.empty },
  orderByInvalid: { reason: CLAUSE_REASONS.empty },
  subscriptionEndpointInvalid: { reason: 'Subscription validation request timed out.' },
  batchInvalid: { reason: BATCH_REASONS.payloadInvalid },
};

/** Rows whose body has `details`, with what they say of each field. */
export const SAMPLE_DETAILS: Readonly<Partial<Record<ErrorName, DetailName>>> = {
  requiredFieldsMissing: 'required',
  fieldsInvalid: 'invalid',
  fieldsEmpty: 'empty',
  fieldValidationFailed: 'required',
  propertyUnknown: 'unknown',
  directoryValueMissing: 'valueMissing',
  directoryValueInvalid: 'valueInvalid',
  directoryConflict: 'objectConflict',
};

/** The property that a refusal names when there is none with this name. */
export const UNKNOWN_PROPERTY = 'unknownProperty';

/** Whether the row tells how long to wait, in its message and in Retry-After. */
export function asksToWait(message: string): boolean {
  return message.includes('{noOfMinutes}');
}

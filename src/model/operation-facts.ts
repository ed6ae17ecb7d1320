/** What follows from an operation's row: what it takes, what it gives, and which refusals of the catalogue it can give. */
import { ERRORS } from './errors.ts';
import type { ErrorName } from './errors.ts';
import type { EntityRow, OperationRow, QueryOptionName } from './rows.ts';
import { ENTITIES } from './schema.ts';
import type { EntityName } from './schema.ts';

export type ResultKind = 'entity' | 'collection' | 'count' | 'nothing';

/** What a successful answer carries. */
export function resultKind(operation: OperationRow): ResultKind {
  if (operation.success === 204) return 'nothing';
  if (operation.path.endsWith('/$count')) return 'count';
  return operation.isUnpaged === true || operation.options?.includes('top') === true ? 'collection' : 'entity';
}

export function takesBody({ method, hasNoBody = false }: OperationRow): boolean {
  return !hasNoBody && (method === 'POST' || method === 'PATCH' || method === 'PUT');
}

/** Whether the operation is about Viva Learning, and closed to tenants that have no plan of it. */
export function needsServicePlan({ entity }: OperationRow): boolean {
  const row: EntityRow = ENTITIES[entity as EntityName];
  return row.isOfDirectory !== true;
}

/** Names of the keys in a path template, in order. */
export function keyNames(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

/** The rows that the operation can answer with, in catalogue order. */
export function errorsOf(operation: OperationRow): readonly ErrorName[] {
  return (Object.keys(ERRORS) as ErrorName[]).filter((name) => CONDITIONS[name](operation));
}

/** The rows that a batch itself can be answered with; its items have those of their operations. */
export const BATCH_ERRORS = [
  'methodNotAllowed',
  'internalServerError',
  'tooManyRequests',
  'serviceUnavailable',
  'authenticationMissing',
  'authenticationMalformed',
  'authenticationExpired',
  'authenticationInvalid',
  'payloadUnreadable',
  'payloadEmpty',
  'contentTypeMissing',
  'contentTypeUnsupported',
  'contentEncodingUnsupported',
  'contentEncodingInvalid',
  'payloadTooLarge',
  'bodyAborted',
  'requestTimeout',
  'batchTooLarge',
  'batchInvalid',
] as const satisfies readonly ErrorName[];

type Condition = (operation: OperationRow) => boolean;

const always: Condition = () => true;
const never: Condition = () => false;
const takes =
  (option: QueryOptionName): Condition =>
  ({ options }) =>
    options?.includes(option) === true;
const isCreate: Condition = ({ method }) => method === 'POST';
const isUpdate: Condition = ({ method }) => method === 'PATCH';
const isRead: Condition = ({ method }) => method === 'GET';
const isOfProviders: Condition = ({ entity }) => entity === 'learningProvider';
const isOfContents: Condition = ({ entity }) => entity === 'learningContent';
const isOfDirectory: Condition = (operation) => !needsServicePlan(operation);
const isOfSubscriptions: Condition = ({ entity }) => entity === 'subscription';
const isOfUsers: Condition = ({ entity }) => entity === 'user';
const OF_APPS = /^\/(applications|servicePrincipals|oauth2PermissionGrants)/;
const HOLDINGS: readonly string[] = ['appRoleAssignment', 'oAuth2PermissionGrant'];
const isLicensing: Condition = ({ action }) => action === 'assignLicense';
const isOfActivities: Condition = ({ entity }) => entity === 'learningCourseActivity';
const namesOneItem: Condition = ({ path }) => /\}\)?$/.test(path);
const usesAlternateKey: Condition = ({ path }) => path.endsWith('})');
const isUpsert: Condition = (operation) => operation.isUpsert === true;
const both =
  (...conditions: readonly Condition[]): Condition =>
  (operation) =>
    conditions.every((condition) => condition(operation));
const either =
  (...conditions: readonly Condition[]): Condition =>
  (operation) =>
    conditions.some((condition) => condition(operation));
const not =
  (condition: Condition): Condition =>
  (operation) =>
    !condition(operation);

/** When an operation can answer with the row. `never`: for requests that reach no operation, and for batches. */
const CONDITIONS: Readonly<Record<ErrorName, Condition>> = {
  methodNotAllowed: always,
  accessDenied: always,
  noServicePlan: needsServicePlan,
  providerNotEnabled: both(isOfActivities, not(isRead)),
  registrationIdInvalid: either(({ path }) => /\{registrationId\}./.test(path), both(isOfActivities, isCreate)),
  assignmentNotFoundOnUpdate: both(isOfActivities, isUpdate),
  assignmentNotFound: both(isOfActivities, namesOneItem, not(isUpdate)),
  internalServerError: always,
  tooManyRequests: always,
  serviceUnavailable: always,
  requiredFieldsMissing: either(both(isOfActivities, isUpdate), isUpsert),
  fieldsInvalid: both(takesBody, not(isOfDirectory)),
  fieldsEmpty: both(isUpdate, not(isOfDirectory)),
  fieldValidationFailed: both(isCreate, not(isOfDirectory)),
  contentOfAnotherProvider: both(isOfActivities, takesBody),
  userLicenseInvalid: both(isOfActivities, isCreate),
  userLicenseInvalidOnUpdate: both(isOfActivities, isUpdate),

  authenticationMissing: always,
  authenticationMalformed: always,
  authenticationExpired: always,
  authenticationInvalid: always,

  payloadUnreadable: takesBody,
  payloadEmpty: takesBody,
  contentTypeMissing: takesBody,
  contentTypeUnsupported: takesBody,
  contentEncodingUnsupported: takesBody,
  contentEncodingInvalid: takesBody,
  payloadTooLarge: takesBody,
  bodyAborted: takesBody,
  propertyUnknown: either(takesBody, takes('select'), takes('filter'), takes('orderby')),
  segmentNotFound: never,
  versionInvalid: never,
  urlMalformed: always,
  requestMalformed: never,
  headersTooLarge: never,
  requestTimeout: takesBody,
  queryOptionUnsupported: isRead,
  queryOptionInvalid: isRead,
  filterInvalid: takes('filter'),
  orderByInvalid: takes('orderby'),
  skipTokenInvalid: both(takes('skiptoken'), not(takes('deltatoken'))),
  syncStateNotFound: takes('deltatoken'),
  changesNotKept: either(takes('deltatoken'), isOfSubscriptions),
  subscriptionNotFound: both(isOfSubscriptions, ({ path }) => path.includes('{')),
  subscriptionEndpointInvalid: both(isOfSubscriptions, takesBody),
  writeInDoubt: not(isRead),
  preconditionFailed: both(namesOneItem, not(isRead), not(isOfSubscriptions)),
  providerNotFound: both(isOfProviders, namesOneItem),
  contentNotFound: both(isOfContents, namesOneItem, not(isUpsert)),
  userNotFound: either(
    ({ path }) => path.includes('{userId}') || path.includes('{userPrincipalName}'),
    ({ isPersonal }) => isPersonal === true,
  ),
  meNeedsUser: ({ isPersonal }) => isPersonal === true,
  directoryValueMissing: both(isOfDirectory, takesBody),
  directoryValueInvalid: both(isOfDirectory, takesBody),
  directoryConflict: both(isOfUsers, takesBody, not(isLicensing)),
  directoryObjectNotFound: ({ path }) => OF_APPS.test(path) && path.includes('{'),
  appUnknown: ({ id }) => id === 'createServicePrincipal',
  servicePrincipalExists: ({ id }) => id === 'createServicePrincipal',
  permissionHeld: both(isCreate, ({ entity }) => HOLDINGS.includes(entity)),
  passwordCredentialUnknown: ({ action }) => action === 'removePassword',
  passwordTooSimple: both(isOfUsers, takesBody, not(isLicensing)),
  licenseUnknown: isLicensing,
  licenseNotHeld: isLicensing,
  licenseAddedAndRemoved: isLicensing,
  usageLocationMissing: isLicensing,
  batchTooLarge: never,
  batchInvalid: never,
  failedDependency: never,
  alternateKeyAmbiguous: both(isOfActivities, usesAlternateKey),
  conflict: both(isOfActivities, takesBody),
  contentConflict: both(isOfContents, isCreate),
};

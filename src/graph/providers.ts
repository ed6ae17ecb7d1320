/** Operations on learningProvider, and the provider that a nested path names. */
import { findGuid, getGuid } from '../lib/ids.ts';
import type { RegistrationId } from '../lib/ids.ts';
import { ACTIVITY_LICENCE, PROVIDER_ADMINISTRATORS } from '../model/directory.ts';
import type { Entity } from '../model/entity.ts';
import { GUID_EXPECTED } from '../model/expectations.ts';
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import type { Reason } from '../model/reasons.ts';
import { newValues } from '../odata/read-entity.ts';
import type { StoredProvider } from '../store/provider-store.ts';
import type { Work } from '../store/work.ts';
import type { EntityResult, OperationResult, RequestContext } from './context.ts';
import { requireDirectoryRole } from './directory-roles.ts';
import { fixedProblems, readInput, refuseProblems, viewOf } from './entity-input.ts';
import { licenceMissing } from './licence.ts';
import { removeJudged, writeJudged } from './optimistic.ts';

type Provider = Entity<'learningProvider'>;

/**
 * POST /employeeExperience/learningProviders, for signed-in administrators with a licence.
 * @throws accessDenied, noServicePlan, fieldsInvalid, fieldValidationFailed, and those of reading a body
 */
export function* createLearningProvider(context: RequestContext): Work<EntityResult> {
  yield* requireAdministrator(context);
  const view = viewOf(context, 'learningProvider');
  const input = readInput(context, 'learningProvider', { mode: 'create' });
  refuseProblems('create', view, input.problems);
  const provider = {
    ...newValues(view, input),
    id: getGuid<RegistrationId>(context.services.newId()),
  } as unknown as Provider;
  yield* context.store.providers.insert(context.tenant, provider);
  return providerResult({ provider, rowVersion: 1 });
}

/** GET /employeeExperience/learningProviders/{registrationId}. @throws accessDenied, providerNotFound */
export function* getLearningProvider(context: RequestContext): Work<EntityResult> {
  return providerResult(yield* getProvider(context));
}

/**
 * PATCH /employeeExperience/learningProviders/{registrationId}: merge; null clears.
 * @throws accessDenied, fieldsInvalid, fieldsEmpty, providerNotFound, preconditionFailed, and those of reading a body
 */
export function updateLearningProvider(context: RequestContext): Work<EntityResult> {
  return writeJudged(
    context,
    () => getProvider(context),
    (stored) => tryUpdate(context, stored),
  );
}

/** `undefined` when another write came first. */
function* tryUpdate(context: RequestContext, { provider, rowVersion }: StoredProvider): Work<EntityResult | undefined> {
  const view = viewOf(context, 'learningProvider');
  const input = readInput(context, 'learningProvider', { mode: 'update' });
  refuseProblems('update', view, [...input.problems, ...fixedProblems(view, input, provider)]);
  const changed = { ...provider, ...input.values, id: provider.id } as Provider;
  const next = { provider: changed, rowVersion };
  const isDone = yield* context.store.providers.update(context.tenant, next, provider);
  return isDone ? providerResult({ provider: changed, rowVersion: rowVersion + 1 }) : undefined;
}

/**
 * DELETE /employeeExperience/learningProviders/{registrationId}: its contents and activities go with it.
 * @throws accessDenied, providerNotFound, preconditionFailed
 */
export function deleteLearningProvider(context: RequestContext): Work<OperationResult> {
  const { store, tenant } = context;
  return removeJudged(
    context,
    () => getProvider(context),
    (stored) => store.providers.remove(tenant, stored),
  );
}

function* getProvider({ store, tenant, keys }: RequestContext): Work<StoredProvider> {
  const id = findGuid<RegistrationId>(keys['registrationId'] ?? '');
  const stored = id === undefined ? undefined : yield* store.providers.find(tenant, id);
  if (stored !== undefined) return stored;
  throw new GraphError('providerNotFound', { reasons: [providerMissing(keys['registrationId'] ?? '')] });
}

/** The page asks for a directory role and for a licence of Viva Learning. */
function* requireAdministrator(context: RequestContext): Work<void> {
  yield* requireDirectoryRole(context, PROVIDER_ADMINISTRATORS);
  const { store, tenant, principal } = context;
  const user = principal.kind === 'delegated' ? yield* store.users.findUser(tenant, principal.userId) : undefined;
  if (user?.licence !== ACTIVITY_LICENCE) {
    throw new GraphError('noServicePlan', licenceMissing(user?.licence));
  }
}

function providerResult({ provider, rowVersion }: StoredProvider): EntityResult {
  return { kind: 'entity', type: 'learningProvider', entity: provider, collection: 'learningProviders', rowVersion };
}

/** @throws registrationIdInvalid when the path's key is no GUID */
export function getRegistrationId({ keys }: RequestContext): RegistrationId {
  return checkRegistrationId(keys['registrationId'] ?? '');
}

/** @throws registrationIdInvalid when the text is no GUID */
export function checkRegistrationId(text: string): RegistrationId {
  const id = findGuid<RegistrationId>(text);
  if (id !== undefined) return id;
  throw new GraphError('registrationIdInvalid', { reasons: [providerMissing(text)] });
}

/** Why the text names no provider of the tenant. */
export function providerMissing(found: string): Reason {
  const values = { type: 'learningProvider', key: 'id', found };
  return findGuid(found) === undefined
    ? reason('idUnfit', { ...values, expected: GUID_EXPECTED })
    : reason('itemUnknown', values);
}

/** @throws registrationIdInvalid when the tenant has no such provider */
export function* requireProvider({ store, tenant }: RequestContext, id: RegistrationId): Work<void> {
  if ((yield* store.providers.find(tenant, id)) !== undefined) return;
  throw new GraphError('registrationIdInvalid', { reasons: [providerMissing(id)] });
}

/**
 * Does the work. If it is refused and the provider is unknown, that is the refusal.
 * @throws registrationIdInvalid, else what the work throws
 */
export function* providerFirst<Result>(context: RequestContext, id: RegistrationId, work: Work<Result>): Work<Result> {
  try {
    return yield* work;
  } catch (error) {
    if (error instanceof GraphError) yield* requireProvider(context, id);
    throw error;
  }
}

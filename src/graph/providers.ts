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
import type { EntityResult, OperationResult, RequestContext } from './context.ts';
import { fixedProblems, readInput, refuseProblems, viewOf } from './entity-input.ts';
import { licenceMissing } from './licence.ts';
import { writeJudged } from './optimistic.ts';

type Provider = Entity<'learningProvider'>;

/**
 * POST /employeeExperience/learningProviders, for signed-in administrators with a licence.
 * @throws E2, E3, E11, E13, and those of reading a body
 */
export async function createLearningProvider(context: RequestContext): Promise<EntityResult> {
  await requireAdministrator(context);
  const view = viewOf(context, 'learningProvider');
  const input = readInput(context, 'learningProvider', { mode: 'create' });
  refuseProblems('create', view, input.problems);
  const provider = {
    ...newValues(view, input),
    id: getGuid<RegistrationId>(context.services.newId()),
  } as unknown as Provider;
  await context.store.providers.insert(context.tenant, provider);
  return providerResult({ provider, rowVersion: 1 });
}

/** GET /employeeExperience/learningProviders/{registrationId}. @throws E2, providerNotFound */
export async function getLearningProvider(context: RequestContext): Promise<EntityResult> {
  return providerResult(await getProvider(context));
}

/**
 * PATCH /employeeExperience/learningProviders/{registrationId}: merge; null clears.
 * @throws E2, E11, E12, providerNotFound, preconditionFailed, and those of reading a body
 */
export async function updateLearningProvider(context: RequestContext): Promise<EntityResult> {
  const view = viewOf(context, 'learningProvider');
  return writeJudged(
    context,
    () => getProvider(context),
    async ({ provider, rowVersion }) => {
      const input = readInput(context, 'learningProvider', { mode: 'update' });
      refuseProblems('update', view, [...input.problems, ...fixedProblems(view, input, provider)]);
      const changed = { ...provider, ...input.values, id: provider.id } as Provider;
      const isDone = await context.store.providers.update(context.tenant, { provider: changed, rowVersion });
      return isDone ? providerResult({ provider: changed, rowVersion: rowVersion + 1 }) : undefined;
    },
  );
}

/**
 * DELETE /employeeExperience/learningProviders/{registrationId}: its contents and activities go with it.
 * @throws E2, providerNotFound, preconditionFailed
 */
export async function deleteLearningProvider(context: RequestContext): Promise<OperationResult> {
  return writeJudged(
    context,
    () => getProvider(context),
    async (stored) =>
      (await context.store.providers.remove(context.tenant, stored)) ? { kind: 'nothing' } : undefined,
  );
}

async function getProvider({ store, tenant, keys }: RequestContext): Promise<StoredProvider> {
  const id = findGuid<RegistrationId>(keys['registrationId'] ?? '');
  const stored = id === undefined ? undefined : await store.providers.find(tenant, id);
  if (stored !== undefined) return stored;
  throw new GraphError('providerNotFound', { reasons: [providerMissing(keys['registrationId'] ?? '')] });
}

/** The page asks for a directory role and for a licence of Viva Learning. */
async function requireAdministrator({ store, tenant, principal }: RequestContext): Promise<void> {
  const user = principal.kind === 'delegated' ? await store.users.findUser(tenant, principal.userId) : undefined;
  const held = user?.directoryRoles ?? [];
  if (!held.some((role) => PROVIDER_ADMINISTRATORS.includes(role))) {
    throw new GraphError('accessDenied', {
      logDetail: `The user is none of: ${PROVIDER_ADMINISTRATORS.join(', ')}.`,
      reasons: [reason('roleMissing', { required: PROVIDER_ADMINISTRATORS, held })],
      explanation: { requiredDirectoryRoles: PROVIDER_ADMINISTRATORS, userDirectoryRoles: held },
    });
  }
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
export async function requireProvider({ store, tenant }: RequestContext, id: RegistrationId): Promise<void> {
  if ((await store.providers.find(tenant, id)) !== undefined) return;
  throw new GraphError('registrationIdInvalid', { reasons: [providerMissing(id)] });
}

/**
 * What is wrong with the provider is told before what is wrong with the thing below it.
 * @throws registrationIdInvalid, else what the step throws
 */
export async function providerFirst<Result>(
  context: RequestContext,
  id: RegistrationId,
  step: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof GraphError) await requireProvider(context, id);
    throw error;
  }
}

/** The provider that a nested path names. */
import { findGuid } from '../lib/ids.ts';
import type { RegistrationId } from '../lib/ids.ts';
import { GraphError } from '../model/graph-error.ts';
import type { OperationContext } from './context.ts';

/** @throws registrationIdInvalid when the path's key is no GUID */
export function getRegistrationId({ keys }: OperationContext): RegistrationId {
  const id = findGuid<RegistrationId>(keys['registrationId'] ?? '');
  if (id === undefined) throw new GraphError('registrationIdInvalid');
  return id;
}

/** @throws registrationIdInvalid when the tenant has no such provider */
export async function requireProvider({ store, tenant }: OperationContext, id: RegistrationId): Promise<void> {
  if ((await store.providers.find(tenant, id)) === undefined) throw new GraphError('registrationIdInvalid');
}

/**
 * What is wrong with the provider is told before what is wrong with the thing below it.
 * @throws registrationIdInvalid, else what the step throws
 */
export async function providerFirst<Result>(
  context: OperationContext,
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

/** The sync target that a request names. */
import { Type } from 'typebox';

import { ControlError } from '../control/route.ts';
import { openSyncTarget } from '../outward/open-target.ts';
import type { OpenTarget } from '../outward/open-target.ts';
import type { OutwardParts } from '../outward/parts.ts';
import { TargetTrouble } from '../outward/token.ts';
import type { AdminContext } from './context.ts';
import { getNamedTenant } from './find-tenant.ts';

export const TARGET_PARAMS = Type.Object(
  { target: Type.String({ description: 'Its name in syncTargets.' }) },
  { additionalProperties: false },
);

/** @throws ControlError 404 */
export async function getTarget({ settings, directory, outwardOf }: AdminContext, name: string): Promise<OutwardParts> {
  const target = settings.syncTargets.find((one) => one.name === name);
  if (target === undefined) {
    const known = settings.syncTargets.map((one) => one.name).join(', ') || 'there are none';
    throw new ControlError(404, `There is no sync target ${name} in syncTargets (${known}).`);
  }
  return outwardOf(target, await getNamedTenant(directory, target.tenant));
}

/** @throws ControlError 404 */
export async function openNamedTarget(context: AdminContext, name: string): Promise<OpenTarget> {
  const parts = await getTarget(context, name);
  // Without a server, the command is alone on a file.
  if (context.server === undefined && context.connection.dialect.name === 'sqlite') await parts.store.freeLease();
  return openSyncTarget(parts);
}

/** @throws ControlError 404, and 502 for what keeps the target from answering */
export async function withTarget<Result>(
  context: AdminContext,
  name: string,
  work: (open: OpenTarget) => Promise<Result>,
): Promise<Result> {
  try {
    await using open = await openNamedTarget(context, name);
    return await work(open);
  } catch (cause) {
    if (cause instanceof TargetTrouble) throw new ControlError(502, cause.message);
    throw cause;
  }
}

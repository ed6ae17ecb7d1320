/** The admin API's path that compares the record with a sync target. */
import { Type } from 'typebox';

import { controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { diffTarget } from '../outward/diff.ts';
import type { DiffOrder } from '../outward/diff.ts';
import { TargetTrouble } from '../outward/token.ts';
import type { Difference } from '../outward/verify.ts';
import type { AdminContext } from './context.ts';
import { getTarget, openNamedTarget, TARGET_PARAMS } from './find-target.ts';

const closed = { additionalProperties: false } as const;

export function outwardDiffRoutes(context: AdminContext): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'diffSyncTarget',
      method: 'POST',
      path: '/sync/targets/{target}/diff',
      summary: 'Compares the record with the other side: a line for each difference, and one with the sums at the end.',
      role: 'administrator',
      params: TARGET_PARAMS,
      body: Type.Object(
        {
          repair: Type.Optional(Type.Boolean({ description: 'Send what is only here or different.' })),
          remove: Type.Optional(Type.Boolean({ description: 'Delete there what is only there.' })),
        },
        closed,
      ),
      answer: {
        status: 200,
        description:
          'NDJSON. A difference has kind, what (onlyHere, onlyThere, different), id, remoteId, externalId and properties; the last line has the sums, or error.',
        textType: 'application/x-ndjson',
      },
      run: async ({ params, body: { repair = false, remove = false }, signal }) => {
        await getTarget(context, params.target);
        const value = diffLines(context, params.target, { order: { repair, remove }, signal });
        return { text: { type: 'application/x-ndjson', value } };
      },
    }),
  ];
}

async function* diffLines(
  context: AdminContext,
  name: string,
  { order, signal }: { readonly order: DiffOrder; readonly signal: AbortSignal },
): AsyncGenerator<string> {
  await using open = await openNamedTarget(context, name);
  try {
    const differences = diffTarget(open, order, signal);
    for (;;) {
      const step = await differences.next();
      yield `${JSON.stringify(step.done === true ? { summary: step.value } : showDifference(step.value))}\n`;
      if (step.done === true) return;
    }
  } catch (error) {
    if (!(error instanceof TargetTrouble)) throw error;
    // The answer has begun.
    yield `${JSON.stringify({ error: error.message })}\n`;
  }
}

function showDifference(difference: Difference) {
  const { suspect, what, externalId = null } = difference;
  const { kind, itemId, learnerUserId, remoteId = null } = suspect;
  const isActivity = kind === 'activity' && itemId !== undefined && learnerUserId !== undefined;
  return {
    kind,
    what,
    id: isActivity ? `${learnerUserId}:${itemId}` : (itemId ?? null),
    remoteId,
    externalId,
    properties: difference.what === 'different' ? difference.properties : [],
  };
}

/** The admin API's paths that page through the other side of a sync target: to compare, and to read in. */
import { Type } from 'typebox';

import { controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { diffTarget } from '../outward/diff.ts';
import type { OpenTarget } from '../outward/open-target.ts';
import { pullTarget } from '../outward/pull.ts';
import { ListRefused } from '../outward/remote-list.ts';
import { TargetTrouble } from '../outward/token.ts';
import type { ItemDifference } from '../outward/verify.ts';
import { takeWalkTurn } from '../outward/walk-turn.ts';
import { originOf } from './change-origin.ts';
import type { AdminContext } from './context.ts';
import { getTarget, openNamedTarget, TARGET_PARAMS } from './find-target.ts';
import { createLocalWriter } from './local-writer.ts';

const NDJSON = 'application/x-ndjson';
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
        textType: NDJSON,
      },
      run: async ({ params, body: { repair = false, remove = false }, signal }) => {
        await getTarget(context, params.target);
        const find: Lines = (open) => showDifferences(diffTarget(open, { repair, remove }, signal));
        return { text: { type: NDJSON, value: printLines(context, params.target, find) } };
      },
    }),
    controlRoute({
      id: 'pullSyncTarget',
      method: 'POST',
      path: '/sync/targets/{target}/pull',
      summary: 'Reads in what others wrote on the other side: a line for each item, and one with the sums at the end.',
      role: 'administrator',
      params: TARGET_PARAMS,
      body: Type.Object({ isDryRun: Type.Optional(Type.Boolean({ description: 'Nothing is stored.' })) }, closed),
      answer: {
        status: 200,
        description:
          'NDJSON. An item has kind, outcome (created, updated, refused), remoteId, externalId, itemId and why; the last line has the sums, or error.',
        textType: NDJSON,
      },
      run: async ({ params, body: { isDryRun = false }, ...sender }) => {
        const parts = await getTarget(context, params.target);
        const writer = createLocalWriter(context, parts, originOf(context, 'pullSyncTarget', sender));
        const find: Lines = (open) => pullTarget(open, { writer, isDryRun }, sender.signal);
        return { text: { type: NDJSON, value: printLines(context, params.target, find) } };
      },
    }),
  ];
}

type Lines = (open: OpenTarget) => AsyncGenerator<object, object>;

/** A line for each thing that is found, and one with the sums at the end; of an answer that has begun, trouble is a line. */
async function* printLines(context: AdminContext, name: string, find: Lines): AsyncGenerator<string> {
  await using open = await openNamedTarget(context, name);
  try {
    await using _turn = await takeWalkTurn(open);
    const found = find(open);
    for (;;) {
      const step = await found.next();
      yield `${JSON.stringify(step.done === true ? { summary: step.value } : step.value)}\n`;
      if (step.done === true) return;
    }
  } catch (error) {
    if (!(error instanceof TargetTrouble || error instanceof ListRefused)) throw error;
    yield `${JSON.stringify({ error: error.message })}\n`;
  }
}

async function* showDifferences(differences: AsyncGenerator<ItemDifference, object>): AsyncGenerator<object, object> {
  for (;;) {
    const step = await differences.next();
    if (step.done === true) return step.value;
    yield showDifference(step.value);
  }
}

function showDifference(difference: ItemDifference) {
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

/** The admin API's path of seeds: one that is merged into what the server holds. */
import { Type } from 'typebox';

import { controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { V1 } from '../model/versions.ts';
import { createProtocol } from '../odata/protocol.ts';
import { checkSeed, parseSeed } from '../seed/read-seed.ts';
import { originOf } from './change-origin.ts';
import type { AdminContext } from './context.ts';
import { planMerge, storeMerge } from './merge-seed.ts';
import { SEED_ACTIONS, SEED_KINDS } from './merging.ts';

const closed = { additionalProperties: false } as const;
const SENT = 'that was sent';
const MAX_SEED_BYTES = 64 * 1024 * 1024;

const ACTION = Type.Object(
  {
    action: Type.Enum([...SEED_ACTIONS]),
    kind: Type.Enum([...SEED_KINDS]),
    tenant: Type.String({ description: 'Its domain name.' }),
    name: Type.String(),
    properties: Type.Array(Type.String(), { description: 'That change.' }),
  },
  { ...closed, description: 'One thing that a seed adds, changes or removes.' },
);

const SECRET = Type.Object(
  {
    app: Type.String({ description: 'Its name.' }),
    clientId: Type.String(),
    secretText: Type.String({ description: 'Shown once: only its hash is kept.' }),
  },
  { ...closed, description: 'The secret of an app that was added without one in the file.' },
);

const APPLIED = Type.Object(
  { isDryRun: Type.Boolean(), actions: Type.Array(ACTION), secrets: Type.Array(SECRET) },
  { ...closed, description: 'What a seed has changed, or would change.' },
);

export function seedRoutes({ settings, server, ...tools }: AdminContext): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'applySeed',
      method: 'POST',
      path: '/seed',
      summary:
        'Merges a seed: adds and changes what it names. It removes nothing unless it is told to prune, and changes no secret.',
      query: Type.Object(
        {
          dryRun: Type.Optional(Type.Boolean({ description: 'Only say what would be done.' })),
          prune: Type.Optional(
            Type.Boolean({ description: 'Remove users and apps that the seed leaves out, of tenants that it names.' }),
          ),
        },
        closed,
      ),
      body: Type.Object({}, { description: 'A seed, as schemas/seed.json has it; certificates are PEM texts.' }),
      checksBody: true,
      bodyType: 'application/yaml',
      bodyLimitBytes: MAX_SEED_BYTES,
      answer: { status: 200, description: 'What was done.', schema: APPLIED },
      run: async ({ query: { dryRun = false, prune = false }, body, ...sender }) => {
        const seed = typeof body === 'string' ? parseSeed(body, SENT) : checkSeed(body, SENT);
        const merge = { ...tools, protocol: createProtocol(V1, settings) };
        const plan = await planMerge(merge, { seed, path: SENT, isPruning: prune });
        const { actions, secrets } = plan;
        if (dryRun) return { body: { isDryRun: true, actions, secrets: [] } };
        await storeMerge(merge, plan, { path: SENT, origin: originOf({ server }, 'applySeed', sender)() });
        return { body: { isDryRun: false, actions, secrets } };
      },
    }),
  ];
}

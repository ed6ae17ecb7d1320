/** The admin API's paths that send to a sync target, or say what would be sent. */
import { Type } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { previewCalls, readAhead, runOnce } from '../outward/run-once.ts';
import { registerProvider } from '../outward/remote-provider.ts';
import { replaySince } from '../outward/replay.ts';
import { describeTarget } from '../outward/status.ts';
import { openStores } from '../store/learning-store.ts';
import type { AdminContext } from './context.ts';
import { getTarget, TARGET_PARAMS, withTarget } from './find-target.ts';
import { showTarget, TARGET_STATUS } from './outward-routes.ts';

const closed = { additionalProperties: false } as const;
const COUNT = Type.Integer({ minimum: 0 });
const DEFAULT_SECONDS = 60;

const RUN = Type.Object(
  {
    isSentElsewhere: Type.Boolean({ description: 'Nothing was sent: a server does so.' }),
    sent: Type.Integer({ minimum: 0, description: 'Requests that did what they were to do.' }),
    failed: Type.Integer({ minimum: 0, description: 'Requests that will be tried again.' }),
    dead: Type.Integer({ minimum: 0, description: 'Items that will not be tried again.' }),
    target: TARGET_STATUS,
  },
  { ...closed, description: 'What was sent.' },
);

const CALL = Type.Object(
  {
    kind: Type.Enum(['content', 'activity']),
    id: Type.String({ description: 'Here.' }),
    method: Type.String(),
    path: Type.String({ description: 'Below the version; empty where there is no request yet.' }),
    body: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    note: Type.Union([Type.String(), Type.Null()], { description: 'Why there is no request.' }),
  },
  { ...closed, description: 'A request that would be sent next.' },
);

export function outwardRunRoutes(context: AdminContext): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'runSyncTarget',
      method: 'POST',
      path: '/sync/targets/{target}/run',
      summary: 'Sends what waits, once, also while the target is paused.',
      params: TARGET_PARAMS,
      body: Type.Object(
        {
          seconds: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 3600, description: `At most so long. Default: ${DEFAULT_SECONDS}.` }),
          ),
        },
        closed,
      ),
      answer: { status: 200, description: 'What was sent.', schema: RUN },
      run: ({ params, body: { seconds = DEFAULT_SECONDS }, signal }) =>
        withTarget(context, params.target, async (open) => {
          const limit = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
          const { isSentElsewhere, tally, status } = await runOnce(open, limit);
          return { body: { isSentElsewhere, ...tally, target: await showTarget(open.parts, status) } };
        }),
    }),
    controlRoute({
      id: 'previewSyncTarget',
      method: 'GET',
      path: '/sync/targets/{target}/preview',
      summary: 'Lists the requests that would be sent next.',
      role: 'administrator',
      params: TARGET_PARAMS,
      query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })) }, closed),
      answer: {
        status: 200,
        description: 'At most one for each item that waits. Nothing is sent.',
        schema: Type.Object({ value: Type.Array(CALL) }, closed),
      },
      run: ({ params, query: { limit = 20 }, signal }) =>
        withTarget(context, params.target, async (open) => {
          const { state } = await describeTarget(open.parts);
          if (state === 'new')
            throw new ControlError(
              409,
              `${params.target} was never started. Pause it: it reads the record then, and sends nothing.`,
            );
          await readAhead(open, signal);
          const calls = await previewCalls(open.parts, await open.findProvider(), limit);
          return { body: { value: calls.map(({ itemId: id, note = null, ...call }) => ({ ...call, id, note })) } };
        }),
    }),
    replayRoute(context),
    registerRoute(context),
  ];
}

function replayRoute(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'replaySyncTarget',
    method: 'POST',
    path: '/sync/targets/{target}/replay',
    summary: 'Sends again what was changed here since a time.',
    params: TARGET_PARAMS,
    body: Type.Object({ since: Type.String({ format: 'date-time', description: 'UTC.' }) }, closed),
    answer: {
      status: 200,
      description: 'How many items wait for it.',
      schema: Type.Object({ items: COUNT }, closed),
    },
    run: async ({ params, body: { since } }) => {
      const parts = await getTarget(context, params.target);
      const from = Date.parse(since);
      if (!Number.isFinite(from)) throw new ControlError(400, 'since must be a time such as 2026-01-02T03:04:05Z.');
      return { body: { items: await replaySince(parts, from) } };
    },
  });
}

function registerRoute(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'registerSyncProvider',
    method: 'POST',
    path: '/sync/targets/{target}/provider',
    summary: 'Registers the provider in the other tenant, or updates it there, with the token of a user.',
    role: 'administrator',
    params: TARGET_PARAMS,
    body: Type.Object(
      {
        accessToken: Type.String({
          minLength: 1,
          maxLength: 20_000,
          description: 'Delegated, with LearningProvider.ReadWrite. It is used once and not kept.',
        }),
      },
      closed,
    ),
    answer: {
      status: 200,
      description: 'The provider there.',
      schema: Type.Object({ id: Type.String(), isNew: Type.Boolean() }, closed),
    },
    run: ({ params, body: { accessToken } }) =>
      withTarget(context, params.target, async (open) => {
        const { target, tenant } = open.parts;
        const found = await openStores(context.connection).providers.find(tenant, target.provider);
        if (found === undefined) throw new ControlError(404, `There is no provider ${target.provider} here.`);
        return { body: await registerProvider(open, found.provider, accessToken) };
      }),
  });
}

/** A limit of requests, as it is written down. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { CALL_MATCH } from '../calls/call-match.ts';
import { closed } from '../calls/check.ts';

/** Of a window, and of a wait that early calls have made longer. */
export const MAX_WINDOW_SECONDS = 86_400;

const members = {
  match: Type.Optional(CALL_MATCH),
  per: Type.Optional(
    Type.Array(Type.Enum(['app', 'tenant', 'user', 'operation']), {
      uniqueItems: true,
      description: 'What to count separately; empty: all calls share one count. Default app and tenant.',
    }),
  ),
  requests: Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: 'That are let through in a window.' }),
  windowSeconds: Type.Integer({ minimum: 1, maximum: MAX_WINDOW_SECONDS }),
  earlyFactor: Type.Optional(
    Type.Number({
      minimum: 1,
      maximum: 100,
      description:
        'Punishes an app that calls before its Retry-After is over: the call is refused, and the app waits from then on this many times as long as it was told last; 1: as long again. Without it, an early call changes nothing.',
    }),
  ),
};

export const LIMIT_ORDER = Type.Object(
  {
    preset: Type.Optional(
      Type.String({ description: 'A name of docs/fault-presets.md; members given with it override its own.' }),
    ),
    name: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
        description: 'Becomes the id. Default: derived from the preset.',
      }),
    ),
    ...members,
  },
  { ...closed, description: 'How many of the calls that match are let through in a window of time.' },
);

export const LIMIT = Type.Object(
  {
    id: Type.String(),
    preset: Type.Optional(Type.String()),
    ...members,
    matchedCalls: Type.Integer({ description: 'Matching calls.' }),
    refusedCalls: Type.Integer(),
    earlyCalls: Type.Integer({ description: 'Refused calls of apps that did not wait as long as they were told.' }),
  },
  closed,
);

export type LimitOrder = Static<typeof LIMIT_ORDER>;
export type LimitScope = NonNullable<LimitOrder['per']>[number];

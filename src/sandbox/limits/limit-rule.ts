/** A limit of requests, as it is written down. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { CALL_MATCH } from '../calls/call-match.ts';
import { closed } from '../calls/check.ts';

const members = {
  match: Type.Optional(CALL_MATCH),
  per: Type.Optional(
    Type.Array(Type.Enum(['app', 'tenant', 'user', 'operation']), {
      uniqueItems: true,
      description: 'Each of these has a count of its own; none: all calls share one. Default app and tenant.',
    }),
  ),
  requests: Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: 'That are let through in a window.' }),
  windowSeconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
};

export const LIMIT_ORDER = Type.Object(
  {
    preset: Type.Optional(
      Type.String({ description: 'A name of docs/fault-presets.md; members beside it take the place of its own.' }),
    ),
    name: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
        description: 'Becomes the id. Without one, the id is made of the preset.',
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
    matchedCalls: Type.Integer({ description: 'Calls that it was about.' }),
    refusedCalls: Type.Integer(),
  },
  closed,
);

export type LimitOrder = Static<typeof LIMIT_ORDER>;
export type LimitScope = NonNullable<LimitOrder['per']>[number];

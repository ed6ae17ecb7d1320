/** The schema of a fault: which calls it applies to, how often, and what it does to them. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { CALL_MATCH, oneOrMore } from '../calls/call-match.ts';
import { closed, variants } from '../calls/check.ts';
import { MAX_STALE_WRITES, MAX_WAIT_MS } from './fault-bounds.ts';

const milliseconds = Type.Number({ minimum: 0, maximum: MAX_WAIT_MS });
const count = Type.Integer({ minimum: 1, maximum: 1_000_000_000 });
const instant = (description: string) => Type.String({ minLength: 1, description });

/** Members of effects that refuse a call. */
const retryAfter = {
  retryAfterSeconds: Type.Optional(
    Type.Unsafe<number | null>({
      type: ['number', 'null'],
      minimum: 0,
      maximum: 86_400,
      description: 'Retry-After; a fraction is sent as such. null: the answer has no Retry-After.',
    }),
  ),
  retryAfterForm: Type.Optional(
    Type.Enum(['seconds', 'date'], {
      description: "How Retry-After is written. Default seconds; date: as an HTTP-date, by the server's clock.",
    }),
  ),
};

export const CALL_CHOICE = Type.Object(
  {
    nth: Type.Optional(count),
    every: Type.Optional(count),
    first: Type.Optional(count),
    after: Type.Optional(count),
  },
  {
    ...closed,
    minProperties: 1,
    description:
      'By the number of the call among those that match, from 1: only the nth, each multiple of every, the first so many, those after so many. All members given must hold.',
  },
);

export const FAULT_WINDOW = Type.Object(
  { from: Type.Optional(instant('Inclusive.')), until: Type.Optional(instant('Exclusive.')) },
  { ...closed, minProperties: 1, description: "Dates and times such as 2026-01-02T03:04:05Z, by the server's clock." },
);

export const FAULT_MATCH = Type.Object(
  {
    ...CALL_MATCH.properties,
    grantType: Type.Optional(
      oneOrMore('Of token requests: grant types such as client_credentials, refresh_token or device_code.'),
    ),
  },
  {
    ...closed,
    description:
      'Which calls: those that match all members. {} matches every call. Token requests have app, tenant and grantType.',
  },
);

export const LATENCY = variants('How long a call waits before anything else happens; by real time.', [
  Type.Object({ kind: Type.Literal('fixed'), ms: milliseconds }, closed),
  Type.Object({ kind: Type.Literal('uniform'), minMs: milliseconds, maxMs: milliseconds }, closed),
  Type.Object(
    {
      kind: Type.Literal('lognormal'),
      medianMs: milliseconds,
      sigma: Type.Number({
        minimum: 0,
        maximum: 5,
        description: 'Of the logarithm: 0.5 is a calm network, 1 a bad one.',
      }),
    },
    { ...closed, description: `Cut at ${MAX_WAIT_MS} ms.` },
  ),
]);

export const EFFECT = variants('What happens to the call.', [
  Type.Object(
    {
      kind: Type.Literal('error'),
      row: Type.String({
        description:
          'Name of a row of docs/errors.md, such as tooManyRequests; with the endpoint token, of one of its token errors, such as clientSecretExpired.',
      }),
      values: Type.Optional(
        Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
          description: 'For the {name}s of its message.',
        }),
      ),
      fields: Type.Optional(
        Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description: 'What its details name.' }),
      ),
      ...retryAfter,
    },
    { ...closed, description: 'The published refusal; nothing is run.' },
  ),
  Type.Object(
    {
      kind: Type.Literal('gateway'),
      status: Type.Integer({ minimum: 400, maximum: 599 }),
      contentType: Type.Optional(
        Type.String({ pattern: '^[\\x21-\\x7e][\\x20-\\x7e]*$', description: 'Default text/html.' }),
      ),
      body: Type.Optional(Type.String({ description: 'Default: the page that a proxy would send.' })),
      ...retryAfter,
    },
    { ...closed, description: 'An answer of a proxy in front, not in the form of Microsoft Graph; nothing is run.' },
  ),
  Type.Object(
    {
      kind: Type.Literal('reset'),
      when: Type.Enum(['before', 'after'], {
        description: 'before: nothing is run; after: it was run, and a write is stored, but no answer comes.',
      }),
    },
    { ...closed, description: 'The TCP connection is reset.' },
  ),
  Type.Object(
    {
      kind: Type.Literal('truncate'),
      bytes: Type.Optional(Type.Integer({ minimum: 1, description: 'Sent of the body. Default 20.' })),
    },
    { ...closed, description: 'The call is run; the connection ends within the body of the answer.' },
  ),
  Type.Object(
    { kind: Type.Literal('malformed') },
    { ...closed, description: 'The call is run; half of the body is missing, while all of HTTP is in order.' },
  ),
  Type.Object(
    { kind: Type.Literal('slowBody'), bytesPerSecond: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }) },
    { ...closed, description: 'The call is run; its answer comes slowly.' },
  ),
  Type.Object(
    {
      kind: Type.Literal('stale'),
      writes: Type.Optional(
        Type.Integer({ minimum: 1, maximum: MAX_STALE_WRITES, description: 'Default 1, without visibleAfter.' }),
      ),
      visibleAfter: Type.Optional(
        Type.String({
          description:
            "A duration such as PT2H: what is written shows when it is so old by the server's clock. With writes as well, the earlier state is read.",
        }),
      ),
    },
    {
      ...closed,
      description:
        'A GET answers what was true before the last writes of its tenant: so many, or all that are not old enough. Others are run.',
    },
  ),
]);

export const FAULT_ORDER = Type.Object(
  {
    preset: Type.Optional(
      Type.String({
        description:
          'A name of docs/fault-presets.md. Members given with it override its own; those of an effect of the same kind one by one.',
      }),
    ),
    name: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
        description: 'Becomes the id. Default: derived from the preset or the effect.',
      }),
    ),
    enabled: Type.Optional(Type.Boolean({ description: 'Default true. A disabled fault neither counts nor applies.' })),
    endpoint: Type.Optional(
      Type.Enum(['graph', 'token'], {
        description: 'The endpoint: graph, the default, or token.',
      }),
    ),
    match: Type.Optional(FAULT_MATCH),
    calls: Type.Optional(CALL_CHOICE),
    probability: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'Probability for each call that `calls` selects. Default 1.',
      }),
    ),
    seed: Type.Optional(
      Type.Integer({ description: 'Seed of the random draws, with the id and the number of the call. Default 0.' }),
    ),
    window: Type.Optional(FAULT_WINDOW),
    latency: Type.Optional(LATENCY),
    effect: Type.Optional(EFFECT),
  },
  { ...closed, description: 'A fault. It needs a preset, a latency or an effect.' },
);

export type FaultOrder = Static<typeof FAULT_ORDER>;
export type CallChoice = Static<typeof CALL_CHOICE>;
export type FaultWindow = Static<typeof FAULT_WINDOW>;
export type Latency = Static<typeof LATENCY>;
export type Effect = Static<typeof EFFECT>;

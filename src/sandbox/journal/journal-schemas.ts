/** What the control API's paths of the journal take and give. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { closed } from '../calls/check.ts';
import { ENTRY_KINDS } from './entry.ts';

const oneOrMore = (description: string) =>
  Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })], {
    description,
  });
/** In a URL: several values by naming the parameter several times. */
const oneOrMoreInQuery = (description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1, description }));

const WORDS = {
  kind: `What is meant: ${ENTRY_KINDS.join(', ')}. A batch and its items are entries of their own.`,
  method: 'HTTP methods, in any casing.',
  path: 'With or without the version: {name} is any text without a slash, ** any text.',
  operation: 'Operation ids, such as createLearningCourseActivity.',
  status: 'Statuses, or classes such as 4xx.',
  app: 'Client ids, or names as in the seed.',
  tenant: 'Ids, domain names or display names.',
  user: 'The signed-in user: id, userPrincipalName, or name as in the seed.',
  learner: 'A learner whom request or answer concern: id, userPrincipalName, or name as in the seed.',
  requestId: "The answer's request-id, or the client-request-id.",
  refusal: 'Rows of the error catalogue, such as assignmentNotFound.',
  text: 'Text in URL, bodies or notes; case-insensitive.',
  since: 'Received then or later, by the clock of the sandbox: 2026-01-02T03:04:05Z.',
  until: 'Received before then.',
  after: 'Entries that come after the one with this id; of the newest first, those before it.',
} as const;

const PARTS = [
  'kind',
  'method',
  'path',
  'operation',
  'app',
  'tenant',
  'user',
  'learner',
  'requestId',
  'refusal',
] as const;

type Part = (typeof PARTS)[number];

function forEachPart<Schema>(make: (part: Part) => Schema): Record<Part, Schema> {
  return Object.fromEntries(PARTS.map((part) => [part, make(part)])) as Record<Part, Schema>;
}

const Status = Type.Union([Type.Integer(), Type.String()]);

const HEADER_MATCH = Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]), {
  description: 'Headers of the request with their values; null: it is not sent. Secrets are not kept.',
});

/** In JSON. */
export const ENTRY_MATCH = Type.Object(
  {
    ...forEachPart((part) => Type.Optional(oneOrMore(WORDS[part]))),
    status: Type.Optional(Type.Union([Status, Type.Array(Status, { minItems: 1 })], { description: WORDS.status })),
    header: Type.Optional(HEADER_MATCH),
    body: Type.Optional(
      Type.Unknown({
        description:
          "What the JSON or form of the request has among others: members of objects that are not named may be anything; arrays are as long as this one's.",
      }),
    ),
    text: Type.Optional(Type.String({ minLength: 1, description: WORDS.text })),
    since: Type.Optional(Type.String({ description: WORDS.since })),
    until: Type.Optional(Type.String({ description: WORDS.until })),
  },
  { ...closed, description: 'Which requests: those that match all members. {} matches every request.' },
);

export type EntryMatch = Static<typeof ENTRY_MATCH>;

const SELECTION = {
  ...forEachPart((part) => oneOrMoreInQuery(WORDS[part])),
  status: oneOrMoreInQuery(WORDS.status),
  text: Type.Optional(Type.String({ minLength: 1, description: WORDS.text })),
  since: Type.Optional(Type.String({ description: WORDS.since })),
  until: Type.Optional(Type.String({ description: WORDS.until })),
  after: Type.Optional(Type.Integer({ minimum: 0, description: WORDS.after })),
};

/** In a URL. */
export const ENTRY_SELECTION = Type.Object(SELECTION, closed);

export const ENTRY_QUERY = Type.Object(
  {
    ...SELECTION,
    order: Type.Optional(Type.Enum(['newest', 'oldest'], { description: 'Which come first; newest unless given.' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'How many; 100 unless given.' })),
  },
  closed,
);

const COUNT = Type.Object(
  {
    exactly: Type.Optional(Type.Integer({ minimum: 0 })),
    atLeast: Type.Optional(Type.Integer({ minimum: 0 })),
    atMost: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { ...closed, minProperties: 1, description: 'Number of requests. Default: at least 1.' },
);

export const VERIFY_ORDER = Type.Object(
  {
    match: Type.Optional(ENTRY_MATCH),
    count: Type.Optional(COUNT),
    unexpected: Type.Optional(
      Type.Literal(true, {
        description:
          'In place of match and count: expect no requests but those of allow. Requests to the issuer are ignored, and a batch is judged by its items.',
      }),
    ),
    allow: Type.Optional(Type.Array(ENTRY_MATCH, { description: 'Goes with unexpected.' })),
    after: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Only entries that come after the one with this id.' }),
    ),
  },
  closed,
);

export type VerifyOrder = Static<typeof VERIFY_ORDER>;

const NAMED = (what: string) =>
  Type.Object({ id: Type.String(), name: Type.Optional(Type.String()) }, { ...closed, description: what });

export const MESSAGE_BODY = Type.Object(
  {
    text: Type.String(),
    encoding: Type.Enum(['utf8', 'base64']),
    sizeBytes: Type.Integer({ description: 'Of the whole body.' }),
    isCut: Type.Boolean({ description: 'Whether only the beginning is kept.' }),
    omitted: Type.Optional(Type.String({ description: 'Why nothing of it is kept.' })),
  },
  closed,
);

export const MESSAGE_HEADERS = Type.Array(Type.Array(Type.String(), { minItems: 2, maxItems: 2 }), {
  description: 'Names and values.',
});

const MESSAGE = Type.Object(
  {
    httpVersion: Type.String(),
    headers: MESSAGE_HEADERS,
    body: Type.Optional(MESSAGE_BODY),
  },
  closed,
);

const REFUSAL = Type.Object(
  {
    row: Type.String({ description: 'Of the error catalogue.' }),
    id: Type.Optional(Type.String({ description: 'In the published error table.' })),
    message: Type.Optional(Type.String()),
    when: Type.Optional(Type.String({ description: 'When this refusal is given.' })),
    detail: Type.Optional(Type.String({ description: 'What the server knows beside it.' })),
    cause: Type.Optional(Type.String()),
    reasons: Type.Array(Type.String(), { description: 'Why, where the message says too little.' }),
    fields: Type.Array(Type.Object({ code: Type.String(), message: Type.String(), target: Type.String() }, closed), {
      description: 'What is wrong with single fields.',
    }),
    explanation: Type.Object(
      {},
      { additionalProperties: true, description: 'Such as the permission that was missing.' },
    ),
    nearMisses: Type.Array(Type.String(), { description: 'What the client may have meant.' }),
  },
  closed,
);

export const ENTRY = Type.Object(
  {
    id: Type.Integer({ description: 'Grows with each entry.' }),
    kind: Type.Enum([...ENTRY_KINDS]),
    receivedAt: Type.String({ description: 'By the clock of the sandbox.' }),
    durationMs: Type.Number(),
    requestId: Type.String(),
    clientRequestId: Type.String(),
    batch: Type.Optional(
      Type.Object({ entry: Type.Integer(), item: Type.String() }, { ...closed, description: 'Of an item.' }),
    ),
    method: Type.String(),
    origin: Type.String(),
    url: Type.String(),
    version: Type.Optional(Type.String()),
    operation: Type.Optional(Type.String()),
    app: Type.Optional(NAMED('The client.')),
    tenant: Type.Optional(NAMED('With its display name.')),
    user: Type.Optional(NAMED('The signed-in user, with the userPrincipalName.')),
    learners: Type.Array(NAMED('With the userPrincipalName.'), { description: 'Whom request or answer concern.' }),
    status: Type.Optional(Type.Integer()),
    delivery: Type.Enum(['whole', 'cut', 'none'], { description: 'How much of the answer left.' }),
    request: MESSAGE,
    response: Type.Optional(MESSAGE),
    refusal: Type.Optional(REFUSAL),
    deviations: Type.Array(
      Type.Object({ name: Type.String(), found: Type.String(), expected: Type.String() }, closed),
      { description: 'What was accepted although it deviates from the reference.' },
    ),
    notes: Type.Array(Type.String(), { description: 'Such as the fault that was applied.' }),
  },
  closed,
);

export const ENTRY_PAGE = Type.Object(
  {
    value: Type.Array(ENTRY),
    next: Type.Optional(Type.Integer({ description: 'The value of after that gives the next page.' })),
    droppedUntil: Type.Integer({ description: 'Entries up to this id were evicted; 0: none.' }),
  },
  closed,
);

const DIFFERENCE = Type.Object(
  { part: Type.String(), expected: Type.Unknown(), actual: Type.Unknown() },
  { ...closed, description: 'A member of the match that does not fit.' },
);

export const VERIFICATION = Type.Object(
  {
    isSatisfied: Type.Boolean(),
    explanation: Type.String({ description: 'The outcome as a sentence.' }),
    expected: COUNT,
    found: Type.Integer(),
    entries: Type.Array(Type.Integer(), { description: 'Ids of those that were found, the first 1000.' }),
    nearMisses: Type.Array(
      Type.Object(
        {
          entry: Type.Integer(),
          method: Type.String(),
          url: Type.String(),
          status: Type.Optional(Type.Integer()),
          differs: Type.Array(DIFFERENCE),
        },
        closed,
      ),
      { description: 'Those that come nearest to what was expected, or allowed, and what differs.' },
    ),
  },
  closed,
);

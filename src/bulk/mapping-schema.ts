/** A mapping: what of a foreign file becomes which property. People write it as YAML; `vivarium import --suggest` begins one. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { BULK_KINDS } from './bulk-kind.ts';
import { BULK_FORMATS } from './records.ts';

const closed = { additionalProperties: false } as const;
const TEXT = Type.String({ minLength: 1, maxLength: 4096 });
const describePlain = (options: { readonly description?: string } = {}) =>
  Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()], options);
const PLAIN = describePlain();

const CONDITION = Type.Object(
  {
    column: TEXT,
    in: Type.Optional(Type.Array(Type.String(), { minItems: 1, description: 'Values, in any casing.' })),
    filled: Type.Optional(Type.Boolean({ description: 'Whether there is any value.' })),
  },
  { ...closed, description: 'Holds where the column has one of these values, any, or none.' },
);

const SOURCE = Type.Object(
  {
    column: Type.Optional(
      Type.String({ minLength: 1, description: 'Name of a column; of JSON also a path: actor.mbox.' }),
    ),
    template: Type.Optional(
      Type.String({ minLength: 1, description: 'A text with columns in braces: {User}:{Course}.' }),
    ),
    digest: Type.Optional(
      Type.Array(TEXT, {
        minItems: 1,
        description: 'Columns, whose values make up a short text that is always the same.',
      }),
    ),
    value: Type.Optional(PLAIN),
    match: Type.Optional(
      Type.String({
        description: 'A regular expression; its first group is taken, and a value that does not match is none.',
      }),
    ),
    values: Type.Optional(
      Type.Record(Type.String(), PLAIN, {
        description: 'By value of the column, in any casing, the value that it becomes.',
      }),
    ),
    otherwise: Type.Optional(
      describePlain({
        description: 'What a value becomes that `values` does not name. Without it, the row is refused.',
      }),
    ),
    dates: Type.Optional(
      Type.Array(TEXT, {
        minItems: 1,
        description: 'Formats to try, such as dd/MM/yyyy HH:mm, or iso, unix (seconds), unixMs.',
      }),
    ),
    timeZone: Type.Optional(Type.String({ description: 'Of dates that name none. Default: UTC.' })),
    locale: Type.Optional(Type.String({ description: 'Of names of months and days. Default: en.' })),
    number: Type.Optional(
      Type.Enum(['integer', 'percent', 'fraction'], {
        description: 'integer: rounded. percent: also with a sign, 45.5 %. fraction: 0 to 1, which becomes 0 to 100.',
      }),
    ),
    when: Type.Optional(CONDITION),
  },
  closed,
);

const describeValue = (options: { readonly description?: string } = {}) =>
  Type.Union(
    [
      Type.String({ minLength: 1, description: 'Name of a column.' }),
      SOURCE,
      Type.Array(SOURCE, { minItems: 1, description: 'The first that gives a value.' }),
    ],
    options,
  );
const VALUE = describeValue();
const VALUES = Type.Record(Type.String(), VALUE);

export const MAPPING = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'Of a mapping in JSON, for editors.' })),
    source: Type.Optional(Type.String({ description: 'What wrote the file, for readers of the mapping.' })),
    kind: Type.Enum([...BULK_KINDS]),
    format: Type.Optional(Type.Enum([...BULK_FORMATS])),
    csv: Type.Optional(
      Type.Object(
        {
          delimiter: Type.Optional(Type.String({ minLength: 1, maxLength: 1, description: 'Guessed when not given.' })),
          encoding: Type.Optional(Type.String({ description: 'Such as windows-1252. Default: utf-8.' })),
          skipLines: Type.Optional(
            Type.Integer({ minimum: 0, maximum: 1000, description: 'Lines in front of the header.' }),
          ),
        },
        closed,
      ),
    ),
    asIs: Type.Optional(Type.Boolean({ description: 'Columns are properties, by their names in the documentation.' })),
    provider: Type.Optional(describeValue({ description: 'The learningProviderId of each row.' })),
    type: Type.Optional(
      Type.Enum(['learningAssignment', 'learningSelfInitiatedCourse'], { description: 'Of activities.' }),
    ),
    only: Type.Optional(Type.Array(CONDITION, { description: 'Other rows are skipped.' })),
    forwardOnly: Type.Optional(
      Type.Boolean({
        description:
          'A completed activity stays completed, and no percentage falls: for files that are not in the order of time.',
      }),
    ),
    learner: Type.Optional(
      Type.Object(
        {
          by: Type.Enum(['id', 'userPrincipalName', 'mail', 'employeeId']),
          from: VALUE,
          none: Type.Optional(Type.Enum(['refuse', 'skip'], { description: 'Where no user has the value.' })),
          several: Type.Optional(Type.Enum(['refuse', 'skip'], { description: 'Where several users have it.' })),
        },
        closed,
      ),
    ),
    content: Type.Optional(
      Type.Object(
        {
          externalId: VALUE,
          create: Type.Optional(
            Type.Record(Type.String(), VALUE, {
              description: 'Properties of a content that is created where none has the id.',
            }),
          ),
        },
        closed,
      ),
    ),
    properties: Type.Optional(VALUES),
  },
  { ...closed, description: 'How a file is read.' },
);

export type Mapping = Static<typeof MAPPING>;
export type MappedValue = Static<typeof VALUE>;
export type MappedSource = Static<typeof SOURCE>;
export type Condition = Static<typeof CONDITION>;

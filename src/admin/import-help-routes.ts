/** The admin API's paths of what helps to begin an import: mappings that come along, and one that a sample suggests. */
import { Type } from 'typebox';

import { MAPPING } from '../bulk/mapping-schema.ts';
import { findProfile, listProfiles } from '../bulk/profiles.ts';
import { readColumnNames, readRows } from '../bulk/read-rows.ts';
import { BULK_FORMATS } from '../bulk/records.ts';
import { suggestMapping } from '../bulk/suggest.ts';
import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';

const closed = { additionalProperties: false } as const;
const SAMPLE_LIMIT_BYTES = 1024 * 1024;
const SHOWN_ROWS = 20;

const PROFILE = Type.Object(
  {
    name: Type.String({ description: 'As beginImport takes it.' }),
    mapping: MAPPING,
  },
  { ...closed, description: 'A mapping that comes along.' },
);

const SUGGESTION = Type.Object(
  {
    mapping: MAPPING,
    hints: Type.Array(Type.String(), { description: 'What to look at, a sentence each.' }),
    columns: Type.Array(Type.String(), { description: 'In the order of the file; of JSON the members of the rows.' }),
    rows: Type.Array(
      Type.Object(
        {
          line: Type.Integer({ description: 'Where the row begins, counted from 1.' }),
          values: Type.Record(Type.String(), Type.Unknown(), { description: 'Without empty cells.' }),
          problem: Type.Optional(Type.String({ description: 'Why the row cannot be read.' })),
        },
        closed,
      ),
      { description: `The first ${SHOWN_ROWS} rows.` },
    ),
  },
  { ...closed, description: 'A mapping to begin with, and what the sample has.' },
);

export function importHelpRoutes(): readonly ControlRoute[] {
  return [listAll(), suggestOne()];
}

function listAll(): ControlRoute {
  return controlRoute({
    id: 'listImportProfiles',
    method: 'GET',
    path: '/import-profiles',
    summary: 'Lists the mappings that come along. The one named graph is of any kind, not of activities alone.',
    answer: {
      status: 200,
      description: 'The mappings.',
      schema: Type.Object({ value: Type.Array(PROFILE) }, closed),
    },
    run: () => {
      const value = listProfiles().map((name) => ({ name, mapping: findProfile(name, 'activities') }));
      return { body: { value } };
    },
  });
}

function suggestOne(): ControlRoute {
  return controlRoute({
    id: 'suggestImportMapping',
    method: 'POST',
    path: '/import-suggestions',
    summary: 'Suggests a mapping from the first rows of a file. Nothing is stored.',
    role: 'viewer',
    query: Type.Object(
      {
        format: Type.Optional(Type.Enum([...BULK_FORMATS], { description: 'Default: csv.' })),
        delimiter: Type.Optional(
          Type.String({ minLength: 1, maxLength: 1, description: 'Of CSV; guessed when not given.' }),
        ),
        line: Type.Optional(
          Type.Integer({ minimum: 1, description: 'Line of the file where the first record begins, behind a header.' }),
        ),
      },
      closed,
    ),
    bodyType: ['text/csv', 'application/x-ndjson', 'application/json'],
    bodyLimitBytes: SAMPLE_LIMIT_BYTES,
    answer: { status: 200, description: 'The mapping, with the columns and some rows.', schema: SUGGESTION },
    run: ({ query: { format = 'csv', delimiter, line = format === 'csv' ? 2 : 1 }, body }) => {
      const part = { text: String(body), format, delimiter, line };
      const rows = [...readRows(part)];
      const read = rows.flatMap(({ values }) => (values === undefined ? [] : [values]));
      if (read.length === 0) {
        const problems = rows.slice(0, SHOWN_ROWS).map((row) => `line ${row.line}: ${row.problem ?? 'it is empty'}`);
        throw new ControlError(400, `No row can be read as ${format}.`, problems);
      }
      const shown = rows.slice(0, SHOWN_ROWS).map(({ values = {}, ...row }) => ({ ...row, values }));
      const columns = format === 'csv' ? readColumnNames(part) : new Set(read.flatMap((values) => Object.keys(values)));
      return { body: { ...suggestMapping(read, format), columns: [...columns], rows: shown } };
    },
  });
}

/** Which calls a rule is about, as it is written down. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { OPERATIONS } from '../../model/operations.ts';
import { closed, findUnknown } from './check.ts';
import { valuesOf } from './one-or-more.ts';

export const oneOrMore = (description: string) =>
  Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })], {
    description,
  });

export const CALL_MATCH = Type.Object(
  {
    method: Type.Optional(oneOrMore('HTTP methods, in any casing. HEAD counts as GET.')),
    path: Type.Optional(
      oneOrMore(
        'Below the version root, such as /employeeExperience/learningProviders/{id}/learningContents: {name} is any text without a slash, ** any text. An item has the path with which it was sent and the one with its keys as segments.',
      ),
    ),
    operation: Type.Optional(oneOrMore('Operation ids, such as createLearningCourseActivity.')),
    app: Type.Optional(oneOrMore('Client ids, or names as in the seed.')),
    user: Type.Optional(oneOrMore('The signed-in user: id, userPrincipalName, or name as in the seed.')),
    tenant: Type.Optional(oneOrMore('Ids, domain names or display names.')),
    inBatch: Type.Optional(
      Type.Boolean({
        description: 'true: items of batches only; false: requests of their own, whole batches included.',
      }),
    ),
  },
  { ...closed, description: 'Which calls: those that match all members. {} matches every call.' },
);

export type CallMatch = Static<typeof CALL_MATCH>;

const OPERATION_IDS: readonly string[] = OPERATIONS.map(({ id }) => id);

/** What is wrong with a match, names of the directory aside. */
export function findMatchProblems({ operation, path }: CallMatch): readonly string[] {
  const operations = valuesOf(operation) ?? [];
  const unknown = operations.flatMap((id) => findUnknown('match.operation', id, OPERATION_IDS));
  const relative = (valuesOf(path) ?? []).filter((text) => !text.startsWith('/'));
  return [...unknown, ...relative.map((text) => `match.path must begin with "/", as "${text}" does not.`)];
}

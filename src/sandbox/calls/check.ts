/** Checks of bodies that a schema cannot express. All problems are reported at once. */
import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Type } from 'typebox';
import type { Static, TSchema, TUnsafe } from 'typebox';

import { findSimilar } from '../../lib/suggest.ts';
import { describeErrors } from '../../lib/schema-problems.ts';

/** Of objects that have no further members. */
export const closed = { additionalProperties: false } as const;

const ajv = new Ajv({ allErrors: true, discriminator: true, allowUnionTypes: true });
const validators = new WeakMap<TSchema, ValidateFunction>();

export interface Checked {
  readonly problems: readonly string[];
  /** Whether this member of the body fits the schema, so that more can be asked of it. */
  isSound(member: string): boolean;
}

export function checkSchema(schema: TSchema, body: unknown): Checked {
  const validate = validators.get(schema) ?? ajv.compile(schema);
  validators.set(schema, validate);
  if (validate(body)) return { problems: [], isSound: () => true };
  const errors = validate.errors ?? [];
  // Of the whole only its type matters to the members.
  const places = errors.filter(({ instancePath, keyword }) => instancePath !== '' || keyword === 'type');
  const broken = new Set(places.map(({ instancePath }) => instancePath.split('/')[1]));
  const isSound = (member: string): boolean => !broken.has(member) && !broken.has(undefined);
  return { problems: describeErrors(withoutBranches(errors), 'the body'), isSound };
}

/** What each alternative of a union lacks says less than that none of them fits. */
function withoutBranches(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ schemaPath }) => `${schemaPath}/`);
  return errors.filter(({ schemaPath }) => !unions.some((union) => schemaPath.startsWith(union)));
}

/** A problem when the text is none of the known words, with the one that it resembles. */
export function findUnknown(place: string, text: string, known: readonly string[]): readonly string[] {
  return known.includes(text) ? [] : [`${place}: there is no "${text}".${suggest(text, known)}`];
}

export function suggest(text: string, known: readonly string[]): string {
  const similar = findSimilar(text, known);
  return similar === undefined ? '' : ` Did you mean "${similar}"?`;
}

/** One of several objects, told apart by their member `kind`. */
export function variants<const Schemas extends readonly TSchema[]>(
  description: string,
  schemas: Schemas,
): TUnsafe<Static<Schemas[number]>> {
  const discriminator = { propertyName: 'kind' };
  return Type.Unsafe({ type: 'object', discriminator, required: ['kind'], oneOf: schemas, description });
}

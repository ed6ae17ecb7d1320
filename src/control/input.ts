/** What a request to a control API says -> checked input of its route. Everything that is wrong is said at once. */
import { Ajv } from 'ajv';
import type { TSchema } from 'typebox';

import { describeErrors } from '../lib/schema-problems.ts';
import { ControlError } from './route.ts';
import type { ControlRoute } from './route.ts';

/** As it came. */
export interface RawInput {
  readonly params: Readonly<Record<string, string>>;
  /** Without `?`. */
  readonly query: string;
  readonly contentType: string | undefined;
  /** `undefined`: none came. */
  readonly body: Uint8Array | undefined;
}

export interface CheckedInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export const JSON_TYPE = 'application/json';

// Formats are for readers of the OpenAPI document; who needs more than a text checks it.
const CHECKS = { allErrors: true, validateFormats: false, strictTypes: false, strictTuples: false } as const;

/** @throws ControlError 400 with every problem, 415 for a body of a type that the route does not take */
export type InputReader = (route: ControlRoute, raw: RawInput) => CheckedInput;

export function createInputReader(): InputReader {
  const strict = new Ajv(CHECKS);
  // Texts of a URL become the numbers and booleans that are asked for, and one value a list of one.
  const coercing = new Ajv({ ...CHECKS, coerceTypes: 'array' });
  return (route, raw) => {
    const problems: string[] = [];
    const check = (ajv: Ajv, schema: TSchema | undefined, part: Part): unknown => {
      if (schema === undefined) return undefined;
      const validate = ajv.compile(schema);
      if (!validate(part.value)) problems.push(...describeErrors(validate.errors ?? [], part.name));
      return part.value;
    };
    const params = check(coercing, route.params, { name: 'the path', value: { ...raw.params } });
    const sent = readQuery(raw.query);
    problems.push(...listUnknown(route, Object.keys(sent)));
    const query = check(coercing, route.query, { name: 'the query', value: sent });
    const body = readBody(route, raw);
    if (body.kind === 'unreadable') problems.push(body.problem);
    const schema = route.checksBody === true ? undefined : route.body;
    if (body.kind === 'json') check(strict, schema, { name: 'the body', value: body.value });
    if (problems.length > 0) throw new ControlError(400, 'The request is not valid.', problems);
    return { params, query, body: contentOf(body) };
  };
}

interface Part {
  readonly name: string;
  readonly value: unknown;
}

function readQuery(text: string): Record<string, string | string[]> {
  const query = new URLSearchParams(text);
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const [first = '', ...others] = query.getAll(name);
      return [name, others.length === 0 ? first : [first, ...others]];
    }),
  );
}

function listUnknown({ query }: ControlRoute, names: readonly string[]): readonly string[] {
  const known = Object.keys(query?.properties ?? {});
  const told = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`;
  return names.filter((name) => !known.includes(name)).map((name) => `unknown query parameter: ${name}; ${told}`);
}

function contentOf(body: Body): unknown {
  if (body.kind === 'json') return body.value;
  return body.kind === 'text' ? body.text : undefined;
}

type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly problem: string };

function readBody(route: ControlRoute, { body, contentType }: RawInput): Body {
  const types = bodyTypesOf(route);
  if (types.length === 0) return { kind: 'none' };
  if (body === undefined && route.body !== undefined) return { kind: 'json', value: {} };
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!types.includes(type)) {
    const found = type === '' ? 'and it is missing' : `not ${type}`;
    throw new ControlError(415, `The Content-Type of the body has to be ${types.join(' or ')}, ${found}.`);
  }
  const text = Buffer.from(body ?? []).toString();
  return route.body === undefined || type !== JSON_TYPE ? { kind: 'text', text } : parse(text);
}

/** What the body of a route may be. */
export function bodyTypesOf({ body, bodyType }: ControlRoute): readonly string[] {
  return [...(body === undefined ? [] : [JSON_TYPE]), ...[bodyType ?? []].flat()];
}

function parse(text: string): Body {
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch (cause) {
    return { kind: 'unreadable', problem: `the body is not valid JSON: ${(cause as Error).message}` };
  }
}

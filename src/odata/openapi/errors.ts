/** Refusals: the schema of the envelope, an example of each catalogue row, and the error answers of an operation. */
import type { Behaviour } from '../../model/behaviour.ts';
import { DETAILS, ERRORS } from '../../model/errors.ts';
import type { ErrorName } from '../../model/errors.ts';
import type { ErrorRow } from '../../model/rows.ts';
import type { JsonObject } from '../payload.ts';
import { headersOf } from './headers.ts';
import { schemaReference } from './reference.ts';

const text = { type: 'string' } as const;

/** By the names that Microsoft's own generated clients have for them. */
export const ERROR_SCHEMAS = {
  'ODataErrors.ODataError': {
    type: 'object',
    required: ['error'],
    properties: { error: schemaReference('ODataErrors.MainError') },
  },
  'ODataErrors.MainError': {
    type: 'object',
    required: ['code', 'message', 'innerError'],
    properties: {
      code: text,
      message: text,
      details: { type: 'array', items: schemaReference('ODataErrors.ErrorDetails') },
      innerError: schemaReference('ODataErrors.InnerError'),
    },
  },
  'ODataErrors.ErrorDetails': {
    type: 'object',
    required: ['code', 'message'],
    properties: { code: text, message: text, target: { ...text, description: 'The field that is meant.' } },
  },
  'ODataErrors.InnerError': {
    type: 'object',
    required: ['date', 'request-id', 'client-request-id'],
    properties: { date: { ...text, format: 'date-time' }, 'request-id': text, 'client-request-id': text },
  },
} as const satisfies Readonly<Record<string, JsonObject>>;

const INNER_ERROR = {
  date: '2025-02-13T10:17:05Z',
  'request-id': '93b6f17e-c05d-4f45-ad2a-6665c708d8a0',
  'client-request-id': 'e70c5c1b-8b47-68c0-3171-3d22f5e0bd54',
} as const;

/** The error rows that an operation, or the batch, can answer with, by its id. */
export type ErrorsById = ReadonlyMap<string, readonly ErrorName[]>;

/** One example for each of these rows; the server fills `{name}`s. */
export function printErrorExamples(errorsById: ErrorsById, { forbiddenCode }: Behaviour): JsonObject {
  const given = new Set([...errorsById.values()].flat());
  const examples = [...given].map((name) => {
    const { status, code, message, when }: ErrorRow = ERRORS[name];
    const error = {
      code: status === 403 ? forbiddenCode : code,
      message,
      ...(DETAILED.has(name) && { details: [{ ...DETAILS[DETAILED.get(name) ?? 'invalid'], target: '{fieldName}' }] }),
      innerError: INNER_ERROR,
    };
    return [name, { summary: when, value: { error } }] as const;
  });
  return Object.fromEntries(examples);
}

/** A detail that the row can carry. */
const DETAILED: ReadonlyMap<ErrorName, keyof typeof DETAILS> = new Map<ErrorName, keyof typeof DETAILS>([
  ['requiredFieldsMissing', 'required'],
  ['fieldsInvalid', 'invalid'],
  ['fieldsEmpty', 'empty'],
  ['fieldValidationFailed', 'tooLong'],
]);

export interface ErrorResponses {
  /** Each distinct answer once, for the components of the document. */
  readonly components: JsonObject;
  /** References to the error answers of the operation or batch with this id, by status. */
  of(id: string): JsonObject;
}

/** Many operations share their error answers: one that all share is named by its status, others by the first that has it. */
export function printErrorResponses(errorsById: ErrorsById): ErrorResponses {
  const sets = new Map([...errorsById].map(([id, names]) => [id, splitByStatus(names)]));
  const components = new Map<string, readonly [name: string, response: JsonObject]>();
  for (const [id, ownSets] of sets) {
    for (const set of ownSets) {
      if (components.has(keyOf(set))) continue;
      const isShared = [...sets.values()].every((others) => others.some((other) => keyOf(other) === keyOf(set)));
      const name = isShared ? `error${set.status}` : `error${set.status}.${id}`;
      components.set(keyOf(set), [name, printResponse(set)]);
    }
  }
  const reference = (set: ErrorSet) => ({ $ref: `#/components/responses/${components.get(keyOf(set))?.[0]}` });
  return {
    components: Object.fromEntries(components.values()),
    of: (id) => Object.fromEntries((sets.get(id) ?? []).map((set) => [String(set.status), reference(set)])),
  };
}

/** Rows of one status that come together. */
interface ErrorSet {
  readonly status: number;
  readonly names: readonly ErrorName[];
}

function splitByStatus(names: readonly ErrorName[]): readonly ErrorSet[] {
  const statuses = new Set(names.map((name) => ERRORS[name].status));
  return [...statuses].map((status) => ({ status, names: names.filter((name) => ERRORS[name].status === status) }));
}

function keyOf({ names }: ErrorSet): string {
  return names.join();
}

function printResponse({ status, names }: ErrorSet): JsonObject {
  const examples = names.map((name) => [name, { $ref: `#/components/examples/${name}` }] as const);
  const body = { schema: schemaReference('ODataErrors.ODataError'), examples: Object.fromEntries(examples) };
  return {
    description: names.join(', '),
    headers: headersOf(status),
    content: { 'application/json': body },
  };
}

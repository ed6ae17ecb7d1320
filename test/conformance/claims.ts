/** What a row claims to cover, against what its requests have really met. */
import { expect } from 'vitest';

import { ERRORS } from '../../src/model/errors.ts';
import type { ErrorName } from '../../src/model/errors.ts';
import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import type { ErrorRow } from '../../src/model/rows.ts';
import { createSchema } from '../../src/model/schema.ts';
import type { ApiVersion } from '../../src/model/versions.ts';
import { createPathMatcher } from '../../src/odata/path.ts';
import type { PathMatcher } from '../../src/odata/path.ts';
import type { RuleRow, RuleStep } from '../../src/conformance/row.ts';
import type { RuleAnswer, RuleExchange } from '../../src/conformance/place.ts';

/** One request, or item of a batch, and how it was answered. */
interface Meeting {
  readonly method: string;
  /** The operation that the path names, when it was answered with success. */
  readonly done: string | undefined;
  readonly status: number;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

interface BatchItem {
  readonly id: string;
  readonly method: string;
  readonly url: string;
}

/** Fails unless the row's requests have met what it claims to cover. */
export function checkClaims(row: RuleRow, version: ApiVersion, exchanges: readonly RuleExchange[]): void {
  const { operations = [], errors = [] } = row.covers ?? {};
  const behaviour = { ...DEFAULT_BEHAVIOUR, ...row.settings };
  const match = createPathMatcher(createSchema(version, behaviour).operations);
  const meetings = exchanges.flatMap(({ step, answer }) => meetingsOf(step, answer, match));
  const isMet = (name: ErrorName) => meetings.some((one) => isError(one, ERRORS[name]) && isOfMethod(one, name));
  expect({
    operations: operations.filter((id) => meetings.some(({ done }) => done === id)),
    errors: errors.filter(isMet),
  }).toEqual({ operations, errors });
}

function meetingsOf({ send, json }: RuleStep, answer: RuleAnswer, match: PathMatcher): Meeting[] {
  const [method = '', url = ''] = send.split(/ (.*)/s);
  const requests = listItems(json);
  const { responses = [] } = Object(answer.body) as { readonly responses?: readonly BatchAnswer[] };
  const items = requests.flatMap((request) => {
    const response = responses.find(({ id }) => id === request.id);
    return response === undefined ? [] : [meeting(match, request, response)];
  });
  return [meeting(match, { method, url }, answer), ...items];
}

type BatchAnswer = Pick<RuleAnswer, 'status' | 'body'> & { readonly id: string };

function listItems(json: unknown): readonly BatchItem[] {
  const { requests } = (json ?? {}) as { readonly requests?: unknown };
  return Array.isArray(requests) ? (requests as readonly BatchItem[]) : [];
}

function meeting(
  match: PathMatcher,
  { method, url }: Pick<BatchItem, 'method' | 'url'>,
  { status, body }: Pick<RuleAnswer, 'status' | 'body'>,
): Meeting {
  const path = url.replace(/\?.*/s, '').replace(BEFORE_ROOT, '');
  return {
    method,
    done: findOperation(match, { method, path, status }),
    status,
    error: (Object(body) as Partial<Meeting>).error,
  };
}

/** What stands before the version's root in links and in items of batches. */
const BEFORE_ROOT = /^(https:\/\/[^/]*)?\/(v1\.0|beta)(?=\/)/;

/** `undefined` when the path names none, or when it did not succeed. */
function findOperation(
  match: PathMatcher,
  { method, path, status }: { readonly method: string; readonly path: string; readonly status: number },
): string | undefined {
  try {
    const { operation } = match(method, path.startsWith('/') ? path : `/${path}`);
    return operation.success === status ? operation.id : undefined;
  } catch {
    return undefined;
  }
}

function isError({ status, error }: Meeting, row: ErrorRow): boolean {
  const pattern = row.message.split(/\{\w+\}/).map((text) => RegExp.escape(text));
  const isText = error !== undefined && new RegExp(`^${pattern.join('.*')}$`, 's').test(error.message);
  return isText && status === row.status && error.code.toLowerCase() === row.code.toLowerCase();
}

/** Two rows have the same text: one for creates, the other for updates. */
function isOfMethod({ method }: Meeting, name: ErrorName): boolean {
  if (name === 'fieldValidationFailed') return method === 'POST';
  return name !== 'fieldsEmpty' || method === 'PATCH';
}

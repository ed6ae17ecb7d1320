/** A row of the error catalogue as the answer to a call, for a fault. */
import { ERRORS } from '../../model/errors.ts';
import type { ErrorName } from '../../model/errors.ts';
import {
  asksToWait,
  SAMPLE_DETAILS,
  SAMPLE_VALUES,
  SAMPLE_VALUES_OF,
  UNKNOWN_PROPERTY,
} from '../../model/error-samples.ts';
import { errorDetail, GraphError } from '../../model/graph-error.ts';
import type { ErrorDetail } from '../../model/graph-error.ts';
import { OPERATIONS } from '../../model/operations.ts';
import type { PropertyRow } from '../../model/rows.ts';
import { ENTITIES } from '../../model/schema.ts';
import type { EntityName, OperationView } from '../../model/schema.ts';
import { errorResponse } from '../../odata/error-body.ts';
import type { ErrorStyle } from '../../odata/error-body.ts';
import type { GraphResponse } from '../../odata/message.ts';
import { retryAfterExactly } from '../../odata/retry-after.ts';
import type { RequestContext } from '../../graph/context.ts';
import { compilePath } from '../calls/call-matcher.ts';
import { DEFAULT_RETRY_AFTER_SECONDS } from './fault-bounds.ts';
import { withDefaultWait, writeRetryAfter } from './retry-after-header.ts';
import type { RetryAfterOrder } from './retry-after-header.ts';

export interface ErrorOrder extends RetryAfterOrder {
  readonly row: ErrorName;
  /** For the `{name}`s of the message, in place of those that are made up. */
  readonly values?: Readonly<Record<string, string | number>> | undefined;
  /** The fields that `details` name. */
  readonly fields?: readonly string[] | undefined;
}

export interface ErrorAnswerOptions {
  readonly style: ErrorStyle;
  /** The value of WWW-Authenticate. */
  readonly findChallenge: () => string;
}

/** Status, headers and body of the row for this call; `innerError` has no explanation. */
export function errorAnswer(order: ErrorOrder, call: RequestContext, options: ErrorAnswerOptions): GraphResponse {
  const { match } = call;
  const waiting = waitOf(order, options.style.clock.now());
  const fields = order.fields ?? [sampleField(order.row, match?.operation)];
  const values = {
    ...SAMPLE_VALUES,
    ...SAMPLE_VALUES_OF[order.row],
    ...requestValues(call),
    property: fields[0] ?? UNKNOWN_PROPERTY,
    ...waiting.values,
    ...order.values,
  };
  const error = new GraphError(order.row, {
    values,
    details: detailsOf(order.row, fields, values),
    headers: { ...headersOf(order.row, call, options), ...waiting.headers },
  });
  return errorResponse(error, call, options.style);
}

interface Waiting {
  readonly values: Readonly<Record<string, number>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** The message counts whole minutes, also where the header is shorter or missing. */
function waitOf(order: ErrorOrder, now: number): Waiting {
  const waiting = withDefaultWait(order, asksToWait(ERRORS[order.row].message));
  const { values } = retryAfterExactly((waiting.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS) * 1000);
  return { values, headers: writeRetryAfter(waiting, now) };
}

/** What the request has of its own for messages that repeat a part of it. */
function requestValues({ path, version, match, principal }: RequestContext): Record<string, string> {
  const segment = path.split('/').findLast((text) => text !== '') ?? '';
  const userId = principal.kind === 'delegated' ? principal.userId : '';
  return {
    segment,
    version,
    part: segment,
    user: match?.keys['userId'] ?? userId,
    type: match === undefined ? '' : concreteName(match.operation.entity),
  };
}

function detailsOf(
  row: ErrorName,
  fields: readonly string[],
  values: Readonly<Record<string, string | number>>,
): readonly ErrorDetail[] {
  const name = SAMPLE_DETAILS[row];
  if (name === undefined) return [];
  return fields.map((field) => errorDetail(name, field, { ...values, property: field }));
}

function headersOf(
  row: ErrorName,
  call: RequestContext,
  { findChallenge }: ErrorAnswerOptions,
): Record<string, string> {
  if (ERRORS[row].status === 401) return { 'WWW-Authenticate': findChallenge() };
  return row === 'methodNotAllowed' ? { allow: otherMethods(call) } : {};
}

/** Those that the path takes, but for the one that was sent, which cannot be among them. */
function otherMethods({ path: sent, method: sentMethod, match }: RequestContext): string {
  const atPath = OPERATIONS.filter(({ path }) =>
    match === undefined ? compilePath(path).test(sent) : path === match.operation.path,
  );
  const methods = atPath.map(({ method }) => method).filter((method) => method !== sentMethod);
  return [...new Set(methods)].join(', ');
}

function sampleField(row: ErrorName, operation: OperationView | undefined): string {
  if (row === 'propertyUnknown' || operation === undefined) return UNKNOWN_PROPERTY;
  const properties = propertiesOf(concreteName(operation.entity));
  const required = operation.method === 'PATCH' ? 'onUpdate' : 'onCreate';
  return (properties.find((property) => property[required] === 'required') ?? properties[0])?.name ?? UNKNOWN_PROPERTY;
}

/** Of a type that nothing is of, the first that something can be of. */
function concreteName(entity: EntityName): string {
  const derived = Object.values(ENTITIES).find((row) => 'base' in row && row.base === entity);
  return derived?.name ?? entity;
}

function propertiesOf(name: string): readonly PropertyRow[] {
  const row = ENTITIES[name as EntityName];
  const inherited = 'base' in row ? ENTITIES[row.base].properties : [];
  return [...inherited, ...row.properties];
}

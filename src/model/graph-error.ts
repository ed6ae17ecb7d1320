/** The one refusal that the server throws on purpose: it names a row of the error catalogue. */
import { fillTemplate } from '../lib/fill-template.ts';
import { DETAILS, ERRORS } from './errors.ts';
import type { DetailName, ErrorName } from './errors.ts';
import type { Reason } from './reasons.ts';

type Values = Readonly<Record<string, string | number>>;

/** One entry of `error.details`: what is wrong with one field. */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target: string;
}

/** Members of `innerError`, by name. */
export type Explanation = Readonly<Record<string, string | boolean | null | readonly string[]>>;

export interface GraphErrorOptions {
  /** Fill the `{name}`s of the row's message. */
  readonly values?: Values;
  readonly details?: readonly ErrorDetail[];
  /** Response headers that belong to the refusal, such as Allow and Retry-After. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log only, never shown to a client. */
  readonly logDetail?: string;
  /** Why, where the message says too little; told in the journal, and in `innerError` where refusals are explained. */
  readonly reasons?: readonly Reason[];
  /** What else a developer needs to know to do better; shown in `innerError` where refusals are explained. */
  readonly explanation?: Explanation;
  readonly cause?: unknown;
}

export class GraphError extends Error {
  readonly row: ErrorName;
  readonly status: number;
  readonly code: string;
  readonly details: readonly ErrorDetail[];
  readonly headers: Readonly<Record<string, string>>;
  readonly logDetail: string | undefined;
  readonly reasons: readonly Reason[];
  readonly explanation: Explanation;

  constructor(row: ErrorName, options: GraphErrorOptions = {}) {
    super(fillTemplate(ERRORS[row].message, options.values ?? {}), { cause: options.cause });
    this.name = 'GraphError';
    this.row = row;
    this.status = ERRORS[row].status;
    this.code = ERRORS[row].code;
    this.details = options.details ?? [];
    this.headers = options.headers ?? {};
    this.logDetail = options.logDetail;
    this.reasons = options.reasons ?? [];
    this.explanation = options.explanation ?? {};
  }
}

/** The catalogue's sentence about one field. */
export function errorDetail(name: DetailName, field: string, values: Values = {}): ErrorDetail {
  const { code, message } = DETAILS[name];
  return { code, message: fillTemplate(message, { ...values, fieldName: field }), target: field };
}

/** One operation of the control API, as data: the HTTP route, the checks of its input and its OpenAPI row come from it. */
import type { Static, TObject, TSchema } from 'typebox';

export interface ControlRoute {
  /** The operationId. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the control API's root; parameters as `{name}`. */
  readonly path: string;
  /** One sentence. */
  readonly summary: string;
  readonly params?: TObject;
  /** Numbers and booleans are read from their texts. */
  readonly query?: TObject;
  /** JSON. A route that takes another type names it in `bodyType` and gets the text. */
  readonly body?: TSchema;
  readonly bodyType?: string;
  /** Of success; refusals are the same for all routes. */
  readonly answer: { readonly status: number; readonly description: string; readonly schema?: TSchema };
  run(input: ControlInput): Promise<ControlAnswer> | ControlAnswer;
}

/** Checked against the route's schemas. */
export interface ControlInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  /** Settles when the client has gone. */
  readonly signal: AbortSignal;
}

export interface ControlAnswer {
  /** A JSON value; nothing for an empty answer. */
  readonly body?: unknown;
  /** In place of JSON: a text or a stream of texts under a type of its own. */
  readonly text?: { readonly type: string; readonly value: string | AsyncIterable<string>; readonly fileName?: string };
}

interface Schemas {
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TSchema;
}

type TypeOf<Schema> = Schema extends TSchema ? Static<Schema> : undefined;

/** Types what `run` gets by the schemas beside it. */
export function controlRoute<const Own extends Schemas>(
  route: Omit<ControlRoute, 'run' | keyof Schemas> &
    Own & {
      run(input: {
        readonly params: TypeOf<Own['params']>;
        readonly query: TypeOf<Own['query']>;
        readonly body: TypeOf<Own['body']>;
        readonly signal: AbortSignal;
      }): Promise<ControlAnswer> | ControlAnswer;
    },
): ControlRoute {
  return route;
}

/** A refusal of the control API, answered as application/problem+json. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly status: number;
  /** Every problem that the request has. */
  readonly problems: readonly string[];

  constructor(status: number, detail: string, problems: readonly string[] = []) {
    super(detail);
    this.status = status;
    this.problems = problems;
  }
}

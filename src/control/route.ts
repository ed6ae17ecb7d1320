/**
 * One operation of a control API, as data: the HTTP route, the checks of its input and its OpenAPI row come from it.
 * Modules of routes are loaded at the first request of the API, not at the start: typebox takes a quarter of a
 * second to load.
 */
import type { Static, TObject, TSchema } from 'typebox';

import type { Role } from './role.ts';
import type { ControlHolder } from './token.ts';

export interface ControlRoute {
  /** The operationId. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the root of the API; parameters as `{name}`. */
  readonly path: string;
  /** One sentence. */
  readonly summary: string;
  readonly params?: TObject;
  /** Numbers and booleans are read from their texts. */
  readonly query?: TObject;
  /** JSON; no body counts as an empty object. A route that takes other types names them in `bodyType` and gets the text. */
  readonly body?: TSchema;
  readonly bodyType?: string | readonly string[];
  /** The JSON is checked by `run`, together with what no schema can say. */
  readonly checksBody?: boolean;
  /** What a body may have at most, in place of the limit of other requests. */
  readonly bodyLimitBytes?: number;
  /** The least that the sender must be; when not given, a viewer may read, and who the API says may change. */
  readonly role?: Role;
  /** Needs no token. */
  readonly isOpen?: boolean;
  /** Of success; refusals are the same for all routes. */
  readonly answer: {
    readonly status: number;
    readonly description: string;
    /** Of JSON. */
    readonly schema?: TSchema;
    /** Of a text or a file, which comes in place of JSON. */
    readonly textType?: string;
  };
  run(input: ControlInput): Promise<ControlAnswer> | ControlAnswer;
}

/** Who asks, and how. */
export interface ControlSender {
  /** One who sent no token to an open route has the least role. */
  readonly holder: ControlHolder;
  /** `undefined` for a call within the process. */
  readonly requestId: string | undefined;
}

interface ControlSending extends ControlSender {
  /** Of a stream that is taken up again: the id of the last event that its reader has. */
  readonly lastEventId: string | undefined;
  /** Settles when the client has gone. */
  readonly signal: AbortSignal;
}

/** Checked against the route's schemas. */
export interface ControlInput extends ControlSending {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export interface ControlAnswer {
  /** A JSON value; nothing for an empty answer. */
  readonly body?: unknown;
  /** In place of JSON: a text, or a stream of texts or bytes, under a type of its own. */
  readonly text?: { readonly type: string; readonly value: string | ControlParts; readonly fileName?: string };
}

/** Parts of an answer, as they come: lines of NDJSON, events, pieces of a file. */
export type ControlParts = AsyncIterable<string | Uint8Array>;

type TypeOf<Schema> = Schema extends TSchema ? Static<Schema> : undefined;

type Typed<Params, Query, Body> = Omit<ControlRoute, 'run' | 'params' | 'query' | 'body'> & {
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  run(
    input: ControlSending & {
      readonly params: TypeOf<Params>;
      readonly query: TypeOf<Query>;
      readonly body: TypeOf<Body>;
    },
  ): Promise<ControlAnswer> | ControlAnswer;
};

/** Types what `run` gets by the schemas beside it. */
export function controlRoute<
  const Params extends TObject | undefined = undefined,
  const Query extends TObject | undefined = undefined,
  const Body extends TSchema | undefined = undefined,
>(route: Typed<Params, Query, Body>): ControlRoute {
  return route as ControlRoute;
}

/** A refusal of a control API, answered as application/problem+json. */
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

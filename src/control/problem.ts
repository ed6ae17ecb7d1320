/** Refusals of a control API: problem details by RFC 9457. */
import { InputError, StartError } from '../lib/start-error.ts';
import { Unavailable, WriteInDoubt } from '../lib/unavailable.ts';
import { GraphError } from '../model/graph-error.ts';
import { ControlError } from './route.ts';

export const PROBLEM_TYPE = 'application/problem+json';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Everything that is wrong with the request, where more than one thing can be. */
  readonly problems: readonly string[];
}

/** Statuses of refusals, with the names that HTTP gives them. */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

const FAULT_DETAIL = 'Internal error. See the log of the server.';

/** Translates a thrown error to a problem. A bug is a 500 with hidden text. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ControlError) return problem(thrown.status, thrown.message, thrown.problems);
  if (thrown instanceof InputError) return problem(400, thrown.summary, thrown.problems);
  if (thrown instanceof StartError) return problem(409, thrown.message);
  if (thrown instanceof GraphError) return problem(thrown.status, thrown.message);
  if (thrown instanceof Unavailable) return problem(503, thrown.message);
  if (thrown instanceof WriteInDoubt) return problem(504, thrown.message);
  return problem(500, FAULT_DETAIL);
}

function problem(status: number, detail: string, problems: readonly string[] = []): Problem {
  // Of no kind of its own: what it is, the status says.
  return { type: 'about:blank', title: TITLES[status] ?? 'Error', status, detail, problems };
}

/** Refusals, as RFC 7644, section 3.12, has them. */
import { Unavailable, WriteInDoubt } from '../lib/unavailable.ts';
import { GraphError } from '../model/graph-error.ts';
import { SCIM_ERROR_TYPES, SCIM_MESSAGES } from '../model/scim.ts';
import type { ScimErrorType } from '../model/scim.ts';

export class ScimError extends Error {
  override readonly name = 'ScimError';
  readonly status: number;
  readonly scimType: ScimErrorType | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    cause: ScimErrorType | { readonly status: number; readonly headers?: Readonly<Record<string, string>> },
    detail: string,
  ) {
    super(detail);
    this.scimType = typeof cause === 'string' ? cause : undefined;
    this.status = typeof cause === 'string' ? SCIM_ERROR_TYPES[cause] : cause.status;
    this.headers = (typeof cause === 'string' ? undefined : cause.headers) ?? {};
  }
}

export interface ScimRefusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

const FAULT = 'Internal error. See the log of the server.';

/** Anything that was thrown. A bug is a 500 with hidden text. */
export function refusalOf(thrown: unknown): ScimRefusal {
  if (thrown instanceof ScimError) return refusal(thrown, thrown.message, thrown.scimType);
  if (thrown instanceof GraphError) return refusal(thrown, thrown.message);
  if (thrown instanceof Unavailable) {
    const headers = { 'retry-after': String(Math.ceil(thrown.retryAfterMs / 1000)) };
    return refusal({ status: 503, headers }, thrown.message);
  }
  if (thrown instanceof WriteInDoubt) return refusal({ status: 504, headers: {} }, thrown.message);
  return refusal({ status: 500, headers: {} }, FAULT);
}

function refusal(
  { status, headers }: Pick<ScimRefusal, 'status' | 'headers'>,
  detail: string,
  scimType?: ScimErrorType,
): ScimRefusal {
  const body = {
    schemas: [SCIM_MESSAGES.error],
    status: String(status),
    ...(scimType !== undefined && { scimType }),
    detail,
  };
  return { status, headers, body };
}

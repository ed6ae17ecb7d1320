/**
 * Skip tokens: where a page ended, as opaque text that needs no encoding in a URL. Base64url of the JSON array
 * `[version, digest, ...values]`; the digest covers what the token was made for and the values, so that a token that was
 * cut, edited or taken to another list is refused. It is a checksum, not a secret: a token gives access to nothing.
 */
import { createHash } from 'node:crypto';

import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';

export type SkipTokenValue = string | number | boolean | null;

/** What a token belongs to, as texts that are equal on every page. */
export interface TokenScope {
  /** The collection: its tenant, operation and keys. */
  readonly collection: string;
  /** The value of $filter; empty without one. */
  readonly filter: string;
  /** The value of $orderby; empty without one. */
  readonly orderBy: string;
}

/** Raised when the order of lists changes, so that a place in the old order is not misread. */
const VERSION = 2;
const DIGEST_CHARACTERS = 12;
const MAX_CHARACTERS = 8192;

export function encodeSkipToken(scope: TokenScope, values: readonly SkipTokenValue[]): string {
  return Buffer.from(JSON.stringify([VERSION, digestOf(scope, values), ...values])).toString('base64url');
}

/** The values that {@link encodeSkipToken} was given for the same scope. @throws skipTokenInvalid */
export function decodeSkipToken(token: string, scope: TokenScope): readonly SkipTokenValue[] {
  const [version, digest, ...values] = readArray(token);
  if (Number.isSafeInteger(version) && version !== VERSION)
    throw new GraphError('skipTokenInvalid', { reasons: [reason('skipTokenOfOtherRelease')] });
  if (version !== VERSION || !values.every(isValue)) throw broken();
  if (digest === digestOf(scope, values)) return values;
  throw new GraphError('skipTokenInvalid', { logDetail: 'Not of this list.', reasons: [reason('skipTokenOfOther')] });
}

function broken(cause?: unknown): GraphError {
  return new GraphError('skipTokenInvalid', { cause, reasons: [reason('skipTokenBroken')] });
}

function readArray(token: string): readonly unknown[] {
  const bytes = Buffer.from(token.slice(0, MAX_CHARACTERS), 'base64url');
  // Buffer skips characters that are not of the alphabet.
  if (bytes.toString('base64url') !== token) throw broken();
  try {
    const read: unknown = JSON.parse(bytes.toString());
    if (Array.isArray(read)) return read;
  } catch (cause) {
    throw broken(cause);
  }
  throw broken();
}

function isValue(value: unknown): value is SkipTokenValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function digestOf({ collection, filter, orderBy }: TokenScope, values: readonly SkipTokenValue[]): string {
  const text = JSON.stringify([collection, filter, orderBy, ...values]);
  return createHash('sha256').update(text).digest('base64url').slice(0, DIGEST_CHARACTERS);
}

/** Weak entity tags: the version of a stored row, and the conditions that clients set on it. */
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';

type Headers = Readonly<Record<string, string | undefined>>;

export function etagOf(rowVersion: number): string {
  return `W/"${rowVersion}"`;
}

/** Passes when If-Match is absent, `*`, or names this version. @throws preconditionFailed */
export function requireMatch(headers: Headers, rowVersion: number): void {
  const wanted = headers['if-match'];
  if (wanted === undefined || matches(wanted, rowVersion)) return;
  const reasons = [reason('versionDiffers', { found: wanted, stored: etagOf(rowVersion) })];
  throw new GraphError('preconditionFailed', { reasons });
}

/** Whether If-None-Match says that the client has this version already. */
export function isNotModified(headers: Headers, rowVersion: number): boolean {
  const known = headers['if-none-match'];
  return known !== undefined && matches(known, rowVersion);
}

function matches(header: string, rowVersion: number): boolean {
  const etag = etagOf(rowVersion);
  return header.split(',').some((text) => {
    const tag = text.trim();
    // Weak and strong tags match each other: ours stand for versions, never for bytes.
    return tag === '*' || tag === etag || `W/${tag}` === etag;
  });
}

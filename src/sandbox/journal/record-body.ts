/** Bytes of the wire -> the text that is kept of them. */
import type { EntryKind, RecordedBody } from './entry.ts';
import type { BodyCopy } from './recorder.ts';
import { redactForm, redactJson } from './redact.ts';

export interface BodyOrigin {
  readonly kind: 'graph' | 'issuer';
  /** The value of Content-Type. */
  readonly contentType: string;
  /** Whether the bytes are still compressed. */
  readonly isCompressed?: boolean;
}

/** Of a body, so much is kept; what comes after it is only counted. */
export const BODY_CAP_BYTES = 64 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const FORM = /^\s*application\/x-www-form-urlencoded/i;
const JSON_TYPE = /^\s*[\w.+-]+\/(?:[\w.-]+\+)?json/i;
/** The beginning of a character whose other bytes were cut off. */
const LONGEST_CHARACTER_BYTES = 4;

const PAGE = 'Pages of the issuer are not kept: they may hold codes and tokens.';
const COMPRESSED = 'A compressed body that was not read is not kept.';
const UNKNOWN = 'A body of the issuer that is neither a form nor JSON is not kept.';

/** `undefined` when there was no body. */
export function recordBody({ content, sizeBytes }: BodyCopy, origin: BodyOrigin): RecordedBody | undefined {
  if (sizeBytes === 0) return undefined;
  const omitted = reasonToOmit(origin);
  if (omitted !== undefined) return { text: '', encoding: 'utf8', sizeBytes, isCut: false, omitted };
  const bytes = Buffer.from(content as Uint8Array);
  const isCut = bytes.length < sizeBytes;
  const text = decode(bytes, isCut);
  if (text !== undefined) return { text: redactText(text, origin), encoding: 'utf8', sizeBytes, isCut };
  // Read byte by byte, what is secret in it is found all the same.
  const redacted = Buffer.from(redactText(bytes.toString('latin1'), origin), 'latin1');
  return { text: redacted.toString('base64'), encoding: 'base64', sizeBytes, isCut };
}

/** Bytes that are at hand, as a copy of the wire would have them. */
export function copyOf(bytes: Uint8Array, capBytes: number): BodyCopy {
  return { content: bytes.subarray(0, capBytes), sizeBytes: bytes.length };
}

function reasonToOmit(origin: BodyOrigin): string | undefined {
  const { kind, contentType, isCompressed } = origin;
  if (isCompressed === true) return COMPRESSED;
  if (kind === 'graph' || isForm(origin) || JSON_TYPE.test(contentType)) return undefined;
  return /^\s*text\/html/i.test(contentType) ? PAGE : UNKNOWN;
}

function redactText(text: string, origin: BodyOrigin): string {
  // What calls itself a form, or nothing, may be JSON all the same.
  return redactJson(isForm(origin) ? redactForm(text) : text, origin.kind);
}

/** The issuer reads a body without a type as a form. */
export function isForm({ kind, contentType }: { readonly kind: EntryKind; readonly contentType: string }): boolean {
  return FORM.test(contentType) || (kind === 'issuer' && contentType.trim() === '');
}

/** `undefined` when the bytes are no UTF-8, but for a last character that was cut off. */
function decode(bytes: Uint8Array, isCut: boolean): string | undefined {
  for (let cut = 0; cut < (isCut ? LONGEST_CHARACTER_BYTES : 1); cut += 1) {
    try {
      return utf8.decode(bytes.subarray(0, bytes.length - cut));
    } catch {
      continue;
    }
  }
  return undefined;
}

/** Whether a text of JSON is small enough to be worked on, seen before it is parsed. */
import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from '../model/limits.ts';
import { reason } from '../model/reasons.ts';
import type { Reason } from '../model/reasons.ts';

const [QUOTE, BACKSLASH, COMMA] = ['"', '\\', ','].map((text) => text.charCodeAt(0));
const OPENING = new Set(['{', '['].map((text) => text.charCodeAt(0)));
const CLOSING = new Set(['}', ']'].map((text) => text.charCodeAt(0)));
/** Shorter texts can hold neither too many values nor too many levels. */
const SMALL_BYTES = Math.min(MAX_JSON_DEPTH, MAX_JSON_VALUES);

/** What the text, JSON or not, holds too much of; `undefined` when it is within the bounds. One look at each byte. */
export function findExcess(bytes: Uint8Array): Reason | undefined {
  if (bytes.length <= SMALL_BYTES) return undefined;
  let [depth, values, isText] = [0, 1, false];
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] as number;
    if (isText) {
      if (byte === BACKSLASH) index += 1;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) isText = true;
    else if (byte === COMMA) values += 1;
    else if (OPENING.has(byte)) [depth, values] = [depth + 1, values + 1];
    else if (CLOSING.has(byte)) depth -= 1;
    if (depth > MAX_JSON_DEPTH) return reason('bodyTooDeep', { limit: MAX_JSON_DEPTH });
    if (values > MAX_JSON_VALUES) return reason('bodyTooRich', { limit: MAX_JSON_VALUES });
  }
  return undefined;
}

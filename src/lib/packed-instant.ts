/**
 * Instants as short texts that sort as the instants do: 7 characters for the seconds since the year 1, and 4 for the
 * 100-nanosecond ticks of a second where there are any. An instant as it is written has 19 characters and more.
 */
import { FIRST_SECOND, findSeconds, secondsText } from './calendar.ts';

/** 64 characters in the order of their bytes. */
const DIGITS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
/** By the code of the character. */
const VALUES = new Uint8Array(128);
for (let value = 0; value < DIGITS.length; value += 1) VALUES[DIGITS.charCodeAt(value)] = value;
const SECOND_DIGITS = 7;
const TICK_DIGITS = 4;
const FRACTION_LENGTH = 7;
const WRITTEN_DATE = '0001-01-01'.length;
const WRITTEN_SECONDS = '0001-01-01T00:00:00'.length;
const ZERO = '0'.charCodeAt(0);

const CANONICAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?$/;

/** Whether the text is an instant as {@link packInstant} takes it: `YYYY-MM-DDTHH:mm:ss[.f]` in UTC. */
export function isInstant(text: string): boolean {
  return CANONICAL.test(text) && findSecondsOf(text) !== undefined;
}

export function packInstant(text: string): string {
  const seconds = findSecondsOf(text);
  if (seconds === undefined) throw new Error(`No instant: ${text}`);
  const packed = writeDigits(seconds - FIRST_SECOND, SECOND_DIGITS);
  if (text.length === WRITTEN_SECONDS) return packed;
  const ticks = Number(text.slice(WRITTEN_SECONDS + 1).padEnd(FRACTION_LENGTH, '0'));
  return packed + writeDigits(ticks, TICK_DIGITS);
}

/** The instant that {@link packInstant} packed, without trailing zeros in its fraction. */
export function unpackInstant(packed: string): string {
  const text = secondsText(readDigits(packed, 0, SECOND_DIGITS) + FIRST_SECOND);
  if (packed.length === SECOND_DIGITS) return text;
  const ticks = String(readDigits(packed, SECOND_DIGITS, packed.length)).padStart(FRACTION_LENGTH, '0');
  return `${text}.${ticks.replace(/0+$/, '')}`;
}

/** Since 1970, without the fraction. */
function findSecondsOf(text: string): number | undefined {
  const time = [twoDigitsAt(text, 11), twoDigitsAt(text, 14), twoDigitsAt(text, 17)] as const;
  return findSeconds(text.slice(0, WRITTEN_DATE), time);
}

function twoDigitsAt(text: string, index: number): number {
  return (text.charCodeAt(index) - ZERO) * 10 + text.charCodeAt(index + 1) - ZERO;
}

function writeDigits(number: number, length: number): string {
  let text = '';
  for (let rest = number, index = 0; index < length; index += 1, rest = Math.floor(rest / 64)) {
    text = DIGITS.charAt(rest % 64) + text;
  }
  return text;
}

function readDigits(text: string, start: number, end: number): number {
  let number = 0;
  for (let index = start; index < end; index += 1) number = number * 64 + (VALUES[text.charCodeAt(index)] ?? 0);
  return number;
}

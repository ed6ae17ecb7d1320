/** Durations of ISO 8601 that have one length: no years and months. */

const DURATION = /^(-)?P(?=[\dT])(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,9})?)S)?)?$/;
/** Of a week, a day, an hour, a minute, a second. */
const UNITS_MS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000];

/** Milliseconds, cut to whole ones; `undefined` when the text is no such duration. */
export function readDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [, sign, ...counts] = match;
  const ms = UNITS_MS.reduce((sum, unitMs, index) => sum + Number(counts[index] ?? 0) * unitMs, 0);
  return Math.trunc(sign === undefined ? ms : -ms);
}

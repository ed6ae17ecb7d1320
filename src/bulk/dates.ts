/** Dates as other systems write them -> instants in UTC. */
import { DateTime } from 'luxon';

export interface DateRules {
  /** Of luxon, or `iso`, `unix`, `unixMs`. */
  readonly formats: readonly string[];
  /** Of dates that name none. */
  readonly zone: string;
  readonly locale: string;
}

type ReadDate = (text: string, options: { readonly zone: string; readonly locale: string }) => DateTime;

const fromNumber = (text: string, unitMs: number): DateTime =>
  /^-?\d{1,15}(\.\d+)?$/.test(text) ? DateTime.fromMillis(Number(text) * unitMs) : DateTime.invalid('number');

const NAMED: Readonly<Record<string, ReadDate>> = {
  iso: (text, options) => DateTime.fromISO(text.replace(/^(\d{4}-\d{2}-\d{2}) /, '$1T'), options),
  unix: (text) => fromNumber(text, 1000),
  unixMs: (text) => fromNumber(text, 1),
};

/** Canonical text with `Z`, or `undefined` when no format fits. */
export function readDate(text: string, { formats, zone, locale }: DateRules): string | undefined {
  for (const format of formats) {
    const read = NAMED[format] ?? ((written: string) => DateTime.fromFormat(written, format, { zone, locale }));
    const found = read(text, { zone, locale });
    if (found.isValid) return found.toUTC().toISO({ suppressMilliseconds: true, suppressSeconds: false }) ?? undefined;
  }
  return undefined;
}

/** What is wrong with the zone, the locale or a format; `undefined` when nothing is. */
export function findDateProblem({ formats, zone, locale }: DateRules): string | undefined {
  if (!DateTime.utc().setZone(zone).isValid) return `the time zone ${zone} is unknown`;
  if (!isLocale(locale)) return `the locale ${locale} is not valid`;
  const unfit = formats.find((format) => !(format in NAMED) && !/[yHhLMdts]/.test(format));
  return unfit === undefined ? undefined : `${unfit} is not a format of dates`;
}

function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length > 0;
  } catch {
    return false;
  }
}

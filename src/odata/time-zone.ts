/** Time zones of graph.dateTimeTimeZone: Windows names and IANA names. */
import { findIana } from 'windows-iana';
import { IANA_NAMES_WITHOUT_AREA, ICU_NAMES_WITH_AREA } from '../model/time-zones.ts';

/** The longest names have 33 characters; Intl would fold the case of a text of any length. */
const MAX_LENGTH = 64;
const known = new Map<string, boolean>();

/** Whether the name is a time zone of either list. */
export function isTimeZone(name: string): boolean {
  if (name === 'UTC') return true;
  if (name.length > MAX_LENGTH) return false;
  const remembered = known.get(name);
  if (remembered !== undefined) return remembered;
  const isKnown = findIana(name).length > 0 || isIanaZone(name.toLowerCase());
  // Only names of zones are kept: they are few, and a client cannot fill the map with others.
  if (isKnown) known.set(name, true);
  return isKnown;
}

const withoutArea: ReadonlySet<string> = new Set(IANA_NAMES_WITHOUT_AREA.map((name) => name.toLowerCase()));
const ofIcu = ICU_NAMES_WITH_AREA.map((name) => name.toLowerCase());

/** Offsets such as +01:00 and names of ICU such as PST are zones to Intl, but not to Graph. */
function isIanaZone(folded: string): boolean {
  if (!folded.includes('/')) return withoutArea.has(folded);
  if (ofIcu.some((name) => folded.startsWith(name))) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: folded }).resolvedOptions().timeZone !== undefined;
  } catch {
    return false;
  }
}

const MINUTE_MS = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The epoch milliseconds of a local time; of one that clocks pass over, or show twice, one of the two. */
export function instantOf({ dateTime, timeZone }: { readonly dateTime: string; readonly timeZone: string }): number {
  const local = Date.parse(`${dateTime.replace(/(\.\d{3})\d*$/, '$1')}Z`);
  if (timeZone === 'UTC') return local;
  // The second offset is that of the time itself, which may lie behind a change from the first.
  const first = local - offsetOf(timeZone, local);
  return local - offsetOf(timeZone, first);
}

/** What clocks of the zone are ahead of UTC. */
function offsetOf(timeZone: string, at: number): number {
  const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  return Date.parse(`${formatOf(timeZone).format(minute).replace(' ', 'T')}Z`) - minute;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const zone = findIana(timeZone)[0] ?? timeZone;
  // The Swedish form is that of ISO 8601.
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  formats.set(timeZone, made);
  return made;
}

/** Which activities are overdue, or due soon. */
import { findIana } from 'windows-iana';

import type { DueGroup } from '../store/overview-store.ts';

const SOON_MS = 7 * 86_400_000;

/** Due times are local: they are compared with the time that clocks of their zone show. */
export function createDueCheck(now: number): (group: DueGroup) => 'overdue' | 'soon' | undefined {
  const zones = new Map<string, readonly [now: string, soon: string]>();
  const clocksOf = (timeZone: string): readonly [string, string] => {
    const known = zones.get(timeZone);
    if (known !== undefined) return known;
    const shown: readonly [string, string] = [localText(now, timeZone), localText(now + SOON_MS, timeZone)];
    zones.set(timeZone, shown);
    return shown;
  };
  return ({ dateTime, timeZone }) => {
    const [at, soon] = clocksOf(timeZone);
    if (dateTime < at) return 'overdue';
    return dateTime <= soon ? 'soon' : undefined;
  };
}

function localText(time: number, timeZone: string): string {
  const zone = findIana(timeZone)[0] ?? timeZone;
  // The Swedish form is that of ISO 8601.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  return format.format(time).replace(' ', 'T');
}

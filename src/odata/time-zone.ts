/** Time zones of graph.dateTimeTimeZone: Windows names and IANA names. */
import { findIana } from 'windows-iana';

const known = new Map<string, boolean>();

/** Whether the name is a time zone of either list. */
export function isTimeZone(name: string): boolean {
  if (name === 'UTC') return true;
  const remembered = known.get(name);
  if (remembered !== undefined) return remembered;
  const isKnown = findIana(name).length > 0 || isIanaZone(name);
  // Only true names are remembered: there are few of them, and a client cannot fill the map with others.
  if (isKnown) known.set(name, true);
  return isKnown;
}

function isIanaZone(name: string): boolean {
  // Offsets such as +01:00 are zones to Intl, but not to Graph.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== undefined;
  } catch {
    return false;
  }
}

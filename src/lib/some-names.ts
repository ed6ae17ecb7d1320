/** Names of which a seed may have thousands: a person or a log gets to see the first few. */
import { StartError } from './start-error.ts';
import { findSimilar } from './suggest.ts';

export const SHOWN_NAMES = 10;

/** The first of the names in a line, and how many more there are. */
export function listSome(names: readonly string[]): string {
  const more = names.length - SHOWN_NAMES;
  return more > 0 ? `${names.slice(0, SHOWN_NAMES).join(', ')} and ${more} more` : names.join(', ');
}

/** For a name that is none of the known ones. */
export function unknownName(kind: string, name: string, known: readonly string[]): StartError {
  const similar = findSimilar(name, known);
  const suggestion = similar === undefined ? '' : `Did you mean ${similar}? `;
  return new StartError(`There is no ${kind} named ${name}.`, { hint: `${suggestion}There are: ${listSome(known)}.` });
}

/** `@odata.nextLink` and `@odata.deltaLink`: the request again, from where this page ends. */
import { splitQuery } from './query-text.ts';

/** Options that say where a page begins: the token takes their place. */
const PLACES: readonly string[] = ['skip', 'skiptoken', 'deltatoken'];

/** Characters that a URL may not hold as they are, and a `%` that encodes nothing. */
const UNSAFE = /[^A-Za-z0-9_\-.~:/?#[\]@!$&()*+,;=%]|%(?![\dA-Fa-f]{2})/gu;

/**
 * The link to the page that the token begins. `url` is scheme, host and path, `rawQuery` the query without `?`, both as
 * the client sent them. All other options stay as they were sent, but for characters that clients trip over: one expands
 * the link as a URI template, in which `{x}` vanishes.
 */
export function buildNextLink(url: string, rawQuery: string, token: string): string {
  return buildLink(url, rawQuery, `$skiptoken=${token}`);
}

/** Likewise to the changes that the token begins. An empty token: to the list as it is. */
export function buildDeltaLink(url: string, rawQuery: string, token: string): string {
  return buildLink(url, rawQuery, `$deltatoken=${token}`);
}

function buildLink(url: string, rawQuery: string, place: string): string {
  const kept = splitQuery(rawQuery).filter(({ option }) => !PLACES.includes(option));
  const query = [...kept.map(({ raw }) => raw), place].join('&');
  return `${url}?${query}`.toWellFormed().replace(UNSAFE, encodeUnsafe);
}

/** Encodes the quote too, which encodeURIComponent leaves alone. */
function encodeUnsafe(character: string): string {
  return character === "'" ? '%27' : encodeURIComponent(character);
}

/** Which of many names what was written resembles most. */

/** One thing with all texts that it may be meant by. */
export interface Candidate {
  readonly texts: readonly string[];
  /** How it is shown. */
  readonly label: string;
}

/** So much of the longer text has to agree. */
const MIN_SHARE = 0.6;

/**
 * The candidate that shares most of its beginning and end with the text, in any casing; `undefined` when none is near.
 * Takes one look at each character, so that it can go through hundreds of ids.
 */
export function findNearest(written: string, candidates: readonly Candidate[]): Candidate | undefined {
  const folded = written.toLowerCase();
  let best: Candidate | undefined;
  let most = MIN_SHARE;
  for (const candidate of candidates) {
    const share = Math.max(...candidate.texts.map((text) => sharedShare(folded, text.toLowerCase())));
    if (share > most || (share === most && best === undefined)) [best, most] = [candidate, share];
  }
  return best;
}

function sharedShare(one: string, other: string): number {
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  return (start + end) / Math.max(one.length, other.length, 1);
}

/** "Did you mean": the known word that a misspelt one resembles. */

/** Of ten letters, four may be wrong. */
const MAX_WRONG_SHARE = 0.4;

/** The known word nearest to what was written, its case and separators aside; `undefined` when none is near. */
export function findSimilar(written: string, known: readonly string[]): string | undefined {
  const word = fold(written);
  let best: { readonly known: string; readonly distance: number } | undefined;
  for (const candidate of known) {
    const folded = fold(candidate);
    const maxWrong = Math.max(word.length, folded.length) * MAX_WRONG_SHARE;
    // Each letter that one has more than the other is wrong: a long text is not worth the time of a comparison.
    if (Math.abs(word.length - folded.length) > maxWrong) continue;
    const distance = countEdits(word, folded);
    if (distance <= maxWrong && distance < (best?.distance ?? Infinity)) best = { known: candidate, distance };
  }
  return best?.known;
}

function fold(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** Letters to insert, delete, replace or swap with their neighbour to make one word of the other (Damerau–Levenshtein). */
function countEdits(from: string, to: string): number {
  const edits: number[][] = [];
  // Of the first `row` letters of one and the first `column` letters of the other.
  const known = (row: number, column: number): number => edits[row]?.[column] ?? Infinity;
  for (let row = 0; row <= from.length; row++) {
    edits.push([]);
    for (let column = 0; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const counts = [
        row === 0 && column === 0 ? 0 : Infinity,
        known(row - 1, column) + 1,
        known(row, column - 1) + 1,
        known(row - 1, column - 1) + (isSame ? 0 : 1),
        isSwapped ? known(row - 2, column - 2) + 1 : Infinity,
      ];
      edits[row]?.push(Math.min(...counts));
    }
  }
  return known(from.length, to.length);
}

/** Reads what a comparison or a pull answers: a line of JSON for each item, and one with the sums at the end. */

export interface Walk<Line, Sums> {
  readonly lines: readonly Line[];
  readonly summary: Sums;
}

/** The other side has failed meanwhile. */
export class WalkFailed extends Error {
  override readonly name = 'WalkFailed';
}

/**
 * @param keep where a line goes, as it is; without it, lines are in the answer
 * @throws WalkFailed
 */
export async function readWalk<Line, Sums>(
  parts: AsyncIterable<Uint8Array>,
  keep?: (line: string) => void,
): Promise<Walk<Line, Sums>> {
  const lines: Line[] = [];
  let summary: Sums | undefined;
  for await (const line of linesOf(parts)) {
    const found = JSON.parse(line) as { readonly summary?: Sums; readonly error?: string };
    if (found.error !== undefined) throw new WalkFailed(found.error);
    if (found.summary !== undefined) ({ summary } = found);
    else if (keep === undefined) lines.push(found as Line);
    else keep(line);
  }
  if (summary === undefined) throw new WalkFailed('The answer was broken off.');
  return { lines, summary };
}

async function* linesOf(parts: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of parts) {
    const lines = `${rest}${decoder.decode(part, { stream: true })}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

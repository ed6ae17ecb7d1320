/** The file that an import writes what became of each row into. */
import { closeSync, createReadStream, existsSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { StartError } from '../../lib/start-error.ts';
import type { ImportResult } from '../../library/admin-types.ts';

export interface ResultsFile extends Disposable {
  /** Rows that it tells of. */
  readonly rows: number;
  append(results: readonly ImportResult[]): void;
}

/**
 * @param doneRows of an import that goes on: what is told of rows behind them is dropped, as it may be half a line
 * @throws StartError
 */
export async function openResults(file: string, doneRows: number): Promise<ResultsFile> {
  const { rows, bytes } = doneRows === 0 || !existsSync(file) ? { rows: 0, bytes: 0 } : await measure(file, doneRows);
  const descriptor = open(file);
  ftruncateSync(descriptor, bytes);
  let [place, told] = [bytes, rows];
  return {
    get rows() {
      return told;
    },
    append: (results) => {
      const text = Buffer.from(results.map((result) => `${JSON.stringify(result)}\n`).join(''));
      for (let from = 0; from < text.length;)
        from += writeSync(descriptor, text, from, text.length - from, place + from);
      place += text.length;
      told += results.length;
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

function open(file: string): number {
  try {
    return openSync(file, existsSync(file) ? 'r+' : 'w');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StartError(`The file ${file} cannot be written (${code}).`, { hint: 'Name another one.', cause });
  }
}

const LINE_FEED = 0x0a;

/** Where the line of this number ends, or the last whole one. */
async function measure(file: string, maxRows: number): Promise<{ readonly rows: number; readonly bytes: number }> {
  let [rows, bytes, read] = [0, 0, 0];
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(LINE_FEED); at !== -1 && rows < maxRows; at = chunk.indexOf(LINE_FEED, at + 1)) {
      rows += 1;
      bytes = read + at + 1;
    }
    if (rows === maxRows) break;
    read += chunk.length;
  }
  return { rows, bytes };
}

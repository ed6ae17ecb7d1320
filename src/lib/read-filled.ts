/** Text files that must hold something: an empty secret, key or certificate must never pass for one. */
import { readFileSync } from 'node:fs';

import { StartError } from './start-error.ts';

export interface FilledFile {
  /** Begins the message: `The control token`. */
  readonly what: string;
  /** What to do. */
  readonly hint?: string;
}

/** The text as it is. @throws StartError that names the file when it cannot be read or holds white space only */
export function readFilled(path: string, { what, ...options }: FilledFile): string {
  const text = readNamed(path, { what, ...options });
  if (text.trim() === '') throw new StartError(`${what} ${path} is empty.`, options);
  return text;
}

function readNamed(path: string, { what, ...options }: FilledFile): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new StartError(`${what} ${path} cannot be read: ${code}.`, { ...options, cause });
  }
}

/** What fits in a header as it is. */
const WORD = /^[\x21-\x7e]+$/;

/** A secret of one word, without the line feed behind it. @throws StartError as {@link readFilled}, and for anything else */
export function readWord(path: string, file: FilledFile): string {
  const text = readFilled(path, file).trim();
  if (!WORD.test(text))
    throw new StartError(`${file.what} ${path} must be one word of printable ASCII characters.`, file);
  return text;
}

/** The JSON in the file. @throws StartError that names the file when it cannot be read or is not valid JSON */
export function readJsonFile(path: string, file: FilledFile): unknown {
  const text = readFilled(path, file);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new StartError(`${file.what} ${path} is not valid JSON.`, { ...file, cause });
  }
}

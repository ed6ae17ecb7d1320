/** Files that are there as a whole or not at all, also after the power went. */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/** @param mode permissions, such as 0o600 */
export function writeWhole(path: string, text: string, mode: number): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

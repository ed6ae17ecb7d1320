/** Files that are there as a whole or not at all, also after the power went. */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';

/** @param mode permissions, such as 0o600 */
export function writeWhole(path: string, text: string, mode: number): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', mode);
  try {
    // Not writeSync, which may write a part of it on a disk that is nearly full.
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

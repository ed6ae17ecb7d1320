/** What is wrong with a seed: as one line at a start, and one by one where it was sent. */
import { InputError } from '../lib/start-error.ts';

export class SeedError extends InputError {
  /** @param path the name of the file */
  constructor(path: string, problems: readonly string[], options: { readonly cause?: unknown } = {}) {
    super(`The seed file ${path} is not valid`, problems, options);
    this.name = 'SeedError';
  }
}

/** What is wrong with a seed: as one line at a start, and one by one where it was sent. */
import { StartError } from '../lib/start-error.ts';

export class SeedError extends StartError {
  /** The message without the problems. */
  readonly summary: string;
  readonly problems: readonly string[];

  /** @param path the name of the file */
  constructor(path: string, problems: readonly string[], options: { readonly cause?: unknown } = {}) {
    const summary = `The seed file ${path} is not valid`;
    super(`${summary}: ${problems.join('; ')}`, options);
    this.name = 'SeedError';
    this.summary = `${summary}.`;
    this.problems = problems;
  }
}

/** A command cannot do its work for a reason that its user can mend: one line that says what, and how to mend it. */
export class StartError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'StartError';
    this.hint = options.hint;
  }
}

/** Several things are wrong with what was given: the message has all of them. */
export class InputError extends StartError {
  /** The message without the problems. */
  readonly summary: string;
  readonly problems: readonly string[];

  /** @param summary without its end */
  constructor(summary: string, problems: readonly string[], options: { readonly cause?: unknown } = {}) {
    super(`${summary}: ${problems.join('; ')}`, options);
    this.name = 'InputError';
    this.summary = `${summary}.`;
    this.problems = problems;
  }
}

/** Wrong usage: the request can never succeed. */
export class UsageError extends StartError {}

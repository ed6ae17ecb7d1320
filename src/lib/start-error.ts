/** A command cannot do its work for a reason that its user can mend: one line that says what, and how to mend it. */
export class StartError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, options: { readonly hint?: string; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'StartError';
    this.hint = options.hint;
  }
}

/** Wrong usage: the request can never succeed. */
export class UsageError extends StartError {}

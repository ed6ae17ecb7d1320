/** Waiting without losing time: clients are told to wait for minutes, and a test is not. */

/** From which delay on a timer counts as a wait, in milliseconds. */
const WAIT_MS = 1_000;

export interface Hurried<Result> {
  readonly result: Result;
  /** The delays that were asked for, in milliseconds. */
  readonly waits: readonly number[];
}

/** Runs the action while every longer timer of this process fires at once, after `onWait` was told of it. */
export async function hurry<Result>(
  action: () => Promise<Result>,
  onWait: () => void = () => {},
): Promise<Hurried<Result>> {
  const { setTimeout: original } = globalThis;
  const waits: number[] = [];
  const hurried = (callback: (...values: unknown[]) => void, delay = 0, ...values: unknown[]): NodeJS.Timeout => {
    // A timer with values is one of fetch itself, which bounds how long a connection lives.
    if (delay < WAIT_MS || values.length > 0) return original(callback, delay, ...values);
    waits.push(delay);
    onWait();
    return original(callback, 0);
  };
  globalThis.setTimeout = hurried as typeof original;
  try {
    return { result: await action(), waits };
  } finally {
    globalThis.setTimeout = original;
  }
}

/** Waiting without losing time: clients are told to wait for seconds or minutes, and a test is not. */

/** From which delay on a timer counts as a wait, in milliseconds. */
const WAIT_MS = 1_000;

export interface Hurried<Result> {
  readonly result: Result;
  /** The delays that were asked for, in milliseconds. */
  readonly waits: readonly number[];
}

/** Runs the action while every longer timer of this process fires at once, after `onWait` has done what it was for. */
export async function hurry<Result>(
  action: () => Promise<Result>,
  onWait: () => void | Promise<void> = () => {},
): Promise<Hurried<Result>> {
  const { setTimeout: original } = globalThis;
  const waits: number[] = [];
  const { promise: failure, reject } = Promise.withResolvers<never>();
  const end = async (callback: () => void): Promise<void> => {
    await onWait();
    callback();
  };
  const hurried = (callback: (...values: unknown[]) => void, delay = 0, ...values: unknown[]): NodeJS.Timeout => {
    // A timer with values is one of fetch itself, which bounds how long a connection lives.
    if (delay < WAIT_MS || values.length > 0) return original(callback, delay, ...values);
    waits.push(delay);
    return original(() => void end(callback).catch(reject), 0);
  };
  globalThis.setTimeout = hurried as typeof original;
  try {
    return { result: await Promise.race([action(), failure]), waits };
  } finally {
    globalThis.setTimeout = original;
  }
}

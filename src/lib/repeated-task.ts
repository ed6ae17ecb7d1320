/** A task that is done again and again in the background, until it is disposed of. */
import { setTimeout as pause } from 'node:timers/promises';

export interface RepetitionOptions {
  /** From the end of one run to the start of the next. */
  readonly pauseMs: number;
  /** Told of the first failure of a row: the task is done again, and mostly fails again. */
  onFailure(cause: unknown): void;
}

/** Disposing waits for the run that is under way. */
export class RepeatedTask implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor(task: () => Promise<void>, options: RepetitionOptions) {
    this.#done = this.#repeat(task, options);
  }

  async #repeat(task: () => Promise<void>, { pauseMs, onFailure }: RepetitionOptions): Promise<void> {
    const { signal } = this.#stop;
    let isFailing = false;
    // The process may end meanwhile.
    const wait = () => pause(pauseMs, true, { signal, ref: false }).catch(() => false);
    while (await wait()) {
      try {
        await task();
        isFailing = false;
      } catch (cause) {
        if (!isFailing) onFailure(cause);
        isFailing = true;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }
}

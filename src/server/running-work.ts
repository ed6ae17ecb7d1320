/** Counts work that must end before the server is torn down, even if its client has left. */
export class RunningWork {
  #running = 0;
  #onIdle: (() => void) | undefined;

  begin(): void {
    this.#running += 1;
  }

  end(): void {
    this.#running -= 1;
    if (this.#running === 0) this.#onIdle?.();
  }

  /** Whether all work has ended, once it has or the time is over. */
  async whenIdle(timeoutMs: number): Promise<boolean> {
    if (this.#running === 0) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}

/** What a server shares with routes whose answers may take long. */
export interface ServerWork {
  /** Work that must end before the server is torn down. */
  readonly running: RunningWork;
  /** Aborted when the server begins to stop: endless answers have to end. */
  readonly stopping: AbortSignal;
}

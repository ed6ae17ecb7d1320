/** A line that shows how far long work has come, where a person waits at a terminal. */
import { readTerminal } from '../config/load.ts';
import { monotonicMs } from '../lib/clock.ts';

export interface Progress extends Disposable {
  /** Shows how much is done, of all; the text in place of numbers of rows. */
  show(done: number, all: number, text?: string): void;
}

const WIDTH = 24;
/** Faster than this, nobody reads it. */
const PAUSE_MS = 100;
const ERASE_LINE = '\r\u001B[2K';

/** @param what the work, such as `Backing up` */
export function createProgress(what: string): Progress {
  const { isStderrTerminal } = readTerminal();
  if (!isStderrTerminal) return { show: () => {}, [Symbol.dispose]: () => {} };
  let shownAt = -Infinity;
  return {
    show: (done, all, text = `${done.toLocaleString('en')} of ${all.toLocaleString('en')} rows`) => {
      if (monotonicMs() - shownAt < PAUSE_MS) return;
      shownAt = monotonicMs();
      const part = all === 0 ? 1 : Math.min(1, done / all);
      const bar = '#'.repeat(Math.round(part * WIDTH)).padEnd(WIDTH);
      process.stderr.write(`${ERASE_LINE}${what} [${bar}] ${Math.floor(part * 100)} % ${text}`);
    },
    [Symbol.dispose]: () => void process.stderr.write(ERASE_LINE),
  };
}

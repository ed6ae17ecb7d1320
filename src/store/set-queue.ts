/**
 * Group commit for a database that runs several transactions at once: units of work of the same kind that arrive in one
 * turn of the event loop, or while two groups of them are under way, become one group.
 *
 * States of a unit. gathered: in the line of its kind, until the turn ends or a group of the line is done; after `maxWaitMs`
 * it is refused. under way: in a group. Then the group's work has done it, and it is answered; or the work has left it
 * undone, and it is run alone, which says why; or the work as a whole has failed, and so has it.
 */
import { monotonicMs } from '../lib/clock.ts';
import { refuseAsLate } from './write-limits.ts';
import type { WriteLimits } from './write-limits.ts';

export interface SetQueueOptions<Unit, Result> {
  /** Units of the same text can be in one group. */
  kindOf(unit: Unit): string;
  /** No two units of a group have the same. */
  keyOf(unit: Unit): string;
  /**
   * Does what it can of the group in one go.
   * @returns the keys of the units that are done, or `undefined` when none was because of one of them
   */
  runGroup(units: readonly Unit[]): Promise<ReadonlySet<string> | undefined>;
  runAlone(unit: Unit): Promise<Result>;
  readonly done: Result;
  readonly limits: WriteLimits;
}

export interface SetQueue<Unit, Result> {
  run(unit: Unit): Promise<Result>;
  /** Units that are in no group yet. */
  readonly length: number;
}

/** More of them wait for each other's locks, fewer leave the database idle between two groups. */
const GROUPS_AT_ONCE = 2;
const MAX_GROUP = 500;

interface Waiting<Unit, Result> {
  readonly unit: Unit;
  /** Of the monotonic clock. */
  readonly since: number;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface Line<Unit, Result> {
  gathered: Waiting<Unit, Result>[];
  underWay: number;
  /** Fires when the first unit may be too late; one timer for each of them would cost more than all else of the queue. */
  late: NodeJS.Timeout | undefined;
}

export function createSetQueue<Unit, Result>(options: SetQueueOptions<Unit, Result>): SetQueue<Unit, Result> {
  const lines = new Map<string, Line<Unit, Result>>();

  function refuseLate(line: Line<Unit, Result>): void {
    const { maxWaitMs } = options.limits;
    const end = monotonicMs() - maxWaitMs;
    const { late = [], early = [] } = Object.groupBy(line.gathered, ({ since }) => (since <= end ? 'late' : 'early'));
    leave(line, early);
    for (const { reject } of late) refuseAsLate(reject, options.limits);
    const [first] = early;
    if (first !== undefined) line.late = setTimeout(refuseLate, Math.ceil(first.since - end), line);
  }

  /** What is left of the line. */
  function leave(line: Line<Unit, Result>, rest: Waiting<Unit, Result>[]): void {
    line.gathered = rest;
    if (rest.length > 0) return;
    clearTimeout(line.late);
    line.late = undefined;
  }

  /** The rest of the line waits for the next group: units beyond its size, and those whose key it has already. */
  function takeGroup(line: Line<Unit, Result>): readonly Waiting<Unit, Result>[] {
    const group = new Map<string, Waiting<Unit, Result>>();
    const rest: Waiting<Unit, Result>[] = [];
    for (const waiting of line.gathered) {
      const key = options.keyOf(waiting.unit);
      if (group.size === MAX_GROUP || group.has(key)) rest.push(waiting);
      else group.set(key, waiting);
    }
    leave(line, rest);
    return [...group.values()];
  }

  async function runGroup(group: readonly Waiting<Unit, Result>[]): Promise<void> {
    const [first] = group;
    if (first !== undefined && group.length === 1) return runAlone(first);
    try {
      const done = await options.runGroup(group.map(({ unit }) => unit));
      for (const waiting of group) {
        if (done?.has(options.keyOf(waiting.unit)) === true) waiting.resolve(options.done);
        else void runAlone(waiting);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function runAlone({ unit, resolve, reject }: Waiting<Unit, Result>): Promise<void> {
    try {
      resolve(await options.runAlone(unit));
    } catch (error) {
      reject(error);
    }
  }

  function advance(kind: string, line: Line<Unit, Result>): void {
    while (line.gathered.length > 0 && line.underWay < GROUPS_AT_ONCE) {
      line.underWay += 1;
      void runGroup(takeGroup(line)).then(() => {
        line.underWay -= 1;
        advance(kind, line);
      });
    }
    if (line.gathered.length === 0 && line.underWay === 0) lines.delete(kind);
  }

  function openLine(kind: string): Line<Unit, Result> {
    const line: Line<Unit, Result> = { gathered: [], underWay: 0, late: undefined };
    lines.set(kind, line);
    return line;
  }

  return {
    get length() {
      return [...lines.values()].reduce((total, { gathered }) => total + gathered.length, 0);
    },
    run: (unit) =>
      new Promise((resolve, reject) => {
        const kind = options.kindOf(unit);
        const line = lines.get(kind) ?? openLine(kind);
        line.gathered.push({ unit, since: monotonicMs(), resolve, reject });
        line.late ??= setTimeout(refuseLate, options.limits.maxWaitMs, line);
        // When too many groups are under way then, the line goes on as soon as one of them is done.
        if (line.gathered.length === 1) setImmediate(advance, kind, line);
      }),
  };
}

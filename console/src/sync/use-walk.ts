/** A walk through the other side of a target: lines that come as they are found, and sums at the end. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { readNdjson } from '../api/read-ndjson.ts';
import { adminResponse } from '../api/server.ts';
import { TARGETS } from './target-action.ts';

/** Lines that are kept to be shown; the others are in the report alone. */
const MOST = 100;
/** Between two looks at what was found so far. */
const SHOW_MS = 250;

export interface Walked<Line, Sums> {
  readonly shown: readonly Line[];
  readonly found: number;
  /** JSON, for a file. */
  readonly lines: readonly string[];
  /** `undefined` until the end. */
  readonly sums: Sums | undefined;
}

export interface Walk<Line, Sums> {
  readonly report: Walked<Line, Sums> | undefined;
  readonly isRunning: boolean;
  readonly problem: unknown;
  run(order: object): Promise<void>;
  stop(): void;
}

export function useWalk<Line extends object, Sums>(path: string): Walk<Line, Sums> {
  const queries = useQueryClient();
  const [report, setReport] = useState<Walked<Line, Sums>>();
  const [isRunning, setRunning] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const aborter = useRef<AbortController>(undefined);
  useEffect(() => () => aborter.current?.abort(), []);
  const run = async (order: object): Promise<void> => {
    const { signal } = (aborter.current = new AbortController());
    setRunning(true);
    setProblem(undefined);
    const lines: string[] = [];
    const shown: Line[] = [];
    let shownAt = 0;
    const show = (sums?: Sums): void => {
      shownAt = performance.now();
      setReport({ shown: [...shown], found: lines.length, lines, sums });
    };
    show();
    try {
      const response = await adminResponse(path, { method: 'POST', body: order, signal });
      for await (const line of readNdjson<Line | { readonly summary: Sums } | { readonly error: string }>(response)) {
        if ('error' in line) throw new Error(line.error);
        if ('summary' in line) {
          show(line.summary);
          continue;
        }
        lines.push(JSON.stringify(line));
        if (shown.length < MOST) shown.push(line);
        if (performance.now() - shownAt > SHOW_MS) show();
      }
    } catch (cause) {
      if (!signal.aborted) setProblem(cause);
    }
    setRunning(false);
    await queries.invalidateQueries({ queryKey: TARGETS });
  };
  return { report, isRunning, problem, run, stop: () => aborter.current?.abort() };
}

/** What went wrong with an action that has no place of its own for it, such as a switch in a row: every page shows it above. */
import { useSyncExternalStore } from 'react';

/** Of a mutation whose problem is shown so. */
export const SHOWN_ABOVE = { isShownAbove: true } as const;

let current: Error | undefined;
const listeners = new Set<() => void>();

export function setActionProblem(problem: Error | undefined): void {
  current = problem;
  for (const listener of listeners) listener();
}

export function useActionProblem(): Error | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

/** What `vivarium doctor` finds out, check by check. */
import { StartError } from '../../lib/start-error.ts';
import { Unavailable } from '../../lib/unavailable.ts';

export const CHECKS = ['folder', 'certificate', 'clock', 'database', 'schema', 'disk', 'port'] as const;

export interface Diagnosis {
  readonly check: (typeof CHECKS)[number];
  /** warning: a server runs, but somebody should act. problem: it does not start, or cannot serve. */
  readonly status: 'ok' | 'warning' | 'problem';
  readonly message: string;
  /** What to do; missing when all is well. */
  readonly remedy?: string;
}

export type Finding = Omit<Diagnosis, 'check'>;

export function ok(message: string): Finding {
  return { status: 'ok', message };
}

export function warning(message: string, remedy: string): Finding {
  return { status: 'warning', message, remedy };
}

export function problem(message: string, remedy: string): Finding {
  return { status: 'problem', message, remedy };
}

/** A failure that a start would report in the same words. @throws what is a fault of ours */
export function failure(error: unknown, remedy: string): Finding {
  if (error instanceof Unavailable) return problem(error.message, remedy);
  if (!(error instanceof StartError)) throw error;
  return problem(error.message, error.hint ?? remedy);
}

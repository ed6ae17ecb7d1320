/** What becomes of a row. */
import { fillTemplate } from '../lib/fill-template.ts';
import { GraphError } from '../model/graph-error.ts';
import type { ErrorDetail } from '../model/graph-error.ts';
import { IMPORT_ERRORS } from '../model/import-errors.ts';
import type { ImportErrorName } from '../model/import-errors.ts';
import { describeReason } from '../model/reasons.ts';

/**
 * skipped: the mapping passes the row over. notDone: all or nothing was asked for, and another row is refused. Jobs keep
 * places of the list: add at the end.
 */
export const OUTCOMES = ['created', 'updated', 'unchanged', 'skipped', 'refused', 'notDone', 'removed'] as const;
export type RowOutcome = (typeof OUTCOMES)[number];

export interface RowError {
  /** Of an error of Microsoft Graph, or a name of `IMPORT_ERRORS`. */
  readonly code: string;
  readonly message: string;
  readonly details?: readonly ErrorDetail[];
  readonly reasons?: readonly string[];
}

export interface RowResult {
  /** In the file, counted from 1. */
  readonly line: number;
  readonly outcome: RowOutcome;
  readonly error?: RowError;
}

/** A row is refused for a reason of the import's own. */
export class RowRefusal extends Error {
  override readonly name = 'RowRefusal';
  readonly row: ImportErrorName;

  constructor(row: ImportErrorName, values: Readonly<Record<string, string | number>> = {}) {
    super(fillTemplate(IMPORT_ERRORS[row], values));
    this.row = row;
  }
}

/** All that is wrong with a row. @throws what is not about the row */
export function rowErrorOf(thrown: unknown): RowError {
  if (thrown instanceof RowRefusal) return { code: thrown.row, message: thrown.message };
  if (!(thrown instanceof GraphError)) throw thrown;
  const { code, message, details, reasons } = thrown;
  return {
    code,
    message,
    ...(details.length > 0 && { details }),
    ...(reasons.length > 0 && { reasons: reasons.map(describeReason) }),
  };
}

export function describeRefusals([first, ...others]: readonly RowRefusal[]): RowError | undefined {
  if (first === undefined) return undefined;
  const error = { code: first.row, message: first.message };
  return others.length === 0 ? error : { ...error, reasons: others.map(({ message }) => message) };
}

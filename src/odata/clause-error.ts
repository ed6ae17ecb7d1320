/** Refusals of $filter and $orderby: the option's message, which ends with a reason of the catalogue. */
import { fillTemplate } from '../lib/fill-template.ts';
import { CLAUSE_REASONS } from '../model/errors.ts';
import type { ClauseReason } from '../model/errors.ts';
import { GraphError } from '../model/graph-error.ts';

type ClauseRow = 'filterInvalid' | 'orderByInvalid';
type ReasonValues = Readonly<Record<string, string | number>>;

/** Longest piece of a client's text that an answer repeats. */
const MAX_ECHO = 60;

/** The error to throw. `values` fill the reason's `{name}`s; strings are cut. */
export function clauseError(row: ClauseRow, reason: ClauseReason, values: ReasonValues = {}): GraphError {
  return new GraphError(row, { values: { reason: clauseReason(reason, values) } });
}

/** What the error's message ends with. */
export function clauseReason(reason: ClauseReason, values: ReasonValues): string {
  const shown = Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? cut(value) : value]);
  return fillTemplate(CLAUSE_REASONS[reason], Object.fromEntries(shown));
}

function cut(text: string): string {
  return text.length > MAX_ECHO ? `${text.slice(0, MAX_ECHO).toWellFormed()}…` : text;
}

/** The refusal of a method that a path does not allow. */
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';

/** The error to throw. @param known the methods that the path allows */
export function methodError(found: string, known: readonly string[]): GraphError {
  const reasons = [reason('methodUnfit', { found, known })];
  return new GraphError('methodNotAllowed', { headers: { allow: known.join(', ') }, reasons });
}

/** Problems of a body -> the one refusal that names them all. */
import { errorDetail, GraphError } from '../model/graph-error.ts';
import type { ErrorName } from '../model/errors.ts';
import type { FieldProblem } from './read-entity.ts';

/** The published tables give creates and updates different messages for the same details. */
export function validationError(mode: 'create' | 'update', problems: readonly FieldProblem[]): GraphError {
  const unknown = problems.find(({ kind }) => kind === 'unknown');
  const details = problems.map((problem) => errorDetail(problem.kind, problem.field, valuesOf(problem)));
  if (unknown !== undefined) return new GraphError('propertyUnknown', { values: valuesOf(unknown), details });
  return new GraphError(rowFor(mode, problems), { details });
}

function rowFor(mode: 'create' | 'update', problems: readonly FieldProblem[]): ErrorName {
  const areAll = (kind: FieldProblem['kind']) => problems.every((problem) => problem.kind === kind);
  if (areAll('invalid')) return 'fieldsInvalid';
  if (mode === 'create') return 'fieldValidationFailed';
  return areAll('required') ? 'requiredFieldsMissing' : 'fieldsEmpty';
}

function valuesOf({ field, limit = 0, type }: FieldProblem): Record<string, string | number> {
  return { property: field, type: type ?? '', expectedLength: limit };
}

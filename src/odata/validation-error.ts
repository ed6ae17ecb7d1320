/** Problems of a body -> the one refusal that names them all. */
import { errorDetail, GraphError } from '../model/graph-error.ts';
import type { ErrorName } from '../model/errors.ts';
import { MAX_REASONS, reason } from '../model/reasons.ts';
import type { Reason } from '../model/reasons.ts';
import type { EntityView } from '../model/schema.ts';
import { explainDeviations } from './deviation-notes.ts';
import type { FieldProblem } from './read-entity.ts';

/**
 * The published tables give creates and updates different messages for the same details. Details come in the order of
 * the view's properties, after that of `@odata.type` and before those that the view does not have.
 */
export function validationError(
  mode: 'create' | 'update',
  problems: readonly FieldProblem[],
  view: EntityView,
): GraphError {
  const unknown = problems.find(({ kind }) => kind === 'unknown');
  const ordered = inOrder(problems, view);
  if (view.row.isOfDirectory === true && unknown === undefined) return directoryError(ordered, view);
  const details = ordered.map((problem) => errorDetail(problem.kind, problem.field, valuesOf(problem)));
  const explanation = explainDeviations(problems.flatMap(({ deviations = [] }) => deviations));
  const options = { details, explanation, reasons: ordered.slice(0, MAX_REASONS).flatMap(reasonsOf) };
  if (unknown !== undefined) return new GraphError('propertyUnknown', { values: valuesOf(unknown), ...options });
  return new GraphError(rowFor(mode, problems), options);
}

/** The directory has other texts than Viva Learning: its message is about the first problem, its details about all. */
function directoryError(problems: readonly FieldProblem[], { name, row }: EntityView): GraphError {
  const type = row.action?.boundTo ?? name;
  const resource = type.charAt(0).toUpperCase() + type.slice(1);
  const isMissing = ({ kind }: FieldProblem) => kind === 'required' || kind === 'empty';
  const details = problems.map((problem) => {
    const { field } = problem;
    const detail = isMissing(problem) ? 'valueMissing' : 'valueInvalid';
    return errorDetail(detail, field, { property: field, resource });
  });
  const [first] = problems as readonly [FieldProblem];
  return new GraphError(isMissing(first) ? 'directoryValueMissing' : 'directoryValueInvalid', {
    values: { property: first.field, resource },
    details,
    explanation: explainDeviations(problems.flatMap(({ deviations = [] }) => deviations)),
    reasons: problems.slice(0, MAX_REASONS).flatMap(reasonsOf),
  });
}

function reasonsOf({ field, reason: why }: FieldProblem): readonly Reason[] {
  return why === undefined ? [] : [reason(why.name, { target: field, ...why.values })];
}

function inOrder(problems: readonly FieldProblem[], view: EntityView): readonly FieldProblem[] {
  const names = ['@odata.type', ...view.properties.map(({ name }) => name)];
  const placeOf = ({ field }: FieldProblem) => (names.includes(field) ? names.indexOf(field) : names.length);
  return problems.toSorted((one, other) => placeOf(one) - placeOf(other));
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

/** From a request's body to values that an operation can store. */
import type { RegistrationId } from '../lib/ids.ts';
import { reason } from '../model/reasons.ts';
import { getEntity } from '../model/schema.ts';
import type { EntityName, EntityView } from '../model/schema.ts';
import { changedFixedProperties } from '../odata/fixed-properties.ts';
import { readJsonObject } from '../odata/payload.ts';
import type { JsonObject } from '../odata/payload.ts';
import type { EntityInput, FieldProblem } from '../odata/read-entity.ts';
import { validationError } from '../odata/validation-error.ts';
import type { RequestContext } from './context.ts';

export interface InputRules {
  readonly mode: 'create' | 'update';
  readonly storedType?: EntityName;
  readonly registrationId?: RegistrationId;
  /** In place of the request's body. */
  readonly body?: JsonObject;
}

/** What decides how a body is read. */
export type BodyReading = Pick<RequestContext, 'protocol' | 'behaviour'>;

export interface BodyRules extends Omit<InputRules, 'body'> {
  /** Overrides the behaviour. */
  readonly requiresOnUpdate?: boolean;
}

/** As {@link readInput}, for a body that did not come with a request, such as a row of an import. */
export function readBodyInput(
  { protocol, behaviour }: BodyReading,
  declared: EntityName,
  body: JsonObject,
  rules: BodyRules,
): EntityInput {
  return protocol.readers[declared](body, {
    acceptsHiddenMembers: false,
    unknownProperty: behaviour.unknownProperty,
    requiresOnUpdate: !behaviour.lenientPatch,
    ...rules,
    notes: protocol.notes,
  });
}

/** @throws contentTypeMissing, contentTypeUnsupported, payloadEmpty, payloadUnreadable; problems of fields are returned */
export function readInput(context: RequestContext, declared: EntityName, rules: InputRules): EntityInput {
  const { body = readJsonObject(context), ...rest } = rules;
  const input = readBodyInput(context, declared, body, rest);
  context.bodyDeviations = input.deviations;
  return input;
}

/** Properties that were sent with another value than the stored one, though an update may not change them. */
export function fixedProblems(view: EntityView, { values }: EntityInput, stored: object): readonly FieldProblem[] {
  const changed = changedFixedProperties(view, values, stored as Readonly<Record<string, unknown>>);
  return changed.map((field) => {
    const why = reason('fixed', { stored: (stored as Record<string, unknown>)[field], found: values[field] });
    return { kind: 'invalid', field, reason: why };
  });
}

/** @throws propertyUnknown, requiredFieldsMissing, fieldsInvalid, fieldsEmpty, fieldValidationFailed */
export function refuseProblems(mode: 'create' | 'update', view: EntityView, problems: readonly FieldProblem[]): void {
  if (problems.length > 0) throw validationError(mode, problems, view);
}

export function viewOf({ protocol }: Pick<RequestContext, 'protocol'>, name: EntityName): EntityView {
  return getEntity(protocol.schema, name);
}

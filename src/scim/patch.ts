/** PATCH: RFC 7644, section 3.5.2, and what Microsoft Entra and others send beyond it. */
import { SCIM_LIMITS, SCIM_MAIL_TYPE } from '../model/scim.ts';
import { assign, assignSchema, isMembers, noteRefusal, nameOf, remove, removeSchema } from './assign.ts';
import type { Assignment } from './assign.ts';
import { findPath } from './attribute-path.ts';
import { matchesElement } from './match-filter.ts';
import { parsePath } from './parse-filter.ts';
import type { PatchPath, ScimFilter } from './parse-filter.ts';
import type { Members } from './resource.ts';
import { ScimError } from './scim-error.ts';

export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string | undefined;
  readonly value: unknown;
}

/** Of a body whose schemas were checked; names and operations in any casing. @throws ScimError invalidSyntax */
export function readOperations(body: Members): readonly PatchOperation[] {
  const operations = memberOf(body, 'operations');
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > SCIM_LIMITS.operations)
    throw new ScimError('invalidSyntax', `Operations must be an array of 1 to ${SCIM_LIMITS.operations} operations.`);
  return operations.map(readOperation);
}

function readOperation(operation: unknown): PatchOperation {
  if (!isMembers(operation)) throw new ScimError('invalidSyntax', 'An operation must be an object.');
  const op = String(memberOf(operation, 'op')).toLowerCase();
  const path = memberOf(operation, 'path');
  if (op !== 'add' && op !== 'replace' && op !== 'remove')
    throw new ScimError('invalidSyntax', 'op must be add, replace or remove.');
  if (path !== undefined && path !== null && typeof path !== 'string')
    throw new ScimError('invalidPath', 'path must be a string.');
  return { op, path: path === '' || path === null ? undefined : path, value: memberOf(operation, 'value') };
}

/** In their order, each on what those before it have left. */
export function applyOperations(to: Assignment, operations: readonly PatchOperation[]): void {
  for (const operation of operations) {
    try {
      applyOperation(to, operation);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      to.refusals.push(error);
    }
  }
}

function applyOperation(to: Assignment, { op, path, value }: PatchOperation): void {
  if (path !== undefined) return applyAt(to, parsePath(path), op === 'remove' ? { op } : { op, value });
  if (op === 'remove') throw new ScimError('noTarget', 'remove needs a path.');
  if (!isMembers(value)) throw new ScimError('invalidValue', 'Without a path, value must be an object.');
  // Names may be paths, as Microsoft Entra writes them. What the server sets comes along where a whole resource is sent.
  const named = Object.entries(value).filter(([name]) => !isSetByServer(name));
  applyOperations(
    to,
    named.map(([name, member]) => ({ op, path: name, value: member })),
  );
}

function isSetByServer(name: string): boolean {
  const path = findPath(name);
  return path.kind === 'attribute' && path.attribute.mutability === 'readOnly';
}

type Step = { readonly op: 'remove' } | { readonly op: 'add' | 'replace'; readonly value: unknown };

function applyAt(to: Assignment, { target, filter }: PatchPath, step: Step): void {
  if (target.kind === 'schema')
    return step.op === 'remove' ? removeSchema(to, target.schema) : assignSchema(to, target.schema, step.value);
  if (target.kind !== 'attribute') return;
  if (target.attribute.mutability === 'readOnly')
    return noteRefusal(to, 'mutability', `${nameOf(target)} is set by the server alone.`);
  const found = filter === undefined ? 'here' : findElement(to, filter);
  if (found === 'elsewhere') return;
  if (step.op === 'remove') {
    if (found === 'here') remove(to, target);
    return;
  }
  if (found === 'nowhere')
    return noteRefusal(to, 'noTarget', `No element of ${target.attribute.name} passes the filter of the path.`);
  assign(to, target, step.value);
}

/**
 * Where the element is that a filter means: `here`, also when it is yet to be made, as Microsoft Entra asks for;
 * `elsewhere`, among the addresses that are not kept; or `nowhere`.
 */
function findElement({ stored, values }: Assignment, filter: ScimFilter): Place {
  const mail = values.has('mail') ? values.get('mail') : (stored?.mail ?? null);
  if (mail !== null && matchesElement(filter, { value: mail, type: SCIM_MAIL_TYPE, primary: true })) return 'here';
  const terms = filter.kind === 'and' ? filter.parts : [filter];
  const types = terms.flatMap((term) => (isTypeTerm(term) ? [String(term.value).toLowerCase()] : []));
  if (types.some((type) => type !== SCIM_MAIL_TYPE)) return 'elsewhere';
  return mail === null && matchesElement(filter, { type: SCIM_MAIL_TYPE, primary: true }) ? 'here' : 'nowhere';
}

type Place = 'here' | 'elsewhere' | 'nowhere';

function isTypeTerm(term: ScimFilter): term is Extract<ScimFilter, { kind: 'compare' }> {
  return term.kind === 'compare' && term.by === 'eq' && term.path.sub?.name === 'type';
}

function memberOf(members: Members, name: string): unknown {
  return Object.entries(members).find(([one]) => one.toLowerCase() === name)?.[1];
}

/** The view of one API version, cut from the tables: inherited properties merged, rows of other versions left out. */
import {
  addPasswordAction,
  application,
  appRoleAssignment,
  oAuth2PermissionGrant,
  removePasswordAction,
  servicePrincipal,
} from './application.ts';
import { employeeExperience, employeeExperienceUser } from './employee-experience.ts';
import { learningAssignment, learningCourseActivity, learningSelfInitiatedCourse } from './learning-course-activity.ts';
import { learningContent } from './learning-content.ts';
import { learningProvider } from './learning-provider.ts';
import { OPERATIONS } from './operations.ts';
import type { OperationId } from './operations.ts';
import type { Behaviour } from './behaviour.ts';
import type { EntityRow, OperationRow, PropertyRow, ToleratedRow } from './rows.ts';
import { licenseDetails, subscribedSku } from './subscribed-sku.ts';
import { subscription } from './subscription.ts';
import { assignLicenseAction, user } from './user.ts';
import type { ApiVersion } from './versions.ts';

export const ENTITIES = {
  learningProvider,
  learningContent,
  learningCourseActivity,
  learningAssignment,
  learningSelfInitiatedCourse,
  user,
  assignLicense: assignLicenseAction,
  licenseDetails,
  subscribedSku,
  application,
  addPassword: addPasswordAction,
  removePassword: removePasswordAction,
  servicePrincipal,
  appRoleAssignment,
  oAuth2PermissionGrant,
  employeeExperience,
  employeeExperienceUser,
  subscription,
} as const;

export type EntityName = keyof typeof ENTITIES;

export interface EntityView {
  readonly name: EntityName;
  readonly row: EntityRow;
  /** Own and inherited properties, in table order; a derived row of the same name stands in its base's place. */
  readonly properties: readonly PropertyRow[];
  readonly tolerated: readonly ToleratedRow[];
  /** Concrete types that an object of this declared type can have; itself when it has none derived. */
  readonly concreteTypes: readonly EntityName[];
}

export interface OperationView extends OperationRow {
  readonly id: OperationId;
  readonly entity: EntityName;
}

export interface Schema {
  readonly version: ApiVersion;
  readonly entities: ReadonlyMap<EntityName, EntityView>;
  readonly operations: readonly OperationView[];
}

/** The behaviour decides which switched operations exist and what opens them. */
export function createSchema(version: ApiVersion, behaviour: Behaviour): Schema {
  const names = Object.keys(ENTITIES) as EntityName[];
  return {
    version,
    entities: new Map(names.map((name) => [name, viewEntity(name, version)])),
    operations: OPERATIONS.filter((row: OperationRow) => holdsIn(row, version) && isServed(row, behaviour)).map((row) =>
      viewOperation(row, behaviour),
    ),
  };
}

function isServed({ onlyWith, isAddition = false }: OperationRow, behaviour: Behaviour): boolean {
  return (onlyWith === undefined || behaviour[onlyWith]) && !(isAddition && keepsToReference(behaviour));
}

function keepsToReference({ documentedOnly, strict }: Behaviour): boolean {
  return documentedOnly || strict;
}

function viewOperation(row: OperationRow & Pick<OperationView, 'id' | 'entity'>, behaviour: Behaviour): OperationView {
  const { opensWith, options = [], undocumentedOptions = [] } = row;
  const opened = opensWith !== undefined && behaviour[opensWith.switch] ? opensWith : undefined;
  return {
    ...row,
    application: [...row.application, ...(opened?.application ?? [])],
    delegated: [...row.delegated, ...(opened?.delegated ?? [])],
    options: keepsToReference(behaviour) ? options.filter((name) => !undocumentedOptions.includes(name)) : options,
  };
}

export function getEntity(schema: Schema, name: EntityName): EntityView {
  const view = schema.entities.get(name);
  if (view === undefined) throw new Error(`No entity ${name} in ${schema.version}`);
  return view;
}

function viewEntity(name: EntityName, version: ApiVersion): EntityView {
  const row: EntityRow = ENTITIES[name];
  const lineage = row.base === undefined ? [row] : [ENTITIES[row.base as EntityName], row];
  const properties = new Map<string, PropertyRow>();
  for (const ancestor of lineage as EntityRow[]) {
    for (const property of ancestor.properties) if (holdsIn(property, version)) properties.set(property.name, property);
  }
  const derived = (Object.keys(ENTITIES) as EntityName[]).filter(
    (other) => (ENTITIES[other] as EntityRow).base === name,
  );
  return {
    name,
    row,
    properties: [...properties.values()],
    tolerated: lineage.flatMap((ancestor: EntityRow) => ancestor.tolerated ?? []),
    concreteTypes: derived.length === 0 ? [name] : derived,
  };
}

function holdsIn(row: { readonly versions?: readonly ApiVersion[] }, version: ApiVersion): boolean {
  return row.versions?.includes(version) ?? true;
}

/** Namespace of every type name on the wire. */
export const NAMESPACE = 'microsoft.graph';

/** The name of a type that the tables write as `graph.level`: `level`. */
export function withoutAlias(type: string): string {
  return type.slice(type.indexOf('.') + 1);
}

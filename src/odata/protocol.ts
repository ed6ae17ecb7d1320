/** Everything that interprets one API version, built once at start. */
import { toleranceOf } from '../model/behaviour.ts';
import type { Behaviour } from '../model/behaviour.ts';
import { createSchema } from '../model/schema.ts';
import type { EntityName, Schema } from '../model/schema.ts';
import type { ApiVersion } from '../model/versions.ts';
import { createDeviationNotes } from './deviation-notes.ts';
import type { DeviationNotes } from './deviation-notes.ts';
import { createPathMatcher } from './path.ts';
import type { PathMatcher } from './path.ts';
import { createPlanner } from './plan.ts';
import type { Planner } from './plan.ts';
import { createEntityReader } from './read-entity.ts';
import type { EntityReader } from './read-entity.ts';

export interface Protocol {
  readonly schema: Schema;
  readonly matchPath: PathMatcher;
  readonly readers: Readonly<Record<EntityName, EntityReader>>;
  readonly plan: Planner;
  /** Shared by all that reads requests. */
  readonly notes: DeviationNotes;
}

export function createProtocol(version: ApiVersion, behaviour: Behaviour): Protocol {
  const schema = createSchema(version, behaviour);
  const notes = createDeviationNotes(toleranceOf(behaviour));
  const readers = [...schema.entities.keys()].map((name) => [name, createEntityReader(schema, name)] as const);
  return {
    schema,
    matchPath: createPathMatcher(schema.operations, notes),
    readers: Object.fromEntries(readers) as Record<EntityName, EntityReader>,
    plan: createPlanner(schema, behaviour, notes),
    notes,
  };
}

/** What a walk along both sides works with: a comparison, a pull. */
import type { GraphClient } from './graph-client.ts';
import type { OpenTarget } from './open-target.ts';
import type { OutwardParts } from './parts.ts';
import { createItemPlanner } from './plan.ts';
import type { ItemPlanner } from './plan.ts';

export interface WalkParts extends OutwardParts {
  readonly client: GraphClient;
  readonly planner: ItemPlanner;
  /** There. */
  readonly provider: string;
  /** Users there who were found to be nobody here. */
  readonly strangers: Set<string>;
}

export function openWalkParts({ parts, client }: OpenTarget, provider: string): WalkParts {
  return { ...parts, client, provider, planner: createItemPlanner(parts, provider), strangers: new Set() };
}

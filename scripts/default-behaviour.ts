// The behaviour that printed documents show: every switch at its default.
import { BEHAVIOUR_SWITCHES } from '../src/model/behaviour.ts';
import type { Behaviour } from '../src/model/behaviour.ts';

export const DEFAULT_BEHAVIOUR = Object.fromEntries(
  Object.entries(BEHAVIOUR_SWITCHES).map(([name, row]) => [name, row.default]),
) as unknown as Behaviour;

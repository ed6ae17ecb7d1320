/** The seed that the rules of `vivarium conformance` begin from. */
import { SHIPPED_SEEDS } from '../../lib/shipped-seeds.ts';
import { readSeed } from '../../seed/read-seed.ts';
import type { Seed } from '../../seed/seed-schema.ts';

export function readConformanceSeed(): Seed {
  return readSeed(SHIPPED_SEEDS.conformance);
}

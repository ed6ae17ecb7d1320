/** The seeds that the package has, by the names that stand for them in place of a path. */
import { fileURLToPath } from 'node:url';

const pathOf = (name: string): string => fileURLToPath(new URL(`../../seeds/${name}.yaml`, import.meta.url));

export const SHIPPED_SEEDS = {
  /** What a sandbox begins with. */
  default: pathOf('default'),
  /** What the rules of `vivarium conformance` begin from. */
  conformance: pathOf('conformance'),
} as const;

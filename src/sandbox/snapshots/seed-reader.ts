/** Reads the seed of a running sandbox again. Generated secrets and passwords are kept. */
import type { TenantId } from '../../lib/ids.ts';
import type { SandboxCredentials } from '../../seed/credentials.ts';
import { planSeed, repeated } from '../../seed/apply-seed.ts';
import type { SeedStep, SeedTools } from '../../seed/apply-seed.ts';
import { parseSeed } from '../../seed/read-seed.ts';
import type { StartSeed } from '../../seed/read-seed.ts';
import type { SeedError } from '../../seed/seed-error.ts';

export interface SeedReaderOptions {
  readonly tools: Omit<SeedTools, 'known' | 'getKey'>;
  /** What the server was started with. @throws StartError */
  readStartSeed(): Promise<StartSeed>;
  findCredentials(): Promise<SandboxCredentials>;
}

export interface ReadSeed {
  /** To be stored in one unit of work, where no tenants are. */
  readonly steps: readonly SeedStep[];
  /** What is wrong when a step could not be stored beside the others. */
  describeRepeat(step: SeedStep | undefined): SeedError;
}

export interface SeedReader {
  /** Of the text, or of the start when there is none. @throws SeedError */
  read(text: string | undefined, getKey: (id: TenantId) => number): Promise<ReadSeed>;
}

const SENT = 'that was sent';

export function createSeedReader({ tools, readStartSeed, findCredentials }: SeedReaderOptions): SeedReader {
  return {
    read: async (text, getKey) => {
      const { seed, path } = text === undefined ? await readStartSeed() : { seed: parseSeed(text, SENT), path: SENT };
      const steps = planSeed(seed, path, { ...tools, known: await findCredentials(), getKey });
      return { steps, describeRepeat: (step) => repeated(path, step) };
    },
  };
}

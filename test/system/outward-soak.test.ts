/** Two servers, of which one fails and both are killed: in the end both have the same, and nothing twice. */
import { expect, test } from 'vitest';

import { createOwnDatabase, findPostgresUrl } from '../support/postgres.ts';
import { soak } from '../support/outward-soak.ts';
import type { SoakOptions } from '../support/outward-soak.ts';
import { randomNumbers, testSeed } from '../support/seed.ts';

async function expectEqual(options: Pick<SoakOptions, 'flags'>): Promise<void> {
  const figures = await soak({ seconds: 10, random: randomNumbers(testSeed), kills: 1, ...options });
  expect(figures).toMatchObject({ twice: [], differing: [], dead: 0, kills: { here: 1, there: 1, database: 0 } });
  expect(figures.creates).toBeGreaterThan(50);
}

test.concurrent(
  'what is written here is there after faults and kills of either side',
  { timeout: 120_000 },
  async () => {
    await expectEqual({});
  },
);

// A killed server has left its lease, which the next one waits for.
test.concurrent('so it is with a record on PostgreSQL', { timeout: 240_000 }, async () => {
  await using database = await createOwnDatabase(await findPostgresUrl());
  await expectEqual({ flags: ['--database', database.url, '--migrate-at-start'] });
});

/** Two servers, of which one fails and both are killed: in the end both have the same, and nothing twice. */
import { expect, test } from 'vitest';

import { soak } from '../support/outward-soak.ts';
import { randomNumbers, testSeed } from '../support/seed.ts';

test('what is written here is there after faults and kills of either side', { timeout: 120_000 }, async () => {
  const figures = await soak({ seconds: 10, random: randomNumbers(testSeed), kills: 1 });
  expect(figures).toMatchObject({ twice: [], differing: [], dead: 0, kills: { here: 1, there: 1 } });
  expect(figures.creates).toBeGreaterThan(50);
});

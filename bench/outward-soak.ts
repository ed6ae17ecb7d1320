/** The soak of the sync: `npm run bench:sync -- --minutes 30`. Two servers, one of which fails and both of which are killed. */
import { parseArgs } from 'node:util';

import { soak } from '../test/support/outward-soak.ts';
import { randomNumbers } from '../test/support/seed.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' } },
});
const minutes = Number(values.minutes);
const figures = await soak({
  seconds: minutes * 60,
  random: randomNumbers(Number(values.seed)),
  kills: Math.ceil(minutes),
});
process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
const isGood = figures.differing.length === 0 && figures.twice.length === 0 && figures.dead === 0;
process.exitCode = isGood ? 0 : 1;

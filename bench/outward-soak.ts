/**
 * The soak of the sync: `npm run bench:sync -- --minutes 30`. Two servers, one of which fails and both of which are killed.
 * With `--database postgres` the record is on a PostgreSQL of its own, which is killed as well.
 */
import { parseArgs } from 'node:util';

import { soak } from '../test/support/outward-soak.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { randomNumbers } from '../test/support/seed.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    database: { type: 'string', default: 'sqlite' },
  },
});
const minutes = Number(values.minutes);
await using opening = new AsyncDisposableStack();
const postgres = values.database === 'postgres' ? opening.use(await startPostgres({ isDurable: true })) : undefined;
const onPostgres = postgres && {
  flags: ['--database', postgres.url, '--migrate-at-start'],
  crashDatabase: async () => {
    await postgres.stop('immediate');
    await postgres.start();
  },
};
const figures = await soak({
  seconds: minutes * 60,
  random: randomNumbers(Number(values.seed)),
  kills: Math.ceil(minutes),
  ...onPostgres,
});
process.stdout.write(`${JSON.stringify({ database: values.database, ...figures }, undefined, 2)}\n`);
const isGood = figures.differing.length === 0 && figures.twice.length === 0 && figures.dead === 0;
process.exitCode = isGood ? 0 : 1;

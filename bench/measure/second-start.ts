/** How long a start on a folder that has been started before takes, until it has stored something. */
import type { BenchData } from '../data/bench-data.ts';
import { nextOf } from '../load/exchanges.ts';
import { sendOnce } from '../load/run-load.ts';
import { median } from '../load/statistics.ts';
import { startGraphServer } from '../servers/graph-server.ts';

/** Seconds from the start of the process to the answer of a create, the request for its token included. */
export async function measureSecondStart(data: BenchData, rounds: number): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await using server = await startGraphServer(data, { operations: ['create'] });
    await sendOnce(server.plain.target, nextOf(server.plain, 'create')(0));
    seconds.push((performance.now() - start) / 1000);
    await server.vivarium.end('SIGTERM');
  }
  return median(seconds);
}

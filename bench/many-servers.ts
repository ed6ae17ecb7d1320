/**
 * Do servers of one process stay apart under work, and what memory do they take? `npm run bench:servers [-- SERVERS REQUESTS]`
 */
import { setTimeout as pause } from 'node:timers/promises';

import { readMemory, runManyServers } from '../test/support/many-servers.ts';
import type { Memory } from '../test/support/many-servers.ts';

const MEGABYTE = 1_048_576;

const [servers = 50, requestsEach = 1000] = process.argv.slice(2).map(Number);
const before = readMemory();
const startedAt = performance.now();
const { requests, leaks, memory } = await runManyServers({ servers, requestsEach });
const seconds = (performance.now() - startedAt) / 1000;
console.log(`${servers} servers in one process, ${requestsEach} requests each, in ${seconds.toFixed(0)} s`);
print('before the first', before);
print('with all', memory);
// Connections end a little later.
await pause(1000);
print('when all were closed', readMemory());
for (const leak of leaks) console.log(`  ${leak}`);
console.log(`  ${requests} requests, ${leaks.length} things that were not a server's own`);
process.exitCode = leaks.length === 0 ? 0 : 1;

function print(moment: string, { residentBytes, heapBytes }: Memory): void {
  const [resident, heap] = [residentBytes, heapBytes].map((bytes) => Math.round(bytes / MEGABYTE));
  console.log(`  ${moment}: ${resident} MB, ${heap} MB of them objects`);
}

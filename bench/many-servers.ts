/**
 * Do servers of one process stay apart under work, and what memory do they take? `npm run bench:servers [-- SERVERS REQUESTS]`
 */
import { runManyServers } from '../test/support/many-servers.ts';

const MEGABYTE = 1_048_576;

const [servers = 50, requestsEach = 1000] = process.argv.slice(2).map(Number);
const startedAt = performance.now();
const { requests, leaks, residentBytes } = await runManyServers({ servers, requestsEach });
const seconds = (performance.now() - startedAt) / 1000;
const [before, running, closed] = residentBytes.map((bytes) => Math.round(bytes / MEGABYTE));
console.log(`${servers} servers in one process, ${requestsEach} requests each, in ${seconds.toFixed(0)} s`);
console.log(`  resident: ${before} MB before the first, ${running} MB with all, ${closed} MB when all were closed`);
for (const leak of leaks) console.log(`  ${leak}`);
console.log(`  ${requests} requests, ${leaks.length} things that were not a server's own`);
process.exitCode = leaks.length === 0 ? 0 : 1;

import { expect, test } from 'vitest';
import { runManyServers } from '../support/many-servers.ts';

// bench/many-servers.ts does the same with more requests, and measures.

test('50 servers of one process keep their data, tokens and answers apart', async () => {
  const { requests, leaks } = await runManyServers({ servers: 50, requestsEach: 40 });
  expect(leaks).toEqual([]);
  expect(requests).toBe(2000);
}, 300_000);

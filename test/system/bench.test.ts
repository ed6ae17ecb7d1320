/** That the bench finds out what it promises to: lost writes, wrong answers, figures that miss their targets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { FIRST_CREATED, FIRST_STEP } from '../../bench/data/activities.ts';
import { createSqliteData } from '../../bench/data/bench-data.ts';
import type { BenchData } from '../../bench/data/bench-data.ts';
import { CONNECTIONS, nextOf, OPERATIONS } from '../../bench/load/exchanges.ts';
import { runOpenLoad } from '../../bench/load/open-load.ts';
import { runLoad, sendOnce } from '../../bench/load/run-load.ts';
import { percentile } from '../../bench/load/statistics.ts';
import { benchmarkDocuments } from '../../bench/report/document.ts';
import { startGraphServer } from '../../bench/servers/graph-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'vivarium-bench-test-'));
let data: BenchData;

beforeAll(async () => {
  data = await createSqliteData(folder);
  await data.grow(FIRST_STEP);
});

afterAll(async () => {
  await data[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test('every operation is answered as expected, and what was answered outlives a killed server', async () => {
  await using server = await startGraphServer(data, { operations: OPERATIONS });
  for (const operation of OPERATIONS) {
    const next = nextOf(server.plain, operation);
    const load = { ...server.plain, next, connections: CONNECTIONS, warmUpSeconds: 0, seconds: 0.1 };
    expect((await runLoad(load)).requests).toBeGreaterThan(0);
  }
  await sendOnce(server.tls.target, nextOf(server.tls, 'create')(0));
  await server.vivarium.end('SIGKILL');
  const { created, updated } = data.ledger;
  expect(created.length).toBeGreaterThan(CONNECTIONS);
  expect(updated.size).toBeGreaterThan(0);
  await data.verify();
});

test('a create that is not in the database is found out', async () => {
  data.ledger.created.push(FIRST_CREATED * 2);
  await expect(data.verify()).rejects.toThrow('A create that was answered is lost');
  data.ledger.created.length = 0;
});

test('an update that is not in the database is found out', async () => {
  data.ledger.updated.set(1, 101);
  await expect(data.verify()).rejects.toThrow('An update that was answered is lost');
  data.ledger.updated.clear();
});

test('a load that does not wait is refused in part, and a refused create that is stored is found out', async () => {
  const flags = ['--max-requests-in-flight', '1'];
  await using server = await startGraphServer(
    { ...data, options: { ...data.options, flags } },
    { operations: ['create'] },
  );
  const load = { target: server.plain.target, connections: CONNECTIONS, perSecond: 5000, seconds: 0.3 };
  const answers = await runOpenLoad({ ...load, next: nextOf(server.plain, 'create') });
  await server.vivarium.end('SIGKILL');
  const { created, refused } = data.ledger;
  expect(answers.filter(({ isRefused }) => isRefused)).toHaveLength(refused.length);
  expect(answers).toHaveLength(created.length + refused.length);
  expect(Math.min(created.length, refused.length)).toBeGreaterThan(0);
  refused.push(...created);
  await expect(data.verify()).rejects.toThrow('A create that was refused is stored');
  refused.splice(-created.length);
  await data.verify();
});

test('an answer with another status ends the load', async () => {
  await using server = await startGraphServer(data, { operations: ['get'] });
  const { text } = nextOf(server.plain, 'get')(0);
  await expect(sendOnce(server.plain.target, { text, status: 201 })).rejects.toThrow('was answered with 200');
});

test('a percentile is the nearest rank', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([percentile(values, 50), percentile(values, 99), percentile([7], 99)]).toEqual([50, 99, 7]);
});

test('the document says of each figure whether it meets its target', () => {
  const conditions = { date: '2026-01-01', node: '24.0.0', cores: 2, memoryGigabytes: 8, connections: 64 };
  const medians = { perSecond: 1000, p50Ms: 1, p99Ms: 2, cpuMsPerRequest: 0.1, clientCores: 0.1 };
  const { 'docs/benchmarks.md': text, 'docs/benchmarks-sqlite.svg': chart } = benchmarkDocuments({
    comparison: {
      conditions: { ...conditions, rounds: 5, seconds: 5 },
      scenarios: { get: { contestants: { 'sqlite get': medians }, ratios: { 'sqlite get / bare get': 0.69 } } },
      figures: { peakMegabytes: 250 },
    },
    overload: {
      conditions: { ...conditions, rounds: 5, seconds: 5 },
      databases: {
        sqlite: {
          ...{ capacityPerSecond: 1000, acceptedPerSecond: 900, refusedShare: 0.55 },
          ...{ lightP99Ms: 1, acceptedP99Ms: 5.1, ratio: 5.1, refusedP99Ms: 1, recoveryMs: 1, peakMegabytes: 1 },
        },
      },
    },
    growth: {
      conditions: { ...conditions, rounds: 5, seconds: 5 },
      databases: {
        sqlite: [
          { activities: 10_000, operations: { get: { ...medians, ratio: 1 } } },
          { activities: 1_000_000, operations: { get: { ...medians, ratio: 0.8 } } },
        ],
      },
    },
  });
  expect(text).toMatch(/p99 at twice the capacity.*Vivarium on SQLite *\| 5\.1 × *\| at most 5 × *\| not met/);
  expect(text).toMatch(/Get by id.* against bare node:http *\| 0\.69 × *\| at least 0\.7 × *\| not met/);
  expect(text).toMatch(/Peak memory.*\| 250 MB *\| at most 250 MB *\| met/);
  expect(text).toMatch(/Get by id.*, 1 M activities : 10 k *\| 0\.80 × *\| at least 0\.75 × *\| met/);
  expect(text).toContain('(benchmarks-sqlite.svg)');
  expect(chart).toContain('>Get by id</text>');
});

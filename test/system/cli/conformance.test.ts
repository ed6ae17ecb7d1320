/** `vivarium conformance` as its users run it: against a sandbox with the seed, and against one with data of its own. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { runVivarium } from '../../support/command.ts';
import { startServerProcess } from '../../support/server-process.ts';

interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly leftOut: number;
  readonly left: readonly string[];
  readonly rules: readonly { readonly id: string; readonly outcome: string; readonly needs?: string }[];
}

async function inFolder(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'vivarium-conformance-'));
  await run(directory);
  await rm(directory, { recursive: true });
}

test('a server with the seed needs nothing more than its data folder, for tokens that no app gets either', () =>
  inFolder(async (directory) => {
    const data = join(directory, 'data');
    await using server = startServerProcess(data, '--port', '0', '--seed', 'conformance');
    await server.ready;
    // All sections run in the tests of the tables.
    const only = ['access', 'apps', 'wire', 'every-answer'].flatMap((word) => ['--only', word]);
    const flags = [
      '--data',
      data,
      '--api-version',
      'beta',
      ...only,
      '--report',
      'report.json',
      '--report',
      'report.xml',
    ];
    const { exitCode, stdout } = await runVivarium(['conformance', ...flags, '--badge', 'badge.json'], { directory });
    expect({ exitCode, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({
      exitCode: 0,
      last: expect.stringMatching(/^https:\/\/localhost:\d+, beta: (\d+) of \1 rules passed, \d+ left out\.$/),
    });
    const report = JSON.parse(await readFile(join(directory, 'report.json'), 'utf8')) as Report;
    const needs = report.rules.flatMap(({ needs = '' }) => (needs === '' ? [] : [needs]));
    // Nothing but how the server was started.
    expect(
      needs.filter((need) => !/^a server (with|that waits)|^a database|^a --target with an http/.test(need)),
    ).toEqual([]);
    const xml = await readFile(join(directory, 'report.xml'), 'utf8');
    expect(xml.match(/<testcase /g)).toHaveLength(report.rules.length);
    expect(xml.match(/<skipped /g)).toHaveLength(report.leftOut);
    expect(JSON.parse(await readFile(join(directory, 'badge.json'), 'utf8'))).toEqual({
      schemaVersion: 1,
      label: 'Viva Learning API',
      message: `${report.passed}/${report.passed} rules`,
      color: 'brightgreen',
    });
  }));

test('on a server with data of its own, a run makes what it needs, leaves the rest out, and removes all it has made', () =>
  inFolder(async (directory) => {
    await using server = startServerProcess(join(directory, 'data'), '--port', '0');
    await server.ready;
    const run = (...flags: readonly string[]) =>
      runVivarium(['conformance', '--data', 'data', '--output', 'json', ...flags], { directory });
    const counts = async (): Promise<unknown> =>
      JSON.parse((await runVivarium(['status', '--data', 'data', '--output', 'json'], { directory })).stdout).tenants;

    const before = await counts();
    const only = ['create', 'update', 'contents', 'batch', 'every-answer'].flatMap((word) => ['--only', word]);
    const { exitCode, stdout } = await run('--api-version', 'v1.0', ...only);
    const report = JSON.parse(stdout) as Report;
    expect(report).toMatchObject({ failed: 0, left: [] });
    expect(report.passed).toBeGreaterThan(60);
    expect(exitCode).toBe(0);
    expect(await counts()).toEqual(before);

    const readOnly = JSON.parse((await run('--read-only', '--only', 'create', '--only', 'paths')).stdout) as Report;
    expect(readOnly.rules.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(
      readOnly.rules.filter(({ id, outcome }) => /^\d+$/.test(id) && Number(id) < 27 && outcome !== 'left out'),
    ).toEqual([]);

    const wrong = await run('--only', 'creates');
    expect({ ...wrong, stderr: JSON.parse(wrong.stderr).error.message }).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        '--only creates names neither a section nor a rule (Did you mean create?). See vivarium conformance --help.',
    });
  }));

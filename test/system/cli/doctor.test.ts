import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { runVivarium } from '../../support/command.ts';
import type { Outcome } from '../../support/command.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vivarium-doctor-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const doctor = (...flags: readonly string[]): Promise<Outcome> => runVivarium(['doctor', ...flags], { directory });

test('a check is a line, and all is well in a new place', async () => {
  const { exitCode, stdout, stderr } = await doctor('--port', '0');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const words = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ +/).slice(0, 2).join(' '));
  expect(words).toEqual(
    ['folder', 'certificate', 'clock', 'database', 'schema', 'disk', 'port'].map((check) => `ok ${check}`),
  );
});

test('a problem says what to do, and is exit code 1', async () => {
  await writeFile(join(directory, 'taken'), '');
  const { exitCode, stdout } = await doctor('--data', 'taken', '--port', '0');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^problem +folder +.+ is not a folder that this user can write in\.\n +Choose another folder/m,
  );
});

test('as JSON, each check is a value on its line', async () => {
  const { exitCode, stdout } = await doctor('--host', '192.0.2.1', '--output', 'json');
  expect(exitCode).toBe(1);
  const checks = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly check: string });
  expect(checks.at(-1)).toEqual({
    check: 'port',
    status: 'problem',
    message: 'Cannot listen on 192.0.2.1 (EADDRNOTAVAIL).',
    remedy: 'Choose an address of this machine with --host.',
  });
});

test('settings that contradict each other are exit code 2', async () => {
  expect(await doctor('--ephemeral', '--database', 'postgres://localhost/db')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('give one of them'),
  });
});

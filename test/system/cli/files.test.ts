import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { CONFIG_FILE_NAMES } from '../../../src/config/config-file.ts';
import { SETTINGS } from '../../../src/config/settings.ts';
import { runVivarium } from '../../support/command.ts';
import type { Outcome } from '../../support/command.ts';
import { startServerProcess } from '../../support/server-process.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vivarium-files-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const run = (...args: readonly string[]): Promise<Outcome> => runVivarium(args, { directory });
const read = (...path: readonly string[]): string => readFileSync(join(directory, ...path), 'utf8');

describe('init', () => {
  test('writes files that validate takes and that a server starts with', async () => {
    const made = await run('init', 'mine');
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    expect(made.stdout).toMatch(/^Wrote mine\/seed\.yaml: .+\nWrote mine\/vivarium\.yaml: .+\n/);
    const valid = await run('validate', '--config', 'mine/vivarium.yaml');
    expect(valid).toEqual({ exitCode: 0, stdout: 'mine/vivarium.yaml: valid\nmine/seed.yaml: valid\n', stderr: '' });
    await using server = startServerProcess(
      join(directory, 'data'),
      '--port',
      '0',
      '--config',
      join(directory, 'mine', 'vivarium.yaml'),
    );
    expect((await server.ready).tenantId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('explains every setting of the file, with a default that is valid', async () => {
    await run('init');
    const text = read('vivarium.yaml');
    const words = text.replaceAll(/\s+(# )?/g, ' ');
    const lines = text.split('\n');
    const open = lines.map((line) => line.replace(/^# (?=[a-zA-Z\d]+: |[a-zA-Z\d]+:$| {2}- )/, ''));
    const shown = SETTINGS.filter(({ isNotForFile }) => isNotForFile !== true);
    for (const { name, description } of shown) {
      expect(words).toContain(description);
      expect(
        open.filter((line) => line.startsWith(`${name}:`)),
        name,
      ).toHaveLength(1);
    }
    await writeFile(join(directory, 'vivarium.yaml'), open.join('\n'));
    expect(await run('validate')).toMatchObject({ exitCode: 0 });
  });

  test('tells what it wrote as JSON', async () => {
    const { stdout } = await run('init', '--output', 'json');
    expect(JSON.parse(stdout)).toEqual({ files: ['seed.yaml', 'vivarium.yaml'] });
  });

  test.each([...CONFIG_FILE_NAMES, 'seed.yaml'])('overwrites nothing: %s', async (name) => {
    await mkdir(join(directory, 'mine'));
    await writeFile(join(directory, 'mine', name), '# mine\n');
    const { exitCode, stdout, stderr } = await run('init', 'mine');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe(
      `vivarium: mine/${name} is there already. Nothing was written. Name another folder, or move what is there away.\n`,
    );
    expect([...CONFIG_FILE_NAMES, 'seed.yaml'].filter((each) => existsSync(join(directory, 'mine', each)))).toEqual([
      name,
    ]);
    expect(read('mine', name)).toBe('# mine\n');
  });

  test('cannot write below a file', async () => {
    await writeFile(join(directory, 'file'), '');
    const { exitCode, stderr } = await run('init', 'file/mine');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(/cannot be written \(ENOTDIR\)/),
    });
  });
});

describe('validate', () => {
  const SEED = `# A seed
tenants:
  - id: 2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10
    displayName: Contoso
    domainName: contoso.example
    colour: red
    users:
      lee:
        id: no-guid
        userPrincipalName: lee@contoso.example
        displayName: Lee
        licence: gold
    apps: {}
`;

  test('prints all that is wrong, each with its line', async () => {
    await writeFile(join(directory, 'vivarium.yaml'), 'port: many\n\nprot: 1\nseed: my-seed.yaml\n');
    await writeFile(join(directory, 'my-seed.yaml'), SEED);
    const { exitCode, stdout, stderr } = await run('validate');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'vivarium.yaml:3: unknown setting: prot. Did you mean port?',
      'vivarium.yaml:1: port must be a whole number from 0 to 65535, not "many".',
      expect.stringMatching(/^my-seed\.yaml:6: tenants\.0 must NOT have additional properties \(colour\)$/),
      expect.stringMatching(/^my-seed\.yaml:9: tenants\.0\.users\.lee\.id must match pattern/),
      expect.stringMatching(/^my-seed\.yaml:12: tenants\.0\.users\.lee\.licence must be .+: none, seeded, premium$/),
    ]);
    const asJson = await run('validate', '--output', 'json');
    expect(asJson.exitCode).toBe(1);
    expect(JSON.parse(asJson.stdout)).toEqual({ isValid: false, problems: stdout.trimEnd().split('\n') });
  });

  test('checks what the model and the database would say of a seed', async () => {
    await run('init');
    const seed = read('seed.yaml')
      .replace('status: notStarted', 'status: unheardOf')
      .replace('learningContentId: 57baf9dc', 'learningContentId: 57baf9dd');
    await writeFile(join(directory, 'seed.yaml'), seed);
    const lineOf = (text: string): number => seed.slice(0, seed.indexOf(text)).split('\n').length;
    const { exitCode, stdout } = await run('validate', '--seed', 'seed.yaml');
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      `seed.yaml:${lineOf('learningContentId: 57baf9dd')}: tenants.0.providers.0.activities.0.learningContentId`,
    );
    expect(stdout).toMatch(
      new RegExp(
        `^seed\\.yaml:${lineOf("'@odata.type'")}: tenants\\.0\\.providers\\.0\\.activities\\.0: .+status`,
        'm',
      ),
    );
    const repeated = read('seed.yaml').replace('unheardOf', 'notStarted').replace('57baf9dd', '57baf9dc');
    const id = '4b7c1d9e-6f20-4a83-b1c5-9e0d2a3f4c56';
    await writeFile(
      join(directory, 'seed.yaml'),
      repeated.replace(`- id: ${id}`, '- id: 13727311-e7bb-470d-8b20-6a23d9030d70'),
    );
    expect((await run('validate')).stdout).toMatch(
      /^vivarium\.yaml: valid\nseed\.yaml:\d+: .+ repeats an id or name of another\n$/,
    );
  });

  test.each([
    ['seed.yaml', 'tenants:\n  - id: [\n', /^seed\.yaml:\d: not valid YAML: /m],
    ['vivarium.yaml', 'port: [\n', /vivarium\.yaml is not valid YAML: .+ at line \d/],
  ])('a broken %s', async (name, text, problem) => {
    await writeFile(join(directory, name), text);
    const flag = name === 'seed.yaml' ? '--seed' : '--config';
    const { exitCode, stdout, stderr } = await run('validate', flag, name);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).toMatch(problem);
  });

  test('a seed that is not there', async () => {
    const { exitCode, stderr } = await run('validate', '--seed', 'none.yaml');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(/none\.yaml cannot be read: ENOENT/),
    });
  });

  test('nothing to check', async () => {
    const { exitCode, stderr } = await run('validate');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining('give --config FILE or --seed FILE'),
    });
  });
});

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { SHELLS } from '../../../src/cli/completion/shells.ts';
import { BIN, runFile, runVivarium } from '../../support/command.ts';
import type { Outcome } from '../../support/command.ts';
import { startServerProcess } from '../../support/server-process.ts';
import type { ServerProcess } from '../../support/server-process.ts';

// What shells complete. Bash is everywhere; zsh and fish complete in earnest where they are installed.

let directory: string;
let server: ServerProcess;

/** With `vivarium` as a command, which runs on the Node of the tests. */
const pathWith = (...folders: readonly string[]): NodeJS.ProcessEnv => ({
  PATH: [...folders, dirname(process.execPath), process.env['PATH']].join(delimiter),
});

const run = (...args: readonly string[]): Promise<Outcome> => runVivarium(args, { directory });

const inDirectory = (...parts: readonly string[]): string => join(directory, ...parts);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vivarium-completion-'));
  mkdirSync(inDirectory('bin'));
  symlinkSync(BIN, inDirectory('bin', 'vivarium'));
  for (const shell of SHELLS) writeFileSync(inDirectory(`words.${shell}`), (await run('completion', shell)).stdout);
  server = startServerProcess(inDirectory('.vivarium'), '--port', '0', '--ready-file', inDirectory('ready.json'));
  await server.ready;
  await run('fault', 'add', '--preset', 'timeout', '--name', 'slow-1', '--disabled');
  await run('limit', 'add', '--preset', '429After5Writes', '--name', 'few-writes');
  await run('snapshot', 'create', 'before');
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

/** A line up to the cursor, and what can stand there. */
const CASES: readonly (readonly [line: string, values: readonly string[]])[] = [
  ['vivarium jo', ['journal']],
  ['vivarium journal ver', ['verify']],
  ['vivarium --data x journal cu', ['curl']],
  ['vivarium --data journal journal cu', ['curl']],
  ['vivarium help jo', ['journal']],
  ['vivarium help fault pre', ['presets']],
  ['vivarium fault add --pre', ['--preset']],
  ['vivarium --http-p', ['--http-port']],
  ['vivarium fault add --reset ', ['after', 'before']],
  ['vivarium fault add --first ', []],
  ['vivarium reset x', []],
  ['vivarium --log-level w', ['warn']],
  ['vivarium completion ', ['bash', 'fish', 'powershell', 'zsh']],
  ['vivarium journal list --kind b', ['batchItem']],
  ['vivarium journal list --operation getMyE', ['getMyEmployeeExperience']],
  ['vivarium journal list --refusal assignmentNotFoundO', ['assignmentNotFoundOnUpdate']],
  ['vivarium fault add --endpoint token --error clientSecretE', ['clientSecretExpired']],
  ['vivarium -c words.f', ['words.fish']],
  ['vivarium status --token-file words.f', ['words.fish']],
  ['vivarium snapshot export before words.f', ['words.fish']],
  // From here on, what the server knows.
  ['vivarium token --app wr', ['writer']],
  ['vivarium token --user l', ['learner']],
  ['vivarium token --user learner --scope LearningProvider.ReadW', ['LearningProvider.ReadWrite']],
  ['vivarium journal list --learner un', ['unlicensed']],
  ['vivarium reset --tenant con', ['contoso.onmicrosoft.com']],
  ['vivarium fault enable ', ['slow-1']],
  ['vivarium limit remove ', ['few-writes']],
  ['vivarium snapshot restore ', ['before']],
  ['vivarium snapshot export ', ['before']],
  ['vivarium snapshot create ', []],
  ['vivarium fault add --preset stale', ['staleReads']],
  ['vivarium limit add --preset 429After5', ['429After5Writes']],
  ['vivarium token --ready-file ready.json --app wr', ['writer']],
  ['vivarium fault remove --ready-file=ready.json s', ['slow-1']],
  ['vivarium fault remove --data none ', []],
];

const BASH_CASES: typeof CASES = [
  ...CASES,
  ['vivarium --log-level = w', ['warn']],
  ['vivarium --log-level =', ['debug', 'error', 'fatal', 'info', 'silent', 'trace', 'warn']],
  ['vivarium token --data = .vivarium --user l', ['learner']],
  ['vivarium fault add --url https : //localhost --method P', ['PATCH', 'POST']],
  ['vivarium fault add --grant-type urn : ietf', ['ietf:params:oauth:grant-type:device_code']],
  ['npx vivarium journal ver', ['verify']],
  ['npx -y vivarium token --app wr', ['writer']],
  ['npx viv', ['vivarium']],
  ['npx other jo', []],
];

describe('bash', () => {
  test.each(BASH_CASES)('%s', async (line, values) => {
    expect(await complete(line, pathWith(inDirectory('bin')))).toEqual(values);
  });

  test('is told of vivarium and npx, and what completed npx before goes on', async () => {
    const script = `_other() { COMPREPLY=(other); }; complete -F _other npx
source ./words.bash; source ./words.bash; complete -p vivarium npx
COMP_WORDS=(npx o); COMP_CWORD=1; _vivarium_npx; echo "$COMPREPLY"`;
    const { stdout, stderr } = await runFile('bash', ['--norc', '-c', script], { directory });
    expect({ stdout, stderr }).toEqual({
      stdout: 'complete -F _vivarium vivarium\ncomplete -o bashdefault -o default -F _vivarium_npx npx\nother\n',
      stderr: '',
    });
  });

  test('of npx, values come from the package of the folder, or of one above, else from what made the script', async () => {
    expect(await complete('npx vivarium token --app wr', pathWith())).toEqual(['writer']);
    const bin = inDirectory('node_modules', '.bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'vivarium'), '#!/bin/sh\necho "from-package\tof $1 $2"\n', { mode: 0o755 });
    mkdirSync(inDirectory('below', 'there'), { recursive: true });
    expect(await complete('npx vivarium token --app fr', pathWith(), inDirectory('below', 'there'))).toEqual([
      'from-package',
    ]);
    rmSync(inDirectory('node_modules'), { recursive: true });
  });

  test('runs and splits nothing that stands in a name', async () => {
    const names = ['$(touch pwned)', '`touch pwned`', 'two words', "it's", 'ok'];
    const users = Object.fromEntries(names.map((name) => [name, { userPrincipalName: '$(touch pwned)' }]));
    const ready = {
      baseUrl: '',
      tenantId: '',
      tokenUrl: '',
      instance: '',
      apps: {},
      signInApps: {},
      certificateApps: {},
      users,
    };
    writeFileSync(inDirectory('hostile.json'), JSON.stringify(ready));
    const found = await complete('vivarium token --ready-file hostile.json --user ', pathWith(inDirectory('bin')));
    expect(found).toEqual(['\\$\\(touch\\ pwned\\)', '\\`touch\\ pwned\\`', "it\\'s", 'ok', 'two\\ words']);
    expect(existsSync(inDirectory('pwned'))).toBe(false);
  });

  /** Words are parted by spaces; the last one is not finished. Sorted. */
  async function complete(line: string, env: NodeJS.ProcessEnv, place = directory): Promise<readonly string[]> {
    const words = line.split(' ');
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const script = `source ${inDirectory('words.bash')}; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}
${words[0] === 'npx' ? '_vivarium_npx' : '_vivarium'}; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { exitCode, stdout, stderr } = await runFile('bash', ['--norc', '-c', script], { directory: place, env });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    return stdout
      .split('\n')
      .filter((found) => found !== '')
      .toSorted();
  }
});

describe.each(['fish'].filter(isInstalled))('%s', (fish) => {
  test('completes all of it, with what is said of each', async () => {
    const lines = [...CASES.map(([line]) => line), 'npx vivarium journal ver', 'npx -y vivarium token --app wr'];
    const calls = lines.map((line) => `echo "> ${line}"; complete -C "${line}"`);
    const script = `source ./words.fish\n${calls.join('\n')}`;
    const env = { ...pathWith(inDirectory('bin')), HOME: directory, XDG_CONFIG_HOME: inDirectory('config') };
    const { stdout, stderr } = await runFile(fish, ['--no-config', '-c', script], { directory, env });
    expect(stderr).toBe('');
    const found = stdout
      .split('> ')
      .slice(1)
      .map((block) => {
        const [line = '', ...answers] = block.replace(/\n$/, '').split('\n');
        return [line, answers.map((answer) => answer.replace(/\t.*/, '')).toSorted()];
      });
    expect(found).toEqual([
      ...CASES,
      ['npx vivarium journal ver', ['verify']],
      ['npx -y vivarium token --app wr', ['writer']],
    ]);
    expect(stdout).toMatch(/^learner\tlearner@contoso\.onmicrosoft\.com$/m);
  });
});

describe.each(['zsh'].filter(isInstalled))('%s', (zsh) => {
  // In a terminal: a line is typed, Tab is pressed, and a key of our own prints the line as it is then.
  const SCRIPT = `
zmodload zsh/zpty
zpty shell "TERM=dumb zsh -f -i"
zpty -w shell "PS1=; PS2=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -D -u; source ./words.zsh
show() { print -r -- $'\\n'\\"[[\\$BUFFER]]\\"; BUFFER= }; zle -N show; bindkey '^X' show; print '[[rea''dy]]'"
zpty -r shell out '*\\[\\[ready\\]\\]*'
for line in "$@"; do
  zpty -w -n shell "$line"$'\\t\\x18'
  zpty -r shell out '*\\[\\[*\\]\\]*'
  print -r -- "\${\${out##*\\[\\[}%%\\]\\]*}"
done
zpty -d shell`;

  test('completes what is the only thing that can stand there', async () => {
    const lines = [
      ...CASES.filter(([, values]) => values.length === 1).map(([line, [value = '']]) => [line, value] as const),
      ['vivarium --log-level=w', '--log-level=warn'],
      ['vivarium token --data=.vivarium --app=wr', '--app=writer'],
      ['npx vivarium journal ver', 'verify'],
      ['npx -y vivarium token --app wr', 'writer'],
    ] as const;
    const place = { directory, env: { ...pathWith(inDirectory('bin')), HOME: directory } };
    const outcome = await runFile(zsh, ['-f', '-c', SCRIPT, 'zsh', ...lines.map(([line]) => line)], place);
    const expected = lines.map(([line, value]) => line.replace(/\S*$/, value));
    expect(
      outcome.stdout
        .split('\n')
        .map((line) => line.trimEnd())
        .filter((line) => line !== ''),
    ).toEqual(expected);
  });
});

describe('values', () => {
  test.each([
    ['nonsense', ''],
    ['fault', '--url https://localhost:1'],
    ['fault', '--data none'],
    ['app', '--data none'],
    ['app', '--ready-file words.bash'],
    ['app', '--config none.yaml'],
  ])('of %s, where %j leads nowhere, are none, without a word', async (source, flags) => {
    expect(await run('__values', source, '=', ...flags.split(' '))).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('do not keep the prompt waiting for a server that is silent', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    writeFileSync(inDirectory('token'), 'any\n');
    const flags = ['--url', `http://127.0.0.1:${port}`, '--token-file', 'token'];
    expect(await run('__values', 'fault', '=', ...flags)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    silent.close();
  });

  test('of entries say what each was', async () => {
    const { stdout } = await run('__values', 'entry', '=');
    expect(stdout).toBe('');
    const { baseUrl } = await server.ready;
    const call = `NODE_TLS_REJECT_UNAUTHORIZED=0 exec "$0" --disable-warning=DEP0205 -e "fetch('${baseUrl}/v1.0/me')"`;
    await runFile('sh', ['-c', call, process.execPath], { directory });
    expect((await run('__values', 'entry', '=')).stdout).toMatch(/^1\t401 GET\n$/);
  });

  test('are no command that the help names', async () => {
    expect((await run('--help')).stdout).not.toContain('__values');
  });
});

describe('PowerShell', () => {
  test('has a script of which every string, bracket and brace ends', async () => {
    const { stdout } = await run('completion', 'powershell');
    // In one pass: a string may hold the mark of another one, or of a comment.
    const rest = stdout.replaceAll(/'(?:[^']|'')*'|"(?:[^"`]|`.)*"|^ *#.*$/gm, '');
    expect(rest).not.toMatch(/['"]/);
    const open: string[] = [];
    for (const [character] of rest.matchAll(/[()[\]{}]/g)) {
      if ('([{'.includes(character)) open.push(character);
      else expect(open.pop()).toBe({ ')': '(', ']': '[', '}': '{' }[character]);
    }
    expect(open).toEqual([]);
  });

  test('knows every command, its flags and their values', async () => {
    const { stdout } = await run('completion', 'powershell');
    expect(stdout).toContain("Register-ArgumentCompleter -Native -CommandName @('vivarium', 'npx') -ScriptBlock {");
    const command = /^ {2}'fault add' = @\{\n(.*?)^ {2}\}$/ms.exec(stdout)?.[1] ?? '';
    expect(command).toContain(",@('--preset', '");
    expect(command).toContain("'--preset' = ':live fault-preset'; ");
    expect(command).toContain("'--reset' = 'before after'; ");
    expect(command).toContain("'-c' = ':path'; ");
    expect(stdout).toContain("  'snapshot export' = @{\n    Commands = @()\n");
    expect(stdout).toContain("    Arguments = @(':live snapshot', ':path')\n");
    expect(stdout).toContain("  'help fault' = @{\n    Commands = @(,@('add', ");
  });
});

test('is not there for other shells', async () => {
  const { exitCode, stderr } = await run('completion', 'tcsh');
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('bash, zsh, fish, powershell') });
});

function isInstalled(shell: string): boolean {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What a data folder guards: its secrets, its data, and the one server that may use it. */
import { chmodSync, cpSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { startApp } from '../../src/app.ts';
import { findDataFolder } from '../../src/lib/data-folder.ts';
import { protectFolder } from '../../src/lib/file-permissions.ts';
import { createRootAlone, createRsaCertificate } from '../server/issuer/certificates.ts';
import { runVivarium } from '../support/command.ts';
import type { Outcome } from '../support/command.ts';
import { findQuietPort } from '../support/quiet-port.ts';
import { testSettings } from '../support/server.ts';
import { startServerProcess } from '../support/server-process.ts';
import type { ReadyLine, ServerProcess } from '../support/server-process.ts';

let directory: string;
let folder: string;
/** Of a server that has started and stopped. */
let filled: string;
let filledReady: ReadyLine;

beforeAll(async () => {
  filled = await mkdtemp(join(tmpdir(), 'vivarium-filled-'));
  await using server = startServerProcess(filled, '--port', '0');
  filledReady = await server.ready;
  server.signal('SIGTERM');
  expect(await server.exited).toEqual({ code: 0, signal: null });
});
afterAll(() => rm(filled, { recursive: true, force: true }));

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vivarium-folder-'));
  folder = join(directory, 'data');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const file = (...path: readonly string[]): string => join(folder, ...path);
const start = (...flags: readonly string[]): ServerProcess => startServerProcess(folder, '--port', '0', ...flags);
const run = (...args: readonly string[]): Promise<Outcome> => runVivarium(args, { directory });

/** Makes the folder one that a server has filled and left. */
function fill(): void {
  cpSync(filled, folder, { recursive: true });
}

/** Leaves the folder as a crash does. */
async function startAndKill(): Promise<ReadyLine> {
  await using server = start();
  const ready = await server.ready;
  server.signal('SIGKILL');
  await server.exited;
  return ready;
}

/** The message of a start that is refused. */
async function refusal(...flags: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(
    'start',
    '--data',
    folder,
    '--port',
    '0',
    '--log-level',
    'error',
    ...flags,
  );
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toMatch(/^vivarium: .+\n$/);
  return stderr;
}

describe('secrets that are empty', () => {
  test.each([
    ['', 'is empty'],
    [' \n', 'is empty'],
    ['two words\n', 'must be one word'],
  ])('a control token of %j opens nothing', async (text, problem) => {
    fill();
    writeFileSync(file('control-token'), text);
    expect(await refusal()).toContain(`The control token ${file('control-token')} ${problem}`);
    writeFileSync(join(directory, 'token'), text);
    const target = ['--url', 'https://localhost:1', '--token-file', join(directory, 'token')];
    const { exitCode, stderr } = await run('status', '--data', folder, ...target);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(problem);
  });

  test.each([
    ['--database-password-file', 'The database password'],
    ['--database-ca', 'The database CA file'],
  ])('%s', async (flag, what) => {
    const path = join(directory, 'empty');
    writeFileSync(path, '\n');
    const database = 'postgres://vivarium@127.0.0.1:1/vivarium?sslmode=verify-ca';
    expect(await refusal('--database', database, flag, path)).toContain(`${what} ${path} is empty. Name another`);
  });

  test('a secret or a password of a seed', async () => {
    const seed = readFileSync(join(import.meta.dirname, '..', '..', 'seeds', 'default.yaml'), 'utf8');
    const path = join(directory, 'seed.yaml');
    writeFileSync(path, seed.replace(/^( +)isPublicClient: true/m, "$1clientSecret: '          '"));
    expect(await refusal('--seed', path)).toMatch(/clientSecret must match pattern/);
  });
});

describe('certificates and keys that cannot be served', () => {
  const pem = (name: string): string => join(directory, name);

  beforeEach(async () => {
    for (const name of ['one', 'other']) {
      const { certificatePem, privateKeyPem } = await createRsaCertificate(`CN=${name}`);
      writeFileSync(pem(`${name}.pem`), certificatePem);
      writeFileSync(pem(`${name}-key.pem`), privateKeyPem);
    }
    writeFileSync(pem('empty.pem'), '');
    writeFileSync(pem('text.pem'), 'text');
  });

  test.each([
    ['none.pem', 'one-key.pem', /The certificate .+none\.pem cannot be read: ENOENT\. Name another file with --cert\./],
    ['empty.pem', 'one-key.pem', /The certificate .+empty\.pem is empty\./],
    ['text.pem', 'one-key.pem', /text\.pem is not a PEM certificate\./],
    ['one.pem', 'empty.pem', /The private key .+empty\.pem is empty\. Name another file with --key\./],
    ['one.pem', 'text.pem', /text\.pem is not a PEM private key without a passphrase\./],
    ['one.pem', 'other-key.pem', /other-key\.pem is not the private key of .+one\.pem\./],
  ])('%s with %s', async (certificate, key, message) => {
    expect(await refusal('--cert', pem(certificate), '--key', pem(key))).toMatch(message);
  });
});

describe('the local CA', () => {
  test.each([
    ['missing', 'ca-key.pem', undefined],
    ['missing', 'ca.pem', undefined],
    ['not a PEM', 'ca-issuer.pem', 'text'],
    ['empty', 'ca-key.pem', ''],
    ['not PEM', 'ca.pem', 'text'],
  ])('is never replaced unasked: %s %s', async (_problem, name, text) => {
    fill();
    rmSync(file('tls', name));
    if (text !== undefined) writeFileSync(file('tls', name), text);
    expect(await refusal()).toMatch(new RegExp(`${file('tls', name)} is .+ Restore it`));
  });

  test('is two certificates that belong together', async () => {
    fill();
    rmSync(file('tls', 'ca-issuer.pem'));
    expect(await refusal()).toContain(
      `${file('tls', 'ca-key.pem')} is not the private key of ${file('tls', 'ca.pem')}`,
    );
    fill();
    writeFileSync(file('tls', 'ca.pem'), (await createRootAlone(Date.now())).certificatePem);
    expect(await refusal()).toContain(`${file('tls', 'ca-issuer.pem')} is not signed by ${file('tls', 'ca.pem')}`);
  });

  test('of an earlier release goes on working, and a notice says how to make one with constraints', async () => {
    fill();
    const { certificatePem, privateKeyPem } = await createRootAlone(Date.now());
    rmSync(file('tls', 'ca-issuer.pem'));
    writeFileSync(file('tls', 'ca.pem'), certificatePem);
    writeFileSync(file('tls', 'ca-key.pem'), privateKeyPem);
    await using earlier = start();
    await earlier.ready;
    expect((await run('status', '--data', folder)).exitCode).toBe(0);
    await expect.poll(() => earlier.stderr()).toContain('can sign for any name');
    expect((await run('renew-ca', '--data', folder)).stderr).toContain('is in use by the server at');
    expect(readFileSync(file('tls', 'ca.pem'), 'utf8')).toBe(certificatePem);
    earlier.signal('SIGTERM');
    await earlier.exited;

    const { exitCode, stdout } = await run('renew-ca', '--data', folder, '--output', 'json');
    expect({ exitCode, stdout: JSON.parse(stdout) }).toEqual({
      exitCode: 0,
      stdout: { caFile: file('tls', 'ca.pem') },
    });
    await using renewed = start();
    await renewed.ready;
    expect((await run('status', '--data', folder)).exitCode).toBe(0);
    expect(renewed.stderr()).toBe('');
    expect(readFileSync(file('tls', 'ca.pem'), 'utf8')).not.toBe(certificatePem);
  });

  test('does not sign for a host that it was not made for, until it is made again', async () => {
    fill();
    const host = ['--host', '192.0.2.1'];
    const message = await refusal(...host);
    expect(message).toContain(`The local CA in ${file('tls', 'ca.pem')} cannot sign for 192.0.2.1.`);
    expect(message).toContain('vivarium renew-ca');
    expect((await run('renew-ca', '--data', folder, ...host)).stdout).toContain('Made a new local CA');
    // No machine has this address.
    expect(await refusal(...host)).toContain('192.0.2.1');
    expect(await refusal(...host)).not.toContain('cannot sign');
  });

  test('signs another server certificate when there is none that is right', async () => {
    fill();
    const authority = readFileSync(file('tls', 'ca.pem'), 'utf8');
    writeFileSync(file('tls', 'server.pem'), 'text');
    await startAndKill();
    expect(readFileSync(file('tls', 'ca.pem'), 'utf8')).toBe(authority);
    rmSync(file('tls', 'ca.pem'));
    rmSync(file('tls', 'ca-key.pem'));
    await using server = start();
    await server.ready;
    expect((await run('status', '--data', folder)).exitCode).toBe(0);
  });
});

test.each(['{', '[]', '{"baseUrl":5}', ''])('a server.json with %j is named', async (text) => {
  fill();
  writeFileSync(file('server.json'), text);
  expect(await refusal()).toContain(file('server.json'));
  const { exitCode, stderr } = await run('status', '--data', folder);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(file('server.json'));
});

describe('a database that was filled and has lost its data', () => {
  const LOSSES: readonly (readonly [string, () => void])[] = [
    ['is gone', () => rmSync(file('vivarium.db'))],
    ['is empty', () => writeFileSync(file('vivarium.db'), '')],
    [
      'was replaced',
      () => {
        rmSync(file('vivarium.db'));
        new DatabaseSync(file('vivarium.db')).exec('pragma user_version = 1');
      },
    ],
  ];

  test.each(LOSSES)('is not filled again unasked: it %s', async (_loss, lose) => {
    fill();
    lose();
    const size = statSync(file('vivarium.db'), { throwIfNoEntry: false })?.size;
    const credentials = readFileSync(file('sandbox.json'), 'utf8');
    const message = await refusal();
    expect(message).toContain(`The database ${file('vivarium.db')} is missing or empty`);
    expect(message).toContain('--begin-anew');
    expect(message).not.toMatch(/remove|delete/i);
    if (size === undefined || size === 0) {
      expect(statSync(file('vivarium.db'), { throwIfNoEntry: false })?.size).toBe(size);
    }
    expect(readFileSync(file('sandbox.json'), 'utf8')).toBe(credentials);

    await using server = start('--begin-anew');
    expect((await server.ready).apps).not.toEqual(filledReady.apps);
    server.signal('SIGTERM');
    await server.exited;
    await using again = start('--begin-anew');
    await again.ready;
    await expect.poll(() => again.stderr()).toContain('--begin-anew had no effect');
  });

  test('is recognised by the credentials file alone, in folders of earlier releases', async () => {
    fill();
    writeFileSync(file('server.json'), '{}');
    rmSync(file('vivarium.db'));
    expect(await refusal()).toContain(`${file('sandbox.json')}refers to one that was filled`);
  });

  test('leaves the log of writes where it is', async () => {
    await startAndKill();
    for (const name of ['vivarium.db', 'server.json', 'sandbox.json']) rmSync(file(name));
    const log = readFileSync(file('vivarium.db-wal'));
    expect(log.length).toBeGreaterThan(0);
    expect(await refusal()).toContain(`${file('vivarium.db-wal')} holds writes`);
    expect(readFileSync(file('vivarium.db-wal'))).toEqual(log);
    expect(existsSync(file('vivarium.db'))).toBe(false);
  });

  test('is not made by the token command either', async () => {
    fill();
    rmSync(file('vivarium.db'));
    const { exitCode, stderr } = await run('token', '--data', folder, '--app', 'writer');
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('is missing or empty') });
    expect(existsSync(file('vivarium.db'))).toBe(false);
  });
});

describe('the log of writes', () => {
  /** Moves everything into the database file first, so that only the log is missing afterwards. */
  function moveLog(): void {
    const database = new DatabaseSync(file('vivarium.db'));
    database.exec('pragma wal_checkpoint(truncate)');
    database.close();
  }

  test('that a killed server must have left is missed', async () => {
    await startAndKill();
    moveLog();
    await using server = start();
    await server.ready;
    await expect.poll(() => server.stderr()).toContain(`${file('vivarium.db-wal')} is missing`);
  });

  test('is not missed after a stop, a kill, or the token command', async () => {
    fill();
    expect(existsSync(file('vivarium.db-wal'))).toBe(false);
    await startAndKill();
    expect((await run('token', '--data', folder, '--app', 'writer')).exitCode).toBe(0);
    await using server = start('--seed', join(import.meta.dirname, '..', '..', 'seeds', 'default.yaml'));
    await server.ready;
    // Notices come together.
    await expect.poll(() => server.stderr()).toContain('the seed file was not read');
    expect(server.stderr()).not.toContain('missing');
  });
});

describe('two servers', () => {
  test('on one folder: the second is refused until the first has ended, however it ended', async () => {
    await using first = start();
    const { baseUrl } = await first.ready;
    const message = await refusal();
    expect(message).toContain(`${folder} is in use by the server at ${baseUrl} (process ${first.pid}).`);
    // Nothing of the first was changed.
    expect((await run('status', '--data', folder)).stdout).toContain(baseUrl);
    expect((await run('token', '--data', folder, '--app', 'writer')).exitCode).toBe(0);
    first.signal('SIGKILL');
    await first.exited;
    const orphaned = await run('status', '--data', folder);
    expect(orphaned).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(`No server at ${baseUrl}`) });
    await using second = start();
    await second.ready;
  });

  test('on one folder in one program', async () => {
    fill();
    const settings = testSettings({ ephemeral: false, data: folder });
    await using first = await startApp(settings);
    await expect(startApp(settings)).rejects.toThrow(`is in use by the server at ${first.baseUrl}`);
    await first[Symbol.asyncDispose]();
    await using second = await startApp(settings);
    expect(second.dataDir).toBe(folder);
  });

  test('one after the other at an address: commands find out that it is not theirs', async () => {
    const port = String(await findQuietPort());
    const other = join(directory, 'other');
    const flags = ['--port', port];
    const mine = startServerProcess(folder, ...flags);
    const { baseUrl } = await mine.ready;
    mine.signal('SIGKILL');
    await mine.exited;
    // It shows a certificate that is trusted here.
    await mkdir(other);
    cpSync(file('tls'), join(other, 'tls'), { recursive: true });
    await using server = startServerProcess(other, ...flags);
    expect((await server.ready).baseUrl).toBe(baseUrl);
    for (const [command, exitCode] of [
      ['reset', 3],
      ['status', 3],
      ['healthcheck', 1],
    ] as const) {
      const outcome = await run(command, '--data', folder);
      expect(outcome).toMatchObject({
        exitCode,
        stderr: expect.stringContaining(`The server at ${baseUrl} does not belong to the data folder`),
      });
      expect((await run(command, '--data', other)).exitCode).toBe(0);
    }
  });

  test('a server that was stopped is not looked for', async () => {
    fill();
    const { exitCode, stderr } = await run('status', '--data', folder);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: expect.stringContaining(`has no running server; the last one was ${filledReady.baseUrl}`),
    });
  });
});

describe('permissions of others', () => {
  test('are taken away, and the start says so in one line', async () => {
    fill();
    const secrets = ['vivarium.db', 'sandbox.json', 'control-token', 'tls/ca-key.pem', 'tls/server-key.pem'];
    for (const name of secrets) chmodSync(file(name), 0o644);
    chmodSync(file('server.json'), 0o666);
    chmodSync(folder, 0o777);
    await using server = start();
    await server.ready;
    await expect.poll(() => server.stderr()).toMatch(/^.*Other users could read or write .+\n$/);
    for (const name of [...secrets, 'server.json']) {
      expect(server.stderr()).toContain(name);
      expect({ name, mode: statSync(file(name)).mode & 0o077 }).toEqual({
        name,
        mode: name === 'server.json' ? 0o044 : 0,
      });
    }
    expect(statSync(folder).mode & 0o777).toBe(0o755);
    server.signal('SIGTERM');
    await server.exited;
    await using again = start();
    await again.ready;
    expect(again.stderr()).toBe('');
  });

  test('that cannot be taken away are refused', async () => {
    await mkdir(folder);
    // Everybody reads it, and only root may change its mode.
    symlinkSync('/etc/passwd', file('control-token'));
    expect(() => asNobody(() => protectFolder(findDataFolder(folder)))).toThrow(
      `Other users can read or write ${file('control-token')}`,
    );
  });

  /** Runs the work without the rights of root. */
  function asNobody(work: () => unknown): void {
    if (process.geteuid?.() !== 0) return void work();
    for (const path of [directory, folder]) chmodSync(path, 0o755);
    process.seteuid?.(65_534);
    try {
      work();
    } finally {
      process.seteuid?.(0);
    }
  }
});

/** What `vivarium doctor` says of folders, files, clocks, disks and ports as they are. */
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { diagnose } from '../../src/app/commands/diagnose.ts';
import { createCertificateAuthority, createServerCertificate } from '../../src/issuer/certificate.ts';
import { testSettings, startTestServer } from '../support/server.ts';

const DAY_MS = 86_400_000;

let root: string;
/** As a server that was stopped has left it. */
let filled: string;
let data: string;
let count = 0;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'vivarium-doctor-'));
  filled = join(root, 'filled');
  await using _server = await startTestServer({ ephemeral: false, data: filled });
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeEach(() => {
  data = join(root, String((count += 1)));
});

/** A copy of the folder that was left. */
function copyFilled(): void {
  mkdirSync(join(data, 'tls'), { recursive: true, mode: 0o700 });
  for (const name of ['vivarium.db', 'server.json', 'sandbox.json']) copyFileSync(join(filled, name), join(data, name));
  for (const name of ['ca.pem', 'ca-issuer.pem', 'ca-key.pem', 'server.pem', 'server-key.pem'])
    copyFileSync(join(filled, 'tls', name), join(data, 'tls', name));
}

const examine = async (settings: Readonly<Record<string, unknown>> = {}) =>
  diagnose(testSettings({ ephemeral: false, data, ...settings }));

/** What was found beside what is well. */
const findTrouble = async (settings: Readonly<Record<string, unknown>> = {}) =>
  (await examine(settings)).filter(({ status }) => status !== 'ok').map(({ check, status }) => `${check}: ${status}`);

const find = async (check: string, settings: Readonly<Record<string, unknown>> = {}) =>
  (await examine(settings)).find((diagnosis) => diagnosis.check === check);

test('a folder that is to be made, and one that a server has left, are well, with each check named', async () => {
  const fresh = await examine();
  expect(fresh.map(({ check }) => check)).toEqual([
    'folder',
    'certificate',
    'clock',
    'database',
    'schema',
    'disk',
    'port',
  ]);
  expect(await findTrouble()).toEqual([]);
  copyFilled();
  expect(await findTrouble()).toEqual([]);
  expect(await find('database')).toMatchObject({ message: `${join(data, 'vivarium.db')} is whole and takes writes.` });
});

test('nothing is made or changed', async () => {
  await examine();
  expect(() => readFileSync(join(data, 'server.json'))).toThrow('ENOENT');
});

test('the folder of a server that runs is well, and so is the port that it listens on', async () => {
  await using server = await startTestServer({ ephemeral: false, data });
  const port = Number(new URL(server.origin).port);
  expect(await findTrouble({ port })).toEqual([]);
  expect((await find('folder', { port }))?.message).toContain(`is used by the server at ${server.origin}`);
  expect((await find('port', { port }))?.message).toContain('the server of this folder listens on it');
});

test('a file in place of the folder', async () => {
  writeFileSync(data, '');
  expect(await find('folder')).toMatchObject({ status: 'problem', remedy: 'Choose another folder with --data.' });
});

test('facts of the folder that cannot be read', async () => {
  copyFilled();
  writeFileSync(join(data, 'server.json'), 'null');
  expect(await find('folder')).toMatchObject({ status: 'problem', remedy: expect.stringContaining('Restore it') });
});

test('secrets that other users can read', async () => {
  copyFilled();
  chmodSync(join(data, 'sandbox.json'), 0o644);
  expect(await find('folder')).toMatchObject({
    status: 'warning',
    message: 'Other users can read or write sandbox.json.',
  });
});

test('a local CA without its key', async () => {
  copyFilled();
  rmSync(join(data, 'tls', 'ca-key.pem'));
  expect(await find('certificate')).toMatchObject({ status: 'problem', remedy: expect.stringContaining('renew-ca') });
});

test.each([
  ['expired', -3000, 'problem'],
  ['about to expire', -390, 'warning'],
  ['of a time to come', 30, 'problem'],
])('a certificate of one’s own that is %s', async (_name, days, status) => {
  mkdirSync(data);
  const now = Date.now() + days * DAY_MS;
  const authority = await createCertificateAuthority({ names: [], now });
  const made = await createServerCertificate({ authority, names: [], now });
  const [cert, key] = [join(data, 'cert.pem'), join(data, 'key.pem')];
  writeFileSync(cert, made.certificatePem);
  writeFileSync(key, made.privateKeyPem, { mode: 0o600 });
  expect(await find('certificate', { cert, key })).toMatchObject({ status, message: expect.stringContaining(cert) });
});

test('a key that is not that of the certificate', async () => {
  copyFilled();
  const [cert, key] = [join(data, 'tls', 'server.pem'), join(data, 'tls', 'ca-key.pem')];
  expect(await find('certificate', { cert, key })).toMatchObject({ status: 'problem' });
});

test('a clock that is behind what was written', async () => {
  copyFilled();
  utimesSync(join(data, 'vivarium.db'), Date.now() / 1000, Date.now() / 1000 + 3600);
  expect(await find('clock')).toMatchObject({ status: 'problem', remedy: 'Set the clock of this machine.' });
});

test('a database that was lost', async () => {
  copyFilled();
  rmSync(join(data, 'vivarium.db'));
  expect(await find('database')).toMatchObject({ status: 'problem', remedy: expect.stringContaining('Restore') });
});

test('a database that is damaged', async () => {
  copyFilled();
  const bytes = readFileSync(join(data, 'vivarium.db'));
  bytes.fill(0xa5, 4096);
  writeFileSync(join(data, 'vivarium.db'), bytes, { mode: 0o600 });
  expect(await findTrouble()).toContain('database: problem');
});

test('a database that another process has locked', async () => {
  copyFilled();
  using other = new DatabaseSync(join(data, 'vivarium.db'));
  other.exec('begin immediate');
  expect(await find('database', { writeWaitMs: 50 })).toMatchObject({
    status: 'problem',
    message: expect.stringContaining('takes no writes (locked)'),
  });
});

test('a schema of an earlier release', async () => {
  copyFilled();
  using database = new DatabaseSync(join(data, 'vivarium.db'));
  database.exec('delete from schema_migration where name = (select max(name) from schema_migration)');
  expect(await find('schema')).toMatchObject({ status: 'ok', message: 'It is older; the next start migrates it.' });
});

test('a schema of a later release', async () => {
  copyFilled();
  using database = new DatabaseSync(join(data, 'vivarium.db'));
  database.exec("insert into schema_migration (name) values ('9999-later')");
  expect(await find('schema')).toMatchObject({
    status: 'problem',
    remedy: 'Install the release that wrote it, or a later one.',
  });
});

test('a database that cannot be reached', async () => {
  const settings = { database: 'postgres://nobody@127.0.0.1:9/none', databaseWaitMs: 500 };
  expect(await find('database', settings)).toMatchObject({
    status: 'problem',
    message: expect.stringContaining('ECONNREFUSED'),
  });
  expect(await find('schema', settings)).toMatchObject({ status: 'warning' });
});

test('a disk without room', async () => {
  // A file system that has none at all.
  expect(await find('disk', { data: '/proc/self/task' })).toMatchObject({
    status: 'problem',
    message: '0 MB free for /proc/self/task.',
  });
});

test('a port that another program has, and an address that is not here', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  expect(await find('port', { port })).toEqual({
    check: 'port',
    status: 'problem',
    message: `${port} is in use by another program.`,
    remedy: 'Stop it, or choose another port with --port.',
  });
  expect((await find('port', { metricsPort: port }))?.remedy).toContain('--metrics-port');
  other.close();
  expect(await find('port', { host: '192.0.2.1' })).toMatchObject({
    status: 'problem',
    remedy: expect.stringContaining('--host'),
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { describePostgresUrl, readPostgresAddress } from './postgres-address.ts';

const read = (url: string, files: { readonly passwordFile?: string; readonly authorityFile?: string } = {}) =>
  readPostgresAddress({ url, passwordFile: files.passwordFile, authorityFile: files.authorityFile });

describe('the address of PostgreSQL', () => {
  test.each([
    ['postgres://db.example', { host: 'db.example', port: 5432, user: undefined, database: undefined }],
    ['postgresql://me@db.example:6543/records', { host: 'db.example', port: 6543, user: 'me', database: 'records' }],
    ['postgres://m%40e@[::1]/a%20b', { host: '::1', port: 5432, user: 'm@e', database: 'a b' }],
    ['postgres:///records?host=/run/postgresql', { host: '/run/postgresql', port: 5432, database: 'records' }],
  ])('%s', (url, expected) => expect(read(url)).toMatchObject(expected));

  test.each([
    ['localhost', false],
    ['127.0.0.1', false],
    ['[::1]', false],
    ['db.example', { rejectUnauthorized: true }],
    ['127.0.0.1.db.example', { rejectUnauthorized: true }],
    ['db.example?sslmode=disable', false],
    ['db.example?sslmode=require', { rejectUnauthorized: false }],
    ['localhost?sslmode=verify-full', { rejectUnauthorized: true }],
    [
      'db.example?sslmode=verify-ca',
      { rejectUnauthorized: true, checkServerIdentity: expect.any(Function) as unknown },
    ],
  ])('at %s is secured by default, or as it says', (rest, tls) => {
    const found = read(`postgres://${rest}`).tls;
    if (tls === false) expect(found).toBe(false);
    else expect(found).toEqual({ ca: undefined, ...(tls as object) });
  });

  test.each([
    ['mysql://db.example', 'it is not a postgres:// URL'],
    ['postgres://db.example?sslmode=prefer', 'its sslmode must be one of'],
    ['postgres://db.example?sslrootcert=x', 'its parameter sslrootcert is not known'],
  ])('%s is refused', (url, message) => expect(() => read(url)).toThrow(message));

  test('is shown without its password', () => {
    expect(describePostgresUrl('postgres://me:secret@db.example/x')).toBe('postgres://me@db.example/x');
  });
});

describe('its files', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'vivarium-address-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('the password is read anew each time, without the line end', () => {
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, 'first\n');
    const { password } = read('postgres://me:ignored@db.example', { passwordFile });
    expect(password()).toBe('first');
    writeFileSync(passwordFile, 'second');
    expect(password()).toBe('second');
  });

  test('one that is missing is told at once', () => {
    const missing = join(folder, 'missing');
    expect(() => read('postgres://db.example', { passwordFile: missing })).toThrow('ENOENT');
    expect(() => read('postgres://db.example', { authorityFile: missing })).toThrow('ENOENT');
  });

  test('with authorities, require looks at the certificate', () => {
    const authorityFile = join(folder, 'ca.pem');
    writeFileSync(authorityFile, 'a certificate');
    const { tls } = read('postgres://db.example?sslmode=require', { authorityFile });
    expect(tls).toMatchObject({ ca: 'a certificate', rejectUnauthorized: true });
  });
});

/** `vivarium serve`: what keeps the record, and what it refuses to be. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import type { IncomingHttpHeaders } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createCertificateAuthority, createServerCertificate } from '../../src/issuer/certificate.ts';
import { runVivarium } from '../support/command.ts';
import { startRecordProcess } from '../support/server-process.ts';
import type { ReadyLine, ServerProcess } from '../support/server-process.ts';

const SEED = join(import.meta.dirname, '..', '..', 'seeds', 'default.yaml');
const ISSUERS = JSON.stringify([
  {
    issuer: 'https://login.example/{tenantid}/v2.0',
    audiences: ['api://record'],
    tenants: ['2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10'],
  },
]);

let open: AsyncDisposableStack;
let folder: string;

beforeEach(async () => {
  open = new AsyncDisposableStack();
  folder = await mkdtemp(join(tmpdir(), 'vivarium-serve-'));
  open.defer(() => rm(folder, { recursive: true, force: true }));
});
afterEach(() => open.disposeAsync());

const serve = (...flags: readonly string[]) => runVivarium(['serve', ...flags], { directory: folder });

describe('is refused, with all that is wrong in one message,', () => {
  test('without an issuer and a certificate', async () => {
    expect(await serve()).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: [
        'vivarium: There is no certificate that clients know: give --cert and --key, or name the proxy that has one with --trusted-proxy.',
        'vivarium: No token would be accepted: name an issuer with --trusted-issuers, or ask for the one of this server with --embedded-issuer.',
        '',
      ].join('\n'),
    });
    expect(existsSync(join(folder, '.vivarium'))).toBe(false);
  });

  test('with what only tests need, open ways in, and files that are not there', async () => {
    const aids = ['--sandbox', '--ephemeral', '--id-seed', 'x'];
    const ways = [
      '--trust-proxy',
      '--http-port',
      '0',
      '--http-host',
      '0.0.0.0',
      '--public-url',
      'http://learning.example',
    ];
    const issuer = ['--embedded-issuer', '--lockout-threshold', '0'];
    const { exitCode, stderr } = await serve(...aids, ...ways, ...issuer, '--cert', 'none.pem', '--key', 'none.key');
    expect(exitCode).toBe(2);
    const starts = [
      '--sandbox opens data and faults',
      '--ephemeral loses all data',
      '--id-seed makes ids that can be guessed',
      '--trust-proxy believes anybody who reaches the port',
      '--http-port is open to the network',
      '--public-url must begin with https',
      '--lockout-threshold 0 lets secrets be guessed',
      `--cert names ${join(folder, 'none.pem')}, which cannot be read`,
      `--key names ${join(folder, 'none.key')}, which cannot be read`,
    ];
    const lines = stderr.trim().split('\n');
    expect(lines.map((line, index) => line.startsWith(`vivarium: ${starts[index]}`))).toEqual(starts.map(() => true));
  });

  test('with a proxy that is no address, or without the address that clients know', async () => {
    const { exitCode, stderr } = await serve('--trusted-proxy', 'proxy.example', '--trusted-issuers', ISSUERS);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--trusted-proxy must be IP addresses or networks such as 10.0.0.0/8, not proxy.example.');
    expect(stderr).toContain('--trusted-proxy needs --public-url');
  });

  test('on an empty database without a seed', async () => {
    const { cert, key } = await writePair('first');
    const result = await serve('--cert', cert, '--key', key, '--trusted-issuers', ISSUERS, '--port', '0');
    expect(result).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('vivarium: The database is empty, and a record has no default seed.'),
    });
  });
});

interface Pair {
  readonly cert: string;
  readonly key: string;
  readonly pem: string;
}

/** Replaces what is in the files. */
async function writePair(name: string): Promise<Pair> {
  const now = Date.now();
  const authority = await createCertificateAuthority({ names: [name], now });
  const { certificatePem: pem, privateKeyPem } = await createServerCertificate({ authority, names: [name], now });
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await writeFile(key, privateKeyPem);
  await writeFile(cert, pem);
  return { cert, key, pem };
}

/** What a new connection is shown. */
async function shownNames({ baseUrl }: ReadyLine): Promise<string> {
  const socket = connect({ port: Number(new URL(baseUrl).port), host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { subjectaltname = '' } = socket.getPeerCertificate();
  socket.destroy();
  return subjectaltname;
}

const eventsOf = (server: ServerProcess, msg: string) =>
  server
    .stderr()
    .split('\n')
    .filter((line) => line.includes(`"msg":"${msg}"`));

describe.each([1, 2])('with %i worker(s)', (workers) => {
  const start = async (...flags: readonly string[]) => {
    const { cert, key } = await writePair('first.example');
    const own = ['--cert', cert, '--key', key, '--seed', SEED, '--port', '0', '--trusted-issuers', ISSUERS];
    const server = startRecordProcess(
      join(folder, 'data'),
      ...own,
      '--log-level',
      'info',
      '--workers',
      String(workers),
      ...flags,
    );
    return open.use(server);
  };

  test('it has no sandbox and no issuer, and tells no secret', async () => {
    const ready = await (await start()).ready;
    expect(ready).toMatchObject({ controlToken: null, tokenUrl: null, apps: {}, users: {} });
    expect(existsSync(join(folder, 'data', 'sandbox.json'))).toBe(false);
    expect(existsSync(join(folder, 'data', 'control-token'))).toBe(false);
  });

  test('it speaks HTTP/2 with clients that can', async () => {
    const { baseUrl } = await (await start()).ready;
    const session = connectHttp2(baseUrl, { rejectUnauthorized: false });
    const stream = session.request({ ':path': '/livez' });
    const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    expect({ protocol: session.alpnProtocol, status: headers[':status'] }).toEqual({ protocol: 'h2', status: 200 });
    session.destroy();
  });

  test('a new certificate is shown to new connections, a broken one is not', { timeout: 60_000 }, async () => {
    const server = await start();
    const ready = await server.ready;
    expect(await shownNames(ready)).toContain('first.example');
    await writePair('second.example');
    server.signal('SIGHUP');
    for (let time = 0; time < 2 * workers; time += 1) {
      await expect.poll(() => shownNames(ready), { timeout: 20_000 }).toContain('second.example');
    }
    await writeFile(join(folder, 'cert.pem'), 'broken');
    // Without a signal: the files are looked at.
    await expect.poll(() => eventsOf(server, 'certificateKept').length, { timeout: 20_000 }).toBe(1);
    expect(await shownNames(ready)).toContain('second.example');
    await writePair('third.example');
    await expect.poll(() => shownNames(ready), { timeout: 20_000 }).toContain('third.example');
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(eventsOf(server, 'certificateChanged').length).toBeGreaterThanOrEqual(2);
  });
});

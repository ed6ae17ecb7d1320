import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { runVivarium } from '../support/command.ts';
import { findQuietPort } from '../support/quiet-port.ts';
import { startServerProcess } from '../support/server-process.ts';
import type { ReadyLine, ServerProcess } from '../support/server-process.ts';

// Clients in another container or on another machine: they know the server by a name of its own, and have the CA file.

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vivarium-hosts-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const start = (...flags: readonly string[]): ServerProcess => startServerProcess(join(directory, 'data'), ...flags);

async function stop(server: ServerProcess): Promise<void> {
  server.signal('SIGTERM');
  expect(await server.exited).toMatchObject({ code: 0 });
}

/** Every name is this machine, as in a network of containers. */
const lookup: LookupFunction = (_host, options, done) => {
  if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};

/** Gets a token and lists users, by the one address and the CA file. */
async function useFromElsewhere({ caFile, tenantId, apps }: ReadyLine, url: string): Promise<number> {
  const dispatcher = new Agent({ connect: { ca: readFileSync(caFile, 'utf8'), lookup } });
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: apps['reader']?.clientId ?? '',
    client_secret: apps['reader']?.clientSecret ?? '',
    scope: 'https://graph.microsoft.com/.default',
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const tokenUrl = `${url}/${tenantId}/oauth2/v2.0/token`;
  const issued = await request(tokenUrl, { dispatcher, method: 'POST', headers, body: form.toString() });
  const { access_token: token } = (await issued.body.json()) as { access_token: string };
  const users = await request(`${url}/v1.0/users`, { dispatcher, headers: { authorization: `Bearer ${token}` } });
  await users.body.dump();
  await dispatcher.close();
  return users.statusCode;
}

function namesOf(folder: string): string | undefined {
  return new X509Certificate(readFileSync(join(folder, 'data', 'tls', 'server.pem'))).subjectAltName;
}

describe('a client that knows only https://vivarium:PORT and the CA file', () => {
  test('succeeds when the server has that name', async () => {
    await using server = start('--port', '0', '--tls-name', 'Vivarium', '--tls-name', 'other.example,10.1.2.3');
    const ready = await server.ready;
    expect(await useFromElsewhere(ready, ready.baseUrl.replace('localhost', 'vivarium'))).toBe(200);
    expect(namesOf(directory)).toMatch(/DNS:vivarium, DNS:other\.example, IP Address:10\.1\.2\.3$/);
  });

  test('succeeds when that is the public URL, and the start says that the sandbox is off', async () => {
    const port = String(await findQuietPort());
    await using server = start('--port', port, '--public-url', `https://vivarium:${port}`);
    expect(await useFromElsewhere(await server.ready, `https://vivarium:${port}`)).toBe(200);
    await expect.poll(() => server.stderr()).toMatch(/^\{"notice":"The sandbox is off because of --public-url: .+\n$/);
  });
});

test('the certificate is made again when its names change, by an authority that may sign for them', async () => {
  const flags = ['--port', '0', '--no-sandbox'];
  await using plain = start(...flags);
  await plain.ready;
  await stop(plain);
  const args = ['start', '--data', 'data', ...flags, '--tls-name', 'vivarium'];
  const { exitCode, stderr } = await runVivarium(args, { directory });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringMatching(/ca\.pem cannot sign for vivarium\. .+vivarium renew-ca/),
  });
  const renewed = await runVivarium(['renew-ca', '--data', 'data', '--tls-name', 'vivarium'], { directory });
  expect(renewed.exitCode).toBe(0);
  await using named = start(...flags, '--tls-name', 'vivarium');
  await named.ready;
  expect(namesOf(directory)).toContain('DNS:vivarium');
  await stop(named);
  await using unnamed = start(...flags);
  await unnamed.ready;
  expect(namesOf(directory)).not.toContain('vivarium');
});

test('a public URL that the authority may not sign for is no obstacle behind a proxy, but the start says so', async () => {
  await using first = start('--port', '0', '--no-sandbox');
  await first.ready;
  await stop(first);
  await using second = start('--port', '0', '--no-sandbox', '--public-url', 'https://learning.example');
  expect(await second.ready).toMatchObject({ baseUrl: 'https://learning.example' });
  const notice = 'The certificate does not name learning.example, the host of --public-url: ';
  await expect.poll(() => second.stderr()).toContain(notice);
});

test('plain HTTP is for loopback alone, unless a flag gives another address', async () => {
  const isReached = (url = ''): Promise<boolean> =>
    fetch(`${url.replace('localhost', '127.0.0.2')}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await using loopback = startServerProcess('unused', '--ephemeral', '--port', '0', '--http-port', '0');
  expect(await isReached((await loopback.ready).httpUrl)).toBe(false);
  const flags = ['--ephemeral', '--port', '0', '--http-port', '0', '--http-host', '0.0.0.0'];
  await using open = startServerProcess('unused', ...flags);
  expect(await isReached((await open.ready).httpUrl)).toBe(true);
  const { stdout } = await runVivarium(['start', '--help'], { directory });
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('Any but loopback gives up encryption');
});

test('names that cannot be used are refused with what to do', async () => {
  const flags = ['--http-host', '0.0.0.0', '--tls-name', 'a b,https://x,vivarium', '--cert', 'c', '--key', 'k'];
  expect(await runVivarium(['start', ...flags], { directory })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: [
      'vivarium: --http-host needs --http-port: without it there is no plain HTTP.',
      'vivarium: --tls-name is for a certificate issued by the local CA, and --cert names your own: give one of them.',
      'vivarium: --tls-name must be host names or IP addresses, without ports, not a b, https://x.',
      '',
    ].join('\n'),
  });
});

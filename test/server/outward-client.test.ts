/** How a sync target is reached: with a secret or a certificate, through a proxy, and what is said when it is not. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { loadSettings } from '../../src/config/load.ts';
import type { SettingsError } from '../../src/config/load.ts';
import { createRsaCertificate } from './issuer/certificates.ts';
import {
  assignmentHere,
  PROVIDER_HERE,
  readStatus,
  SECRET_THERE,
  startPair,
  TARGET,
  until,
  untilEqual,
} from '../support/outward.ts';
import { LEARNER } from '../support/sandbox.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vivarium-outward-client-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

describe('a sync target', () => {
  test('takes a certificate in place of a secret', async () => {
    const { certificatePem, privateKeyPem } = await createRsaCertificate('CN=sync');
    const certificateFile = fileOf('app.pem', `${certificatePem}\n${privateKeyPem}`);
    await using pair = await startPair({
      certificates: [certificatePem],
      target: { clientSecretFile: undefined, certificateFile },
    });
    await pair.admin('POST', '/start');
    await untilEqual(pair);
  });

  test('is reached through a proxy', async () => {
    const tunnels: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket, head) => {
      const { hostname, port } = new URL(`http://${request.url ?? ''}`);
      tunnels.push(request.url ?? '');
      const beyond = connect(Number(port), hostname, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        beyond.write(head);
        beyond.pipe(socket).pipe(beyond);
      });
      beyond.on('error', () => socket.destroy());
      socket.on('error', () => beyond.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    try {
      const { port } = proxy.address() as AddressInfo;
      await using pair = await startPair({ target: { proxy: `http://127.0.0.1:${port}` } });
      await pair.admin('POST', '/start');
      await untilEqual(pair);
      expect(new Set(tunnels)).toEqual(new Set([new URL(pair.there.server.origin).host]));
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  test('says what keeps it from sending, and goes on when it is mended', async () => {
    const clientSecretFile = fileOf('secret', 'wrong-secret');
    await using pair = await startPair({ target: { clientSecretFile } });
    await pair.admin('POST', '/start');
    const troubled = await until(
      () => readStatus(pair),
      ({ trouble }) => trouble !== null,
    );
    expect(troubled['trouble']).toMatch(new RegExp(`No token for ${TARGET}: .* answered 401 AADSTS7000215`));
    expect(JSON.stringify(troubled)).not.toContain('wrong-secret');
    writeFileSync(clientSecretFile, SECRET_THERE);
    await untilEqual(pair);
    expect(
      await until(
        () => readStatus(pair),
        ({ trouble }) => trouble === null,
      ),
    ).toMatchObject({ waiting: 0 });
  });

  test('keeps and counts what was answered when the time of a run is over', { timeout: 20_000 }, async () => {
    await using pair = await startPair({ target: { requestsPerMinute: 60 } });
    await pair.admin('POST', '/pause');
    for (let index = 0; index < 30; index += 1)
      await pair.here.graph(
        'POST',
        `/employeeExperience/learningProviders/${PROVIDER_HERE}/learningCourseActivities`,
        assignmentHere({ learnerUserId: LEARNER, externalCourseActivityId: `timed ${index}` }),
      );
    const { body } = await pair.admin('POST', '/run', { seconds: 5 });
    expect(body.sent).toBeGreaterThan(10);
    expect(body.target).toMatchObject({ sentLastMinute: body.sent });
  });

  test('gets new tokens when its own end early', async () => {
    await using pair = await startPair({ there: { tokenLifetimeSeconds: 1, clockSkewSeconds: 0 } });
    await pair.admin('POST', '/start');
    await untilEqual(pair);
    const title = (text: string) =>
      pair.here.graph(
        'PATCH',
        `/employeeExperience/learningProviders/${pair.here.provider}/learningContents(externalId='LP4471')`,
        { title: text },
      );
    for (const text of ['one', 'two', 'three']) {
      await title(text);
      await until(
        async () => (await pair.admin('GET', '/preview')).body as { readonly value: readonly object[] },
        ({ value }) => value.length === 0,
      );
    }
    expect(await readStatus(pair)).toMatchObject({ dead: 0, trouble: null });
  });
});

describe('settings of sync targets', () => {
  const good = {
    name: 'viva',
    tenant: 'contoso.example',
    provider: '01e8f81b-3060-4dec-acf0-0389665a0a38',
    remoteTenant: 'contoso.example',
    clientId: '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a11',
    clientSecretFile: 'secret',
  };
  const problemsOf = (entry: unknown, env = {}): readonly string[] => {
    try {
      loadSettings({ flags: { syncTargets: entry }, env, directory: '/somewhere' });
      return [];
    } catch (error) {
      return (error as SettingsError).problems;
    }
  };

  test('have defaults, and paths that start where they are written', () => {
    const { syncTargets, audit } = loadSettings({ flags: { syncTargets: [good] }, env: {}, directory: '/somewhere' });
    expect(syncTargets).toMatchObject([
      {
        graphUrl: 'https://graph.microsoft.com',
        authority: 'https://login.microsoftonline.com',
        requestsPerMinute: 1200,
        credentials: { kind: 'secretFile', file: '/somewhere/secret' },
      },
    ]);
    expect(audit).toBe('full');
  });

  test.each([
    [{ ...good, name: 'No Name' }, /name must be up to 32 lower-case letters/],
    [{ ...good, clientSecretFile: undefined }, /give one of clientSecretFile, clientSecretVariable, certificateFile/],
    [{ ...good, clientSecretFile: undefined, clientSecretVariable: 'NOWHERE' }, /the variable NOWHERE is not set/],
    [{ ...good, graphUrl: 'http://graph.example' }, /graphUrl must be an https origin/],
    [{ ...good, graphUrl: 'https://graph.example/v1.0' }, /graphUrl must be an https origin/],
    [{ ...good, requestsPerMinute: 1 }, /requestsPerMinute must be a whole number from 40/],
    [{ ...good, clientID: 'x' }, /unknown member: clientID. Did you mean clientId\?/],
    [[good, good], /two targets have the name viva/],
  ])('refuse %j', (entry, problem) => {
    expect(problemsOf(entry).join('\n')).toMatch(problem);
  });

  test('do not show a secret that is printed with them', () => {
    const entry = { ...good, clientSecretFile: undefined, clientSecretVariable: 'VIVA_SECRET' };
    const env = { VIVA_SECRET: 'never-shown' };
    const { syncTargets } = loadSettings({ flags: { syncTargets: [entry] }, env, directory: '/somewhere' });
    expect(JSON.stringify(syncTargets)).not.toContain('never-shown');
    expect(problemsOf([{ ...entry, proxy: 'socks://user:hidden@proxy' }], env).join()).not.toContain('hidden');
  });
});

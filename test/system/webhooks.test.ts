/** Webhooks as people use them: the receivers of the document, the commands, and a server that is killed. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook as Verifier } from 'standardwebhooks';
import { expect, test } from 'vitest';

import type { MadeWebhook, Webhook } from '../../src/library/admin-types.ts';
import { createSqlitePlace } from '../support/crash-places.ts';
import { getBlock, openNewcomer, readDocument, ROOT } from '../support/newcomer.ts';
import { findQuietPort } from '../support/quiet-port.ts';
import { openReceiver } from '../support/receiver.ts';
import { openCalls } from '../support/server.ts';
import { requestToken, startServerProcess } from '../support/server-process.ts';

const DOCUMENT = readDocument('docs/webhooks.md');
const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const ACTIVITIES = `/v1.0/employeeExperience/learningProviders/${PROVIDER}/learningCourseActivities`;
const COUNT = 60;
const WAIT = { timeout: 20_000, interval: 50 };

const PIP = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--root-user-action=ignore'];

/** Receivers of the document, for languages that this machine has. Node is always there, with its library. */
const receivers = [
  { language: 'js', file: 'receiver.mjs', program: process.execPath, installs: [] },
  {
    language: 'python',
    file: 'receiver.py',
    program: 'python3',
    installs: [...PIP, '--target', 'libraries', 'standardwebhooks==1.1.0'],
  },
].filter(({ program }) => spawnSync(program, ['--version']).status === 0);

test.each(receivers)('the receiver in $language takes what is signed, and refuses the rest', async (receiver) => {
  await using newcomer = await openNewcomer();
  const port = String(await findQuietPort());
  const url = `http://localhost:${port}/`;
  const run = async (...words: readonly string[]): Promise<unknown> => {
    const { exitCode, stdout, stderr } = await newcomer.runVivarium('webhook', ...words, '--output', 'json');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    return JSON.parse(stdout);
  };
  const { webhook, secret } = (await run('add', url, '--event', 'activity.created')) as MadeWebhook;
  symlinkSync(join(ROOT, 'node_modules'), join(newcomer.directory, 'node_modules'));
  const block = getBlock(DOCUMENT, receiver.language, 'verify').replaceAll('8090', port);
  writeFileSync(join(newcomer.directory, receiver.file), block);
  if (receiver.installs.length > 0) {
    expect(await newcomer.run(receiver.program, receiver.installs)).toMatchObject({ exitCode: 0, stderr: '' });
  }
  const child = spawn(receiver.program, [receiver.file], {
    cwd: newcomer.directory,
    env: { ...process.env, WEBHOOK_SECRET: secret, PYTHONPATH: 'libraries' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const post = () =>
      fetch(url, { method: 'POST', body: '{}' }).then(
        ({ status }) => status,
        () => 0,
      );
    await expect.poll(post, WAIT).toBe(401);
    expect(await run('test', webhook.id)).toMatchObject({ status: 204, problem: null, event: 'webhook.test' });
    await expect.poll(() => printed, WAIT).toContain('webhook.test');
    await run('rotate-secret', webhook.id);
    expect(await run('test', webhook.id)).toMatchObject({ status: 204 });
    await run('rotate-secret', webhook.id, '--overlap-hours', '0', '--yes');
    expect(await run('test', webhook.id)).toMatchObject({ status: 401, problem: 'status 401' });
  } finally {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
});

test('the commands make, show, change, replay and remove a webhook', { timeout: 120_000 }, async () => {
  await using newcomer = await openNewcomer();
  await using receiver = await openReceiver();
  const run = async (...words: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await newcomer.runVivarium('webhook', ...words);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    return stdout;
  };
  expect(await run('list')).toBe('There are no webhooks.\n');
  const added = await run('add', receiver.url, '--event', 'activity.created', '--provider', PROVIDER, '--disabled');
  const [, id = '', secret = ''] = /^Created webhook (\S+)\.\nSecret {2}(\S+)\n$/.exec(added) ?? [];
  expect(secret).toMatch(/^whsec_/);
  expect(await run('show', id)).toMatch(/State {8}disabled\n/);
  expect(await run('change', id, '--enable', '--all-providers', '--description', 'a test')).toMatch(
    /Providers {4}all\nDescription {2}a test\nState {8}good\n/,
  );
  expect(await run('test', id)).toMatch(/^Message \S+ was accepted with 202, in \d+ ms\.\n$/);
  expect(await run('list')).toContain(`${receiver.url}  activity.created  good`);
  expect(await run('deliveries')).toMatch(/webhook\.test .* 202 /);
  expect(await run('dead-letters')).toBe('There are no dead letters.\n');
  expect(await run('redeliver', id)).toBe(`0 messages are waiting to be sent to ${receiver.url}.\n`);
  expect(await run('replay', id, '2020-01-01T00:00:00Z')).toContain('Earlier changes are no longer kept');
  for (const text of [await run('show', id), await run('list', '--output', 'json')]) expect(text).not.toContain(secret);
  expect(await run('remove', id, '--yes')).toBe(`Removed ${id}.\n`);
  const wrong = await newcomer.runVivarium('webhook', 'add', receiver.url, '--event', 'activity.moved');
  expect(wrong.exitCode).not.toBe(0);
});

test(
  'a message outlives kill -9 between its commit and its delivery, and no secret is logged',
  { timeout: 90_000 },
  async () => {
    await using place = await createSqlitePlace();
    await using receiver = await openReceiver();
    const port = String(await findQuietPort());
    const start = () => startServerProcess(place.folder, '--port', port, '--log-level', 'debug', ...place.flags);
    await using first = start();
    const ready = await first.ready;
    const { call, close } = openCalls(ready.baseUrl, readFileSync(ready.caFile, 'utf8'));
    const made = await call({
      method: 'POST',
      path: '/_admin/webhooks',
      token: readFileSync(join(place.folder, 'admin-token'), 'utf8').trim(),
      json: { url: receiver.url, events: ['activity.created'] },
    });
    expect(made.status).toBe(201);
    const { secret } = made.body as { readonly webhook: Webhook; readonly secret: string };
    const token = await requestToken(ready, 'writer');
    const ids = await Promise.all(
      Array.from({ length: COUNT }, async (_, index) => {
        const { status, body } = await call({
          method: 'POST',
          path: ACTIVITIES,
          token,
          json: {
            '@odata.type': '#microsoft.graph.learningAssignment',
            assignmentType: 'required',
            learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
            learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
            externalcourseActivityId: `crash ${index}`,
            status: 'notStarted',
          },
        });
        expect(status).toBe(201);
        return String(body.id);
      }),
    );
    first.signal('SIGKILL');
    await first.exited;
    await close();
    expect(receiver.received.length).toBeLessThan(COUNT);
    await using second = start();
    await second.ready;
    const told = () => new Set(receiver.received.map(({ body }) => body.data.id as string));
    await expect.poll(told, WAIT).toEqual(new Set(ids));
    for (const { text, headers } of receiver.received)
      new Verifier(secret).verify(text, headers as Record<string, string>);
    for (const { stderr } of [first, second]) expect(stderr()).not.toContain(secret);
  },
);

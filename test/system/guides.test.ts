import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { blocksOf, filesOf, getBlock, openNewcomer, readDocument, readSession } from '../support/newcomer.ts';
import type { Newcomer } from '../support/newcomer.ts';

// The guides: their programs and sessions run as they stand, and print what they show.

const syncScript = readDocument('docs/guides/sync-script.md');

let newcomer: Newcomer;

beforeAll(async () => {
  newcomer = await openNewcomer();
  for (const [file, content] of filesOf(syncScript)) writeFileSync(join(newcomer.directory, file), content);
});
afterAll(() => newcomer[Symbol.asyncDispose]());

beforeEach(async () => {
  expect(await newcomer.runVivarium('reset')).toMatchObject({ exitCode: 0 });
});

describe('the sync script', () => {
  const commands = getBlock(syncScript, 'sh', 'sync.mjs').split('\n');
  const printed = getBlock(syncScript, 'text', '2 created');

  /** Programs of the guide, with the commands that run them, for languages that this machine has. Node is always there. */
  const programs = [
    { file: 'sync.mjs', program: process.execPath, version: /^v/ },
    { file: 'sync.py', program: 'python3', version: /^Python 3/ },
    { file: 'Sync.java', program: 'javac', version: /^javac (1[7-9]|[2-9]\d)/ },
  ].filter(({ program, version }) =>
    version.test(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout ?? ''),
  );

  test.each(programs)('$file writes the records', async ({ file }) => {
    // Java needs a trust store first.
    const own = commands.filter(
      (command) => command.includes(file) || (file === 'Sync.java' && command.startsWith('keytool')),
    );
    const run = own.pop() ?? '';
    for (const command of own) expect(await newcomer.run('sh', ['-c', command])).toMatchObject({ exitCode: 0 });
    expect(await newcomer.run('sh', ['-c', run])).toEqual({ exitCode: 1, stdout: `${printed}\n`, stderr: '' });
    // Java takes seconds to start: Node finds what it has written.
    const again = printed.replace('2 created, 0 updated', '0 created, 2 updated');
    const repeat = file === 'Sync.java' ? (commands[0] ?? '') : run;
    expect(await newcomer.run('sh', ['-c', repeat])).toEqual({ exitCode: 1, stdout: `${again}\n`, stderr: '' });
  });
});

// The last one erases a person of the seed.
test.each(['retries', 'provider', 'real-tenant', 'operations'])(
  'the sessions of %s go as they are shown',
  async (guide) => {
    const blocks = blocksOf(readDocument(`docs/guides/${guide}.md`), 'console');
    expect(blocks.length).toBeGreaterThan(1);
    using session = newcomer.openSession();
    for (const block of blocks) await session.play(readSession(block));
  },
);

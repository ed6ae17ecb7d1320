/** `bin/vivarium.js` as the child of the process that launched it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

const BIN = join(import.meta.dirname, '..', '..', '..', 'bin', 'vivarium.js');
/** Starts the server as the launcher on an older Node does. */
const LAUNCHER = `
  const { spawn } = require('node:child_process');
  spawn(process.execPath, process.argv.slice(1), { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
`;

test('the server stops when its launcher is killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-launcher-'));
  const flags = ['start', '--data', folder, '--port', '0', '--output', 'json', '--log-level', 'info'];
  const launcher = spawn(process.execPath, ['-e', LAUNCHER, BIN, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  launcher.stderr.on('data', (chunk: Buffer) => (log += String(chunk)));
  await once(createInterface({ input: launcher.stdout }), 'line');
  // The server holds the other end: it closes when the server has ended.
  const ended = once(launcher.stderr, 'close');
  launcher.kill('SIGKILL');
  await ended;
  expect(log).toContain('"msg":"serverStopped"');
  rmSync(folder, { recursive: true, force: true });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { BIN, runFile } from '../../support/command.ts';
import { startServerProcess } from '../../support/server-process.ts';
import type { ServerProcess } from '../../support/server-process.ts';

// A command loads what it needs: by the modules that its process has loaded, since times differ from machine to machine.

const HOOK = `
import { registerHooks } from 'node:module';
import { writeFileSync } from 'node:fs';
const urls = [];
registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
process.on('exit', () => {
  const loaded = { urls, own: process.moduleLoadList };
  writeFileSync(new URL('loaded.json', import.meta.url), JSON.stringify(loaded));
});
`;

let directory: string;
let server: ServerProcess;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vivarium-loading-'));
  writeFileSync(join(directory, 'hook.mjs'), HOOK);
  server = startServerProcess(
    join(directory, '.vivarium'),
    '--port',
    '0',
    '--ready-file',
    join(directory, 'ready.json'),
  );
  await server.ready;
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

interface Loaded {
  /** Names of packages, each once. */
  readonly packages: readonly string[];
  /** Files of `src/`. */
  readonly files: readonly string[];
  /** Modules of Node itself. */
  readonly own: readonly string[];
}

const hookUrl = (): string => pathToFileURL(join(directory, 'hook.mjs')).href;

async function load(command: string): Promise<Loaded> {
  const outcome = await runFile(process.execPath, ['--import', hookUrl(), BIN, ...command.split(' ')], { directory });
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  return readLoaded();
}

function readLoaded(): Loaded {
  const text = readFileSync(join(directory, 'loaded.json'), 'utf8');
  const { urls, own } = JSON.parse(text) as { readonly urls: readonly string[]; readonly own: readonly string[] };
  const packages = urls.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  const files = urls.flatMap((url) => /\/src\/(.+)$/.exec(url)?.[1] ?? []);
  return { packages: [...new Set(packages)].toSorted(), files, own };
}

/** What a server has loaded by the time it accepts requests. */
async function loadServer(folder: string, ...flags: readonly string[]): Promise<Loaded> {
  process.env['NODE_OPTIONS'] = `--import=${hookUrl()}`;
  await using started = startServerProcess(join(directory, folder), '--port', '0', ...flags);
  delete process.env['NODE_OPTIONS'];
  await started.ready;
  started.signal('SIGTERM');
  await started.exited;
  return readLoaded();
}

test.each(['--help', '--version', 'version', 'help fault add', 'fault add --help', 'completion bash'])(
  '%s loads no other package than the parser of the command line, and nothing of a server',
  async (command) => {
    const { packages, files } = await load(command);
    expect(packages).toEqual(['commander']);
    expect(files).toContain('cli/commands.ts');
    expect(
      files.filter((file) => /^(app|auth|graph|issuer|odata|sandbox|seed|server|store|telemetry)\b/.test(file)),
    ).toEqual([]);
  },
);

test.each([
  'env',
  'env --ready-file ready.json',
  'healthcheck',
  'status',
  'journal list',
  'fault presets',
  'clock show',
  'token --app writer --ready-file ready.json',
])('%s loads no package beside it, nor the one within Node', async (command) => {
  const { packages, own } = await load(command);
  expect(packages).toEqual(['commander']);
  expect(own).toContain('NativeModule events');
  expect(own.filter((name) => name.includes('undici'))).toEqual([]);
});

test('token loads beside it what signs', async () => {
  const { packages, files } = await load('token --app writer');
  expect(packages).toEqual(['commander', 'jose', 'uuid']);
  expect(files.filter((file) => /^(graph|odata|sandbox|server|telemetry)\//.test(file))).toEqual([]);
});

test.each([
  ['--no-sandbox', false],
  ['--sandbox', true],
])('a server with %s loads files of the sandbox: %s', async (flag, isLoaded) => {
  const { files } = await loadServer(flag, flag);
  expect(files).toContain('graph/pipeline.ts');
  expect(files.some((file) => file.startsWith('sandbox/'))).toBe(isLoaded);
});

test('a server that is asked for neither metrics nor traces loads nothing for them', async () => {
  const { packages, files } = await loadServer('no-metrics');
  expect(packages.filter((name) => name === 'prom-client' || name.startsWith('@opentelemetry/'))).toEqual([]);
  expect(files.filter((file) => file.startsWith('telemetry/')).toSorted()).toEqual([
    'telemetry/events.ts',
    'telemetry/logger.ts',
  ]);
});

test('a port for metrics is what loads them', async () => {
  const { packages } = await loadServer('metrics', '--metrics-port', '0');
  expect(packages).toContain('prom-client');
  // prom-client takes the interface along, which is small.
  expect(packages.filter((name) => name.startsWith('@opentelemetry/'))).toEqual(['@opentelemetry/api']);
});

test('completing a name loads no package at all', async () => {
  expect((await load('__values user = token')).packages).toEqual([]);
});

test('a configuration file is what loads its parser', async () => {
  writeFileSync(join(directory, 'settings.yaml'), 'output: json\n');
  expect((await load('env --config settings.yaml')).packages).toEqual(['commander', 'yaml']);
});

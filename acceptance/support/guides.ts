/** The code of the guides in docs/clients, taken out of them as it stands. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Scene } from './scene.ts';

const run = promisify(execFile);

const PROJECT = join(import.meta.dirname, '..', '..');
const GUIDES = join(PROJECT, 'docs', 'clients');
const RUN_MS = 55_000;

/** A fenced block: its language, the file name beside it if there is one, and its lines. */
const BLOCK = /^```(\w+)(?: ([\w.-]+))?\n(.*?)^```$/gms;

export interface CodeBlock {
  readonly language: string;
  readonly file: string | undefined;
  readonly code: string;
}

export async function readGuide(guide: string): Promise<readonly CodeBlock[]> {
  const text = await readFile(join(GUIDES, guide), 'utf8');
  return [...text.matchAll(BLOCK)].map(([, language = '', file, code = '']) => ({ language, file, code }));
}

/** A folder with the files of a guide, where the packages of the project can be imported. */
export interface GuideFolder extends AsyncDisposable {
  readonly files: readonly string[];
  /** Runs a program in the folder, with the variables that the guides name, and gives what it prints. */
  run(program: string, ...words: readonly string[]): Promise<string>;
}

export async function openGuideFolder(scene: Scene, blocks: readonly CodeBlock[]): Promise<GuideFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'vivarium-guide-'));
  await symlink(join(PROJECT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'ready.json'), JSON.stringify(scene.target));
  const files: string[] = [];
  for (const { file, code } of blocks) {
    if (file === undefined) continue;
    files.push(file);
    await writeFile(join(folder, file), code);
  }
  const options = { cwd: folder, env: { ...process.env, ...variables(scene) }, timeout: RUN_MS };
  return {
    files,
    run: async (program, ...words) => (await run(program, words, options)).stdout,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What docs/clients/README.md has its readers set. */
export function variables({ target, app }: Scene): Readonly<Record<string, string>> {
  const { clientId, clientSecret } = app('writer');
  return {
    GRAPH_URL: target.baseUrl,
    TENANT_ID: target.tenantId,
    CLIENT_ID: clientId,
    CLIENT_SECRET: clientSecret,
    CA_FILE: target.caFile ?? '',
    PORTAL_ID: target.signInApps['portal']?.clientId ?? '',
  };
}

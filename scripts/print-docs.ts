// Writes the documents that are printed from tables; with --check, only says which ones differ, and fails.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SEED_SCHEMA } from '../src/sandbox/seed-schema.ts';
import { printCapabilities } from './print-capabilities.ts';
import { printErrors } from './print-errors.ts';
import { printSettings } from './print-settings.ts';

/** By path from the root. */
const DOCUMENTS: Readonly<Record<string, () => string>> = {
  'docs/capabilities.md': printCapabilities,
  'docs/errors.md': printErrors,
  'docs/settings.md': printSettings,
  'seeds/seed.schema.json': () => `${JSON.stringify(SEED_SCHEMA, null, 2)}\n`,
};

const root = join(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');

for (const [name, print] of Object.entries(DOCUMENTS)) {
  const path = join(root, name);
  const text = print();
  if ((await findText(path)) === text) continue;
  if (isCheck) {
    console.error(`${name} is not what its tables say. Run: npm run docs`);
    process.exitCode = 1;
  } else {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    console.log(`printed ${name}`);
  }
}

async function findText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

// Writes the documents that are printed from tables; with --check, only says which ones differ, and fails.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { benchmarkDocuments } from '../bench/report/document.ts';
import { readResults } from '../bench/results.ts';
import { printCapabilities } from './print-capabilities.ts';
import { printCli } from './print-cli.ts';
import { printContract } from './print-contract.ts';
import { printAdminTypes, printControlTypes } from './print-control-types.ts';
import { printErrors } from './print-errors.ts';
import { printFaultPresets } from './print-fault-presets.ts';
import { printIndex } from './print-index.ts';
import { printOptions } from './print-options.ts';
import { printReliability } from './print-reliability.ts';
import { printSchemas } from './print-schemas.ts';
import { printSettings } from './print-settings.ts';
import { printStrict } from './print-strict.ts';

/** By path from the root. */
const DOCUMENTS: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/capabilities.md': printCapabilities,
  'docs/cli.md': printCli,
  'docs/contract.md': printContract,
  'docs/errors.md': printErrors,
  'docs/fault-presets.md': printFaultPresets,
  'docs/index.md': printIndex,
  'docs/reliability.md': printReliability,
  'docs/settings.md': printSettings,
  'docs/strict.md': printStrict,
  'src/library/options.ts': printOptions,
  ...mapTexts(benchmarkDocuments(readResults())),
  ...printSchemas(),
  'src/library/admin-types.ts': printAdminTypes,
  'src/library/control-types.ts': printControlTypes,
};

const root = join(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');

for (const [name, print] of Object.entries(DOCUMENTS)) {
  const path = join(root, name);
  const text = await print();
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

function mapTexts(texts: Readonly<Record<string, string>>): Readonly<Record<string, () => string>> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, () => text]));
}

async function findText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

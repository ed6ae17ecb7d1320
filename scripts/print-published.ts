// Writes what a published schema states of what is served, for the tests to compare with: `npm run published -- FILE`.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { guessVersion } from '../src/cli/contract-diff.ts';
import { readServed } from '../src/contract/check-contract.ts';
import { cutToServed } from '../src/contract/compare.ts';
import { readCsdl } from '../src/contract/read-csdl.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Name the file of a published schema, such as v1.0-Prod.csdl');
const version = guessVersion(file);
const facts = cutToServed(readCsdl(await readFile(file, 'utf8')), readServed(version));
const lines = [...facts].map((entry) => entry.map((part) => JSON.stringify(part)).join(': '));
const name = `test/golden/published.${version}.json`;
await writeFile(join(import.meta.dirname, '..', name), `{\n${lines.toSorted().join(',\n')}\n}\n`);
console.log(`printed ${name}`);

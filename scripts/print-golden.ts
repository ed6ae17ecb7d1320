// Writes the golden files anew: `npm run golden`, when a change of them is meant. Git shows what changed.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printGolden } from './golden.ts';

const root = join(import.meta.dirname, '..');
for (const [name, text] of printGolden()) await writeFile(join(root, name), text);

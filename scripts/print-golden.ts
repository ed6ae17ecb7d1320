// Writes the golden files anew: `npm run golden`, when a change of them is meant. Git shows what changed.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printControlDocuments } from './golden-control.ts';
import { printSchemas } from './golden-schema.ts';
import { printGolden } from './golden.ts';

const root = join(import.meta.dirname, '..');
const files = [...printGolden(), ...(await printControlDocuments()), ...(await printSchemas())];
for (const [name, text] of files) await writeFile(join(root, name), text);

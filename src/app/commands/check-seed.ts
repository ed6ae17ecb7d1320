/** A seed file checked as a start would: all of it is stored, in a database that is forgotten at once. */
import { readFileSync } from 'node:fs';

import { openEphemeralFolder } from '../../lib/data-folder.ts';
import type { Settings } from '../../config/settings.ts';
import { SeedError } from '../../seed/seed-error.ts';
import { fill } from '../fill-data.ts';
import { openDatabase, UNREPORTED } from '../open-data.ts';

/** What is wrong with it, each with the line in front: `12: tenants.0.id must …`. @throws StartError when it cannot be read */
export async function checkSeedFile(settings: Settings, seedFile: string): Promise<readonly string[]> {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(openEphemeralFolder());
  const connection = opening.use(await openDatabase({ ...settings, database: undefined }, folder, UNREPORTED));
  try {
    await fill({ ...settings, seedFile }, { connection });
    return [];
  } catch (error) {
    if (!(error instanceof SeedError)) throw error;
    const { locateProblems } = await import('../../seed/seed-lines.ts');
    return locateProblems(readFileSync(seedFile, 'utf8'), error.problems);
  }
}

/** `vivarium migrate`: the PostgreSQL database at the schema of this release, before servers of it start. */
import { runMigrations } from '../app.ts';
import type { Settings } from '../config/settings.ts';

/** Prints what was done. Throws StartError when the database cannot be used. */
export async function migrate(settings: Settings): Promise<void> {
  const names = await runMigrations(settings);
  if (settings.output === 'json') console.log(JSON.stringify({ migrations: names }));
  else console.log(names.length === 0 ? 'There was nothing to migrate.' : `Migrated: ${names.join(', ')}.`);
}

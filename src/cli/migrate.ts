/** `vivarium printMigration`: the PostgreSQL database at the schema of this release, before servers of it start. */
import { runDistribution, runMigrations } from '../app/commands/migrate-database.ts';
import type { Settings } from '../config/settings.ts';

/** Prints what was done. Throws StartError when the database cannot be used, or is not on the cluster that it is to be. */
export async function printMigration(settings: Settings, isForCitus: boolean): Promise<void> {
  const migrations = await runMigrations(settings);
  const moved = isForCitus ? await runDistribution(settings) : undefined;
  if (settings.output === 'json') {
    console.log(JSON.stringify({ migrations, ...moved }));
    return;
  }
  console.log(migrations.length === 0 ? 'There was nothing to printMigration.' : `Migrated: ${migrations.join(', ')}.`);
  if (moved === undefined) return;
  const { distributed, reference } = moved;
  const tables = [...reference, ...distributed];
  console.log(tables.length === 0 ? 'There was nothing to distribute.' : `Distributed: ${tables.join(', ')}.`);
}

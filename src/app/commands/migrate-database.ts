/** The PostgreSQL database of the settings, brought to where servers expect it. */
import type { Settings } from '../../config/settings.ts';
import type { Distribution } from '../../store/citus.ts';
import { createEvents } from '../../telemetry/events.ts';
import type { Events } from '../../telemetry/events.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { distributeDatabase, migrateDatabase } from '../open-data.ts';

/**
 * Brings the PostgreSQL database of the settings to the schema of this release; other processes wait for each other.
 * @returns the migrations that ran; @throws StartError when the database cannot be used
 */
export function runMigrations(settings: Settings): Promise<readonly string[]> {
  return migrateDatabase(settings, commandEvents(settings));
}

/**
 * Shards the PostgreSQL database of the settings by tenant, over the Citus cluster that it is on.
 * @returns the tables that it has moved; @throws StartError when the database cannot be used, or is on no cluster
 */
export function runDistribution(settings: Settings): Promise<Distribution> {
  return distributeDatabase(settings, commandEvents(settings));
}

function commandEvents({ logLevel: level }: Settings): Events {
  return createEvents(createLogger({ level, isTerminal: false, hasColour: false }));
}

/** A process that migrates the database which its argument names, a file or a URL. */
import { migrate } from '../../src/store/migrations/migrate.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { postgresOptions } from './postgres.ts';

const place = process.argv[2] as string;
const limits = { maxWaitMs: 10_000, slowStatementMs: 60_000, onSlowStatement: () => {} };
await using connection = place.startsWith('postgres')
  ? openPostgres(postgresOptions(place, limits))
  : openSqlite({ path: place, ...limits });
await migrate(connection);

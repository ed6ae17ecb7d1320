import { BETA } from '../../src/model/versions.ts';
import { runTables } from './run-tables.ts';

runTables(BETA);

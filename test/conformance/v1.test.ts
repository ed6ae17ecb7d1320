import { V1 } from '../../src/model/versions.ts';
import { runTables } from './run-tables.ts';

runTables(V1);

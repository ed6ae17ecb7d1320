/** Of every test file: property tests use the seed of the run, and name it when they fail. */
import * as fc from 'fast-check';

import { testSeed } from './seed.ts';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: testSeed });

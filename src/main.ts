/** The first line run. */
import cluster from 'node:cluster';

import { VALUES_WORD } from './cli/completion/shells.ts';

const argv = process.argv.slice(2);
const isForCompletion = argv[0] === VALUES_WORD;
const run = cluster.isWorker
  ? (await import('./cli/worker.ts')).runAsWorker
  : isForCompletion
    ? (await import('./cli/completion/print-values.ts')).printValues
    : (await import('./cli/commands.ts')).run;

process.exitCode = await run(argv);

/** The first line run. */
import { VALUES_WORD } from './cli/completion/shells.ts';

const argv = process.argv.slice(2);
const isForCompletion = argv[0] === VALUES_WORD;
const { run } = await (isForCompletion ? import('./cli/completion/print-values.ts') : import('./cli/commands.ts'));

process.exitCode = await run(argv);

/** `vivarium import` */
import { Argument, Option } from 'commander';
import type { AdminCommand } from './admin-command.ts';
import { tenantFlag } from './tenant-flag.ts';

const KINDS = ['activities', 'contents', 'users'];
const FORMATS = ['csv', 'ndjson', 'json'];

const IMPORT_HELP = `
Rows are matched by external id, or by id, and created, updated or left alone: running the same file again changes nothing.
An interrupted import resumes when you run the same command again.
An invalid row is refused, and the others go on; --results writes the outcome of each row. See docs/import.md.`;

export const IMPORT_COMMAND: AdminCommand = {
  summary: 'Create and update activities, contents or users from files: CSV, NDJSON or JSON, also gzip.',
  help: IMPORT_HELP,
  args: [new Argument('<file...>', 'Files; - is standard input.')],
  options: [
    new Option('--kind <kind>', 'What the rows are, unless the mapping says so. Default: activities.').choices(KINDS),
    new Option('--profile <name>', 'A built-in mapping, such as moodle; --suggest lists them.').conflicts('mapping'),
    new Option('--mapping <file>', 'Your own mapping: a YAML file that maps columns to properties.'),
    new Option('--format <format>', 'Default: from the mapping, or from the file name.').choices(FORMATS),
    new Option('--provider <id>', 'The learningProviderId for rows that have none.'),
    tenantFlag(),
    new Option('--dry-run', 'Store nothing; only report what would happen to each row.'),
    new Option('--all-or-nothing', 'Store all rows in one transaction, or none when one is refused; 32 MB at most.'),
    new Option(
      '--results <file>',
      'Write the outcome of each row to this file: one JSON object per line, with the line number.',
    ),
    new Option('--suggest', 'Only print a mapping to start from, based on the header and the first rows.'),
    new Option('--from-start', 'Start over instead of resuming an interrupted import.'),
  ],
  runAlone: async ({ args, options }) => {
    if (options['suggest'] !== true) return undefined;
    const { printSuggestion } = await import('./suggest-mapping.ts');
    const [file = ''] = args[0] as unknown as readonly string[];
    return { json: undefined, text: await printSuggestion(file, options['format'] as 'csv' | undefined) };
  },
  run: async (input) => {
    // With it come the parsers of files.
    const { runImport } = await import('./run-import.ts');
    return runImport(input);
  },
};

/** `vivarium import` */
import { Argument, Option } from 'commander';
import type { AdminCommand } from './admin-command.ts';
import { tenantFlag } from './tenant-flag.ts';

const KINDS = ['activities', 'contents', 'users'];
const FORMATS = ['csv', 'ndjson', 'json'];

const IMPORT_HELP = `
Rows are found again by their external id, or their id: they are created, updated or left alone, so that another run of the
same file changes nothing. Run an import that was interrupted again, and it goes on where it was.
A wrong row is refused and stops no other; --results names a file that has what became of each. See docs/import.md.`;

export const IMPORT_COMMAND: AdminCommand = {
  summary: 'Create and update activities, contents or users from files: CSV, NDJSON or JSON, also gzip.',
  help: IMPORT_HELP,
  args: [new Argument('<file...>', 'Files; - is standard input.')],
  options: [
    new Option('--kind <kind>', 'What the rows are, where no mapping says it. Default: activities.').choices(KINDS),
    new Option('--profile <name>', 'A mapping that comes along, such as moodle; --suggest lists them.').conflicts(
      'mapping',
    ),
    new Option('--mapping <file>', 'A mapping of your own: YAML, which columns become which properties.'),
    new Option('--format <format>', 'Default: that of the mapping, or what the name of the file says.').choices(
      FORMATS,
    ),
    new Option('--provider <id>', 'The learningProviderId of rows that name none.'),
    tenantFlag(),
    new Option('--dry-run', 'Store nothing: only say what would become of each row.'),
    new Option('--all-or-nothing', 'Store all rows in one transaction, or none when one is refused; 32 MB at most.'),
    new Option('--results <file>', 'Write what became of each row: a line of JSON each, with the line number.'),
    new Option('--suggest', 'Only print a mapping to begin with, made of the header and some rows of the file.'),
    new Option('--from-start', 'Do not go on with an import that was interrupted.'),
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

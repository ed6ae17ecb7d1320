/** `vivarium import --suggest` */
import { stringify } from 'yaml';
import { cutParts, textOfPart } from '../../bulk/cut-parts.ts';
import { listProfiles } from '../../bulk/profiles.ts';
import { readRows } from '../../bulk/read-rows.ts';
import type { BulkFormat } from '../../bulk/records.ts';
import { suggestMapping } from '../../bulk/suggest.ts';
import { schemaIdOf } from '../../lib/schema-files.ts';
import { formatOf } from './import-format.ts';
import { openInput } from './open-input.ts';

/** A mapping as YAML, from the first rows of the file. */
export async function printSuggestion(file: string, format: BulkFormat = formatOf(file) ?? 'csv'): Promise<string> {
  const input = openInput(file);
  for await (const part of cutParts(input.texts('utf-8'), { format, skipLines: 0 })) {
    const rows = [...readRows({ ...textOfPart(format, part), format })].flatMap(({ values }) =>
      values === undefined ? [] : [values],
    );
    const { mapping, hints } = suggestMapping(rows, format);
    const comments = [
      `yaml-language-server: $schema=${schemaIdOf('mapping')}`,
      `A mapping to begin with, made of ${input.name}. See docs/import.md.`,
      ...hints,
      'Look at each line, then try it with --dry-run.',
      `Mappings that come along: ${listProfiles().join(', ')}.`,
    ];
    return `${comments.map((line) => `# ${line}`).join('\n')}\n${stringify(mapping).trimEnd()}`;
  }
  return '# The file has no rows.';
}

// docs/strict.md, printed from the table of deviations.
import { DEVIATIONS } from '../src/model/deviations.ts';
import type { DeviationRow } from '../src/model/deviations.ts';
import { code, markdownTable } from './markdown.ts';

const PLACES = { body: 'Bodies', path: 'Paths', query: 'Queries', batch: 'Batches' } as const;

export function printStrict(): string {
  return `# What is taken although the schema has it otherwise

Printed from \`src/model/deviations.ts\` by \`npm run docs\`.

The pages of the reference, their examples and the schema disagree here and there, and clients have habits of their own.
The server takes all of what is listed here, and answers as if it had come as the schema has it.

With \`--strict\` it refuses them, each with the refusal that is named beside it: an error that Microsoft Graph has for
what it does not know. \`innerError.deviations\` says what was found and what was expected, unless \`explainRefusals\` is
switched off:

\`\`\`json
{
  "error": {
    "code": "BadRequest",
    "message": "The property 'externalCourseActivityId' does not exist on type 'microsoft.graph.learningAssignment'. …",
    "innerError": {
      "deviations": ["exampleSpelling: 'externalCourseActivityId' stands where 'externalcourseActivityId' should."]
    }
  }
}
\`\`\`

Where the sources disagree, \`--strict\` sides with the schema, also against the examples. So some examples of the
reference are refused with it. It also refuses what the settings \`unknownProperty\` and \`lenientPatch\` would let pass.
Switches that open more operations, or open them to more callers, hold as they do without it.

Not counted are: what both have, such as types without \`#\`, keys as segments or in parentheses, and the header
\`Preference\`; ids and GUIDs in other casing; more slashes before the version, and the version in other casing.
${Object.entries(PLACES)
  .map(([place, title]) => printPlace(place, title))
  .join('')}`;
}

function printPlace(place: string, title: string): string {
  const entries: readonly (readonly [string, DeviationRow])[] = Object.entries(DEVIATIONS);
  const rows = entries
    .filter(([, { where }]) => where === place)
    .map(([name, row]) => [name, row.taken, row.expected, row.refusals.map(code).join(', '), row.source]);
  return `\n## ${title}\n\n${markdownTable(['Name', 'Taken', 'Expected', 'Refused with', 'Source'], rows)}\n`;
}

// docs/strict.md, printed from the table of deviations.
import { DEVIATIONS } from '../src/model/deviations.ts';
import type { DeviationLevel, DeviationRow } from '../src/model/deviations.ts';
import { code, markdownTable } from './markdown.ts';

const PLACES = { body: 'Bodies', path: 'Paths', query: 'Queries', batch: 'Batches' } as const;

/** By default, with `lenient` and with `strict`. */
const LEVELS: Readonly<Record<DeviationLevel, readonly [string, string, string]>> = {
  default: ['accepted', 'accepted', 'refused'],
  lenient: ['refused', 'accepted', 'refused'],
  setting: ['by the setting', 'by the setting', 'refused'],
};

export function printStrict(): string {
  return `# Strictness: forms outside the schema

Printed from \`src/model/deviations.ts\` by \`npm run docs\`.

The pages of the reference, their examples, the schema and the SDKs disagree here and there, and clients have habits of
their own. Three levels decide what the server accepts
([decision 32](decisions/0032-levels-of-tolerance.md)):

- **By default** it refuses what Microsoft Graph is known to refuse, so that a client's bug shows here first. Where the sources
  disagree, it accepts the form, answers as if it had been sent as the schema has it, and notes it in the journal.
- **With \`--lenient\`** it also accepts the listed forms that Microsoft Graph refuses, and notes them.
- **With \`--strict\`** it refuses all of them. Where the sources disagree, the schema decides, even against the examples: some examples of
  the reference are refused.

\`--lenient\` and \`--strict\` exclude each other. The settings \`unknownProperty\` and \`lenientPatch\` apply unless \`--strict\` is given.
Switches that open more operations, or open them to more callers, apply at every level.

Refusals are those of Microsoft Graph. \`innerError.deviations\` adds what was found and what was expected, unless
\`explainRefusals\` is off:

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

Not counted as deviations: forms that both have, such as types without \`#\`, keys as segments or in parentheses, and the header
\`Preference\`; ids and GUIDs in other casing; extra slashes before the version, and the version in other casing.

The source is what decides the level. \`repository#number\` is an issue or a pull request on GitHub, of microsoftgraph where
no owner is named; \`docs\` and \`docs-contrib\` are microsoft-graph-docs and microsoft-graph-docs-contrib.
${Object.entries(PLACES)
  .map(([place, title]) => printPlace(place, title))
  .join('')}`;
}

const HEAD = ['Name', 'Form', 'Schema or page', 'Default', 'Lenient', 'Strict', 'Refused with', 'Source'];

function printPlace(place: string, title: string): string {
  const entries: readonly (readonly [string, DeviationRow])[] = Object.entries(DEVIATIONS);
  const rows = entries
    .filter(([, { where }]) => where === place)
    .map(([name, row]) => [
      name,
      row.taken,
      row.expected,
      ...LEVELS[row.level],
      row.refusals.map(code).join(', '),
      row.source,
    ]);
  return `\n## ${title}\n\n${markdownTable(HEAD, rows)}\n`;
}

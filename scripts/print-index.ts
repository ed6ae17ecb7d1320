// docs/index.md, printed from the list of documents.
import { posix } from 'node:path';
import { SECTIONS } from '../site/pages.ts';
import type { ReaderSection } from '../site/pages.ts';

export function printIndex(): string {
  return `# Documentation

Vivarium is a server that speaks Microsoft Graph's employee learning API (Viva Learning) on a database of your own. A checkout
has these pages in its folder \`docs\`, a running server at \`/docs\` with a search that needs no network. What are you here for?
${SECTIONS.map(printSection).join('')}
Why things are as they are: [decisions](decisions).

Printed from \`site/pages.ts\` by \`npm run docs\`.
`;
}

function printSection({ reader, pages }: ReaderSection): string {
  const lines = pages.map(({ file, title, about }) => `- [${title}](${posix.relative('docs', file)}): ${about}`);
  return `\n## ${reader}\n\n${lines.join('\n')}\n`;
}

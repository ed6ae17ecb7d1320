// docs/index.md, printed from the list of documents.
import { posix } from 'node:path';
import { SECTIONS } from '../site/pages.ts';
import type { ReaderSection } from '../site/pages.ts';

export function printIndex(): string {
  return `# Documentation

Printed from \`site/pages.ts\` by \`npm run docs\`. A server shows these pages at \`/docs\`, with a search that needs no network.
${SECTIONS.map(printSection).join('')}
Why things are as they are: [decisions](decisions).
`;
}

function printSection({ reader, pages }: ReaderSection): string {
  const lines = pages.map(({ file, title, about }) => `- [${title}](${posix.relative('docs', file)}): ${about}`);
  return `\n## ${reader}\n\n${lines.join('\n')}\n`;
}

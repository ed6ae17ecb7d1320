/** Titles of the decisions, for their list. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

export default {
  watch: ['../../docs/decisions/*.md'],
  load: (files: readonly string[]) =>
    files.toSorted().map((file) => ({
      title: (/^# (.*)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? '').replaceAll('`', ''),
      path: `/decisions/${basename(file, '.md')}`,
    })),
};
